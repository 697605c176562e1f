// SPDX-License-Identifier: GPL-2.0-or-later
#include "measure.h"
#include "msr-index.h"

void payload(struct abi_shared *shared)
{
	uint64_t ops;

	set_gate(ABI_VECTOR, irq_timed, IST_NONE);
	ops = TIMED_PASS(shared, TIMED_INTERRUPT(SPIN, "wrmsr", ABI_VECTOR,
						 MSR_X2APIC_SELF_IPI, 0));
	set_gate(ABI_VECTOR, irq_counted, IST_NONE);
	COUNTED_PASS(shared, ops,
		     INTERRUPT(SPIN, "wrmsr", ABI_VECTOR, MSR_X2APIC_SELF_IPI,
			       0));
}
