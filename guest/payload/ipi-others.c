// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * From vCPU 0's WRMSR of the ICR to the handler of the last vCPU that it goes
 * to: vCPU 1, or all others when ABI_ARG_BROADCAST is set.
 */
#include "ipi.h"

struct ipi {
	const struct abi_shared *shared;
	uint64_t icr, destination;
};

static void prepare(const struct ipi *ipi)
{
	settle(ipi->shared);
	arrival_slots = 0;
	arrivals = 0;
	/* Where it does not exit, an x2APIC WRMSR may pass stores (SDM 11.12.3). */
	asm volatile("mfence" : : : "memory");
}

static uint64_t timed_ipi(const struct ipi *ipi)
{
	uint64_t sent, last = 0;

	prepare(ipi);
	sent = STAMPED_INTERRUPT(ARRIVALS, "wrmsr", ipi->icr, MSR_X2APIC_ICR,
				 ipi->destination);
	for (uint32_t i = 0; i < arrivals_wanted; i++)
		if (arrival_tsc[i] > last)
			last = arrival_tsc[i];
	return last - sent;
}

static void counted_ipi(const struct ipi *ipi)
{
	prepare(ipi);
	INTERRUPT(ARRIVALS, "wrmsr", ipi->icr, MSR_X2APIC_ICR,
		  ipi->destination);
}

void payload_secondary(struct abi_shared *shared, unsigned int vcpu)
{
	(void)vcpu;
	wait_for_interrupts((enum abi_wait)shared->arg[ABI_ARG_WAIT]);
}

void payload(struct abi_shared *shared)
{
	struct ipi ipi = {
		.shared = shared,
		.icr = APIC_ICR_ASSERT | ABI_VECTOR_OTHERS,
		.destination = 1,
	};
	uint64_t ops;

	arrivals_wanted = 1;
	if (shared->arg[ABI_ARG_BROADCAST]) {
		ipi.icr |= APIC_ICR_ALL_OTHERS;
		ipi.destination = 0;
		arrivals_wanted = shared->vcpus - 1;
	}
	set_gate(ABI_VECTOR_OTHERS, irq_arrived_timed, IST_NONE);
	ops = TIMED_PASS(shared, timed_ipi(&ipi));
	set_gate(ABI_VECTOR_OTHERS, irq_arrived_counted, IST_NONE);
	COUNTED_PASS(shared, ops, counted_ipi(&ipi));
}
