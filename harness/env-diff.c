// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "env-diff.h"
#include "json-path.h"
#include "util.h"

#define DEBUG_OPTIONS "kernel.debug_options"

/*
 * Facts that move numbers without anybody's patch. An object stands for all
 * that is in it. The kernel's release is not here: it is meant to differ.
 */
static const char *const facts[] = {
	"cpu.vendor",	     "cpu.model_name",
	"cpu.family",	     "cpu.model",
	"cpu.stepping",	     "cpu.microcode",
	"hypervisor",	     "kvm.backend",
	"mitigations",	     DEBUG_OPTIONS,
	"kernel.preemption", "kernel.hz",
	"placement",	     "smt",
	"frequency.driver",  "frequency.turbo",
	"isolation",	     "interference",
	"lab.machine",	     "lab.emulator",
};

/* Distinct texts of one leaf on one side, joined. */
struct leaf {
	char *path;
	char *text[2]; /* base, new; NULL when the side does not have it */
	bool mixed; /* results of one side disagree */
};

struct leaves {
	struct leaf *list;
	size_t n;
};

static struct leaf *leaf_at(struct leaves *leaves, const char *path)
{
	for (size_t i = 0; i < leaves->n; i++)
		if (!strcmp(leaves->list[i].path, path))
			return &leaves->list[i];
	leaves->list =
		xrealloc(leaves->list, leaves->n + 1, sizeof(*leaves->list));
	leaves->list[leaves->n] = (struct leaf){ .path = xstrdup(path) };
	return &leaves->list[leaves->n++];
}

/*
 * Add @text, which is freed, to the list in @joined unless it is there. True
 * when the list was not empty and is longer now.
 */
static bool join(char **joined, char *text, const char *separator)
{
	size_t len = strlen(text);
	char *at = *joined, *longer;

	/* An empty text is found at the end, too, which has nothing behind. */
	for (; at && (at = strstr(at, text)); at = *at ? at + 1 : NULL) {
		const char *end = at + len;
		bool starts = at == *joined || at[-1] == ' ';

		if (starts &&
		    (!*end || !strncmp(end, separator, strlen(separator)))) {
			free(text);
			return false;
		}
	}
	if (!*joined) {
		*joined = text;
		return false;
	}
	longer = xasprintf("%s%s%s", *joined, separator, text);
	free(*joined);
	free(text);
	*joined = longer;
	return true;
}

static char *value_text(const json_t *value)
{
	char *text;

	if (json_is_null(value))
		return xstrdup("unknown");
	if (json_is_string(value))
		return xstrdup(json_string_value(value));
	if (json_is_array(value) && !json_array_size(value))
		return xstrdup("none");
	text = json_dumps(value, JSON_ENCODE_ANY | JSON_COMPACT);
	return text ? text : xstrdup("?");
}

/* All leaves of @value; an array is one leaf, and nesting is not deep. */
static void add_leaves(struct leaves *leaves, int side, const char *path,
		       json_t *value)
{
	const char *key;
	json_t *inner;

	if (!json_is_object(value)) {
		struct leaf *leaf = leaf_at(leaves, path);

		if (join(&leaf->text[side], value_text(value), " or "))
			leaf->mixed = true;
		return;
	}
	json_object_foreach(value, key, inner) {
		char *inner_path = xasprintf("%s.%s", path, key);

		add_leaves(leaves, side, inner_path, inner);
		free(inner_path);
	}
}

/* Whether any result of the side has the fact. */
static bool add_side(struct leaves *leaves, int side, const char *fact,
		     json_t *const *envs, size_t n)
{
	bool found = false;

	for (size_t i = 0; i < n; i++) {
		json_t *value = json_at(envs[i], fact);

		if (!value)
			continue;
		found = true;
		add_leaves(leaves, side, fact, value);
	}
	return found;
}

static void add_difference(struct env_differences *d, const struct leaf *leaf)
{
	const char *base = leaf->text[0] ? leaf->text[0] : "not listed";
	const char *new = leaf->text[1] ? leaf->text[1] : "not listed";

	if (!strcmp(base, new) && !leaf->mixed)
		return;
	d->list = xrealloc(d->list, d->n + 1, sizeof(*d->list));
	d->list[d->n++] = (struct env_difference){
		xstrdup(leaf->path),
		xstrdup(base),
		xstrdup(new),
	};
}

struct env_differences env_compare(json_t *const *base, size_t n_base,
				   json_t *const *new, size_t n_new)
{
	struct env_differences d = { 0 };

	for (size_t i = 0; i < ARRAY_SIZE(facts); i++) {
		struct leaves leaves = { 0 };
		bool in_base = add_side(&leaves, 0, facts[i], base, n_base);
		bool in_new = add_side(&leaves, 1, facts[i], new, n_new);

		for (size_t k = 0; k < leaves.n; k++) {
			if (in_base && in_new)
				add_difference(&d, &leaves.list[k]);
			free(leaves.list[k].path);
			free(leaves.list[k].text[0]);
			free(leaves.list[k].text[1]);
		}
		free(leaves.list);
	}
	return d;
}

void env_differences_free(struct env_differences *d)
{
	for (size_t i = 0; i < d->n; i++) {
		free(d->list[i].path);
		free(d->list[i].base);
		free(d->list[i].new);
	}
	free(d->list);
	*d = (struct env_differences){ 0 };
}

char *env_debug_options(json_t *const *envs, size_t n)
{
	char *options = NULL;

	for (size_t i = 0; i < n; i++) {
		json_t *list = json_at(envs[i], DEBUG_OPTIONS);
		json_t *option;
		size_t k;

		json_array_foreach(list, k, option)
			join(&options, value_text(option), ", ");
	}
	return options ? options : xstrdup("");
}
