// SPDX-License-Identifier: GPL-2.0-or-later
#include "measure.h"

/* The first value; ends the launch when the guest cannot write it. */
static uint64_t start_value(const struct abi_shared *shared, uint32_t msr)
{
	uint64_t value = shared->arg[ABI_ARG_VALUE];

	if (shared->arg[ABI_ARG_WRITE] != ABI_WRITE_VALUE &&
	    !rdmsr_safe(msr, &value))
		guest_skip("KVM answers RDMSR with #GP in this guest");
	if (!wrmsr_safe(msr, value))
		guest_skip("KVM answers WRMSR with #GP in this guest");
	return value;
}

void payload(struct abi_shared *shared)
{
	uint32_t msr = (uint32_t)shared->arg[ABI_ARG_MSR];
	uint64_t value = start_value(shared, msr), toggle = 0;

	if (shared->arg[ABI_ARG_WRITE] == ABI_WRITE_TOGGLE) {
		toggle = shared->arg[ABI_ARG_VALUE];
		if (!wrmsr_safe(msr, value ^ toggle))
			guest_skip("KVM answers WRMSR with #GP in this guest");
	}
	MEASURE(shared, "wrmsr", (uint32_t)(value ^= toggle), msr, value >> 32);
}
