// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * From a WRMSR that causes an interrupt at once to its handler: IPIs to self,
 * expired TSC deadlines.
 */
#include "measure.h"
#include "msr-index.h"

/* The interrupt arrives behind the WRMSR, interrupts being open. */
static void measure_open(struct abi_shared *shared, uint32_t msr,
			 uint32_t value)
{
	uint64_t ops;

	ops = TIMED_PASS(shared, TIMED_INTERRUPT(SPIN, "wrmsr", value, msr, 0));
	set_gate(ABI_VECTOR, irq_counted, IST_NONE);
	COUNTED_PASS(shared, ops, INTERRUPT(SPIN, "wrmsr", value, msr, 0));
}

/* It waits until HLT, which it ends at once. */
static void measure_halt(struct abi_shared *shared, uint32_t msr,
			 uint32_t value)
{
	uint64_t ops;

	ops = TIMED_PASS(shared, TIMED_INTERRUPT(HLT, "wrmsr", value, msr, 0));
	set_gate(ABI_VECTOR, irq_counted, IST_NONE);
	COUNTED_PASS(shared, ops, INTERRUPT(HLT, "wrmsr", value, msr, 0));
}

void payload(struct abi_shared *shared)
{
	uint32_t msr = (uint32_t)shared->arg[ABI_ARG_MSR];
	uint32_t value = (uint32_t)shared->arg[ABI_ARG_VALUE];

	wrmsr(MSR_X2APIC_LVT_TIMER, APIC_LVT_TSC_DEADLINE | ABI_VECTOR);
	set_gate(ABI_VECTOR, irq_timed, IST_NONE);
	if (shared->arg[ABI_ARG_WAIT] == ABI_WAIT_HLT)
		measure_halt(shared, msr, value);
	else
		measure_open(shared, msr, value);
}
