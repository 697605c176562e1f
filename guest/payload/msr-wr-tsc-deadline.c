// SPDX-License-Identifier: GPL-2.0-or-later
#include "measure.h"
#include "msr-index.h"

/* As far ahead as the VMX preemption timer reaches, and never due. */
#define AHEAD_MS 10000

/* Arms the timer anew each time, as an operating system does. */
void payload(struct abi_shared *shared)
{
	uint64_t ahead = AHEAD_MS * shared->tsc_khz, deadline;

	wrmsr(MSR_X2APIC_LVT_TIMER, APIC_LVT_TSC_DEADLINE | ABI_VECTOR);
	MEASURE(shared, "wrmsr", (uint32_t)(deadline = rdtsc() + ahead),
		MSR_TSC_DEADLINE, deadline >> 32);
	wrmsr(MSR_TSC_DEADLINE, 0);
}
