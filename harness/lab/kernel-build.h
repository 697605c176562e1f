/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Kernels built for the lab, by scripts/lab/build-kernel. Beside KERNEL stand
 * KERNEL.map (System.map), KERNEL.config, and KERNEL.json, its recipe: source,
 * patches, compiler, debug options. Where it could be built, KERNEL.probe.ko is
 * the suite's module for it (scripts/probe).
 */
#ifndef VMB_LAB_KERNEL_BUILD_H
#define VMB_LAB_KERNEL_BUILD_H

#include <jansson.h>
#include <stdbool.h>

#include "error.h"

#define LAB_SOURCE "linux-source-6.1" /* the patches of the lab are for it */

struct lab_patch {
	const char *file;
	bool reverse;
};

struct lab_kernel_build {
	const char *source; /* a directory, or a Debian package */
	const char *base; /* a whole configuration; NULL: tinyconfig */
	const char *const *fragments;
	size_t n_fragments;
	const struct lab_patch *patches; /* in this order */
	size_t n_patches;
	bool probe; /* fail where the probe module cannot be built */
	const char *output; /* KERNEL */
};

/*
 * Build it. What the script says is shown. Files at @output, or of the names
 * beside it, that are none of this function's are not overwritten. -1 with @err
 * set on failure.
 */
int lab_kernel_build(const struct lab_kernel_build *build, struct error *err);

/*
 * The same, unless @output was built from the same source and patches before.
 * Another compiler, configuration or state of a source tree is not noticed.
 */
int lab_kernel_ensure(const struct lab_kernel_build *build, struct error *err);

/* KERNEL.json; NULL when there is none. */
json_t *lab_kernel_recipe(const char *kernel);

#endif
