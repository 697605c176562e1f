// SPDX-License-Identifier: GPL-2.0-or-later
/* From vCPU 0's IPI to its handler of the IPI with which vCPU 1 answers. */
#include "ipi.h"

#define IPI_TO_1 (APIC_ICR_ASSERT | ABI_VECTOR_OTHERS)

static uint64_t timed_round_trip(const struct abi_shared *shared)
{
	settle(shared);
	return TIMED_INTERRUPT(SPIN, "wrmsr", IPI_TO_1, MSR_X2APIC_ICR, 1);
}

static void counted_round_trip(const struct abi_shared *shared)
{
	settle(shared);
	INTERRUPT(SPIN, "wrmsr", IPI_TO_1, MSR_X2APIC_ICR, 1);
}

void payload_secondary(struct abi_shared *shared, unsigned int vcpu)
{
	(void)vcpu;
	wait_for_interrupts((enum abi_wait)shared->arg[ABI_ARG_WAIT]);
}

void payload(struct abi_shared *shared)
{
	uint64_t ops;

	set_gate(ABI_VECTOR_OTHERS, irq_replying, IST_NONE);
	set_gate(ABI_VECTOR, irq_timed, IST_NONE);
	ops = TIMED_PASS(shared, timed_round_trip(shared));
	set_gate(ABI_VECTOR, irq_counted, IST_NONE);
	COUNTED_PASS(shared, ops, counted_round_trip(shared));
}
