// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A TSC deadline armed on one pCPU, the vCPU moved to another before it
 * passes: from the deadline to the handler.
 */
#include "measure.h"
#include "msr-index.h"

#define MOVE_AND_HALT()                                                 \
	INTERRUPT(HLT, "outl %%eax, %%dx", ABI_MESSAGE(ABI_MOVE, 0), 0, \
		  ABI_PORT)

static uint64_t fire_elsewhere(uint64_t delay)
{
	uint64_t deadline = rdtsc() + delay;

	wrmsr(MSR_TSC_DEADLINE, deadline);
	MOVE_AND_HALT();
	return irq_tsc - deadline;
}

void payload(struct abi_shared *shared)
{
	uint64_t delay = ns_to_ticks(shared, shared->arg[ABI_ARG_DELAY_NS]);
	uint64_t ops;

	wrmsr(MSR_X2APIC_LVT_TIMER, APIC_LVT_TSC_DEADLINE | ABI_VECTOR);
	set_gate(ABI_VECTOR, irq_timed, IST_NONE);
	ops = TIMED_PASS(shared, fire_elsewhere(delay));
	set_gate(ABI_VECTOR, irq_counted, IST_NONE);
	COUNTED_PASS(shared, ops, fire_elsewhere(delay));
}
