/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How long something took, each time: nanoseconds, in a list that grows. */
#ifndef VMB_NS_LIST_H
#define VMB_NS_LIST_H

#include <stddef.h>
#include <stdint.h>

struct ns_list {
	uint64_t *ns; /* owned */
	size_t count, room;
};

void ns_list_add(struct ns_list *list, uint64_t ns);
void ns_list_free(struct ns_list *list);

#endif
