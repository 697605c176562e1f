// SPDX-License-Identifier: GPL-2.0-or-later
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_sort.h>
#include <gsl/gsl_statistics.h>

#include "nonparam.h"
#include "util.h"

/* Exact without ties below so many a side (as R), with ties up to both. */
#define EXACT_BELOW	 50
#define EXACT_TIED_UP_TO 24

/* Up to so many differences are listed; more are counted. */
#define LISTED_MAX 4096

#define TAIL 0.025

struct nonparam {
	/* P(U <= u) of m against n untied observations, u in 0 .. m n */
	size_t m, n;
	double *cdf;
	/* arrangements[j * width + s]: subsets of j weights with the sum s */
	double *arrangements;
	size_t room;
	double differences[LISTED_MAX];
};

struct nonparam *nonparam_new(void)
{
	return xcalloc(1, sizeof(struct nonparam));
}

void nonparam_free(struct nonparam *np)
{
	if (!np)
		return;
	free(np->cdf);
	free(np->arrangements);
	free(np);
}

/*
 * Count the subsets of @size of the @n ascending @weights by their sums: the
 * shift algorithm [SR]. Returns counts[0 .. *max], valid until the next call.
 */
static const double *subset_sums(struct nonparam *np, const size_t *weights,
				 size_t n, size_t size, size_t *max)
{
	size_t width = 1, total;
	double *count;

	for (size_t i = 0; i < size; i++)
		width += weights[n - 1 - i];
	total = (size + 1) * width;
	if (total > np->room) {
		np->arrangements = xrealloc(np->arrangements, total,
					    sizeof(*np->arrangements));
		np->room = total;
	}
	count = np->arrangements;
	memset(count, 0, total * sizeof(*count));
	count[0] = 1;
	for (size_t i = 0; i < n; i++) {
		size_t w = weights[i];

		for (size_t j = size < i + 1 ? size : i + 1; j > 0; j--) {
			double *to = count + j * width + w;
			const double *from = count + (j - 1) * width;

			for (size_t s = 0; s < width - w; s++)
				to[s] += from[s];
		}
	}
	*max = width - 1;
	return count + size * width;
}

/* Make np->cdf that of @m against @n; rows of one comparison mostly agree. */
static void need_cdf(struct nonparam *np, size_t m, size_t n)
{
	size_t weights[2 * EXACT_BELOW], max, least = m * (m - 1) / 2;
	const double *counts;
	double sum = 0;

	if (np->cdf && np->m == m && np->n == n)
		return;
	for (size_t i = 0; i < ARRAY_SIZE(weights); i++)
		weights[i] = i;
	counts = subset_sums(np, weights, m + n, m, &max);
	np->cdf = xrealloc(np->cdf, m * n + 1, sizeof(*np->cdf));
	for (size_t u = 0; u <= m * n; u++)
		np->cdf[u] = sum += counts[least + u];
	for (size_t u = 0; u <= m * n; u++)
		np->cdf[u] /= sum;
	np->m = m;
	np->n = n;
}

/* What ranking two sorted samples together tells. */
struct ranking {
	size_t m, n;
	double u; /* pairs with y > x, and half of those with y = x */
	double ties; /* sum of t^3 - t over groups of t equal values */
};

/*
 * Rank x and y together. @weights, when not NULL, gets twice the rank of each,
 * ties having the mean of theirs, and @sum_x the sum of those of x.
 */
static struct ranking rank_both(const double *x, size_t m, const double *y,
				size_t n, size_t *weights, size_t *sum_x)
{
	struct ranking r = { m, n, 0, 0 };
	size_t i = 0, j = 0, k = 0;

	while (i < m || j < n) {
		double v = j == n || (i < m && x[i] < y[j]) ? x[i] : y[j];
		size_t a = i, b = j, doubled;
		double t;

		while (i < m && !(x[i] > v))
			i++;
		while (j < n && !(y[j] > v))
			j++;
		t = (double)(i - a + j - b);
		r.u += (double)(j - b) * ((double)a + (double)(i - a) / 2);
		r.ties += t * t * t - t;
		if (!weights)
			continue;
		/* Twice the mean of the ranks a + b + 1 .. i + j. */
		doubled = a + b + 1 + i + j;
		*sum_x += (i - a) * doubled;
		while (k < i + j)
			weights[k++] = doubled;
	}
	return r;
}

/* Without ties U is symmetric about m n / 2. */
static double untied_p(struct nonparam *np, const struct ranking *r)
{
	double pairs = (double)(r->m * r->n);
	size_t u = (size_t)(r->u < pairs - r->u ? r->u : pairs - r->u);

	need_cdf(np, r->m, r->n);
	return fmin(1, 2 * np->cdf[u]);
}

/* All arrangements of the tied ranks that are as far from the mean. */
static double tied_p(struct nonparam *np, const double *x, size_t m,
		     const double *y, size_t n)
{
	size_t *weights = xcalloc(m + n, sizeof(*weights));
	size_t sum_x = 0, max, mean = m * (m + n + 1), off;
	const double *counts;
	double all = 0, far = 0;

	rank_both(x, m, y, n, weights, &sum_x);
	counts = subset_sums(np, weights, m + n, m, &max);
	off = sum_x > mean ? sum_x - mean : mean - sum_x;
	for (size_t s = 0; s <= max; s++) {
		all += counts[s];
		if ((s > mean ? s - mean : mean - s) >= off)
			far += counts[s];
	}
	free(weights);
	return far / all;
}

static double normal_p(const struct ranking *r)
{
	double m = (double)r->m, n = (double)r->n, all = m + n;
	double variance = m * n / 12 * (all + 1 - r->ties / (all * (all - 1)));
	double off = fabs(r->u - m * n / 2) - 0.5;

	/* All values equal: nothing to tell them apart by. */
	if (!(variance > 0) || off < 0)
		return 1;
	return 2 * gsl_cdf_ugaussian_Q(off / sqrt(variance));
}

struct rank_test rank_test(struct nonparam *np, const double *x, size_t m,
			   const double *y, size_t n, enum rank_method method)
{
	struct ranking r = rank_both(x, m, y, n, NULL, NULL);
	struct rank_test test = { r.u, 1, method == RANK_EXACT };
	bool tied = r.ties > 0;

	if (method == RANK_AUTO)
		test.exact = tied ? m + n <= EXACT_TIED_UP_TO
				  : m < EXACT_BELOW && n < EXACT_BELOW;
	if (!m || !n)
		return test;
	if (!test.exact)
		test.p = normal_p(&r);
	else if (tied || m >= EXACT_BELOW || n >= EXACT_BELOW)
		test.p = tied_p(np, x, m, y, n);
	else
		test.p = untied_p(np, &r);
	return test;
}

double rank_test_least_p(size_t m, size_t n)
{
	/* The two extremes of all (m + n over m) arrangements. */
	return fmin(1, 2 * exp(lgamma((double)m + 1) + lgamma((double)n + 1) -
			       lgamma((double)(m + n) + 1)));
}

/* Doubles as integers in the same order, so that they can be bisected. */
static int64_t to_ordinal(double d)
{
	int64_t i;

	memcpy(&i, &d, sizeof(i));
	return i < 0 ? INT64_MIN - i : i;
}

static double from_ordinal(int64_t i)
{
	double d;

	i = i < 0 ? INT64_MIN - i : i;
	memcpy(&d, &i, sizeof(d));
	return d;
}

/* A view of all m n differences y[j] - x[i]. */
struct differences {
	const double *x, *y;
	size_t m, n;
	double *listed; /* all of them, or NULL when there are too many */
};

static struct differences differences(struct nonparam *np, const double *x,
				      size_t m, const double *y, size_t n)
{
	struct differences d = { x, y, m, n, NULL };
	size_t k = 0;

	if (m > LISTED_MAX / n)
		return d;
	d.listed = np->differences;
	for (size_t i = 0; i < m; i++)
		for (size_t j = 0; j < n; j++)
			d.listed[k++] = y[j] - x[i];
	return d;
}

/* How many are at most @v: subtraction is monotone, also when it rounds. */
static size_t count_up_to(const struct differences *d, double v)
{
	size_t count = 0, j = 0;

	for (size_t i = 0; i < d->m; i++) {
		while (j < d->n && d->y[j] - d->x[i] <= v)
			j++;
		count += j;
	}
	return count;
}

/* The k-th least difference, k from 0: the least v with more than k up to v. */
static double difference(struct differences *d, size_t k)
{
	int64_t lo, hi;

	if (d->listed)
		return gsl_stats_select(d->listed, 1, d->m * d->n, k);
	lo = to_ordinal(d->y[0] - d->x[d->m - 1]);
	hi = to_ordinal(d->y[d->n - 1] - d->x[0]);
	while (lo < hi) {
		/* Their distance may not fit an int64_t; halves do. */
		int64_t mid = (lo >> 1) + (hi >> 1) + (lo & hi & 1);

		if (count_up_to(d, from_ordinal(mid)) > k)
			hi = mid;
		else
			lo = mid + 1;
	}
	return from_ordinal(lo);
}

static double middle(struct differences *d)
{
	size_t pairs = d->m * d->n;
	double upper = difference(d, pairs / 2);

	return pairs % 2 ? upper : (upper + difference(d, pairs / 2 - 1)) / 2;
}

double shift_value(struct nonparam *np, const double *x, size_t m,
		   const double *y, size_t n)
{
	struct differences d = differences(np, x, m, y, n);

	return middle(&d);
}

/*
 * How many differences the interval leaves out at each end, plus one, and the
 * probability @tail of that; at least 1.
 */
static size_t rank_of_limit(struct nonparam *np, size_t m, size_t n,
			    double *tail)
{
	double pairs = (double)m * (double)n, deviation, k;
	size_t q = 0;

	if (m < EXACT_BELOW && n < EXACT_BELOW) {
		need_cdf(np, m, n);
		while (np->cdf[q] < TAIL)
			q++;
		q = q ? q : 1;
		*tail = np->cdf[q - 1];
		return q;
	}
	deviation = sqrt(pairs / 12 * (double)(m + n + 1));
	k = pairs / 2 - gsl_cdf_ugaussian_Qinv(TAIL) * deviation + 0.5;
	k = fmax(1, floor(k));
	*tail = gsl_cdf_ugaussian_P((k - 0.5 - pairs / 2) / deviation);
	return (size_t)k;
}

struct estimate shift_estimate(struct nonparam *np, const double *x, size_t m,
			       const double *y, size_t n)
{
	struct differences d = differences(np, x, m, y, n);
	struct estimate e;
	double tail;
	size_t k = rank_of_limit(np, m, n, &tail);

	e.value = middle(&d);
	e.ci.lo = difference(&d, k - 1);
	e.ci.hi = difference(&d, m * n - k);
	e.ci.level = fmax(0, 1 - 2 * tail);
	return e;
}

struct estimate estimate_exactly(double value)
{
	return (struct estimate){ value, { value, value, 1 } };
}

bool interval_is_known(const struct interval *ci)
{
	return ci->level >= INTERVAL_LEVEL - 1e-9;
}

double estimate_half(const struct estimate *e)
{
	return fmax(e->ci.hi - e->value, e->value - e->ci.lo);
}

struct estimate median_estimate(const double *sorted, size_t n)
{
	double start = floor((double)n / 2 - sqrt((double)n));
	unsigned int r = start > 0 ? (unsigned int)start : 0;
	unsigned int trials = (unsigned int)n;
	struct estimate e;

	/* Leave out as many at each end as 2.5 % allow. */
	while (r && gsl_cdf_binomial_P(r - 1, 0.5, trials) > TAIL)
		r--;
	while (r < n / 2 && gsl_cdf_binomial_P(r, 0.5, trials) <= TAIL)
		r++;
	r = r ? r : 1;
	e.value = gsl_stats_median_from_sorted_data(sorted, 1, n);
	e.ci.lo = sorted[r - 1];
	e.ci.hi = sorted[n - r];
	e.ci.level = 1 - 2 * gsl_cdf_binomial_P(r - 1, 0.5, trials);
	e.ci.level = fmax(0, e.ci.level);
	return e;
}

void benjamini_hochberg(double *p, size_t n)
{
	size_t *order = xcalloc(n, sizeof(*order));
	double least = 1;

	gsl_sort_index(order, p, 1, n);
	for (size_t i = n; i > 0; i--) {
		double *q = &p[order[i - 1]];

		least = fmin(least, *q * (double)n / (double)i);
		*q = least;
	}
	free(order);
}
