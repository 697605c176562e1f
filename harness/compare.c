// SPDX-License-Identifier: GPL-2.0-or-later
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "compare.h"
#include "compare-judge.h"
#include "json-path.h"
#include "util.h"

const struct compare_mark_text compare_marks[COMPARE_MARKS] = {
	{ COMPARE_FEW, 'f', "too few launches to reach p < 0.05" },
	{ COMPARE_DRIFT, 'd', "launches drift: intervals and p may be wrong" },
	{ COMPARE_SERIAL, 's',
	  "each launch is like the one before: intervals are too narrow" },
	{ COMPARE_BOOT_SPREAD, 'b',
	  "boots of one side differ: intervals are too narrow" },
	{ COMPARE_OVERHEAD, 'o',
	  "the overhead of measuring moved by half the shift or more" },
	{ COMPARE_UNVERIFIED, 'u', "event not verified" },
	{ COMPARE_LOST, 'l', "some launches failed or were skipped" },
	{ COMPARE_PHASE, 'v', "varies with when it is measured: no verdict" },
};

const char *compare_method_name(enum compare_method method)
{
	static const char *const names[] = {
		[COMPARE_EXACT] = "exact",   [COMPARE_COUNTED] = "counted",
		[COMPARE_VARIES] = "varies", [COMPARE_RANKS] = "ranks",
		[COMPARE_BOOTS] = "boots",
	};

	return names[method];
}

const char *compare_verdict_name(enum compare_verdict verdict)
{
	static const char *const names[] = {
		[COMPARE_SAME] = "~",
		[COMPARE_LOWER] = "lower",
		[COMPARE_HIGHER] = "higher",
	};

	return names[verdict];
}

char *compare_name(const struct result_group *group)
{
	if (!*group->variant)
		return xstrdup(group->bench);
	return xasprintf("%s[%s]", group->bench, group->variant);
}

static bool same_member(const json_t *a, const json_t *b, const char *path)
{
	a = json_at(a, path);
	b = json_at(b, path);
	return a == b || json_equal(a, b);
}

/* Are all of @r from the machine that @of is from, whose boots do not differ? */
static bool env_counted(const struct results *r, const struct results *of)
{
	for (size_t i = 0; i < r->n_sources; i++) {
		const json_t *env = r->sources[i].env;

		if (!json_is_true(json_at(env, "lab.deterministic")) ||
		    !same_member(env, of->sources[0].env, "lab.machine") ||
		    !same_member(env, of->sources[0].env, "lab.emulator"))
			return false;
	}
	return r->n_sources;
}

/* The groups of the rows of the first metric: one table, latencies mostly. */
static size_t first_table(const struct comparison *c, int side,
			  const struct result_group **groups)
{
	const struct result_group *first = c->rows[0].base.group;
	size_t n;

	for (n = 0; n < c->n_rows; n++) {
		const struct compare_row *row = &c->rows[n];

		if (strcmp(row->base.group->metric, first->metric) ||
		    strcmp(row->base.group->unit, first->unit))
			break;
		groups[n] = side ? row->new.group : row->base.group;
	}
	return n;
}

/* What all rows together show of the order of launches marks all of them. */
static void judge_order(struct comparison *c)
{
	const struct result_group **groups;
	unsigned int marks = 0, boots = 0;
	size_t n = 0;

	if (!c->n_rows)
		return;
	groups = xcalloc(c->n_rows, sizeof(*groups));
	for (int side = 0; side < 2; side++) {
		n = first_table(c, side, groups);
		c->order[side] = order_test(groups, n, c->options.seed);
		if (c->order[side].drift_p < COMPARE_MARK_LEVEL / 2)
			marks |= COMPARE_DRIFT;
		if (c->order[side].serial_p < COMPARE_MARK_LEVEL / 2)
			marks |= COMPARE_SERIAL;
		if (c->order[side].boots_p < COMPARE_MARK_LEVEL / 2)
			boots = COMPARE_BOOT_SPREAD;
	}
	for (size_t i = 0; i < c->n_rows; i++) {
		c->rows[i].marks_alone = c->rows[i].marks;
		if (i < n && c->rows[i].method >= COMPARE_RANKS)
			c->rows[i].marks |= marks;
		/* Where boots are resampled, they may differ. */
		if (i < n && c->rows[i].method == COMPARE_RANKS)
			c->rows[i].marks |= boots;
	}
	free(groups);
}

static void correct(struct comparison *c)
{
	double *p = xcalloc(c->n_rows, sizeof(*p));
	size_t n = 0;

	for (size_t i = 0; i < c->n_rows; i++)
		if (!isnan(c->rows[i].p))
			p[n++] = c->rows[i].p;
	c->n_tested = n;
	benjamini_hochberg(p, n);
	n = 0;
	for (size_t i = 0; i < c->n_rows; i++)
		if (!isnan(c->rows[i].p))
			c->rows[i].q = p[n++];
	free(p);
}

static void decide(struct compare_row *row, double threshold)
{
	bool exact = row->method == COMPARE_EXACT ||
		     row->method == COMPARE_COUNTED;
	bool differs = exact ? row->shift.value != 0
			     : row->q < COMPARE_SIGNIFICANT;

	if (fabs(row->percent) < threshold || row->method == COMPARE_VARIES)
		differs = false;
	if (differs && row->shift.value > 0)
		row->verdict = COMPARE_HIGHER;
	else if (differs && row->shift.value < 0)
		row->verdict = COMPARE_LOWER;
	else
		row->verdict = COMPARE_SAME;
	/* Only a shift that is claimed can be owed to the overhead. */
	if (row->verdict == COMPARE_SAME)
		row->marks &= ~(unsigned int)COMPARE_OVERHEAD;
}

bool compare_is_regression(const struct compare_row *row, double percent)
{
	return row->verdict == COMPARE_HIGHER && !(row->percent < percent);
}

bool compare_is_broken(const struct compare_unpaired *u)
{
	return u->base && u->base->n_values && u->new && !u->new->n_values &&
	       u->new->n_rows[STATUS_FAIL];
}

/* A family's row has logarithms: of positive medians only. */
static void add_to_mean(struct compare_mean *mean,
			const struct compare_row *row)
{
	double base = row->base.median.value, new = row->new.median.value;
	double half;

	if (!(base > 0) || !(new > 0)) {
		mean->n_left_out++;
		return;
	}
	half = estimate_half(&row->shift) / base;
	mean->n_rows++;
	mean->known &= interval_is_known(&row->shift.ci);
	mean->base += log(base);
	mean->new += log(new);
	/* The rows are measured independently: their errors add as squares. */
	mean->half += half * half;
}

static void finish_mean(struct compare_mean *mean)
{
	double n = (double)mean->n_rows;

	mean->base = exp(mean->base / n);
	mean->new = exp(mean->new / n);
	mean->percent = 100 * (mean->new / mean->base - 1);
	mean->half = 100 * sqrt(mean->half) / n;
}

static struct compare_mean *mean_of(struct comparison *c,
				    const struct result_group *g)
{
	size_t len = strcspn(g->bench, "/");
	struct compare_mean *mean;

	/* Rows come sorted by metric and family, so it is the last or new. */
	mean = c->n_means ? &c->means[c->n_means - 1] : NULL;
	if (mean && !strcmp(mean->metric, g->metric) &&
	    !strcmp(mean->unit, g->unit) && strlen(mean->family) == len &&
	    !strncmp(mean->family, g->bench, len))
		return mean;
	c->means = xrealloc(c->means, c->n_means + 1, sizeof(*c->means));
	mean = &c->means[c->n_means++];
	*mean = (struct compare_mean){ .metric = g->metric,
				       .unit = g->unit,
				       .known = true };
	mean->family = xasprintf("%.*s", (int)len, g->bench);
	return mean;
}

/* A family without a positive median has no mean. */
static void drop_empty_means(struct comparison *c)
{
	size_t kept = 0;

	for (size_t i = 0; i < c->n_means; i++)
		if (c->means[i].n_rows)
			c->means[kept++] = c->means[i];
		else
			free(c->means[i].family);
	c->n_means = kept;
}

static void take_means(struct comparison *c)
{
	/* What varies with when it is measured has no part in a verdict. */
	for (size_t i = 0; i < c->n_rows; i++)
		if (c->rows[i].method != COMPARE_VARIES)
			add_to_mean(mean_of(c, c->rows[i].base.group),
				    &c->rows[i]);
	drop_empty_means(c);
	for (size_t i = 0; i < c->n_means; i++)
		finish_mean(&c->means[i]);
}

static void add_unpaired(struct comparison *c, const struct result_group *base,
			 const struct result_group *new)
{
	if (!(c->n_unpaired & (c->n_unpaired - 1)))
		c->unpaired = xrealloc(c->unpaired, 2 * c->n_unpaired + 1,
				       sizeof(*c->unpaired));
	c->unpaired[c->n_unpaired++] = (struct compare_unpaired){ base, new };
}

/* The next pair of two sorted sides: one of them is NULL, or both match. */
static bool next_pair(const struct comparison *c, size_t at[2],
		      const struct result_group **base,
		      const struct result_group **new)
{
	int order = 0;

	*base = at[0] < c->base->n_groups ? &c->base->groups[at[0]] : NULL;
	*new = at[1] < c->new->n_groups ? &c->new->groups[at[1]] : NULL;
	if (*base && *new)
		order = result_group_compare(*base, *new);
	if (order > 0)
		*base = NULL;
	if (order < 0)
		*new = NULL;
	at[0] += *base != NULL;
	at[1] += *new != NULL;
	return *base || *new;
}

static void pair_up(struct comparison *c)
{
	const struct result_group *base, *new;
	size_t at[2] = { 0, 0 };

	c->rows = xcalloc(c->base->n_groups, sizeof(*c->rows));
	while (next_pair(c, at, &base, &new)) {
		if (!base || !new || !base->n_values || !new->n_values) {
			add_unpaired(c, base, new);
			continue;
		}
		c->rows[c->n_rows].base.group = base;
		c->rows[c->n_rows++].new.group = new;
	}
}

int compare_sides(struct comparison *c, const struct results *base,
		  const struct results *new,
		  const struct compare_options *options, struct error *err)
{
	struct compare_judge *judge;

	*c = (struct comparison){ .base = base,
				  .new = new,
				  .counted = env_counted(base, base) &&
					     env_counted(new, base),
				  .options = *options };
	pair_up(c);
	judge = compare_judge_new(options, c->counted);
	for (size_t i = 0; i < c->n_rows; i++)
		compare_judge_row(judge, &c->rows[i]);
	compare_judge_free(judge);
	judge_order(c);
	correct(c);
	for (size_t i = 0; i < c->n_rows; i++)
		decide(&c->rows[i], options->threshold);
	take_means(c);
	compare_write_notes(c);
	if (!c->n_rows)
		return error_set(err, "no row has values on both sides");
	return 0;
}

void compare_free(struct comparison *c)
{
	for (size_t i = 0; i < c->n_means; i++)
		free(c->means[i].family);
	for (size_t i = 0; i < c->n_notes; i++)
		free(c->notes[i].text);
	free(c->means);
	free(c->notes);
	free(c->rows);
	free(c->unpaired);
	*c = (struct comparison){ 0 };
}
