// SPDX-License-Identifier: GPL-2.0-or-later
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "bench/bench.h"
#include "pattern.h"
#include "report-verified.h"
#include "text-lines.h"
#include "util.h"
#include "verify.h"

/* What rows say of exits; of the shown rows, with the counters of all. */
struct verified {
	size_t rows; /* with latencies */
	size_t ok; /* of these, in all of their launches */
	/*
	 * Of these, where the guest was not left. Some declare it (base/empty),
	 * some allow it, since CPU and KVM decide it: MSRs that are passed
	 * through, DR7 between exits.
	 */
	size_t without_exit;
	/*
	 * Exits per op, less the host's own interrupts, as a share of what the
	 * benchmark declares: over the ok rows of those that declare some.
	 */
	size_t counted;
	double least, mean, most;
};

/* What an expectation declares of exits in this variant; 0: nothing. */
static double declared_by(const struct expectation *e, const char *variant)
{
	if (e->rule != EXPECT_EACH || strcmp(e->stat, "exits") ||
	    (e->when && !variant_has_setting(variant, e->when)))
		return 0;
	return e->per_op;
}

/* How many exits an op of @row declares; 0 when none, or unknown. */
static double declared_exits(const struct result_group *row)
{
	double exits = 0;

	for (size_t f = 0; bench_families[f]; f++)
		for (const struct bench *b = bench_families[f]; b->name; b++)
			for (size_t i = 0;
			     !strcmp(b->name, row->bench) && b->expect[i].rule;
			     i++)
				exits += declared_by(&b->expect[i],
						     row->variant);
	return exits;
}

static const struct result_group *counter_of(const struct results *r,
					     const struct result_group *row,
					     const char *metric)
{
	struct result_group key = *row, *keys = &key;

	key.metric = metric;
	key.unit = "per_op";
	for (size_t i = 0; i < r->n_groups; i++)
		if (!result_group_compare(&r->groups[i], keys))
			return &r->groups[i];
	return NULL;
}

/* NAN when nobody counted. */
static double mean_of(const struct result_group *g)
{
	double sum = 0;

	if (!g || !g->n_values)
		return NAN;
	for (size_t i = 0; i < g->n_values; i++)
		sum += g->values[i].value;
	return sum / (double)g->n_values;
}

/* Exits per op, less the host's own interrupts; NAN when not known. */
static double measured_exits(const struct results *all,
			     const struct result_group *row)
{
	double exits = mean_of(counter_of(all, row, "exits"));
	double irqs = mean_of(counter_of(all, row, "irq_exits"));

	return exits - (isnan(irqs) ? 0 : irqs);
}

/* The same against the declared ones; NAN when not known. */
static double exits_share(const struct results *all,
			  const struct result_group *row)
{
	double declared = declared_exits(row);

	return declared > 0 ? measured_exits(all, row) / declared : NAN;
}

/* Has the kernel of @all the statistic? What does not move is not written. */
static bool counts_exits(const struct results *all)
{
	for (size_t i = 0; i < all->n_groups; i++)
		if (!strcmp(all->groups[i].metric, "exits") &&
		    all->groups[i].n_values)
			return true;
	return false;
}

static bool is_without_exit(const struct results *all,
			    const struct result_group *row)
{
	const struct result_group *g = counter_of(all, row, "exits");

	if (!g)
		return true;
	return g->n_values &&
	       verify_is_near(measured_exits(all, row) * g->fewest_samples, 0,
			      g->fewest_samples);
}

static struct verified verify_side(const struct report_side *side)
{
	struct verified v = { .least = INFINITY, .most = -INFINITY };
	bool known = counts_exits(side->all);

	for (size_t i = 0; i < side->shown->n_groups; i++) {
		const struct result_group *g = &side->shown->groups[i];
		double share;

		if (strcmp(g->metric, "latency") || !g->n_values)
			continue;
		v.rows++;
		if (g->n_rows[STATUS_OK] != g->n_values)
			continue;
		v.ok++;
		v.without_exit += known && is_without_exit(side->all, g);
		share = exits_share(side->all, g);
		if (isnan(share))
			continue;
		v.counted++;
		v.mean += share;
		v.least = fmin(v.least, share);
		v.most = fmax(v.most, share);
	}
	v.mean /= v.counted ? (double)v.counted : 1;
	return v;
}

/* "61 of 63 rows, 6 of them without an exit, 2 unverified" */
static char *rows_text(const struct verified *v)
{
	char *without = v->without_exit ? xasprintf(" %zu of them without an "
						    "exit,",
						    v->without_exit)
					: xstrdup("");
	char *text = xasprintf("%zu of %zu rows,%s %zu unverified", v->ok,
			       v->rows, without, v->rows - v->ok);

	free(without);
	return text;
}

/* "1.000 (0.998 to 1.001) of the declared, 33 rows" */
static char *exits_text(const struct verified *v)
{
	char *range, *text;

	if (!v->counted)
		return xstrdup("of no row");
	range = v->most - v->least >= 0.0005
			? xasprintf(" (%.3f to %.3f)", v->least, v->most)
			: xstrdup("");
	text = xasprintf("%.3f%s of the declared, %zu row%s", v->mean, range,
			 v->counted, plural(v->counted));
	free(range);
	return text;
}

static void print_side(FILE *out, const struct report_side *side,
		       const char *name)
{
	struct verified v = verify_side(side);
	char *exits, *rows, *text;

	if (!v.rows)
		return;
	exits = exits_text(&v);
	rows = rows_text(&v);
	text = xasprintf("Exits per op verified against KVM statistics%s: %s; "
			 "events verified: %s",
			 name, exits, rows);
	text_wrapped(out, "", "  ", text);
	free(text);
	free(rows);
	free(exits);
}

void report_print_verified(FILE *out, const struct report_side *base,
			   const struct report_side *new)
{
	print_side(out, base, new ? ", base" : "");
	if (new)
		print_side(out, new, ", new");
}
