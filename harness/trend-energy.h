/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The energy distance between the two sides of a split of a window, and the
 * test of E-Divisive: trend-detect.h has the references. Pure.
 */
#ifndef VMB_TREND_ENERGY_H
#define VMB_TREND_ENERGY_H

#include <stddef.h>

#include <gsl/gsl_rng.h>

struct energy;

/* Room for windows of up to @most values. */
struct energy *energy_new(size_t most);
void energy_free(struct energy *e);

/*
 * Take in a window of @n values. Distances between two are cut off at @cut,
 * unless that is 0.
 */
void energy_fill(struct energy *e, const double *window, size_t n, double cut);

/*
 * The greatest of
 *	l r / (l + r) (2 E|X - Y| - E|X - X'| - E|Y - Y'|)
 * over the splits with @from values or more before them and @min after: l and
 * r values X and Y on their sides. @at is the first value of the right side.
 */
double energy_split(const struct energy *e, size_t from, size_t min,
		    size_t *at);

/*
 * p of that greatest value: the share of random orders of the window, its own
 * among them, that split as well. The test ends early in both directions: with
 * more than @p as soon as it cannot be less, and with 1 / (n + 1) <= @p when
 * none of the first n orders splits as well. So there are two ways to come to
 * @p or less, and the level, the share of windows in no particular order that
 * do, is above it. With N permutations of which up to k may split as well,
 *	level = 1 / (n + 1) + (k + 1) / (N + 1)
 *		- sum over j = 0 ... k of C(N - n, j) / C(N, j) / (N + 1)
 * when the share of orders that split as well is anything alike. For 0.001 and
 * 4999 (n = 999, k = 4) it is 0.00133. The window is out of order then.
 */
double energy_test(struct energy *e, size_t from, size_t min,
		   size_t permutations, double p, gsl_rng *rng);

#endif
