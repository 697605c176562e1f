// SPDX-License-Identifier: GPL-2.0-or-later
#include "measure.h"

/* Each op raises #GP; the handler goes on behind it. */
void payload(struct abi_shared *shared)
{
	uint32_t msr = (uint32_t)shared->arg[ABI_ARG_MSR];
	uint64_t value;
	uint64_t ops;

	if (rdmsr_safe(msr, &value))
		guest_skip("KVM does not answer with #GP (ignore_msrs)");
	set_gate(GP_VECTOR, fault_skip_2, IST_NONE);
	ops = TIMED_PASS(shared, TIMED("rdmsr", 0, msr, 0));
	faults = 0;
	COUNTED_PASS(shared, ops, COUNTED("rdmsr", 0, msr, 0));
	if (faults != ops)
		guest_abort("not every op raised #GP");
}
