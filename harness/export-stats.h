/* SPDX-License-Identifier: GPL-2.0-or-later */
/* For exports: the launches of a row in a few numbers. */
#ifndef VMB_EXPORT_STATS_H
#define VMB_EXPORT_STATS_H

#include "nonparam.h"
#include "results.h"

/*
 * Over what the launches count by (their medians); a launch is one value.
 * Quartiles are linear between order statistics (type 7); stddev is of n - 1,
 * and 0 of one launch.
 */
struct export_stats {
	double min, q1, median, mean, q3, max, stddev;
	size_t n;
	struct interval ci; /* of the median; a known one takes six launches */
};

/* @group has a value. */
struct export_stats export_stats(const struct result_group *group);

/* "exit/cpuid[cpl=3]", and the metric behind a blank unless it is latency. */
char *export_name(const struct result_group *group);

#endif
