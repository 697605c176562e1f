// SPDX-License-Identifier: GPL-2.0-or-later
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "phases.h"
#include "util.h"

/* A counter of a thing that an op does once, or never. */
#define COUNT_TOLERANCE 0.05

/* --- sums of stretches ---------------------------------------------------- */

enum stretch {
	IOCTL_ENTRY,
	PRE_RUN,
	VM_ENTRY,
	VM_EXIT,
	POST_RUN,
	IOCTL_EXIT,
	STRETCHES
};

#define BIT(stretch) (1u << (stretch))
#define INSIDE	     (BIT(PRE_RUN) | BIT(VM_ENTRY) | BIT(VM_EXIT) | BIT(POST_RUN))
#define AROUND	     (BIT(IOCTL_ENTRY) | BIT(IOCTL_EXIT))
#define GUEST	     (BIT(VM_ENTRY) | BIT(VM_EXIT))

struct sum {
	unsigned int stretches;
	struct phase_bounds is;
};

#define MAX_SUMS 4

struct sums {
	struct sum sum[MAX_SUMS];
	size_t n;
	struct phase_bounds stretch[STRETCHES];
};

static void add_sum(struct sums *sums, unsigned int stretches,
		    const struct estimate *e)
{
	sums->sum[sums->n++] = (struct sum){
		.stretches = stretches,
		.is = { fmax(e->ci.lo, 0), fmax(e->ci.hi, 0) },
	};
}

/* What the stretches of @mask can add up to, as far as each is known. */
static struct phase_bounds add_up(const struct sums *sums, unsigned int mask)
{
	struct phase_bounds total = { 0, 0 };

	for (unsigned int i = 0; i < STRETCHES; i++) {
		if (!(mask & BIT(i)))
			continue;
		total.lo += sums->stretch[i].lo;
		total.hi += sums->stretch[i].hi;
	}
	return total;
}

/* What is left of each sum for @mask: true when that narrows @bounds. */
static bool narrow(const struct sums *sums, unsigned int mask,
		   struct phase_bounds *bounds)
{
	const struct phase_bounds before = *bounds;
	struct phase_bounds others;

	for (size_t i = 0; i < sums->n; i++) {
		const struct sum *sum = &sums->sum[i];

		if ((sum->stretches & mask) != mask)
			continue;
		others = add_up(sums, sum->stretches & ~mask);
		bounds->lo = fmax(bounds->lo, sum->is.lo - others.hi);
		bounds->hi = fmin(bounds->hi, sum->is.hi - others.lo);
	}
	return bounds->lo > before.lo || bounds->hi < before.hi;
}

/*
 * Narrow each stretch until nothing changes. Every bound follows from sums
 * that hold at once, so none can be too narrow; the number of rounds only
 * limits how close they come.
 */
static void solve(struct sums *sums)
{
	bool changed = true;

	for (unsigned int i = 0; i < STRETCHES; i++)
		sums->stretch[i] = (struct phase_bounds){ 0, INFINITY };
	for (int round = 0; changed && round < 100; round++) {
		changed = false;
		for (unsigned int i = 0; i < STRETCHES; i++)
			changed |= narrow(sums, BIT(i), &sums->stretch[i]);
	}
}

/* --- exits ---------------------------------------------------------------- */

/* Sums, where infinity less infinity has no place: guest is found last. */
static void store_phases(const struct sums *sums, struct phases_exit *exit)
{
	static const unsigned int masks[] = {
		[PHASE_IOCTL_ENTRY] = BIT(IOCTL_ENTRY),
		[PHASE_PRE_RUN] = BIT(PRE_RUN),
		[PHASE_GUEST] = GUEST,
		[PHASE_POST_RUN] = BIT(POST_RUN),
		[PHASE_IOCTL_EXIT] = BIT(IOCTL_EXIT),
	};

	for (unsigned int i = 0; i < PHASES; i++) {
		exit->phase[i] = add_up(sums, masks[i]);
		narrow(sums, masks[i], &exit->phase[i]);
		if (exit->phase[i].lo > exit->phase[i].hi)
			exit->contradiction = true;
	}
}

static void derive_exit(const struct phases *phases,
			const struct results *results, struct phases_exit *exit)
{
	const bool ring3 = strstr(exit->variant, "cpl=3");
	const struct report_number enter =
		report_latency(results, "run/enter", ring3 ? "cpl=3" : "cpl=0");
	struct sums sums = { .n = 0 };
	struct estimate guest;

	add_sum(&sums, exit->to_monitor ? INSIDE | AROUND : INSIDE,
		&exit->total);
	if (exit->to_monitor && phases->immediate_exit.known)
		add_sum(&sums, AROUND, &phases->immediate_exit.estimate);
	if (exit->to_monitor && enter.known)
		add_sum(&sums, BIT(IOCTL_ENTRY) | BIT(PRE_RUN) | BIT(VM_ENTRY),
			&enter.estimate);
	exit->traced = report_counter(results, exit->bench, exit->variant,
				      "trace_guest_ticks", &guest);
	if (exit->traced)
		add_sum(&sums, GUEST, &guest);
	solve(&sums);
	store_phases(&sums, exit);
	if (exit->to_monitor)
		return;
	exit->phase[PHASE_IOCTL_ENTRY] = (struct phase_bounds){ 0, 0 };
	exit->phase[PHASE_IOCTL_EXIT] = (struct phase_bounds){ 0, 0 };
}

static double counter(const struct results *results,
		      const struct result_group *group, const char *metric)
{
	struct estimate per_op = { 0 };

	report_counter(results, group->bench, group->variant, metric, &per_op);
	return per_op.value;
}

static bool near(double count, double expected)
{
	return fabs(count - expected) <= COUNT_TOLERANCE;
}

/*
 * Is the op one exit and nothing else? KVM's statistics tell, and whether
 * KVM_RUN returned.
 */
static bool is_one_exit(const struct results *results,
			const struct result_group *group, bool *to_monitor)
{
	double exits = counter(results, group, "exits") -
		       counter(results, group, "irq_exits");
	double returns = counter(results, group, "userspace_exits");

	*to_monitor = near(returns, 1);
	return near(exits, 1) && (*to_monitor || near(returns, 0)) &&
	       near(counter(results, group, "halt_exits"), 0) &&
	       near(counter(results, group, "irq_injections"), 0) &&
	       near(counter(results, group, "nmi_injections"), 0);
}

static bool is_exit_latency(const struct result_group *group)
{
	return !strcmp(group->metric, "latency") &&
	       (!strncmp(group->bench, "exit/", 5) ||
		!strncmp(group->bench, "msr/", 4));
}

static void add_exit(struct phases *phases, const struct results *results,
		     const struct result_group *group)
{
	const struct report_number total =
		report_latency(results, group->bench, group->variant);
	struct phases_exit exit = {
		.bench = group->bench,
		.variant = group->variant,
		.total = total.estimate,
	};

	if (!total.known) {
		phases->n_unproven++;
		return;
	}
	if (!is_one_exit(results, group, &exit.to_monitor))
		return;
	derive_exit(phases, results, &exit);
	phases->exits = xrealloc(phases->exits, phases->n_exits + 1,
				 sizeof(*phases->exits));
	phases->exits[phases->n_exits++] = exit;
}

void phases_derive(struct phases *phases, const struct results *results)
{
	*phases = (struct phases){
		.syscall = report_latency(results, "run/syscall", ""),
		.ioctl = report_latency(results, "run/ioctl", ""),
		.immediate_exit =
			report_latency(results, "run/immediate-exit", ""),
	};
	for (size_t i = 0; i < results->n_groups; i++)
		if (is_exit_latency(&results->groups[i]))
			add_exit(phases, results, &results->groups[i]);
}

void phases_free(struct phases *phases)
{
	free(phases->exits);
	*phases = (struct phases){ 0 };
}
