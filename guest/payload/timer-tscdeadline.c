// SPDX-License-Identifier: GPL-2.0-or-later
#include "ipi.h"
#include "measure.h"
#include "msr-index.h"

/*
 * Deadlines lie on a grid, one period apart: a late handler does not move the
 * next one, and a deadline that has passed before it could be armed is
 * counted as missed instead of being hidden by arming from "now".
 */
struct grid {
	uint64_t deadline; /* 0: the grid starts with the next one */
	uint64_t period; /* TSC ticks */
	uint64_t missed;
};

static void next_deadline(struct grid *grid)
{
	uint64_t now = rdtsc(), skip;

	if (!grid->deadline)
		grid->deadline = now;
	grid->deadline += grid->period;
	if (grid->deadline > now)
		return;
	skip = (now - grid->deadline) / grid->period + 1;
	grid->deadline += skip * grid->period;
	grid->missed += skip;
}

static uint64_t fire(struct grid *grid, enum abi_wait wait)
{
	next_deadline(grid);
	if (wait == ABI_WAIT_HLT)
		INTERRUPT(HLT, "wrmsr", (uint32_t)grid->deadline,
			  MSR_TSC_DEADLINE, grid->deadline >> 32);
	else if (wait == ABI_WAIT_PAUSE)
		INTERRUPT(PAUSE, "wrmsr", (uint32_t)grid->deadline,
			  MSR_TSC_DEADLINE, grid->deadline >> 32);
	else
		INTERRUPT(SPIN, "wrmsr", (uint32_t)grid->deadline,
			  MSR_TSC_DEADLINE, grid->deadline >> 32);
	return irq_tsc - grid->deadline;
}

static void restart(struct grid *grid)
{
	grid->deadline = 0;
	grid->missed = 0;
}

/* Another vCPU's timer fires at the same rate: nothing is timed there. */
void payload_secondary(struct abi_shared *shared, unsigned int vcpu)
{
	uint64_t period = ns_to_ticks(shared, shared->arg[ABI_ARG_DELAY_NS]);

	(void)vcpu;
	wrmsr(MSR_X2APIC_LVT_TIMER, APIC_LVT_TSC_DEADLINE | ABI_VECTOR_OTHERS);
	for (;;) {
		wrmsr(MSR_TSC_DEADLINE, rdtsc() + period);
		asm volatile("sti; hlt; cli"
			     :
			     :
			     : "rax", "rcx", "rdx", "cc", "memory");
	}
}

void payload_prepare(struct abi_shared *shared)
{
	(void)shared;
	set_gate(ABI_VECTOR_OTHERS, irq_arrived_counted, IST_NONE);
}

void payload(struct abi_shared *shared)
{
	enum abi_wait wait = (enum abi_wait)shared->arg[ABI_ARG_WAIT];
	struct grid grid = {
		.period = ns_to_ticks(shared, shared->arg[ABI_ARG_DELAY_NS]),
	};
	uint64_t ops;

	wrmsr(MSR_X2APIC_LVT_TIMER, APIC_LVT_TSC_DEADLINE | ABI_VECTOR);
	set_gate(ABI_VECTOR, irq_timed, IST_NONE);
	PREPARE(shared, fire(&grid, wait));
	restart(&grid);
	ops = SAMPLE_PASS(ABI_PASS_TIMED, shared, fire(&grid, wait));
	shared->missed = grid.missed;
	set_gate(ABI_VECTOR, irq_counted, IST_NONE);
	restart(&grid);
	COUNTED_PASS(shared, ops, fire(&grid, wait));
}
