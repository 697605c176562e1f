/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What differs between the env.json of two sides that should differ in nothing
 * but the kernel under test. Pure.
 */
#ifndef VMB_ENV_DIFF_H
#define VMB_ENV_DIFF_H

#include <jansson.h>
#include <stddef.h>

/* One leaf, "mitigations.spectre_v2", and each side's distinct values of it. */
struct env_difference {
	char *path;
	char *base, *new;
};

struct env_differences {
	struct env_difference *list;
	size_t n;
};

/*
 * Compare what the table in env-diff.c names. Each side is an array of
 * objects, one for each result; NULL ones are passed over. A fact is compared
 * only when both sides have its group: what one side never recorded is no
 * difference. Results of one side that disagree are a difference as well.
 * Freed by env_differences_free().
 */
struct env_differences env_compare(json_t *const *base, size_t n_base,
				   json_t *const *new, size_t n_new);
void env_differences_free(struct env_differences *d);

/* The debug options of a side's kernels, "KASAN, LOCKDEP"; "" when none. */
char *env_debug_options(json_t *const *envs, size_t n);

#endif
