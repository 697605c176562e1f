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
#define AROUND	     (BIT(IOCTL_ENTRY) | BIT(IOCTL_EXIT))
#define GUEST	     (BIT(VM_ENTRY) | BIT(VM_EXIT))
#define INSIDE	     (BIT(PRE_RUN) | GUEST | BIT(POST_RUN))

#define ALL ((1u << STRETCHES) - 1)

/* What each set of stretches can have taken together, by the set's bits. */
struct sums {
	struct phase_bounds of[ALL + 1];
};

static void start_sums(struct sums *sums)
{
	for (unsigned int set = 1; set <= ALL; set++)
		sums->of[set] = (struct phase_bounds){ 0, INFINITY };
	sums->of[0] = (struct phase_bounds){ 0, 0 };
}

/* True when that says more than what was known. */
static bool narrow(struct phase_bounds *known, double lo, double hi)
{
	bool narrower = lo > known->lo || hi < known->hi;

	known->lo = fmax(known->lo, lo);
	known->hi = fmin(known->hi, hi);
	return narrower;
}

static void add_sum(struct sums *sums, unsigned int set,
		    const struct estimate *e)
{
	narrow(&sums->of[set], e->ci.lo, fmax(e->ci.hi, 0));
}

/* Two sets without a common stretch: each follows from the other and both. */
static bool combine(struct sums *sums, unsigned int a, unsigned int b)
{
	struct phase_bounds *x = &sums->of[a], *y = &sums->of[b];
	struct phase_bounds *both = &sums->of[a | b];

	bool narrower = narrow(both, x->lo + y->lo, x->hi + y->hi);

	narrower |= narrow(x, both->lo - y->hi, both->hi - y->lo);
	narrower |= narrow(y, both->lo - x->hi, both->hi - x->lo);
	return narrower;
}

/*
 * Until nothing changes. Every bound follows from sums that hold at once, so
 * none is too narrow; rounds are limited for sums that contradict each other,
 * which would drift apart for ever.
 */
static void solve(struct sums *sums)
{
	bool changed = true;

	for (int round = 0; changed && round < 32; round++) {
		changed = false;
		for (unsigned int a = 1; a <= ALL; a++)
			for (unsigned int b = a + 1; b <= ALL; b++)
				if (!(a & b))
					changed |= combine(sums, a, b);
	}
}

static bool contradictory(const struct sums *sums)
{
	for (unsigned int set = 1; set <= ALL; set++)
		if (sums->of[set].lo > sums->of[set].hi)
			return true;
	return false;
}

/* --- exits ---------------------------------------------------------------- */

static void store_phases(const struct sums *sums, struct phases_exit *exit)
{
	exit->contradiction = contradictory(sums);
	exit->phase[PHASE_IOCTL_ENTRY] = sums->of[BIT(IOCTL_ENTRY)];
	exit->phase[PHASE_PRE_RUN] = sums->of[BIT(PRE_RUN)];
	exit->phase[PHASE_GUEST] = sums->of[GUEST];
	exit->phase[PHASE_POST_RUN] = sums->of[BIT(POST_RUN)];
	exit->phase[PHASE_IOCTL_EXIT] = sums->of[BIT(IOCTL_EXIT)];
}

static bool near(double count, double expected)
{
	return fabs(count - expected) <= COUNT_TOLERANCE;
}

static double ticks_per_ns(const struct results *results)
{
	const json_t *guest = json_object_get(results->sources[0].env, "guest");
	const json_t *khz = json_object_get(guest, "tsc_khz");

	return (double)json_integer_value(khz) / 1e6;
}

/* The reason that the trace saw once an op, or NULL. */
static const char *traced_reason(const struct results *results,
				 const struct phases_exit *exit)
{
	const size_t prefix = strlen("exit_reason:");
	const struct result_group *group;
	struct estimate per_op;

	for (size_t i = 0; i < results->n_groups; i++) {
		group = &results->groups[i];
		if (!strcmp(group->bench, exit->bench) &&
		    !strcmp(group->variant, exit->variant) &&
		    !strncmp(group->metric, "exit_reason:", prefix) &&
		    report_counter(results, group->bench, group->variant,
				   group->metric, &per_op) &&
		    near(per_op.value, 1))
			return group->metric + prefix;
	}
	return NULL;
}

/* From kvm_exit to kvm_entry, in ticks: at most that, as tracing takes time. */
static bool traced_time(const struct results *results,
			const struct phases_exit *exit, struct estimate *time)
{
	const char *reason = traced_reason(results, exit);
	const double factor = ticks_per_ns(results);
	char metric[128];

	if (!reason || factor <= 0)
		return false;
	snprintf(metric, sizeof(metric), "exit_time:%s", reason);
	if (!report_counter(results, exit->bench, exit->variant, metric, time))
		return false;
	time->value *= factor;
	time->ci.lo = 0;
	time->ci.hi *= factor;
	return true;
}

static void derive_exit(const struct phases *phases,
			const struct results *results, struct phases_exit *exit)
{
	const unsigned int whole = exit->to_monitor ? INSIDE | AROUND : INSIDE;
	const bool ring3 = strstr(exit->variant, "cpl=3");
	const struct report_number enter =
		report_latency(results, "run/enter", ring3 ? "cpl=3" : "cpl=0");
	struct sums sums;
	struct estimate host;

	start_sums(&sums);
	add_sum(&sums, whole, &exit->total);
	if (exit->to_monitor && phases->immediate_exit.known)
		add_sum(&sums, AROUND, &phases->immediate_exit.estimate);
	if (exit->to_monitor && enter.known)
		add_sum(&sums, BIT(IOCTL_ENTRY) | BIT(PRE_RUN) | BIT(VM_ENTRY),
			&enter.estimate);
	exit->traced = traced_time(results, exit, &host);
	if (exit->traced)
		add_sum(&sums, whole & ~GUEST, &host);
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
