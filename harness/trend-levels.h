/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a level of a series is, whatever a few disturbed nights say. Pure. */
#ifndef VMB_TREND_LEVELS_H
#define VMB_TREND_LEVELS_H

#include <stdbool.h>
#include <stddef.h>

/* The median of @n values, 1 at least; their order is lost. */
double level_median(double *values, size_t n);

/*
 * The scatter of values about their levels, from @n differences to these,
 * which are lost: the 80 % quantile of their amounts, as a normal standard
 * deviation. So one night in five may be disturbed.
 */
double level_scatter(double *off, size_t n);

/*
 * How much a night is like the ones before it: the mean of the correlations at
 * lags of 1 to 3 of @n differences to levels, in the order of time, each cut
 * off at twice @scatter. 0 when that is negative.
 */
double level_correlation(const double *off, size_t n, double scatter);

/*
 * The standard error of the difference of two medians of @l and @r values that
 * are normal with standard deviation 1. Values up to LEVEL_REACH apart have
 * @correlation.
 */
#define LEVEL_REACH 20
double level_error(size_t l, size_t r, double correlation);

/*
 * Are three in four of @n values, and all when there are three, more than a
 * third of the way from @other to @level?
 */
bool level_supported(const double *values, size_t n, double level,
		     double other);

#endif
