// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdlib.h>

#include "ns-list.h"
#include "util.h"

void ns_list_add(struct ns_list *list, uint64_t ns)
{
	if (list->count == list->room) {
		list->room = list->room ? 2 * list->room : 1024;
		list->ns = xrealloc(list->ns, list->room, sizeof(*list->ns));
	}
	list->ns[list->count++] = ns;
}

void ns_list_free(struct ns_list *list)
{
	free(list->ns);
	*list = (struct ns_list){ 0 };
}
