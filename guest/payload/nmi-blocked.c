// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * An NMI that arrives while another is handled waits for its IRET: from there
 * to the handler. The outer NMI's own way is not in the sample.
 */
#include "measure.h"
#include "msr-index.h"

extern const char nmi_blocked_timed[], nmi_blocked_counted[];
extern volatile uint64_t stamp_tsc;

static uint64_t timed_iret(void)
{
	INTERRUPT(SPIN, "wrmsr", APIC_ICR_NMI_TO_0, MSR_X2APIC_ICR, 0);
	return irq_tsc - stamp_tsc;
}

void payload(struct abi_shared *shared)
{
	uint64_t ops;

	set_gate(NMI_VECTOR, nmi_blocked_timed, IST_NMI);
	ops = TIMED_PASS(shared, timed_iret());
	set_gate(NMI_VECTOR, nmi_blocked_counted, IST_NMI);
	COUNTED_PASS(shared, ops,
		     INTERRUPT(SPIN, "wrmsr", APIC_ICR_NMI_TO_0, MSR_X2APIC_ICR,
			       0));
}
