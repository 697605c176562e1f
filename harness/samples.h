/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * From the raw samples of a launch to the numbers of its row: order
 * statistics, moments and a logarithmic histogram. All in the unit of the
 * samples. Pure.
 */
#ifndef VMB_SAMPLES_H
#define VMB_SAMPLES_H

#include <stddef.h>
#include <stdint.h>

struct summary {
	uint64_t n; /* 0: the rest means nothing */
	double min, p25, p50, mean, p75, p90, p99, p999, max;
	double stddev; /* of the sample (n - 1); 0 for n = 1 */
};

/*
 * Sorts @samples in place. Quantiles by linear interpolation between order
 * statistics (gsl_stats_quantile_from_sorted_data; Hyndman and Fan's type 7).
 */
void samples_summarize(uint64_t *samples, size_t n, struct summary *summary);

/* Divide all but n by @divisor: the ticks of several ops become those of one. */
void summary_divide(struct summary *summary, double divisor);

/*
 * Logarithmic buckets: below HISTOGRAM_LINEAR one for each value, above that
 * HISTOGRAM_LINEAR for each power of two, so at most 1/128 = 0.8 % wide.
 */
#define HISTOGRAM_LINEAR  128
#define HISTOGRAM_BUCKETS (HISTOGRAM_LINEAR * (64 - 7 + 1))

unsigned int histogram_bucket(uint64_t value);
/* The bucket holds @lo <= value < @hi; the last one's @hi is UINT64_MAX. */
void histogram_bounds(unsigned int bucket, uint64_t *lo, uint64_t *hi);

#endif
