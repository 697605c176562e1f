// SPDX-License-Identifier: GPL-2.0-or-later
#include "measure.h"
#include "msr-index.h"

/* To x2APIC ID 0: the shorthand "self" does not go with NMIs (SDM vol. 3). */
#define ICR_NMI_SELF (APIC_ICR_ASSERT | APIC_ICR_NMI)
#define NMI_VECTOR   2

void payload(struct abi_shared *shared)
{
	uint64_t ops;

	set_gate(NMI_VECTOR, nmi_timed, IST_NMI);
	ops = TIMED_PASS(shared, TIMED_INTERRUPT(SPIN, "wrmsr", ICR_NMI_SELF,
						 MSR_X2APIC_ICR, 0));
	set_gate(NMI_VECTOR, nmi_counted, IST_NMI);
	COUNTED_PASS(shared, ops,
		     INTERRUPT(SPIN, "wrmsr", ICR_NMI_SELF, MSR_X2APIC_ICR, 0));
}
