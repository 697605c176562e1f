// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "env-diff.h"
#include "env-reduce.h"
#include "json-path.h"
#include "results-ns.h"
#include "util.h"

#define DEBUG_OPTIONS "kernel.debug_options"

/*
 * A fact that moves numbers without anybody's patch. An object stands for all
 * that is in it.
 */
struct fact {
	const char *path;
	/* What of it is compared, a new reference. NULL: all. */
	json_t *(*reduce)(const json_t *value);
	/* What one side does not list belongs to its kernel. */
	bool on_both;
	/* Measured: told only when tsc_khz_agree() says no. */
	bool measured_khz;
};

/* The kernel's release is not here: it is meant to differ. */
static const struct fact facts[] = {
	{ .path = "cpu.vendor" },
	{ .path = "cpu.model_name" },
	{ .path = "cpu.family" },
	{ .path = "cpu.model" },
	{ .path = "cpu.stepping" },
	{ .path = "cpu.microcode" },
	{ .path = "hypervisor" },
	{ .path = "kvm.backend" },
	{ .path = "kvm.modules", .reduce = env_reduce_modules, .on_both = true },
	{ .path = "mitigations" },
	{ .path = DEBUG_OPTIONS },
	{ .path = "kernel.preemption" },
	{ .path = "kernel.hz" },
	{ .path = "kernel.cmdline", .reduce = env_reduce_cmdline },
	{ .path = "placement" },
	{ .path = "smt" },
	{ .path = "frequency.driver" },
	{ .path = "frequency.turbo" },
	{ .path = "frequency.governors", .reduce = env_reduce_governors },
	{ .path = "guest.tsc_khz", .measured_khz = true },
	{ .path = "isolation" },
	{ .path = "interference" },
	{ .path = "lab.machine" },
	{ .path = "lab.emulator" },
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

/* What is compared of a fact: a new reference, or NULL. */
static json_t *value_of(const json_t *env, const struct fact *fact)
{
	json_t *value = json_at(env, fact->path);

	return value && fact->reduce ? fact->reduce(value) : json_incref(value);
}

/* Whether any result of the side has the fact. */
static bool add_side(struct leaves *leaves, int side, const struct fact *fact,
		     json_t *const *envs, size_t n)
{
	bool found = false;

	for (size_t i = 0; i < n; i++) {
		json_t *value = value_of(envs[i], fact);

		if (!value)
			continue;
		found = true;
		add_leaves(leaves, side, fact->path, value);
		json_decref(value);
	}
	return found;
}

/* Do all frequencies of both sides agree with the first of them? */
static bool khz_agree(const struct fact *fact, json_t *const *base,
		      size_t n_base, json_t *const *new, size_t n_new)
{
	double first = 0;

	for (size_t i = 0; i < n_base + n_new; i++) {
		const json_t *env = i < n_base ? base[i] : new[i - n_base];
		double khz = json_number_value(json_at(env, fact->path));

		first = first > 0 ? first : khz;
		if (khz > 0 && !tsc_khz_agree(khz, first))
			return false;
	}
	return true;
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
		const struct fact *fact = &facts[i];
		struct leaves leaves = { 0 };
		bool in_base = add_side(&leaves, 0, fact, base, n_base);
		bool in_new = add_side(&leaves, 1, fact, new, n_new);
		bool told = in_base && in_new;

		if (fact->measured_khz &&
		    khz_agree(fact, base, n_base, new, n_new))
			told = false;
		for (size_t k = 0; k < leaves.n; k++) {
			const struct leaf *leaf = &leaves.list[k];

			if (told && (!fact->on_both ||
				     (leaf->text[0] && leaf->text[1])))
				add_difference(&d, leaf);
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
