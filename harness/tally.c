// SPDX-License-Identifier: GPL-2.0-or-later
#include <gsl/gsl_sort_double.h>
#include <gsl/gsl_statistics_double.h>
#include <stdlib.h>
#include <string.h>

#include "tally.h"
#include "util.h"

static int severity(enum row_status status)
{
	static const int severities[] = {
		[STATUS_OK] = 0,
		[STATUS_SKIP] = 1,
		[STATUS_UNVERIFIED] = 2,
		[STATUS_FAIL] = 3,
	};

	return severities[status];
}

void tally_add(struct tally *tally, const struct launch_result *result)
{
	size_t n = tally->measured;

	if (!tally->launches++ ||
	    severity(result->status) > severity(tally->status)) {
		tally->status = result->status;
		memcpy(tally->reason, result->reason, sizeof(tally->reason));
	}
	if (!result->latency.n)
		return;
	tally->p50 = xrealloc(tally->p50, n + 1, sizeof(*tally->p50));
	tally->p99 = xrealloc(tally->p99, n + 1, sizeof(*tally->p99));
	tally->p50[n] = result->latency.p50;
	tally->p99[n] = result->latency.p99;
	tally->measured++;
}

static double median(const double *values, size_t n)
{
	double *sorted = xcalloc(n, sizeof(*sorted)), result;

	memcpy(sorted, values, n * sizeof(*sorted));
	gsl_sort(sorted, 1, n);
	result = gsl_stats_median_from_sorted_data(sorted, 1, n);
	free(sorted);
	return result;
}

bool tally_summarize(const struct tally *tally, struct tally_summary *summary)
{
	size_t n = tally->measured;
	double min, max;

	if (!n)
		return false;
	gsl_stats_minmax(&min, &max, tally->p50, 1, n);
	summary->p50 = median(tally->p50, n);
	summary->p99 = median(tally->p99, n);
	summary->spread = summary->p50 > 0 ? (max - min) / 2 / summary->p50 : 0;
	return true;
}

void tally_free(struct tally *tally)
{
	free(tally->p50);
	free(tally->p99);
	*tally = (struct tally){ 0 };
}
