// SPDX-License-Identifier: GPL-2.0-or-later
#include "measure.h"
#include "msr-index.h"

/*
 * With interrupts off: from the first op on the vector waits, and a further
 * one changes nothing. ipi/self is the interrupt that is delivered.
 */
void payload(struct abi_shared *shared)
{
	set_gate(ABI_VECTOR, irq_counted, IST_NONE);
	MEASURE(shared, "wrmsr", ABI_VECTOR, MSR_X2APIC_SELF_IPI, 0);
	INTERRUPT(SPIN, "nop", 0, 0, 0);
}
