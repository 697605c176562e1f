// SPDX-License-Identifier: GPL-2.0-or-later
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "bench/bench.h"
#include "pattern.h"
#include "report-verified.h"
#include "text-lines.h"
#include "util.h"

/* What rows say of exits; of the shown rows, with the counters of all. */
struct verified {
	size_t rows; /* with latencies */
	size_t ok; /* of these, in all of their launches */
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

/* Measured exits of one op against the declared ones; NAN when not known. */
static double exits_share(const struct results *all,
			  const struct result_group *row)
{
	double declared = declared_exits(row);
	double exits = mean_of(counter_of(all, row, "exits"));
	double irqs = mean_of(counter_of(all, row, "irq_exits"));

	if (!(declared > 0))
		return NAN;
	return (exits - (isnan(irqs) ? 0 : irqs)) / declared;
}

static struct verified verify(const struct report_side *side)
{
	struct verified v = { .least = INFINITY, .most = -INFINITY };

	for (size_t i = 0; i < side->shown->n_groups; i++) {
		const struct result_group *g = &side->shown->groups[i];
		double share;

		if (strcmp(g->metric, "latency") || !g->n_values)
			continue;
		v.rows++;
		if (g->n_rows[RESULT_OK] != g->n_values)
			continue;
		v.ok++;
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

static void print_side(FILE *out, const struct report_side *side,
		       const char *name)
{
	struct verified v = verify(side);
	char *range = xstrdup(""), *exits, *text;

	if (!v.rows) {
		free(range);
		return;
	}
	if (v.counted && v.most - v.least >= 0.0005) {
		free(range);
		range = xasprintf(" (%.3f to %.3f)", v.least, v.most);
	}
	exits = v.counted ? xasprintf("Exits per op verified against KVM "
				      "statistics%s: %.3f%s of the declared, "
				      "%zu row%s",
				      name, v.mean, range, v.counted,
				      v.counted == 1 ? "" : "s")
			  : xasprintf("Exits per op verified against KVM "
				      "statistics%s: of no row",
				      name);
	text = xasprintf("%s; events verified: %zu of %zu rows, "
			 "%zu unverified",
			 exits, v.ok, v.rows, v.rows - v.ok);
	text_wrapped(out, "", "  ", text);
	free(text);
	free(exits);
	free(range);
}

void report_print_verified(FILE *out, const struct report_side *base,
			   const struct report_side *new)
{
	print_side(out, base, new ? ", base" : "");
	if (new)
		print_side(out, new, ", new");
}
