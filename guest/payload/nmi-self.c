// SPDX-License-Identifier: GPL-2.0-or-later
#include "measure.h"
#include "msr-index.h"

void payload(struct abi_shared *shared)
{
	uint64_t ops;

	set_gate(NMI_VECTOR, nmi_timed, IST_NMI);
	ops = TIMED_PASS(shared,
			 TIMED_INTERRUPT(SPIN, "wrmsr", APIC_ICR_NMI_TO_0,
					 MSR_X2APIC_ICR, 0));
	set_gate(NMI_VECTOR, nmi_counted, IST_NMI);
	COUNTED_PASS(shared, ops,
		     INTERRUPT(SPIN, "wrmsr", APIC_ICR_NMI_TO_0, MSR_X2APIC_ICR,
			       0));
}
