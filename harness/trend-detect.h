/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * When did a series of nightly values change its level? Pure.
 *
 * E-Divisive [MJ]: the split of a window of nights that has the greatest energy
 * distance between its two sides is a change, when few permutations of the
 * window have a split as great. As in [F], it goes over windows of limited
 * length, and weak changes are merged away in the end. Other than there:
 *
 * - The series is gone through as the nights came. After each night, the nights
 *   since the last change (at most the window) are looked at. So what is told
 *   of a history's first nights does not hang on those that came later, but for
 *   what the last step takes back.
 * - Distances are cut off at some times the scatter of the nights. A
 *   distance that is cut off still is of negative type, so that the energy
 *   distance stays one; a disturbed night counts no more than a few plain ones.
 * - A change has three nights or more on each side, and nights stand on the side
 *   of the midpoint where their level is: all of the newest three, three in four
 *   when there are more. So neither one night nor two make a change by
 *   themselves.
 * - It is of some size: so many times the scatter of the nights, and percent.
 *   What wanders slowly is significant to any test that takes nights for
 *   independent.
 * - In the test, nights before the last change count too, moved to the level
 *   that the side before the split has: else it took weeks until a change that
 *   is taken back could be told.
 *
 * References:
 * [MJ] Matteson, James, "A nonparametric approach for multiple change point
 *	analysis of multivariate data", Journal of the American Statistical
 *	Association 109, 2014.
 * [F]	Fleming et al., "Hunter: Using change point detection to hunt for
 *	performance regressions", ICPE 2023.
 * [B]	Bai, "Estimation of a change point in multiple regression models",
 *	Review of Economics and Statistics 79, 1997: the interval of a change's
 *	place.
 */
#ifndef VMB_TREND_DETECT_H
#define VMB_TREND_DETECT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "nonparam.h"

#define TREND_SEED	    1
#define TREND_WINDOW	    50 /* nights */
#define TREND_P		    0.001
#define TREND_PERMUTATIONS  4999
#define TREND_PERCENT	    0.5
#define TREND_NIGHTS_MIN    3 /* on each side of a change */
#define TREND_NIGHTS_BEFORE 10 /* those of older levels counted too */

struct trend_detect_options {
	uint64_t seed;
	size_t window; /* nights that a decision looks at */
	double p; /* of a change, at most; of the level see trend-energy.h */
	size_t permutations;
	double percent; /* a smaller change is none */
	/*
	 * The same of exact values, from one to the next. 0 unless a user wants
	 * it: one instruction more is a change, however long the path is.
	 */
	double exact_percent;
};

#define TREND_DETECT_DEFAULTS                                                 \
	{                                                                     \
		.seed = TREND_SEED, .window = TREND_WINDOW, .p = TREND_P,     \
		.permutations = TREND_PERMUTATIONS, .percent = TREND_PERCENT, \
	}

/* A new level, in indices of the series' values. */
struct trend_change {
	size_t at; /* the first value of the new level */
	/*
	 * 95 % interval of @at: the change is between the value before
	 * @at_first and @at_last.
	 */
	size_t at_first, at_last;
	size_t told; /* the value with which it could be told first */
	/* Medians of the values up to the next change, a window at most. */
	struct estimate before, after;
	struct estimate shift; /* after - before: Hodges-Lehmann */
	struct estimate percent; /* the shift, of before; NAN when that is 0 */
	/* Of the permutation test when it was told; 0: exactly known. */
	double p;
};

struct trend_verdict {
	struct trend_change *changes; /* by place */
	size_t n_changes;
	/*
	 * The newest values, when they lie off the level in one direction: the
	 * begin of a change, or disturbed nights.
	 */
	size_t n_pending;
	/* Off by how much; also in percent of the level, NAN when that is 0. */
	double pending_shift, pending_percent;
	/* Robust standard deviation of values about their level. */
	double scatter;
};

/*
 * Find the changes of @n values. @exact: values have no noise, and each
 * difference is a change, from options->exact_percent on. @name, any text, goes into the seed, so that a
 * series' permutations do not depend on which other series there are.
 */
void trend_detect(struct nonparam *np, const double *values, size_t n,
		  bool exact, const char *name,
		  const struct trend_detect_options *options,
		  struct trend_verdict *verdict);
void trend_verdict_free(struct trend_verdict *verdict);

#endif
