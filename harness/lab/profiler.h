/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Boots under the emulator's profiler: one variant, one launch. */
#ifndef VMB_LAB_PROFILER_H
#define VMB_LAB_PROFILER_H

#include <stdbool.h>

#include "lab/options.h"
#include "lab/profile.h"
#include "lab/series.h"

struct lab_profiling {
	/* Set by the caller, who keeps what they point to. */
	const struct lab_options *options;
	const struct lab_machine *machine;
	const char *kernel[LAB_SIDES]; /* the second may be NULL */
	const char *pattern; /* of exactly one variant */
	const char *output; /* directory; OUTPUT/base, OUTPUT/new are made */

	bool on_host; /* an op of the host's, that marks its windows */
	char *name; /* of the variant, "exit/cpuid[cpl=3]" */
	struct profile profile[LAB_SIDES];
	double p50[LAB_SIDES]; /* TSC ticks, as the suite measured them */
};

/*
 * Which variant @pattern selects, checked here: `lab explain` can do what has a
 * guest, or marks its windows, and one variant at a time. -1: usage error.
 */
int lab_profiling_choose(struct lab_profiling *profiling, struct error *err);

/* Boot and read. -1 with @err set. Freed by lab_profiling_free(). */
int lab_profiling_run(struct lab_profiling *profiling, struct error *err);
void lab_profiling_free(struct lab_profiling *profiling);

#endif
