// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * VM-entries with a value of the monitor's choice in the guest's TSC_AUX, in
 * shapes at which a kernel may switch the register, or not.
 */
#include "measure.h"
#include "msr-index.h"

/* Halt until a timer wakes the vCPU: from its deadline to the handler. */
static uint64_t timed_block(uint64_t delay)
{
	uint64_t deadline = rdtsc() + delay;

	INTERRUPT(HLT, "wrmsr", (uint32_t)deadline, MSR_TSC_DEADLINE,
		  deadline >> 32);
	return irq_tsc - deadline;
}

static void measure_blocked(struct abi_shared *shared)
{
	uint64_t delay = ns_to_ticks(shared, shared->arg[ABI_ARG_DELAY_NS]);
	uint64_t ops;

	wrmsr(MSR_X2APIC_LVT_TIMER, APIC_LVT_TSC_DEADLINE | ABI_VECTOR);
	set_gate(ABI_VECTOR, irq_timed, IST_NONE);
	ops = TIMED_PASS(shared, timed_block(delay));
	set_gate(ABI_VECTOR, irq_counted, IST_NONE);
	COUNTED_PASS(shared, ops, timed_block(delay));
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
