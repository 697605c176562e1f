/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A run as one line of JSON, in the form of sel4bench's history of results, so
 * that what reads that reads this:
 *
 *	{"ts": "2026-01-31T12:00:00Z", "sha": ..., "sha_kernel": ...,
 *	 "sha_bench": ..., "run_id": ..., "label": ..., "host": ...,
 *	 "exit/cpuid[cpl=0]": [min, q1, median, mean, q3, max, stddev, n], ...}
 *
 * over the medians of n launches. sha and sha_bench are this tool's commit,
 * sha_kernel the kernel's, or its release when that does not tell. What is
 * not known is not there; members that are arrays are metrics.
 */
#ifndef VMB_EXPORT_JSON_H
#define VMB_EXPORT_JSON_H

#include <stdio.h>

#include "results-view.h"

/* -1 with @err set when @path cannot be used; nothing is written then. */
int export_json(FILE *out, const char *path,
		const struct results_selection *selection, struct error *err);

#endif
