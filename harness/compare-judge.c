// SPDX-License-Identifier: GPL-2.0-or-later
#include <math.h>
#include <stdlib.h>

#include <gsl/gsl_sort.h>
#include <gsl/gsl_statistics.h>

#include "boots.h"
#include "compare-judge.h"
#include "util.h"

/* So many boots a side make resampling them worth more than ranks. */
#define BOOTS_MIN 5

/* Without enough samples, as of counters: so many equal launches must do. */
#define EQUAL_LAUNCHES 4

/* Fewer samples of a launch may agree by chance, and repeat that in each boot. */
#define STEADY_SAMPLES 8

/* Work space for one row at a time. */
struct compare_judge {
	struct nonparam *np;
	struct resampler *resampler;
	const struct compare_options *options;
	bool counted;
	/* Of base and new: as launched, sorted, and where boots start. */
	double *values[2], *sorted[2], *overheads[2];
	size_t *starts[2];
	size_t room[2];
};

static void make_room(struct compare_judge *j, int side, size_t n)
{
	if (n <= j->room[side])
		return;
	j->room[side] = n;
	j->values[side] = xrealloc(j->values[side], n, sizeof(double));
	j->sorted[side] = xrealloc(j->sorted[side], n, sizeof(double));
	j->overheads[side] = xrealloc(j->overheads[side], n, sizeof(double));
	j->starts[side] = xrealloc(j->starts[side], n + 1, sizeof(size_t));
}

struct compare_judge *compare_judge_new(const struct compare_options *options,
					bool counted)
{
	struct compare_judge *j = xcalloc(1, sizeof(*j));

	j->options = options;
	j->counted = counted;
	j->np = nonparam_new();
	j->resampler = resampler_new(j->np);
	return j;
}

void compare_judge_free(struct compare_judge *j)
{
	for (int side = 0; side < 2; side++) {
		free(j->values[side]);
		free(j->sorted[side]);
		free(j->overheads[side]);
		free(j->starts[side]);
	}
	resampler_free(j->resampler);
	nonparam_free(j->np);
	free(j);
}

static struct nested spread_out(struct compare_judge *j, int side,
				const struct result_group *g)
{
	size_t n = g->n_values, boots = 0;

	make_room(j, side, n);
	for (size_t i = 0; i < n; i++) {
		const struct result_value *v = &g->values[i];

		j->values[side][i] = j->sorted[side][i] = v->value;
		j->overheads[side][i] = (double)v->overhead;
		if (!i || v->boot != v[-1].boot)
			j->starts[side][boots++] = i;
	}
	j->starts[side][boots] = n;
	gsl_sort(j->sorted[side], 1, n);
	return (struct nested){ j->values[side], j->starts[side], boots };
}

/* Every sample of every launch has one value, and there are enough of them. */
static bool deterministic(const struct result_group *g, const double *sorted)
{
	bool enough = !g->without_range && g->fewest_samples >= STEADY_SAMPLES;

	return sorted[0] >= sorted[g->n_values - 1] && g->constant_samples &&
	       (enough || g->n_values >= EQUAL_LAUNCHES);
}

/* So that a row's resamples do not depend on which other rows there are. */
static uint64_t row_seed(uint64_t seed, const struct result_group *g)
{
	uint64_t h = HASH_START ^ seed;

	h = hash_text(h, g->bench);
	h = hash_text(h, g->variant);
	return hash_text(h, g->metric);
}

bool compare_is_steady(const struct result_group *g, const double *sorted)
{
	if (g->fewest_samples < STEADY_SAMPLES ||
	    sorted[0] < sorted[g->n_values - 1])
		return false;
	return g->without_range ? floor(sorted[0]) >= sorted[0]
				: g->steady_samples;
}

static void judge_exact(const struct compare_judge *j, struct compare_row *row,
			enum compare_method method)
{
	row->method = method;
	row->base.median = estimate_exactly(j->sorted[0][0]);
	row->new.median = estimate_exactly(j->sorted[1][0]);
	row->shift = estimate_exactly(j->sorted[1][0] - j->sorted[0][0]);
}

static void judge_varying(struct compare_judge *j, struct compare_row *row)
{
	size_t m = row->base.group->n_values, n = row->new.group->n_values;

	row->method = COMPARE_VARIES;
	row->base.median = median_estimate(j->sorted[0], m);
	row->new.median = median_estimate(j->sorted[1], n);
	row->shift = shift_estimate(j->np, j->sorted[0], m, j->sorted[1], n);
	row->marks |= COMPARE_PHASE;
}

static void judge_boots(struct compare_judge *j, struct compare_row *row,
			const struct nested *base, const struct nested *new)
{
	uint64_t seed = row_seed(j->options->seed, row->base.group);
	struct bootstrap b = boot_shift(j->np, j->resampler, base, new,
					j->options->resamples, seed);

	row->method = COMPARE_BOOTS;
	row->base.median = b.median[0];
	row->new.median = b.median[1];
	row->shift = b.shift;
	row->p = b.p;
}

static void judge_ranks(struct compare_judge *j, struct compare_row *row)
{
	size_t m = row->base.group->n_values, n = row->new.group->n_values;
	const double *x = j->sorted[0], *y = j->sorted[1];

	row->method = COMPARE_RANKS;
	row->base.median = median_estimate(x, m);
	row->new.median = median_estimate(y, n);
	row->shift = shift_estimate(j->np, x, m, y, n);
	if (rank_test_least_p(m, n) > COMPARE_SIGNIFICANT)
		row->marks |= COMPARE_FEW;
	else
		row->p = rank_test(j->np, x, m, y, n, RANK_AUTO).p;
}

static unsigned int mark_order(const struct nested *x)
{
	unsigned int marks = 0;

	/* Two sides have two chances: halve the level for each. */
	if (drift_test(x) < COMPARE_MARK_LEVEL / 2)
		marks |= COMPARE_DRIFT;
	if (serial_test(x) < COMPARE_MARK_LEVEL / 2)
		marks |= COMPARE_SERIAL;
	return marks;
}

static unsigned int mark_rows(const struct result_group *g)
{
	unsigned int marks = 0;

	if (g->n_rows[STATUS_UNVERIFIED])
		marks |= COMPARE_UNVERIFIED;
	if (g->n_rows[STATUS_FAIL] || g->n_rows[STATUS_SKIP])
		marks |= COMPARE_LOST;
	return marks;
}

static bool overhead_moved(struct compare_judge *j,
			   const struct compare_row *row)
{
	double off;

	off = gsl_stats_median(j->overheads[1], 1, row->new.group->n_values) -
	      gsl_stats_median(j->overheads[0], 1, row->base.group->n_values);
	return fabs(off) > 0 && fabs(off) >= fabs(row->shift.value) / 2;
}

void compare_judge_row(struct compare_judge *j, struct compare_row *row)
{
	const struct result_group *a = row->base.group, *b = row->new.group;
	struct nested base = spread_out(j, 0, a), new = spread_out(j, 1, b);

	row->base.n_boots = base.n_boots;
	row->new.n_boots = new.n_boots;
	row->p = row->q = NAN;
	row->marks = mark_rows(a) | mark_rows(b);
	if (j->counted) {
		if (compare_is_steady(a, j->sorted[0]) &&
		    compare_is_steady(b, j->sorted[1]))
			judge_exact(j, row, COMPARE_COUNTED);
		else
			judge_varying(j, row);
	} else if (deterministic(a, j->sorted[0]) &&
		   deterministic(b, j->sorted[1])) {
		judge_exact(j, row, COMPARE_EXACT);
	} else if (base.n_boots >= BOOTS_MIN && new.n_boots >= BOOTS_MIN) {
		judge_boots(j, row, &base, &new);
		row->marks |= mark_order(&base) | mark_order(&new);
	} else {
		judge_ranks(j, row);
		row->marks |= mark_order(&base) | mark_order(&new);
		if (boots_test(&base) < COMPARE_MARK_LEVEL / 2 ||
		    boots_test(&new) < COMPARE_MARK_LEVEL / 2)
			row->marks |= COMPARE_BOOT_SPREAD;
	}
	/* What is more is more, also of a counter that is a little below 0. */
	row->percent = 100 * row->shift.value / fabs(row->base.median.value);
	if (!isfinite(row->percent))
		row->percent = row->shift.value == 0 ? 0 : NAN;
	if (overhead_moved(j, row))
		row->marks |= COMPARE_OVERHEAD;
}
