// SPDX-License-Identifier: GPL-2.0-or-later
#include "measure.h"

/* What KVM answers with 0 in ring 0 and with -EPERM in ring 3: no work. */
#define KVM_HC_VAPIC_POLL_IRQ 1

/* The last four characters of the vendors with SVM: "AuthenticAMD", Hygon's. */
#define CAMD 0x444d4163
#define UINE 0x656e6975

static bool has_svm(void)
{
	uint32_t eax = 0, ebx, ecx, edx;

	asm volatile("cpuid" : "+a"(eax), "=b"(ebx), "=c"(ecx), "=d"(edx));
	return ecx == CAMD || ecx == UINE;
}

/* The other vendor's instruction raises #UD, which KVM would patch. */
void payload(struct abi_shared *shared)
{
	if (has_svm())
		MEASURE(shared, "vmmcall", KVM_HC_VAPIC_POLL_IRQ, 0, 0);
	else
		MEASURE(shared, "vmcall", KVM_HC_VAPIC_POLL_IRQ, 0, 0);
}
