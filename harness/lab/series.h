/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Boots of two kernels in turn, A B B A A B ..., into the results directories
 * OUTPUT/base-1, OUTPUT/new-1, OUTPUT/new-2 and so on.
 */
#ifndef VMB_LAB_SERIES_H
#define VMB_LAB_SERIES_H

#include "lab/job.h"
#include "lab/options.h"

enum lab_side {
	LAB_BASE,
	LAB_NEW,
	LAB_SIDES,
};

struct lab_series {
	/* Set by the caller, who keeps what they point to. */
	const struct lab_options *options;
	const char *kernel[LAB_SIDES];
	const char *label[LAB_SIDES]; /* NULL: "base", "new" */
	char *const *patterns;
	size_t n_patterns;
	const char *output;

	size_t boots; /* of each kernel */
	char **paths[LAB_SIDES]; /* results directories, @boots of each */
	struct lab_job *jobs; /* in the order of their start */
	size_t n_jobs;
};

/* Which side boot @i of a series is of, counted from 0: A B B A A B ... Pure. */
enum lab_side lab_series_side(size_t i);

/*
 * Boot them all. -1 with @err printed when a machine failed or was stopped.
 * Freed by lab_series_free() in any case.
 */
int lab_series_run(struct lab_series *series);
void lab_series_free(struct lab_series *series);

#endif
