/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where the other party of an event is, seen from the vCPU: the parameter
 * placement= that `--placement` adds to every variant.
 *
 * The vCPU runs on the same pCPU in all of them, and guest memory lies on its
 * node in all but the last, so that two variants differ in one thing:
 *	local		there is no helper thread
 *	smt-sibling	the helper thread runs on the vCPU's own core
 *	other-core	... on another core that shares its L3 cache
 *	other-l3	... behind another L3 cache of the same NUMA node
 *	other-node	... on another node, and guest memory lies there too
 * A benchmark without a helper thread has local and other-node only: nothing
 * would differ in the others. One with a helper thread has all but local, as
 * the two cannot have one pCPU: the helper waits in a loop. What KVM allocates
 * for itself lies on the vCPU's node always.
 */
#ifndef VMB_RELATION_H
#define VMB_RELATION_H

#include <stddef.h>

#include "error.h"

enum relation {
	RELATION_NONE, /* no such parameter: as topology_place() chose */
	RELATION_LOCAL,
	RELATION_SMT_SIBLING,
	RELATION_OTHER_CORE,
	RELATION_OTHER_L3,
	RELATION_OTHER_NODE,
	RELATIONS,
};

/* In the order in which the user named them, each once. */
struct relation_list {
	enum relation relation[RELATIONS];
	size_t count;
};

/* "smt-sibling"; "" for RELATION_NONE. */
const char *relation_name(enum relation relation);

/* Parse names joined by commas. -1: one of them is unknown or doubled. */
int relation_list_parse(struct relation_list *list, const char *text,
			struct error *err);

/* The opposite, for the caller to free; "" for an empty list. */
char *relation_list_text(const struct relation_list *list);

#endif
