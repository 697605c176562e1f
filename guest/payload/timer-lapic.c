// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The LAPIC timer's one-shot and periodic modes. Its counter runs at KVM's
 * 1 GHz bus clock (kernel: APIC_BUS_CYCLE_NS), so a count is a nanosecond.
 */
#include "measure.h"
#include "msr-index.h"

struct lapic_timer {
	uint32_t count; /* ns */
	uint64_t period; /* TSC ticks */
	uint64_t missed;
	uint64_t last; /* TSC of the last handler; 0: not in step */
};

/* From the expiry, counted from just before the WRMSR, to the handler. */
static uint64_t timed_one_shot(const struct lapic_timer *timer)
{
	return TIMED_INTERRUPT(SPIN, "wrmsr", timer->count,
			       MSR_X2APIC_TIMER_INITIAL, 0) -
	       timer->period;
}

/* One that came late, in the time between passes, is not a start. */
static void get_in_step(struct lapic_timer *timer)
{
	for (int i = 0; i < 2; i++)
		INTERRUPT(HLT, "", 0, 0, 0);
	timer->last = irq_tsc;
}

/* By how much the time between two handlers differs from the period. */
static uint64_t timed_period(struct lapic_timer *timer)
{
	uint64_t elapsed;

	if (!timer->last)
		get_in_step(timer);
	INTERRUPT(HLT, "", 0, 0, 0);
	elapsed = irq_tsc - timer->last;
	timer->last = irq_tsc;
	/* Periods whose interrupts came together in one. */
	if (elapsed > 2 * timer->period)
		timer->missed += elapsed / timer->period - 1;
	return elapsed > timer->period ? elapsed - timer->period
				       : timer->period - elapsed;
}

static void measure_one_shot(struct abi_shared *shared,
			     const struct lapic_timer *timer)
{
	uint64_t ops;

	wrmsr(MSR_X2APIC_LVT_TIMER, ABI_VECTOR);
	ops = TIMED_PASS(shared, timed_one_shot(timer));
	set_gate(ABI_VECTOR, irq_counted, IST_NONE);
	COUNTED_PASS(shared, ops,
		     INTERRUPT(SPIN, "wrmsr", timer->count,
			       MSR_X2APIC_TIMER_INITIAL, 0));
}

static void measure_periodic(struct abi_shared *shared,
			     struct lapic_timer *timer)
{
	uint64_t ops;

	wrmsr(MSR_X2APIC_LVT_TIMER, APIC_LVT_PERIODIC | ABI_VECTOR);
	wrmsr(MSR_X2APIC_TIMER_INITIAL, timer->count);
	PREPARE(shared, timed_period(timer));
	timer->last = 0;
	timer->missed = 0;
	ops = SAMPLE_PASS(ABI_PASS_TIMED, shared, timed_period(timer));
	shared->missed = timer->missed;
	set_gate(ABI_VECTOR, irq_counted, IST_NONE);
	COUNTED_PASS(shared, ops, INTERRUPT(HLT, "", 0, 0, 0));
}

void payload(struct abi_shared *shared)
{
	uint64_t ns = shared->arg[ABI_ARG_DELAY_NS];
	struct lapic_timer timer = {
		.count = (uint32_t)ns,
		.period = ns_to_ticks(shared, ns),
	};

	wrmsr(MSR_X2APIC_TIMER_DIVIDE, APIC_TIMER_DIVIDE_BY_1);
	set_gate(ABI_VECTOR, irq_timed, IST_NONE);
	if (shared->arg[ABI_ARG_PERIODIC])
		measure_periodic(shared, &timer);
	else
		measure_one_shot(shared, &timer);
}
