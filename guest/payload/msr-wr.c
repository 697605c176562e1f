// SPDX-License-Identifier: GPL-2.0-or-later
#include "measure.h"

/* Puts back the value read, so that nothing changes. */
void payload(struct abi_shared *shared)
{
	uint32_t msr = (uint32_t)shared->arg[ABI_ARG_MSR];
	uint64_t value;

	if (!rdmsr_safe(msr, &value))
		guest_skip("KVM answers RDMSR with #GP in this guest");
	MEASURE(shared, "wrmsr", (uint32_t)value, msr, value >> 32);
}
