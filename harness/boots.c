// SPDX-License-Identifier: GPL-2.0-or-later
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_rng.h>
#include <gsl/gsl_sort.h>
#include <gsl/gsl_statistics.h>

#include "boots.h"
#include "resample.h"
#include "util.h"

/* Fewer resamples beyond zero than this do not tell how small p is. */
#define BEYOND_MIN 10

/* Fewer launches than this in a boot say nothing about their order. */
#define ORDER_MIN 8

/* One side of a bootstrap. */
struct side {
	size_t n;
	double *medians; /* of the boots */
	double *replicates; /* n x RESAMPLE_MEDIANS */
	double between; /* variance of medians */
	double within; /* mean variance of a boot's replicates */
};

/* In plain doubles: GSL's, in long doubles, takes ten times as long. */
static double variance(const double *x, size_t n)
{
	double sum = 0, square = 0, mean;

	for (size_t i = 0; i < n; i++)
		sum += x[i];
	mean = sum / (double)n;
	for (size_t i = 0; i < n; i++)
		square += (x[i] - mean) * (x[i] - mean);
	return square / (double)(n - 1);
}

static void resample_boot(struct side *s, size_t boot, struct resampler *r,
			  const double *sorted, size_t n)
{
	double *to = s->replicates + boot * RESAMPLE_MEDIANS;

	s->medians[boot] = gsl_stats_median_from_sorted_data(sorted, 1, n);
	resample_medians(r, sorted, n, to);
	s->within += variance(to, RESAMPLE_MEDIANS) / (double)s->n;
	/* See boot_shift() for why the deviations shrink. */
	for (size_t i = 0; i < RESAMPLE_MEDIANS; i++)
		to[i] = s->medians[boot] +
			(to[i] - s->medians[boot]) / sqrt((double)s->n);
}

static struct side side_new(const struct nested *x, struct resampler *r)
{
	size_t all = x->start[x->n_boots];
	double *sorted = xcalloc(all, sizeof(*sorted));
	struct side s = { .n = x->n_boots };

	s.medians = xcalloc(s.n, sizeof(*s.medians));
	s.replicates = xcalloc(s.n * RESAMPLE_MEDIANS, sizeof(*s.replicates));
	memcpy(sorted, x->values, all * sizeof(*sorted));
	for (size_t b = 0; b < s.n; b++) {
		double *values = sorted + x->start[b];
		size_t n = x->start[b + 1] - x->start[b];

		gsl_sort(values, 1, n);
		resample_boot(&s, b, r, values, n);
	}
	s.between = variance(s.medians, s.n);
	free(sorted);
	return s;
}

static void side_free(struct side *s)
{
	free(s->medians);
	free(s->replicates);
}

/* The variance of a side's mean as it is, and as resampling gives it. */
static double true_variance(const struct side *s)
{
	return s->between / (double)s->n;
}

static double resampled_variance(const struct side *s)
{
	double n = (double)s->n;

	return ((n - 1) / n * s->between + s->within / n) / n;
}

/* By how much the resampled distribution is too narrow; at least 1. */
static double widening(double is, double gives)
{
	return gives > 0 && is > gives ? sqrt(is / gives) : 1;
}

static int compare_doubles(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/*
 * The @k-th least of @n values times @sign. A quantile far out: of 100 values,
 * a bound is guessed that is likely to have some three times k below it, and
 * only these are looked at further.
 */
static double tail_value(const double *values, size_t n, size_t k, double sign)
{
	double guess[100], bound = INFINITY, result;
	double *below = xcalloc(n, sizeof(*below));
	size_t step = n / ARRAY_SIZE(guess), found = 0;
	size_t at = 3 * k * ARRAY_SIZE(guess) / n + 2;

	for (size_t i = 0; step && i < ARRAY_SIZE(guess); i++)
		guess[i] = sign * values[i * step];
	if (step && at < ARRAY_SIZE(guess)) {
		qsort(guess, ARRAY_SIZE(guess), sizeof(double),
		      compare_doubles);
		bound = guess[at];
	}
	for (size_t i = 0; i < n; i++) {
		below[found] = sign * values[i];
		found += below[found] <= bound;
	}
	if (found <= k) {
		for (found = 0; found < n; found++)
			below[found] = sign * values[found];
	}
	result = sign * gsl_stats_select(below, 1, found, k);
	free(below);
	return result;
}

/* The 95 % interval of a too narrow resampled distribution. */
static struct interval interval(const double *values, size_t n, double widen,
				double freedom)
{
	double z = gsl_cdf_tdist_Qinv(0.025, freedom) * widen;
	double tail = gsl_cdf_ugaussian_Q(z), last = (double)(n - 1);
	size_t lo = (size_t)(tail * last), hi = (size_t)((1 - tail) * last);
	struct interval ci = { .level = 0.95 };

	ci.lo = tail_value(values, n, lo, 1);
	ci.hi = tail_value(values, n, n - 1 - hi, -1);
	return ci;
}

/* The level at which interval() would reach zero, see boots.h. */
static double p_of_zero(const double *values, size_t n, double shift,
			double widen, double freedom)
{
	double error = sqrt(variance(values, n)) * widen;
	double limit, p;
	size_t beyond = 0;

	for (size_t i = 0; i < n; i++)
		beyond += shift > 0 ? values[i] <= 0 : values[i] >= 0;
	p = (double)(beyond < BEYOND_MIN ? BEYOND_MIN : beyond) / (double)n;
	limit = gsl_cdf_ugaussian_Qinv(fmin(p, 0.5)) / widen;
	p = 2 * gsl_cdf_tdist_Q(limit, freedom);
	if (beyond >= BEYOND_MIN)
		return p;
	return fmin(p, 2 * gsl_cdf_tdist_Q(fabs(shift) / error, freedom));
}

/* Every resample gave the same shift: only the order of boots is left. */
static double p_of_ranks(struct nonparam *np, struct side *x, struct side *y)
{
	gsl_sort(x->medians, 1, x->n);
	gsl_sort(y->medians, 1, y->n);
	return rank_test(np, x->medians, x->n, y->medians, y->n, RANK_AUTO).p;
}

struct resamples {
	double *shift, *median[2];
	size_t n;
};

static struct resamples resample(struct resampler *re, const struct side *x,
				 const struct side *y, size_t n, gsl_rng *rng)
{
	const struct resample_side sides[2] = {
		{ x->replicates, x->n * RESAMPLE_MEDIANS, x->n },
		{ y->replicates, y->n * RESAMPLE_MEDIANS, y->n },
	};
	struct resamples r = { .n = n };

	r.shift = xcalloc(3 * n, sizeof(*r.shift));
	r.median[0] = r.shift + n;
	r.median[1] = r.shift + 2 * n;
	resample_shifts(re, sides, rng, n, r.shift, r.median);
	return r;
}

static struct estimate side_median(const struct side *s, double *resampled,
				   size_t n)
{
	double widen = widening(true_variance(s), resampled_variance(s));
	struct estimate e;

	gsl_sort(s->medians, 1, s->n);
	e.value = gsl_stats_median_from_sorted_data(s->medians, 1, s->n);
	e.ci = interval(resampled, n, widen, (double)(s->n - 1));
	return e;
}

struct bootstrap boot_shift(struct nonparam *np, struct resampler *re,
			    const struct nested *x, const struct nested *y,
			    size_t resamples, uint64_t seed)
{
	gsl_rng *rng = gsl_rng_alloc(gsl_rng_taus2);
	struct side a, b;
	struct resamples r;
	struct bootstrap result;
	double widen, freedom = (double)(x->n_boots + y->n_boots - 2);

	gsl_rng_set(rng, seed);
	a = side_new(x, re);
	b = side_new(y, re);
	r = resample(re, &a, &b, resamples, rng);
	widen = widening(true_variance(&a) + true_variance(&b),
			 resampled_variance(&a) + resampled_variance(&b));
	result.median[0] = side_median(&a, r.median[0], r.n);
	result.median[1] = side_median(&b, r.median[1], r.n);
	result.shift.value = shift_value(np, a.medians, a.n, b.medians, b.n);
	result.shift.ci = interval(r.shift, r.n, widen, freedom);
	if (variance(r.shift, r.n) > 0)
		result.p = p_of_zero(r.shift, r.n, result.shift.value, widen,
				     freedom);
	else
		result.p = p_of_ranks(np, &a, &b);
	free(r.shift);
	side_free(&a);
	side_free(&b);
	gsl_rng_free(rng);
	return result;
}

void midranks(const double *values, size_t n, double *ranks)
{
	size_t *order = xcalloc(n, sizeof(*order)), end;

	gsl_sort_index(order, values, 1, n);
	for (size_t i = 0; i < n; i = end) {
		for (end = i + 1; end < n; end++)
			if (values[order[end]] > values[order[i]])
				break;
		for (size_t k = i; k < end; k++)
			ranks[order[k]] = (double)(i + end + 1) / 2;
	}
	free(order);
}

/* A standard normal deviate of one boot, or NAN when there is none. */
typedef double boot_deviate(const double *ranks, size_t n);

/*
 * Spearman's correlation with the position, by way of Student's t, which is
 * close from 8 values on. No order is rarer than 1 in n!.
 */
static double drift_deviate(const double *ranks, size_t n)
{
	double mean = (double)(n + 1) / 2, product = 0, square = 0, line = 0;
	double freedom = (double)n - 2, r, p;

	for (size_t i = 0; i < n; i++) {
		double rank = ranks[i] - mean, at = (double)(i + 1) - mean;

		product += rank * at;
		square += rank * rank;
		line += at * at;
	}
	if (!(square > 0))
		return NAN;
	r = fmin(1, fabs(product) / sqrt(square * line));
	p = r < 1 ? gsl_cdf_tdist_Q(r * sqrt(freedom / (1 - r * r)), freedom)
		  : 0;
	p = fmax(p, fmax(exp(-lgamma((double)n + 1)), 1e-300));
	return copysign(gsl_cdf_ugaussian_Qinv(p), product);
}

/* [B], section 3: mean 2, and this variance. */
static double serial_deviate(const double *ranks, size_t n)
{
	double k = (double)n, mean = (k + 1) / 2, steps = 0, square = 0;
	double variance = 4 * (k - 2) * (5 * k * k - 2 * k - 9) /
			  (5 * k * (k + 1) * (k - 1) * (k - 1));

	for (size_t i = 0; i < n; i++) {
		square += (ranks[i] - mean) * (ranks[i] - mean);
		if (i)
			steps += (ranks[i] - ranks[i - 1]) *
				 (ranks[i] - ranks[i - 1]);
	}
	return (2 - steps / square) / sqrt(variance);
}

/* The deviates of all boots as one: their sum over the root of their number. */
static double sum_deviates(const struct nested *x, boot_deviate *deviate)
{
	double *ranks = xcalloc(x->start[x->n_boots], sizeof(*ranks));
	double sum = 0;
	size_t used = 0;

	for (size_t b = 0; b < x->n_boots; b++) {
		size_t n = x->start[b + 1] - x->start[b];
		double z;

		if (n < ORDER_MIN)
			continue;
		midranks(x->values + x->start[b], n, ranks);
		z = deviate(ranks, n);
		if (!isfinite(z))
			continue;
		sum += z;
		used++;
	}
	free(ranks);
	return used ? sum / sqrt((double)used) : NAN;
}

double drift_test(const struct nested *x)
{
	double z = sum_deviates(x, drift_deviate);

	return isnan(z) ? 1 : 2 * gsl_cdf_ugaussian_Q(fabs(z));
}

double serial_test(const struct nested *x)
{
	double z = sum_deviates(x, serial_deviate);

	return isnan(z) ? 1 : gsl_cdf_ugaussian_Q(z);
}

double boots_test(const struct nested *x)
{
	size_t n = x->start[x->n_boots], least = n;
	double *ranks = xcalloc(n, sizeof(*ranks));
	double mean = (double)(n + 1) / 2, between = 0, square = 0;

	midranks(x->values, n, ranks);
	for (size_t b = 0; b < x->n_boots; b++) {
		size_t k = x->start[b + 1] - x->start[b];
		double sum = 0;

		least = k < least ? k : least;
		for (size_t i = x->start[b]; i < x->start[b + 1]; i++) {
			sum += ranks[i] - mean;
			square += (ranks[i] - mean) * (ranks[i] - mean);
		}
		between += sum * sum / (double)k;
	}
	free(ranks);
	/* The approximation wants some five values a group. */
	if (x->n_boots < 2 || least < 5 || !(square > 0))
		return 1;
	return gsl_cdf_chisq_Q(between / square * (double)(n - 1),
			       (double)(x->n_boots - 1));
}
