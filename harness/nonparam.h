/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The statistics of a comparison of two samples that need not be normal: rank
 * tests and the Hodges-Lehmann shift. Nothing prints, nothing fails.
 *
 * Everywhere @x is the base and @y the new side: a positive shift means that
 * y is greater. "Sorted" means ascending.
 *
 * References:
 * [HW] Hollander, Wolfe, Chicken, "Nonparametric Statistical Methods", 3rd
 *	edition, 2014: chapter 4 (rank sum, shift), 3.6 (median's interval).
 * [SR] Streitberg, Roehmel, "Exact distributions for permutation and rank
 *	tests: an introduction to some recently published algorithms",
 *	Statistical Software Newsletter 12, 1986.
 * [BH] Benjamini, Hochberg, "Controlling the false discovery rate", Journal
 *	of the Royal Statistical Society B 57, 1995.
 */
#ifndef VMB_NONPARAM_H
#define VMB_NONPARAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Work space, and tables that rows of the same size share. */
struct nonparam;

struct nonparam *nonparam_new(void);
void nonparam_free(struct nonparam *np);

/*
 * @level is the confidence that the interval really has: the one asked for or
 * a little more, or less when there are too few observations for it, in which
 * case the interval is all there is: [least, greatest].
 */
struct interval {
	double lo, hi, level;
};

/* What is called an interval, with no other level beside it, is of this one. */
#define INTERVAL_LEVEL 0.95

/* Is it of INTERVAL_LEVEL or more? Else it is only what was seen. */
bool interval_is_known(const struct interval *ci);

struct estimate {
	double value;
	struct interval ci; /* of INTERVAL_LEVEL, if that can be */
};

/* What is known to the last digit. */
struct estimate estimate_exactly(double value);

/*
 * The median of a sorted sample and its distribution-free interval between two
 * order statistics [HW 3.6]. The level is 0.95 from 6 observations on.
 */
struct estimate median_estimate(const double *sorted, size_t n);

/* The half of an interval about its value, the longer one. */
double estimate_half(const struct estimate *e);

enum rank_method {
	RANK_AUTO,
	RANK_EXACT,
	RANK_NORMAL,
};

struct rank_test {
	double u; /* pairs with y > x, ties one half: R's W of wilcox.test(y, x) */
	double p; /* two-sided */
	bool exact;
};

/*
 * The Mann-Whitney (Wilcoxon rank sum) test of two sorted samples.
 *
 * RANK_AUTO without ties is what R's wilcox.test does: exact while both sides
 * have fewer than 50 observations, beyond that the normal approximation with
 * continuity correction. With ties R approximates always, and for 5 against 5
 * observations says p = 0.004 where no arrangement is rarer than 1 in 126.
 * Here ties are exact too, up to 24 observations of both sides together: the
 * distribution of the rank sum over all arrangements of the tied ranks [SR],
 * p = P(|U - EU| >= |u - EU|). Above, it is R's approximation, corrected for
 * ties and continuity. RANK_EXACT and RANK_NORMAL force the one or the other;
 * the exact one takes time and memory of (m + n) m (m n).
 */
struct rank_test rank_test(struct nonparam *np, const double *x, size_t m,
			   const double *y, size_t n, enum rank_method method);

/* The least p that rank_test() can give for m against n launches. */
double rank_test_least_p(size_t m, size_t n);

/*
 * The Hodges-Lehmann shift: the median of all y[j] - x[i] of sorted samples,
 * and the interval between two of these differences that inverts the untied
 * test [HW 4.2, 4.3]: exact below 50 observations a side, as in R, normal
 * approximation above. Ties make the interval wider than needed, never
 * narrower. No more memory than a constant; time (m + n) at most 64 times.
 */
struct estimate shift_estimate(struct nonparam *np, const double *x, size_t m,
			       const double *y, size_t n);

/* The shift alone. When m n is at most 4096, x and y need not be sorted. */
double shift_value(struct nonparam *np, const double *x, size_t m,
		   const double *y, size_t n);

/*
 * Replace each of @n p-values by the least false discovery rate at which it
 * is still rejected [BH]: R's p.adjust(p, "BH").
 */
void benjamini_hochberg(double *p, size_t n);

#endif
