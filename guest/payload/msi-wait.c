// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * From an MSI that a thread of the monitor raises to the handler, in a guest
 * that halts or spins. An MSI may be an NMI, too.
 */
#include "measure.h"

/* The counter in the shared page tells the thread that we wait. */
#define WAIT_FOR_MSI(mode, shared) \
	INTERRUPT(mode, "incq (%%rax)", (uintptr_t) & (shared)->ready, 0, 0)

static void wait(struct abi_shared *shared)
{
	if (shared->arg[ABI_ARG_WAIT] == ABI_WAIT_HLT)
		WAIT_FOR_MSI(HLT, shared);
	else
		WAIT_FOR_MSI(SPIN, shared);
}

static uint64_t timed_wait(struct abi_shared *shared)
{
	wait(shared);
	return irq_tsc - shared->raised;
}

static void set_handlers(const void *irq, const void *nmi)
{
	set_gate(ABI_VECTOR, irq, IST_NONE);
	set_gate(NMI_VECTOR, nmi, IST_NMI);
}

void payload(struct abi_shared *shared)
{
	uint64_t ops;

	set_handlers(irq_timed, nmi_timed);
	ops = TIMED_PASS(shared, timed_wait(shared));
	set_handlers(irq_counted, nmi_counted);
	COUNTED_PASS(shared, ops, wait(shared));
}
