// SPDX-License-Identifier: GPL-2.0-or-later
#include "measure.h"

/* The counter in the shared page tells the waking thread that we halt. */
#define ANNOUNCE_AND_HALT(shared) \
	INTERRUPT(HLT, "incq (%%rax)", (uintptr_t) & (shared)->ready, 0, 0)

static uint64_t timed_wake(struct abi_shared *shared)
{
	ANNOUNCE_AND_HALT(shared);
	return irq_tsc - shared->raised;
}

void payload(struct abi_shared *shared)
{
	uint64_t ops;

	set_gate(ABI_VECTOR, irq_timed, IST_NONE);
	ops = TIMED_PASS(shared, timed_wake(shared));
	set_gate(ABI_VECTOR, irq_counted, IST_NONE);
	COUNTED_PASS(shared, ops, ANNOUNCE_AND_HALT(shared));
}
