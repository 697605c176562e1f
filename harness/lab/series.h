/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Boots of two kernels in turn, A B B A A B ..., on one machine, into the
 * results directories OUTPUT/base-1, OUTPUT/new-1, OUTPUT/new-2 and so on.
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

extern const char *const lab_side_names[LAB_SIDES]; /* "base", "new" */

struct lab_series {
	/* Set by the caller, who keeps what they point to. */
	const struct lab_options *options;
	const struct lab_machine *machine;
	const char *kernel[LAB_SIDES];
	const char *label[LAB_SIDES];
	char *const *patterns;
	size_t n_patterns;
	const char *output;

	size_t boots; /* of each kernel */
	char **paths[LAB_SIDES]; /* results directories, @boots of each */
};

/* Which side boot @i of a series is of, counted from 0: A B B A A B ... Pure. */
enum lab_side lab_series_side(size_t i);

/* The modules that the options name for a side's kernel, or NULL. */
const char *lab_modules_of(const struct lab_options *options,
			   enum lab_side side);

/*
 * Boot them all. -1 when a machine failed or was stopped, which is printed.
 * Freed by lab_series_free() in any case.
 */
int lab_series_run(struct lab_series *series);
void lab_series_free(struct lab_series *series);

#endif
