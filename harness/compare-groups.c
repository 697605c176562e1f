// SPDX-License-Identifier: GPL-2.0-or-later
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "compare-groups.h"
#include "json-path.h"
#include "util.h"

static json_t *load_env(const char *path)
{
	const char *slash = strrchr(path, '/');
	json_t *env;
	char *file;

	file = xasprintf("%s/env.json", path);
	env = json_load_file(file, 0, NULL);
	free(file);
	/* A path may be the summary.csv itself. */
	if (env || !slash || strcmp(slash + 1, "summary.csv"))
		return env;
	file = xasprintf("%.*s/env.json", (int)(slash - path), path);
	env = json_load_file(file, 0, NULL);
	free(file);
	return env;
}

static char *group_name(const char *path)
{
	json_t *env = load_env(path);
	const char *host = json_text_at(env, "run.host");
	const char *cpu = json_text_at(env, "cpu.model_name");
	const char *machine = json_text_at(env, "lab.machine");
	char *name;

	if (machine)
		/* Where the machine was emulated says nothing of it. */
		name = xasprintf("machine %s", machine);
	else if (host)
		name = xasprintf("host %s%s%s", host, cpu ? ", " : "",
				 cpu ? cpu : "");
	else
		name = xstrdup("unknown host");
	json_decref(env);
	return name;
}

static struct compare_group *find(struct compare_groups *g, char *name)
{
	for (size_t i = 0; i < g->n; i++)
		if (!strcmp(g->list[i].name, name)) {
			free(name);
			return &g->list[i];
		}
	g->list = xrealloc(g->list, g->n + 1, sizeof(*g->list));
	g->list[g->n] = (struct compare_group){ .name = name };
	return &g->list[g->n++];
}

static void add(const char ***list, size_t *n, const char *path)
{
	*list = xrealloc(*list, *n + 1, sizeof(**list));
	(*list)[(*n)++] = path;
}

void compare_groups_make(struct compare_groups *g, const char *const *base,
			 size_t n_base, const char *const *new, size_t n_new)
{
	size_t in_base = 0, in_new = 0;

	*g = (struct compare_groups){ 0 };
	for (size_t i = 0; i < n_base; i++) {
		struct compare_group *group = find(g, group_name(base[i]));

		in_base += !group->n_base;
		add(&group->base, &group->n_base, base[i]);
	}
	for (size_t i = 0; i < n_new; i++) {
		struct compare_group *group = find(g, group_name(new[i]));

		in_new += !group->n_new;
		add(&group->new, &group->n_new, new[i]);
	}
	g->apart = in_base > 1 || in_new > 1;
}

void compare_groups_free(struct compare_groups *g)
{
	for (size_t i = 0; i < g->n; i++) {
		free(g->list[i].name);
		free(g->list[i].base);
		free(g->list[i].new);
	}
	free(g->list);
	*g = (struct compare_groups){ 0 };
}
