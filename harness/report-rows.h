/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What reports take from the rows of a run. A number that the rows do not
 * give, or give without proof, is absent and says why: it is never 0. Pure.
 */
#ifndef VMB_REPORT_ROWS_H
#define VMB_REPORT_ROWS_H

#include <stdbool.h>

#include "nonparam.h"
#include "results.h"

struct report_number {
	bool known;
	struct estimate estimate; /* of the launches, 95 % CI */
	char why[160]; /* when it is not known */
};

/*
 * Ticks of one op: the median of the launches' medians, the empty op of each
 * taken off. Known when every launch that has numbers is ok.
 */
struct report_number report_latency(const struct results *results,
				    const char *bench, const char *variant);

/*
 * By how much an op moved a counter, median of the launches. False when there
 * is no such row: it did not move, or nobody counted.
 */
bool report_counter(const struct results *results, const char *bench,
		    const char *variant, const char *metric,
		    struct estimate *per_op);

/* Median and interval of @n values, in any order. */
struct estimate report_estimate(const double *values, size_t n);

/*
 * The sum of @n numbers times their factors, and the quotient of two; absent
 * when one of them is. The sides of the intervals add up as errors of
 * independent measurements do: by their squares.
 */
struct report_term {
	double factor;
	const struct report_number *number;
};
struct report_number report_sum(const struct report_term *terms, size_t n);
struct report_number report_quotient(const struct report_number *a,
				     const struct report_number *b);

#endif
