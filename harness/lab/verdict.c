// SPDX-License-Identifier: GPL-2.0-or-later
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "compare-cells.h"
#include "lab/verdict.h"
#include "text-lines.h"
#include "util.h"

int lab_verdict_load(struct lab_verdict *v, char *const *base, char *const *new,
		     size_t n, struct error *err)
{
	static const struct results_query latencies = { .stat = RESULT_P50,
							.metric = "latency" };
	static const struct compare_options options = {
		.stat = RESULT_P50,
		.seed = COMPARE_SEED,
		.resamples = COMPARE_RESAMPLES,
	};

	*v = (struct lab_verdict){ 0 };
	if (results_load(&v->base, (const char *const *)base, n, &latencies,
			 err) ||
	    results_load(&v->new, (const char *const *)new, n, &latencies, err))
		return -1;
	return compare_sides(&v->comparison, &v->base, &v->new, &options, err);
}

void lab_verdict_free(struct lab_verdict *v)
{
	compare_free(&v->comparison);
	results_free(&v->base);
	results_free(&v->new);
}

char *lab_shift_text(const struct compare_row *row)
{
	const struct compare_line line = { .row = row };
	bool counted = row->method == COMPARE_COUNTED;
	struct compare_cells cells;
	char *text;

	compare_fill(&cells, &line);
	text = xasprintf("%s%s%s%s%s%s", cells.delta,
			 counted ? " instructions/op" : "",
			 *cells.delta_ci ? " " : "", cells.delta_ci,
			 *cells.p && !counted ? " " : "",
			 counted ? "" : cells.p);
	free(cells.name);
	return text;
}

static void print_row(FILE *out, const struct compare_row *row)
{
	char *name = compare_name(row->base.group);
	char *shift = lab_shift_text(row);
	char *text = xasprintf("%s  %.10g -> %.10g  %s", name,
			       row->base.median.value, row->new.median.value,
			       shift);

	text_wrapped(out, "  ", "    ", text_clean(text));
	free(text);
	free(shift);
	free(name);
}

void lab_verdict_print(FILE *out, const struct lab_verdict *v)
{
	const struct comparison *c = &v->comparison;
	size_t n = 0, counted = 0, still = 0;

	for (size_t i = 0; i < c->n_rows; i++) {
		bool exact = c->rows[i].method == COMPARE_COUNTED;
		bool same = c->rows[i].verdict == COMPARE_SAME;

		n += !same;
		counted += exact;
		still += exact && same;
	}
	text_line(out, "%zu of %zu rows moved%s", n, c->n_rows, n ? ":" : "");
	for (size_t i = 0; i < c->n_rows; i++)
		if (c->rows[i].verdict != COMPARE_SAME)
			print_row(out, &c->rows[i]);
	if (counted)
		text_line(out, "%zu rows: 0 instructions/op, exactly", still);
	if (c->counted && counted < c->n_rows)
		text_line(
			out,
			"%zu rows vary with when they are measured: no verdict",
			c->n_rows - counted);
}

const struct compare_row *lab_verdict_worst(const struct comparison *c,
					    double threshold)
{
	const struct compare_row *worst = NULL;

	for (size_t i = 0; i < c->n_rows; i++) {
		const struct compare_row *row = &c->rows[i];

		if (row->verdict != COMPARE_HIGHER ||
		    (!isnan(threshold) && row->shift.value < threshold))
			continue;
		if (!worst || row->shift.value > worst->shift.value)
			worst = row;
	}
	return worst;
}
