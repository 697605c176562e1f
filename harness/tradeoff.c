// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdio.h>

#include "json-path.h"
#include "phases.h"
#include "tradeoff.h"

static const struct tradeoff_method nmi_methods[TRADEOFF_NMIS] = {
	{ .name = "NMI in the run loop",
	  .bench = "nmi/host-ipi",
	  .variant = "from=run-loop,part=whole" },
	{ .name = "NMI of the PMU",
	  .bench = "nmi/host-pmi",
	  .variant = "",
	  .other_entry = true },
	{ .name = "#DB in the run loop",
	  .bench = "nmi/host-db",
	  .variant = "from=run-loop" },
	{ .name = "#DB in a system call",
	  .bench = "nmi/host-db",
	  .variant = "from=syscall" },
	{ .name = "NMI in a guest",
	  .bench = "nmi/guest-paranoid",
	  .variant = "base=lsl,from=ring0,part=whole" },
	{ .name = "NMI to its handler", .bench = "nmi/self", .variant = "" },
};

static const struct tradeoff_method difference_methods[TRADEOFF_DIFFERENCES] = {
	{ .name = "in a guest's entry",
	  .bench = "nmi/guest-paranoid",
	  .variant = "base=lsl,from=ring0,part=entry",
	  .less_bench = "nmi/guest-paranoid",
	  .less_variant = "base=rdpid,from=ring0,part=entry" },
	{ .name = "in the host's kernel",
	  .bench = "insn/lsl",
	  .variant = "where=host0",
	  .less_bench = "insn/rdpid",
	  .less_variant = "where=host0" },
	{ .name = "in host user space",
	  .bench = "insn/lsl",
	  .variant = "where=host3",
	  .less_bench = "insn/rdpid",
	  .less_variant = "where=host3" },
};

/* Did the guest's own access go through, without an exit? */
static bool passed_through(const struct results *results, const char *bench)
{
	struct estimate exits;

	return !report_counter(results, bench, "", "exits", &exits) ||
	       exits.value < 0.05;
}

/* @own, where it costs what it costs the host; else a row of insn/. */
static struct report_number msr_access(const struct results *results,
				       const char *own, const char *other,
				       const char **row)
{
	struct report_number number = report_latency(results, own, "");

	*row = own;
	if (number.known && passed_through(results, own))
		return number;
	*row = other;
	return report_latency(results, other, "where=guest0");
}

static void find_round_trip(struct tradeoff_tsc_aux *t,
			    const struct results *results)
{
	const struct phases_exit *cheapest = NULL;
	struct phases phases;

	phases_derive(&phases, results);
	for (size_t i = 0; i < phases.n_exits; i++)
		if (!cheapest ||
		    phases.exits[i].total.value < cheapest->total.value)
			cheapest = &phases.exits[i];
	t->round_trip.known = cheapest;
	if (cheapest) {
		t->round_trip.estimate = cheapest->total;
		snprintf(t->round_trip_row, sizeof(t->round_trip_row), "%s%s%s",
			 cheapest->bench, *cheapest->variant ? " " : "",
			 cheapest->variant);
	} else {
		snprintf(t->round_trip.why, sizeof(t->round_trip.why),
			 "no exit/ or msr/ row has one proven exit an op");
	}
	phases_free(&phases);
}

static struct report_number sum_of_two(double a, const struct report_number *x,
				       double b, const struct report_number *y)
{
	const struct report_term terms[] = { { a, x }, { b, y } };

	return report_sum(terms, 2);
}

static struct report_number price(const struct tradeoff_method *method,
				  const struct results *results)
{
	const struct report_number ticks =
		report_latency(results, method->bench, method->variant);
	struct report_number less;

	if (!method->less_bench)
		return ticks;
	less = report_latency(results, method->less_bench,
			      method->less_variant);
	return sum_of_two(1, &ticks, -1, &less);
}

/* The first that is known, or the last. */
static const struct tradeoff_priced *
price_all(struct tradeoff_priced *priced, const struct tradeoff_method *methods,
	  size_t n, const struct results *results)
{
	const struct tradeoff_priced *first = NULL;

	for (size_t i = 0; i < n; i++) {
		priced[i].method = &methods[i];
		priced[i].ticks = price(&methods[i], results);
		if (!first && priced[i].ticks.known && !methods[i].other_entry)
			first = &priced[i];
	}
	return first ? first : &priced[n - 1];
}

static void derive(struct tradeoff_tsc_aux *t)
{
	const struct report_term twice[] = { { 2, &t->wrmsr } };

	t->per_entry = report_sum(twice, 1);
	t->per_entry_read = sum_of_two(2, &t->wrmsr, 1, &t->rdmsr);
	t->share = report_quotient(&t->per_entry, &t->round_trip);
	t->share_read = report_quotient(&t->per_entry_read, &t->round_trip);
	t->share_nmi = report_quotient(&t->per_nmi->ticks, &t->nmi->ticks);
	t->break_even = report_quotient(&t->per_entry, &t->per_nmi->ticks);
}

static void compare_shape(struct tradeoff_shape *shape,
			  const struct results *results)
{
	static const char bench[] = "msr/tsc-aux-per-entry";
	char same_text[64], different_text[64];
	struct report_number same, different;

	snprintf(same_text, sizeof(same_text), "shape=%s,aux=same",
		 shape->name);
	snprintf(different_text, sizeof(different_text),
		 "shape=%s,aux=different", shape->name);
	same = report_latency(results, bench, same_text);
	different = report_latency(results, bench, different_text);
	shape->difference = sum_of_two(1, &different, -1, &same);
	shape->counted = report_counter(results, bench, different_text,
					"msr_writes:TSC_AUX", &shape->writes);
}

void tradeoff_tsc_aux(struct tradeoff_tsc_aux *t, const struct results *results)
{
	static const char *const shapes[] = { "kernel", "user", "blocked" };

	*t = (struct tradeoff_tsc_aux){
		.lsl = report_latency(results, "insn/lsl", "where=host3"),
		.rdpid = report_latency(results, "insn/rdpid", "where=host3"),
	};
	t->nmi = price_all(t->nmis, nmi_methods, TRADEOFF_NMIS, results);
	t->per_nmi = price_all(t->differences, difference_methods,
			       TRADEOFF_DIFFERENCES, results);
	t->wrmsr = msr_access(results, "msr/wr-tsc-aux", "insn/wrmsr",
			      &t->wrmsr_row);
	t->rdmsr = msr_access(results, "msr/rd-tsc-aux", "insn/rdmsr",
			      &t->rdmsr_row);
	t->instructions = results->n_sources &&
			  json_is_true(json_at(results->sources[0].env,
					       "lab.deterministic"));
	find_round_trip(t, results);
	derive(t);
	for (size_t i = 0; i < TRADEOFF_SHAPES; i++) {
		t->shape[i].name = shapes[i];
		compare_shape(&t->shape[i], results);
	}
}
