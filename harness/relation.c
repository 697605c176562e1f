// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "relation.h"
#include "util.h"

static const char *const names[] = {
	[RELATION_NONE] = "",
	[RELATION_LOCAL] = "local",
	[RELATION_SMT_SIBLING] = "smt-sibling",
	[RELATION_OTHER_CORE] = "other-core",
	[RELATION_OTHER_L3] = "other-l3",
	[RELATION_OTHER_NODE] = "other-node",
};

const char *relation_name(enum relation relation)
{
	return names[relation];
}

static enum relation find(const char *name)
{
	for (enum relation r = RELATION_LOCAL; r < RELATIONS; r++)
		if (!strcmp(names[r], name))
			return r;
	return RELATION_NONE;
}

static bool contains(const struct relation_list *list, enum relation relation)
{
	for (size_t i = 0; i < list->count; i++)
		if (list->relation[i] == relation)
			return true;
	return false;
}

static int add(struct relation_list *list, const char *name, struct error *err)
{
	enum relation relation = find(name);

	if (!relation)
		return error_set(
			err,
			"unknown placement '%s' (local, smt-sibling, other-core, other-l3, other-node)",
			name);
	if (contains(list, relation))
		return error_set(err, "placement '%s' is named twice", name);
	list->relation[list->count++] = relation;
	return 0;
}

int relation_list_parse(struct relation_list *list, const char *text,
			struct error *err)
{
	char *copy = xstrdup(text), *next = copy, *name;
	int ret = 0;

	*list = (struct relation_list){ .count = 0 };
	while (!ret && (name = strsep(&next, ",")))
		ret = add(list, name, err);
	free(copy);
	return ret;
}

char *relation_list_text(const struct relation_list *list)
{
	char *text = xstrdup(""), *longer;

	for (size_t i = 0; i < list->count; i++) {
		longer = xasprintf("%s%s%s", text, i ? "," : "",
				   relation_name(list->relation[i]));
		free(text);
		text = longer;
	}
	return text;
}
