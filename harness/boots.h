/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Launches nested in boots: a bootstrap of both levels, and the tests that say
 * when the launches are not the independent draws that a comparison takes them
 * for. A test that cannot be made, for want of launches, has p = 1.
 *
 * References ([HW] is in nonparam.h):
 * [DH] Davison, Hinkley, "Bootstrap Methods and their Application", 1997:
 *	section 3.8 (hierarchical data).
 * [H]	Hesterberg, "What teachers should know about the bootstrap", The
 *	American Statistician 69, 2015: section 3.3 (few observations).
 * [B]	Bartels, "The rank version of von Neumann's ratio test for
 *	randomness", Journal of the American Statistical Association 77, 1982.
 */
#ifndef VMB_BOOTS_H
#define VMB_BOOTS_H

#include <stddef.h>
#include <stdint.h>

#include "nonparam.h"
#include "resample.h"

/* A sample nested in boots: boot b has the values [start[b], start[b + 1]). */
struct nested {
	const double *values;
	const size_t *start; /* n_boots + 1 of them */
	size_t n_boots;
};

struct bootstrap {
	struct estimate shift;
	struct estimate median[2];
	double p; /* two-sided, of no shift */
};

/*
 * Resample boots, then the launches within them, @resamples times. A boot
 * counts by the median of its launches, a side by the median of its boots, and
 * the shift is the Hodges-Lehmann shift between the boots of two sides.
 *
 * Boots that are resampled with replacement already carry the scatter of their
 * launches, so resampling launches as well counts that scatter twice [DH 3.8]:
 * a resampled boot's deviation from its own median is divided by the root of
 * the number of boots. What is then missing of the variance between boots, 1
 * part in the number of boots, and the tails of Student's t, are put back by
 * taking quantiles further out [H]. p is the level at which the interval would
 * end at zero; with fewer than 10 resamples beyond zero it comes from the tail
 * of Student's t instead. Needs two boots or more a side.
 */
struct bootstrap boot_shift(struct nonparam *np, struct resampler *re,
			    const struct nested *x, const struct nested *y,
			    size_t resamples, uint64_t seed);

/* The ranks of @n values, ties having the mean of theirs. */
void midranks(const double *values, size_t n, double *ranks);

/*
 * Does the sample, in the order of launches, drift: Spearman's rank correlation
 * with the position, in each boot for itself, summed over boots. Two-sided p.
 */
double drift_test(const struct nested *x);

/*
 * Is a launch like the one before it: the rank version of von Neumann's ratio
 * [B] in each boot, summed over boots. One-sided p of a positive correlation,
 * the kind that makes intervals too narrow.
 */
double serial_test(const struct nested *x);

/*
 * Do boots differ by more than the launches within them: Kruskal and Wallis's
 * test [HW 6.1] with tie correction. p of the chi-squared approximation.
 */
double boots_test(const struct nested *x);

#endif
