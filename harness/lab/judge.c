// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdlib.h>

#include <gsl/gsl_sort.h>
#include <gsl/gsl_statistics_double.h>

#include "lab/judge.h"
#include "lab/verdict.h"
#include "text-lines.h"
#include "util.h"

/* What is known of all rows. */
struct tally {
	bool bad, good, failed;
};

static enum lab_judgement judgement_of(const struct tally *t)
{
	if (t->bad)
		return LAB_BAD;
	return t->good && !t->failed ? LAB_GOOD : LAB_OPEN;
}

enum lab_judgement lab_judge_pair(const struct comparison *c, double threshold)
{
	struct tally t = { .bad = lab_verdict_worst(c, threshold) != NULL };

	for (size_t i = 0; i < c->n_unpaired; i++)
		t.failed |= compare_is_broken(&c->unpaired[i]);
	for (size_t i = 0; i < c->n_rows; i++)
		t.good |= c->rows[i].method != COMPARE_VARIES;
	return judgement_of(&t);
}

/* Also what is said of a row behind its name; owned by the caller. */
static char *judge_row(const struct result_group *g, double above, bool counted,
		       struct tally *t)
{
	bool fails = g->n_rows[STATUS_FAIL];
	double *sorted, median;
	char *text;

	if (!g->n_values) {
		t->failed |= fails;
		return xasprintf("%s: %s", fails ? "failed" : "skipped",
				 g->reason ? g->reason : "no reason is known");
	}
	sorted = xcalloc(g->n_values, sizeof(*sorted));
	for (size_t i = 0; i < g->n_values; i++)
		sorted[i] = g->values[i].value;
	gsl_sort(sorted, 1, g->n_values);
	median = gsl_stats_median_from_sorted_data(sorted, 1, g->n_values);
	if (counted && !compare_is_steady(g, sorted)) {
		text = xasprintf("%.10g ticks, varies: no verdict", median);
	} else {
		t->bad |= median > above;
		t->good |= median <= above;
		text = xasprintf("%.10g ticks", median);
	}
	free(sorted);
	return text;
}

enum lab_judgement lab_judge_alone(const struct results *r, double above,
				   bool counted, FILE *out)
{
	struct tally t = { 0 };

	for (size_t i = 0; i < r->n_groups; i++) {
		char *name = compare_name(&r->groups[i]);
		char *said = judge_row(&r->groups[i], above, counted, &t);
		char *text = xasprintf("%s  %s", name, said);

		text_wrapped(out, "", "  ", text_clean(text));
		free(text);
		free(said);
		free(name);
	}
	return judgement_of(&t);
}
