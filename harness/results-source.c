// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "results-source.h"
#include "util.h"

static void read_env(struct result_source *source)
{
	size_t dir = strlen(source->path) - strlen("summary.csv");
	char *path = xasprintf("%.*senv.json", (int)dir, source->path);
	json_error_t why;

	if (access(path, F_OK)) {
		source->env_error = xasprintf("no '%s'", path);
	} else {
		source->env = json_load_file(path, 0, &why);
		if (!source->env)
			source->env_error = xasprintf("cannot read '%s': %s",
						      path, why.text);
	}
	free(path);
}

/* The summary.csv that @path is or holds. */
static char *summary_path(const char *path)
{
	size_t len = strlen(path);
	struct stat st;

	if (stat(path, &st) || !S_ISDIR(st.st_mode))
		return xstrdup(path);
	return xasprintf("%s%ssummary.csv", path,
			 len && path[len - 1] == '/' ? "" : "/");
}

static int check_not_twice(const struct results *r, struct error *err)
{
	const char *path = r->sources[r->n_sources - 1].path;
	struct stat a, b;

	for (size_t i = 0; i + 1 < r->n_sources; i++)
		if (!stat(path, &a) && !stat(r->sources[i].path, &b) &&
		    a.st_dev == b.st_dev && a.st_ino == b.st_ino)
			return error_set(err, "'%s' is there twice on one side",
					 path);
	return 0;
}

static bool ends_with(const char *s, const char *end)
{
	size_t len = strlen(s), end_len = strlen(end);

	return len >= end_len && !strcmp(s + len - end_len, end);
}

int results_source_find(struct results *r, const char *path, struct error *err)
{
	r->sources[r->n_sources++].path = summary_path(path);
	return check_not_twice(r, err);
}

void results_source_load_env(struct result_source *source)
{
	if (ends_with(source->path, "summary.csv"))
		read_env(source);
	else
		source->env_error =
			xasprintf("no env.json goes with '%s'", source->path);
}
