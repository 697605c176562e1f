// SPDX-License-Identifier: GPL-2.0-or-later
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "csv.h"
#include "directories.h"
#include "trend-otava.h"
#include "util.h"

/* Of a file name made of a series' name; a number keeps it apart. */
#define STEM_MAX 150

static char *test_name(const struct trend *t, size_t i)
{
	const struct trend_series *s = &t->series[i];
	char *series = trend_series_name(s), *name;

	name = xasprintf("%s-%s", t->hosts[s->host].name, series);
	for (char *c = name; *c; c++)
		if (!isalnum((unsigned char)*c) && !strchr("_.-", *c))
			*c = '-';
	free(series);
	series = xasprintf("%.*s-%zu", STEM_MAX, name, i + 1);
	free(name);
	return series;
}

/* No test of a name may be lost, as a file of it would be. */
static FILE *create(const char *dir, const char *name, struct error *err)
{
	char *path = xasprintf("%s/%s", dir, name);
	FILE *f = fopen(path, "wxe");

	if (!f)
		error_set_errno(err, "cannot create '%s'", path);
	free(path);
	return f;
}

static int finish(FILE *f, const char *dir, struct error *err)
{
	if (close_written(f))
		return error_set_errno(err, "cannot write to '%s'", dir);
	return 0;
}

static int write_series(const struct trend *t, const struct trend_series *s,
			const char *dir, const char *name, struct error *err)
{
	char *file = xasprintf("%s.csv", name);
	struct csv_line line = { .stream = create(dir, file, err) };

	free(file);
	if (!line.stream)
		return -1;
	fputs("time,commit,kernel,suite,run,value\n", line.stream);
	for (size_t i = 0; i < s->n_points; i++) {
		const struct trend_night *n = &t->nights[s->points[i].night];

		csv_put_text(&line, n->started);
		csv_put_text(&line,
			     *n->kernel_commit ? n->kernel_commit : n->kernel);
		csv_put_text(&line, n->kernel);
		csv_put_text(&line, n->tool_commit);
		csv_put_text(&line, n->run_id);
		csv_put_number(&line, s->points[i].value.value, 6);
		csv_put_end(&line);
	}
	return finish(line.stream, dir, err);
}

/* A double-quoted YAML text, which is a JSON one. */
static void put_quoted(FILE *f, const char *text)
{
	fputc('"', f);
	for (; *text; text++) {
		if (*text == '"' || *text == '\\')
			fputc('\\', f);
		fputc(iscntrl((unsigned char)*text) ? '?' : *text, f);
	}
	fputc('"', f);
}

static void put_test(FILE *yaml, const char *dir, const char *name)
{
	char *file = xasprintf("%s/%s.csv", dir, name);

	fputs("  ", yaml);
	put_quoted(yaml, name);
	fputs(":\n    type: csv\n    file: ", yaml);
	put_quoted(yaml, file);
	fputs("\n    time_column: time\n"
	      "    attributes: [commit, kernel, suite, run]\n"
	      "    metrics:\n"
	      "      value:\n"
	      "        direction: -1\n",
	      yaml);
	free(file);
}

int trend_otava(const struct trend *t, const char *dir, struct error *err)
{
	FILE *yaml;
	int ret = 0;

	if (directories_make(dir, err))
		return -1;
	yaml = create(dir, "otava.yaml", err);
	if (!yaml)
		return -1;
	fputs("tests:\n", yaml);
	for (size_t i = 0; i < t->n_series && !ret; i++) {
		char *name;

		if (!t->series[i].n_points)
			continue;
		name = test_name(t, i);
		put_test(yaml, dir, name);
		ret = write_series(t, &t->series[i], dir, name, err);
		free(name);
	}
	return finish(yaml, dir, ret ? NULL : err) ? -1 : ret;
}
