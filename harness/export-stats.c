// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdlib.h>
#include <string.h>

#include <gsl/gsl_sort.h>
#include <gsl/gsl_statistics.h>

#include "compare.h"
#include "export-stats.h"
#include "util.h"

struct export_stats export_stats(const struct result_group *group)
{
	size_t n = group->n_values;
	double *x = xcalloc(n, sizeof(*x));
	struct export_stats s = { .n = n };
	struct estimate e;

	for (size_t i = 0; i < n; i++)
		x[i] = group->values[i].value;
	gsl_sort(x, 1, n);
	e = median_estimate(x, n);
	s.min = x[0];
	s.q1 = gsl_stats_quantile_from_sorted_data(x, 1, n, 0.25);
	s.median = e.value;
	s.mean = gsl_stats_mean(x, 1, n);
	s.q3 = gsl_stats_quantile_from_sorted_data(x, 1, n, 0.75);
	s.max = x[n - 1];
	s.stddev = n > 1 ? gsl_stats_sd(x, 1, n) : 0;
	s.ci = e.ci;
	free(x);
	return s;
}

char *export_name(const struct result_group *group)
{
	char *name = compare_name(group), *full;

	if (!strcmp(group->metric, "latency"))
		return name;
	full = xasprintf("%s %s", name, group->metric);
	free(name);
	return full;
}
