// SPDX-License-Identifier: GPL-2.0-or-later
#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>

#include "trend-energy.h"
#include "util.h"

/* Sums that do not wait for each other, so that a compiler can use SIMD. */
#define LANES 8

/* One value of the window, and its distances to all others. */
struct member {
	float value, total;
};

struct energy {
	size_t n;
	float cut;
	struct member *members;
	/* In the order that is looked at: */
	float *values;
	double *weights; /* of a split behind so many values, below */
};

/* What a split's three sums of distances count by. */
enum weight {
	WEIGHT_LEFT,
	WEIGHT_BETWEEN,
	WEIGHT_RIGHT,
	WEIGHTS,
};

struct energy *energy_new(size_t most)
{
	struct energy *e = xcalloc(1, sizeof(*e));

	e->members = xcalloc(most, sizeof(*e->members));
	e->values = xcalloc(most, sizeof(*e->values));
	e->weights = xcalloc(most * WEIGHTS, sizeof(*e->weights));
	return e;
}

void energy_free(struct energy *e)
{
	if (!e)
		return;
	free(e->members);
	free(e->values);
	free(e->weights);
	free(e);
}

static void set_weights(struct energy *e)
{
	for (size_t i = 2; i + 1 < e->n; i++) {
		double l = (double)i, r = (double)(e->n - i);
		double *w = e->weights + i * WEIGHTS;

		w[WEIGHT_LEFT] = 2 * r / ((l + r) * (l - 1));
		w[WEIGHT_BETWEEN] = 2 / (l + r);
		w[WEIGHT_RIGHT] = 2 * l / ((l + r) * (r - 1));
	}
}

static float distance(const struct energy *e, float a, float b)
{
	float off = fabsf(a - b);

	return off < e->cut ? off : e->cut;
}

/* The sum of the distances between @value and @n others. */
static float distances(const struct energy *e, const float *others, size_t n,
		       float value)
{
	float sum[LANES] = { 0 };
	size_t i = 0;

	for (; i + LANES <= n; i += LANES)
		for (size_t k = 0; k < LANES; k++)
			sum[k] += distance(e, others[i + k], value);
	for (size_t k = 0; i < n; i++, k++)
		sum[k] += distance(e, others[i], value);
	for (size_t k = 1; k < LANES; k++)
		sum[0] += sum[k];
	return sum[0];
}

void energy_fill(struct energy *e, const double *window, size_t n, double cut)
{
	bool same_size = n == e->n;

	e->n = n;
	e->cut = cut > 0 ? (float)cut : INFINITY;
	/* Small numbers keep their differences when they are rounded. */
	for (size_t i = 0; i < n; i++)
		e->values[i] = (float)(window[i] - window[0]);
	for (size_t i = 0; i < n; i++)
		e->members[i] = (struct member){
			e->values[i],
			distances(e, e->values, n, e->values[i]),
		};
	if (!same_size)
		set_weights(e);
}

static double all_distances(const struct energy *e)
{
	double sum = 0;

	for (size_t i = 0; i < e->n; i++)
		sum += (double)e->members[i].total;
	return sum / 2;
}

/*
 * Each value in turn goes from the right side to the left: what was between it
 * and the left side is within from then on.
 */
static double scan(const struct energy *e, size_t from, size_t min, size_t *at)
{
	double left = 0, between = 0, best = -INFINITY, all = all_distances(e);

	for (size_t i = 0; i + min < e->n; i++) {
		const double *w = e->weights + (i + 1) * WEIGHTS;
		double own = (double)distances(e, e->values, i, e->values[i]);
		double q;

		left += own;
		between += (double)e->members[i].total - 2 * own;
		if (i + 1 < from)
			continue;
		q = w[WEIGHT_BETWEEN] * between - w[WEIGHT_LEFT] * left -
		    w[WEIGHT_RIGHT] * (all - left - between);
		if (q > best) {
			best = q;
			*at = i + 1;
		}
	}
	return best;
}

double energy_split(const struct energy *e, size_t from, size_t min, size_t *at)
{
	return scan(e, from, min, at);
}

static void shuffle(struct energy *e, gsl_rng *rng)
{
	for (size_t i = e->n - 1; i > 0; i--) {
		/* One in i + 1, by 32 random bits. */
		uint64_t bits = gsl_rng_get(rng);
		size_t k = (size_t)(bits * (i + 1) >> 32);
		struct member member = e->members[i];

		e->members[i] = e->members[k];
		e->members[k] = member;
	}
	for (size_t i = 0; i < e->n; i++)
		e->values[i] = e->members[i].value;
}

double energy_test(struct energy *e, size_t from, size_t min,
		   size_t permutations, double p, gsl_rng *rng)
{
	double own = scan(e, from, min, &(size_t){ 0 }), all;
	size_t as_good = 1, at = 0;

	for (size_t i = 1; i <= permutations; i++) {
		shuffle(e, rng);
		/* The same sums in another order are rounded otherwise. */
		if (scan(e, from, min, &at) >= own - 1e-5 * fabs(own))
			as_good++;
		if ((double)as_good / (double)(permutations + 1) > p)
			break;
		all = (double)(i + 1);
		if (as_good == 1 && 1 / all <= p)
			return 1 / all;
	}
	return (double)as_good / (double)(permutations + 1);
}
