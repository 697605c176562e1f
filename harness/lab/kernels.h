/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The kernels that the lab builds of its own accord: LAB_SOURCE as it is, and
 * with one of scripts/lab/patches/. Those that are there are used again.
 */
#ifndef VMB_LAB_KERNELS_H
#define VMB_LAB_KERNELS_H

#include "error.h"

#define LAB_STOCK   "stock"
#define LAB_KERNELS "kernels" /* where they are by default */

/* Where they are, and the directory of lab/files.h. */
struct lab_kernels {
	const char *directory, *files;
};

/*
 * DIRECTORY/PATCH.bzImage, built with scripts/lab/patches/PATCH.patch; or with
 * none, for LAB_STOCK. Owned by the caller; NULL with @err set on failure.
 */
char *lab_kernels_get(const struct lab_kernels *kernels, const char *patch,
		      struct error *err);

/*
 * Are both of the same release? A package may have got newer since the other
 * kernel was built.
 */
int lab_kernels_check(const char *stock, const char *patched,
		      struct error *err);

#endif
