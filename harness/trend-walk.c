// SPDX-License-Identifier: GPL-2.0-or-later
#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "trend-walk.h"
#include "util.h"

static void add(struct trend_paths *paths, const char *path)
{
	paths->list = xrealloc(paths->list, paths->n + 1, sizeof(*paths->list));
	paths->list[paths->n++] = xstrdup(path);
}

static int is_shown(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

static int has_summary(const char *path)
{
	char *summary = xasprintf("%s/summary.csv", path);
	int there = !access(summary, F_OK);

	free(summary);
	return there;
}

/* -1 with errno set when @path itself cannot be read. */
static int walk(struct trend_paths *paths, const char *path)
{
	struct dirent **entries;
	int n;

	if (has_summary(path)) {
		add(paths, path);
		return 0;
	}
	n = scandir(path, &entries, is_shown, versionsort);
	if (n < 0)
		return -1;
	for (int i = 0; i < n; i++) {
		char *below = xasprintf("%s/%s", path, entries[i]->d_name);
		struct stat st;

		if (!lstat(below, &st) && S_ISDIR(st.st_mode) &&
		    walk(paths, below))
			add(paths, below);
		free(below);
		free(entries[i]);
	}
	free(entries);
	return 0;
}

int trend_walk(struct trend_paths *paths, const char *path, struct error *err)
{
	char *top = xstrdup(path);
	size_t len = strlen(top);
	int ret;

	*paths = (struct trend_paths){ 0 };
	while (len > 1 && top[len - 1] == '/')
		top[--len] = '\0';
	ret = walk(paths, top);
	if (ret)
		error_set_errno(err, "cannot read '%s'", path);
	free(top);
	return ret;
}

void trend_paths_free(struct trend_paths *paths)
{
	for (size_t i = 0; i < paths->n; i++)
		free(paths->list[i]);
	free(paths->list);
	*paths = (struct trend_paths){ 0 };
}
