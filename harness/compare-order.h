/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Were the launches of a run independent draws, by all of its rows together?
 *
 * One row of ten launches hardly tells: a correlation of 0.3 from launch to
 * launch makes its interval cover 85 % instead of 95, and is found in one row
 * of fifty. But launches of all variants are interleaved in rounds, and what
 * slows down a host slows down all of them. So the statistics of the rows are
 * added up, and compared with what they become when the rounds are put into
 * another order, the same for all rows: rows that a round disturbs together
 * stay together, which makes the test exact however rows depend on each other
 * (a permutation test; P. Good, "Permutation, Parametric, and Bootstrap Tests
 * of Hypotheses", 3rd edition, 2005, chapter 3).
 */
#ifndef VMB_COMPARE_ORDER_H
#define VMB_COMPARE_ORDER_H

#include <stdint.h>

#include "results.h"

struct order_test {
	size_t n_rows; /* that say something; 0: too few, nothing is known */
	double drift_p; /* two-sided, of a drift in one direction */
	double serial_p; /* one-sided, of a launch being like the one before */
	double correlation; /* with the one before, mean of the rows */
	double boots_p; /* of boots that differ, in whatever direction */
};

/* The test of groups that were launched in the same rounds. */
struct order_test order_test(const struct result_group *const *groups,
			     size_t n_groups, uint64_t seed);

/*
 * What @test finds at @level of the launches of @side ("base: "), which the
 * caller frees; NULL when nothing.
 */
char *order_drift_text(const struct order_test *test, double level,
		       const char *side);
char *order_boots_text(const struct order_test *test, double level,
		       const char *side);
char *order_serial_text(const struct order_test *test, double level,
			const char *side);

#endif
