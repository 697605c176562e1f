/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Results of several hosts in one comparison: what a kernel changed on one host
 * must not be mixed with how another host differs.
 */
#ifndef VMB_COMPARE_GROUPS_H
#define VMB_COMPARE_GROUPS_H

#include <stdbool.h>
#include <stddef.h>

/* Results of one host, CPU model and machine of the lab. Paths are not owned. */
struct compare_group {
	char *name; /* "host lab1, AMD EPYC 7763"; "unknown host" */
	const char **base, **new;
	size_t n_base, n_new;
};

struct compare_groups {
	struct compare_group *list; /* in the order of first appearance */
	size_t n;
	/*
	 * A side has results of several hosts, so that sides are compared host
	 * by host. One host a side, also two different ones, are compared as
	 * they are.
	 */
	bool apart;
};

/*
 * By the env.json beside each path's summary.csv; results without one are of
 * one unknown host. Freed by compare_groups_free().
 */
void compare_groups_make(struct compare_groups *g, const char *const *base,
			 size_t n_base, const char *const *new, size_t n_new);
void compare_groups_free(struct compare_groups *g);

#endif
