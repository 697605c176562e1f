// SPDX-License-Identifier: GPL-2.0-or-later
#include <gsl/gsl_fit.h>
#include <inttypes.h>
#include <stdlib.h>

#include "nmi-sweep.h"
#include "util.h"

static int check(const struct nmi_run *runs, size_t n, struct error *err)
{
	bool varies = false;

	for (size_t i = 0; i < n; i++) {
		if (runs[i].throttles)
			return error_set(
				err,
				"the kernel throttled the counter (kernel.perf_event_max_sample_rate, kernel.perf_cpu_time_max_percent)");
		if (runs[i].lost)
			return error_set(
				err,
				"the kernel lost the records of %" PRIu64
				" NMIs",
				runs[i].lost);
		varies |= runs[i].nmis != runs[0].nmis;
	}
	if (varies)
		return 0;
	if (n && runs[0].nmis)
		return error_set(err, "as many NMIs came in all runs");
	return error_set(err, "no NMI came while the guest ran");
}

int nmi_sweep_slope(const struct nmi_run *runs, size_t n, double *slope,
		    struct error *err)
{
	double *x, *y, base, cov00, cov01, cov11, sum;

	if (check(runs, n, err))
		return -1;
	x = xcalloc(n, sizeof(*x));
	y = xcalloc(n, sizeof(*y));
	for (size_t i = 0; i < n; i++) {
		x[i] = (double)runs[i].nmis;
		y[i] = (double)runs[i].ticks;
	}
	gsl_fit_linear(x, 1, y, 1, n, &base, slope, &cov00, &cov01, &cov11,
		       &sum);
	free(x);
	free(y);
	return 0;
}
