// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * VM-entries with a value of the monitor's choice in the guest's TSC_AUX, in
 * the shapes that a kernel may switch the register at, or not.
 */
#include "msr-index.h"
#include "wake.h"

static uint64_t timed_wake(struct abi_shared *shared)
{
	WAIT_FOR_MSI(HLT, shared);
	return irq_tsc - shared->raised;
}

static void measure_blocked(struct abi_shared *shared)
{
	uint64_t ops;

	set_gate(ABI_VECTOR, irq_timed, IST_NONE);
	ops = TIMED_PASS(shared, timed_wake(shared));
	set_gate(ABI_VECTOR, irq_counted, IST_NONE);
	COUNTED_PASS(shared, ops, WAIT_FOR_MSI(HLT, shared));
}

void payload(struct abi_shared *shared)
{
	wrmsr(MSR_TSC_AUX, (uint32_t)shared->arg[ABI_ARG_VALUE]);
	switch ((enum abi_shape)shared->arg[ABI_ARG_SHAPE]) {
	case ABI_SHAPE_KERNEL:
		MEASURE(shared, "cpuid", 0, 0, 0);
		break;
	case ABI_SHAPE_USER:
		MEASURE(shared, "outl %%eax, %%dx", 0, 0, ABI_PORT_NOP);
		break;
	case ABI_SHAPE_BLOCKED:
		measure_blocked(shared);
		break;
	}
}
