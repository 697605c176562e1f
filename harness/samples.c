// SPDX-License-Identifier: GPL-2.0-or-later
#include <gsl/gsl_statistics_double.h>
#include <math.h>
#include <stdlib.h>

#include "samples.h"
#include "util.h"

#define LINEAR_BITS 7 /* log2(HISTOGRAM_LINEAR) */

static int compare_u64(const void *a, const void *b)
{
	const uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

void samples_summarize(uint64_t *samples, size_t n, struct summary *summary)
{
	double *sorted;

	*summary = (struct summary){ .n = n };
	if (!n)
		return;
	qsort(samples, n, sizeof(*samples), compare_u64);
	sorted = xcalloc(n, sizeof(*sorted));
	for (size_t i = 0; i < n; i++)
		sorted[i] = (double)samples[i];
#define QUANTILE(f) gsl_stats_quantile_from_sorted_data(sorted, 1, n, f)
	summary->min = sorted[0];
	summary->p25 = QUANTILE(0.25);
	summary->p50 = QUANTILE(0.5);
	summary->mean = gsl_stats_mean(sorted, 1, n);
	summary->p75 = QUANTILE(0.75);
	summary->p90 = QUANTILE(0.9);
	summary->p99 = QUANTILE(0.99);
	summary->p999 = QUANTILE(0.999);
	summary->max = sorted[n - 1];
#undef QUANTILE
	if (n > 1)
		summary->stddev = gsl_stats_sd_m(sorted, 1, n, summary->mean);
	free(sorted);
}

void summary_divide(struct summary *s, double divisor)
{
	double *const values[] = { &s->min, &s->p25,   &s->p50, &s->mean,
				   &s->p75, &s->p90,   &s->p99, &s->p999,
				   &s->max, &s->stddev };

	for (size_t i = 0; i < ARRAY_SIZE(values); i++)
		*values[i] /= divisor;
}

unsigned int histogram_bucket(uint64_t value)
{
	unsigned int exponent;

	if (value < HISTOGRAM_LINEAR)
		return (unsigned int)value;
	exponent = 63 - (unsigned int)__builtin_clzll(value);
	/* The LINEAR_BITS bits below the leading one number the bucket. */
	return HISTOGRAM_LINEAR * (exponent - LINEAR_BITS + 1) +
	       (unsigned int)(value >> (exponent - LINEAR_BITS) &
			      (HISTOGRAM_LINEAR - 1));
}

void histogram_bounds(unsigned int bucket, uint64_t *lo, uint64_t *hi)
{
	unsigned int shift;
	uint64_t mantissa;

	if (bucket < HISTOGRAM_LINEAR) {
		*lo = bucket;
		*hi = bucket + 1;
		return;
	}
	shift = bucket / HISTOGRAM_LINEAR - 1;
	mantissa = HISTOGRAM_LINEAR + bucket % HISTOGRAM_LINEAR;
	*lo = mantissa << shift;
	*hi = bucket == HISTOGRAM_BUCKETS - 1 ? UINT64_MAX
					      : (mantissa + 1) << shift;
}
