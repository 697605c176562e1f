// SPDX-License-Identifier: GPL-2.0-or-later
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <gsl/gsl_randist.h>
#include <gsl/gsl_sort.h>
#include <gsl/gsl_statistics.h>

#include "network.h"
#include "resample.h"
#include "util.h"

#define LANES NETWORK_LANES

/* More differences than this are not worth a network. */
#define NETWORK_MAX 1024

/* The order statistics whose mean is a resampled median. */
struct middle {
	uint32_t lower, upper;
};

struct middles {
	size_t n; /* of which so many launches */
	struct middle of[RESAMPLE_MEDIANS];
};

/* A difference between value i of base and j of new, both sorted. */
struct difference {
	uint16_t i, j;
};

struct resampler {
	struct nonparam *np;
	struct middles **middles;
	size_t n_middles;
	/* For sides of these sizes: */
	size_t size[2];
	struct network sort[2], select;
	/* Those of all differences that can be in the middle ... */
	struct difference *differences;
	size_t n_differences;
	size_t first, last; /* ... and which of these it is, when sorted */
	/* LANES resamples at once */
	double *values[2], *changes;
};

struct resampler *resampler_new(struct nonparam *np)
{
	struct resampler *r = xcalloc(1, sizeof(*r));

	r->np = np;
	return r;
}

static void forget_sizes(struct resampler *r)
{
	for (int side = 0; side < 2; side++) {
		network_free(&r->sort[side]);
		free(r->values[side]);
	}
	network_free(&r->select);
	free(r->differences);
	free(r->changes);
	r->differences = NULL;
	r->n_differences = 0;
}

void resampler_free(struct resampler *r)
{
	forget_sizes(r);
	for (size_t i = 0; i < r->n_middles; i++)
		free(r->middles[i]);
	free(r->middles);
	free(r);
}

/* ---- medians of a boot -------------------------------------------------- */

static uint32_t at_quantile(size_t n, double at)
{
	size_t i = (size_t)(at * (double)n);

	return (uint32_t)(i < n ? i : n - 1);
}

/*
 * The h-th least of n uniform numbers has the distribution Beta(h, n + 1 - h),
 * and the one above it is the least of the n - h that remain.
 */
static struct middle draw_middle(gsl_rng *rng, size_t n)
{
	size_t h = (n + 1) / 2;
	double at = gsl_ran_beta(rng, (double)h, (double)(n + 1 - h)), step;
	struct middle m = { at_quantile(n, at), at_quantile(n, at) };

	if (n % 2)
		return m;
	step = 1 - pow(gsl_rng_uniform_pos(rng), 1 / (double)(n - h));
	m.upper = at_quantile(n, at + (1 - at) * step);
	return m;
}

static const struct middles *middles_of(struct resampler *r, size_t n)
{
	struct middles *m;
	gsl_rng *rng;

	for (size_t i = 0; i < r->n_middles; i++)
		if (r->middles[i]->n == n)
			return r->middles[i];
	m = xcalloc(1, sizeof(*m));
	m->n = n;
	rng = gsl_rng_alloc(gsl_rng_taus2);
	gsl_rng_set(rng, n);
	for (size_t i = 0; i < RESAMPLE_MEDIANS; i++)
		m->of[i] = draw_middle(rng, n);
	gsl_rng_free(rng);
	r->middles =
		xrealloc(r->middles, r->n_middles + 1, sizeof(*r->middles));
	return r->middles[r->n_middles++] = m;
}

void resample_medians(struct resampler *r, const double *sorted, size_t n,
		      double *medians)
{
	const struct middles *m = middles_of(r, n);

	for (size_t i = 0; i < RESAMPLE_MEDIANS; i++)
		medians[i] =
			(sorted[m->of[i].lower] + sorted[m->of[i].upper]) / 2;
}

/* ---- shifts ------------------------------------------------------------- */

static double *lanes_new(size_t n)
{
	double *lanes = aligned_alloc(64, n * LANES * sizeof(double));

	if (!lanes)
		abort();
	return lanes;
}

/*
 * x[i] and y[j] being sorted, (m - i) (j + 1) of all differences y - x are no
 * greater than y[j] - x[i], and (i + 1) (n - j) no less. Where that puts it
 * below or above the middle, it need not be looked at.
 */
static void find_differences(struct resampler *r, size_t m, size_t n)
{
	size_t all = m * n, first = (all - 1) / 2, last = all / 2, below = 0;

	r->differences = xcalloc(all, sizeof(*r->differences));
	for (size_t i = 0; i < m; i++)
		for (size_t j = 0; j < n; j++) {
			size_t least = (m - i) * (j + 1) - 1;
			size_t most = all - (i + 1) * (n - j);

			if (most < first)
				below++;
			else if (least <= last)
				r->differences[r->n_differences++] =
					(struct difference){ (uint16_t)i,
							     (uint16_t)j };
		}
	r->first = first - below;
	r->last = last - below;
}

static void set_sizes(struct resampler *r, size_t m, size_t n)
{
	if (r->differences && r->size[0] == m && r->size[1] == n)
		return;
	forget_sizes(r);
	r->size[0] = m;
	r->size[1] = n;
	for (int side = 0; side < 2; side++) {
		r->sort[side] = network_sort(r->size[side]);
		r->values[side] = lanes_new(r->size[side]);
	}
	find_differences(r, m, n);
	r->changes = lanes_new(r->n_differences);
	r->select = network_sort(r->n_differences);
	network_prune(&r->select, r->n_differences, r->first, r->last);
}

/* The generator gives 32 bits; pools have some thousands of values. */
static void draw(const struct resample_side *side, gsl_rng *rng, size_t n,
		 double *values)
{
	for (size_t i = 0; i < n; i++)
		values[i] =
			side->pool[(uint64_t)gsl_rng_get(rng) * side->n_pool >>
				   32];
}

static void put_middle(const double *values, size_t first, size_t last,
		       size_t n, double *to)
{
	for (size_t k = 0; k < n; k++)
		to[k] = (values[first * LANES + k] + values[last * LANES + k]) /
			2;
}

static void subtract(struct resampler *r)
{
	for (size_t d = 0; d < r->n_differences; d++) {
		const double *x = r->values[0] + r->differences[d].i * LANES;
		const double *y = r->values[1] + r->differences[d].j * LANES;

		for (size_t k = 0; k < LANES; k++)
			r->changes[d * LANES + k] = y[k] - x[k];
	}
}

/* One resample at a time, for many boots. */
static void resample_many(struct resampler *r,
			  const struct resample_side sides[2], gsl_rng *rng,
			  size_t n, double *shifts, double *const medians[2])
{
	double *values[2];

	for (int side = 0; side < 2; side++)
		values[side] = xcalloc(sides[side].n, sizeof(double));
	for (size_t i = 0; i < n; i++) {
		for (int side = 0; side < 2; side++) {
			draw(&sides[side], rng, sides[side].n, values[side]);
			gsl_sort(values[side], 1, sides[side].n);
			medians[side][i] = gsl_stats_median_from_sorted_data(
				values[side], 1, sides[side].n);
		}
		shifts[i] = shift_value(r->np, values[0], sides[0].n, values[1],
					sides[1].n);
	}
	free(values[0]);
	free(values[1]);
}

void resample_shifts(struct resampler *r, const struct resample_side sides[2],
		     gsl_rng *rng, size_t n, double *shifts,
		     double *const medians[2])
{
	if (sides[0].n * sides[1].n > NETWORK_MAX) {
		resample_many(r, sides, rng, n, shifts, medians);
		return;
	}
	set_sizes(r, sides[0].n, sides[1].n);
	for (size_t at = 0; at < n; at += LANES) {
		size_t lanes = n - at < LANES ? n - at : LANES;

		for (int side = 0; side < 2; side++) {
			size_t size = sides[side].n;

			draw(&sides[side], rng, size * LANES, r->values[side]);
			network_apply(&r->sort[side], r->values[side]);
			put_middle(r->values[side], (size - 1) / 2, size / 2,
				   lanes, medians[side] + at);
		}
		subtract(r);
		network_apply(&r->select, r->changes);
		put_middle(r->changes, r->first, r->last, lanes, shifts + at);
	}
}
