// SPDX-License-Identifier: GPL-2.0-or-later
#include "measure.h"
#include "msr-index.h"

/* A deadline of 1 is long past; 0 would disarm the timer. */
#define EXPIRED 1

void payload(struct abi_shared *shared)
{
	uint64_t ops;

	wrmsr(MSR_X2APIC_LVT_TIMER, APIC_LVT_TSC_DEADLINE | ABI_VECTOR);
	set_gate(ABI_VECTOR, irq_timed, IST_NONE);
	ops = TIMED_PASS(shared, TIMED_INTERRUPT(SPIN, "wrmsr", EXPIRED,
						 MSR_TSC_DEADLINE, 0));
	set_gate(ABI_VECTOR, irq_counted, IST_NONE);
	COUNTED_PASS(shared, ops,
		     INTERRUPT(SPIN, "wrmsr", EXPIRED, MSR_TSC_DEADLINE, 0));
}
