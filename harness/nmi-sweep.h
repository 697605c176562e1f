/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What one NMI costs, from runs of the same work under more and more of them:
 * the slope of time over NMIs. What the work itself takes, and what is the same
 * in all runs, is the line's other end. Pure.
 */
#ifndef VMB_NMI_SWEEP_H
#define VMB_NMI_SWEEP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "error.h"

struct nmi_run {
	uint64_t ticks; /* TSC ticks that the work took */
	uint64_t nmis; /* that came meanwhile: counted, not derived */
	uint64_t throttles; /* the kernel stopped the counter so often */
	uint64_t lost; /* NMIs of which it kept no record */
};

/*
 * Least squares over @n runs, in TSC ticks an NMI; it may be negative by noise.
 * -1 when the runs say nothing, and @err why: throttled, records lost, or as
 * many NMIs in all of them.
 */
int nmi_sweep_slope(const struct nmi_run *runs, size_t n, double *slope,
		    struct error *err);

#endif
