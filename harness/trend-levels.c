// SPDX-License-Identifier: GPL-2.0-or-later
#include <math.h>

#include "trend-levels.h"

/* Of the normal distribution: P(|Z| < QUANTILE) = SHARE. */
#define SHARE	 0.8
#define QUANTILE 1.2815515655446004

/* Of a correlation. */
#define LAGS 3
#define CUT  2.0

/* The @k-th least of @n values, which are put in some other order (Hoare). */
static double order_statistic(double *x, size_t n, size_t k)
{
	size_t lo = 0, hi = n - 1;

	while (lo < hi) {
		double pivot = x[lo + (hi - lo) / 2];
		size_t i = lo, j = hi;

		for (;; i++, j--) {
			double t;

			while (x[i] < pivot)
				i++;
			while (x[j] > pivot)
				j--;
			if (i >= j)
				break;
			t = x[i];
			x[i] = x[j];
			x[j] = t;
		}
		if (k <= j)
			hi = j;
		else
			lo = j + 1;
	}
	return x[k];
}

double level_median(double *values, size_t n)
{
	double upper = order_statistic(values, n, n / 2), lower;

	if (n % 2)
		return upper;
	lower = values[0];
	for (size_t i = 1; i < n / 2; i++)
		lower = fmax(lower, values[i]);
	return (lower + upper) / 2;
}

double level_scatter(double *off, size_t n)
{
	for (size_t i = 0; i < n; i++)
		off[i] = fabs(off[i]);
	return order_statistic(off, n,
			       (size_t)(SHARE * (double)(n - 1) + 0.5)) /
	       QUANTILE;
}

static double cut_off(double off, double most)
{
	return off > most ? most : off < -most ? -most : off;
}

double level_correlation(const double *off, size_t n, double scatter)
{
	double most = CUT * scatter, all = 0, pairs = 0, sum;

	for (size_t i = 0; i < n; i++)
		all += pow(cut_off(off[i], most), 2);
	for (size_t lag = 1; lag <= LAGS; lag++) {
		sum = 0;
		for (size_t i = lag; i < n; i++)
			sum += cut_off(off[i], most) *
			       cut_off(off[i - lag], most);
		pairs += sum;
	}
	return all > 0 && pairs > 0 ? pairs / LAGS / all : 0;
}

/* The variance of a median of @n such values. */
static double median_variance(size_t n, double correlation)
{
	double reach = n < LEVEL_REACH ? (double)n : LEVEL_REACH;

	/* pi / 2 times that of a mean. */
	return M_PI_2 / (double)n * (1 + (reach - 1) * correlation);
}

double level_error(size_t l, size_t r, double correlation)
{
	return sqrt(median_variance(l, correlation) +
		    median_variance(r, correlation));
}

bool level_supported(const double *values, size_t n, double level, double other)
{
	double bound = other + (level - other) / 3;
	size_t there = 0;

	for (size_t i = 0; i < n; i++)
		there += level > other ? values[i] > bound : values[i] < bound;
	return 4 * there >= 3 * n;
}
