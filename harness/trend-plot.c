// SPDX-License-Identifier: GPL-2.0-or-later
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "directories.h"
#include "plot-names.h"
#include "plot-pictures.h"
#include "trend-cells.h"
#include "trend-plot.h"
#include "util.h"

/* Kernels named on the axis, besides those that changed something. */
#define KERNELS_MAX 20

struct source {
	const struct trend *trend;
	const struct trend_series *series;
};

static const struct trend_night *night_of(const struct source *s, size_t point)
{
	return &s->trend->nights[s->series->points[point].night];
}

static void put(FILE *f, const char *kind, const struct trend_night *night,
		const struct estimate *e, const char *label)
{
	char *printable = plot_printable(label);
	bool known = e->ci.level > 0;

	fprintf(f, "%s,%lld,%.10g,%.10g,%.10g,\"%s\"\n", kind,
		(long long)night->time, e->value, known ? e->ci.lo : e->value,
		known ? e->ci.hi : e->value, printable);
	free(printable);
}

/* The level of the nights from the change before @i to the change @i. */
static void put_level(FILE *f, const struct source *s, size_t i)
{
	const struct trend_verdict *v = &s->series->verdict;
	size_t from = i ? v->changes[i - 1].at : 0;
	size_t end = i < v->n_changes ? v->changes[i].at : s->series->n_points;
	struct estimate level = { 0 };

	if (!v->n_changes)
		return;
	level = i ? v->changes[i - 1].after : v->changes[0].before;
	put(f, "level", night_of(s, from), &level, "");
	put(f, "level", night_of(s, end - 1), &level, "");
	/* A gap between two lines. */
	fputs("level,NaN,NaN,NaN,NaN,\"\"\n", f);
}

static void put_changes(FILE *f, const struct source *s)
{
	const struct trend_verdict *v = &s->series->verdict;
	struct trend_cells cells;

	for (size_t i = 0; i <= v->n_changes; i++)
		put_level(f, s, i);
	for (size_t i = 0; i < v->n_changes; i++) {
		trend_fill(&cells, &v->changes[i]);
		put(f, "change", night_of(s, v->changes[i].at),
		    &v->changes[i].after, cells.delta);
	}
}

static const char header[] = "kind,time,value,lo,hi,label\n";

static bool is_change(const struct source *s, size_t point)
{
	const struct trend_verdict *v = &s->series->verdict;

	for (size_t i = 0; i < v->n_changes; i++)
		if (v->changes[i].at == point)
			return true;
	return false;
}

/* Would its name stand in the way of one of a change? */
static bool is_crowded(const struct source *s, size_t point)
{
	const struct trend_verdict *v = &s->series->verdict;
	int64_t last = night_of(s, s->series->n_points - 1)->time;
	int64_t room = (last - night_of(s, 0)->time) / KERNELS_MAX / 2;

	for (size_t i = 0; i < v->n_changes; i++)
		if (llabs(night_of(s, v->changes[i].at)->time -
			  night_of(s, point)->time) < room)
			return true;
	return false;
}

static bool is_new_kernel(const struct source *s, size_t point)
{
	return !point ||
	       night_of(s, point)->kernel != night_of(s, point - 1)->kernel;
}

/* All would not fit: each so-many-th, and those of the changes. */
static size_t put_kernels(FILE *f, const struct source *s)
{
	const struct estimate nothing = { 0 };
	size_t kernels = 0, each, n = 0, longest = 0;

	for (size_t i = 0; i < s->series->n_points; i++)
		kernels += is_new_kernel(s, i);
	each = kernels / KERNELS_MAX + 1;
	for (size_t i = 0; i < s->series->n_points; i++) {
		bool first = is_new_kernel(s, i);
		const struct trend_night *night = night_of(s, i);

		if ((first && n % each == 0 && !is_crowded(s, i)) ||
		    is_change(s, i)) {
			put(f, "kernel", night, &nothing, night->kernel);
			longest = plot_longer(longest, night->kernel);
		}
		n += first;
	}
	return longest;
}

static size_t write_series(FILE *f, const void *ctx)
{
	const struct source *s = ctx;

	fputs(header, f);
	for (size_t i = 0; i < s->series->n_points; i++)
		put(f, "night", night_of(s, i), &s->series->points[i].value,
		    "");
	put_changes(f, s);
	/* gnuplot takes blocks apart by two empty lines. */
	fprintf(f, "\n\n%s", header);
	return put_kernels(f, s);
}

static int add_series(struct plot_pictures *all, const struct source *s,
		      struct error *err)
{
	const struct trend_host *host = &s->trend->hosts[s->series->host];
	char *series = trend_series_name(s->series);
	char *name = xasprintf("trend-%s-%s", host->name, series);
	char *title = xasprintf(
		"%s on %s, %s%s%zu nights%s%s", series, host->name, host->cpu,
		*host->cpu ? ", " : "", s->series->n_points,
		strcmp(s->series->unit, "tsc") ? ", in " : "",
		strcmp(s->series->unit, "tsc") ? s->series->unit : "");
	char *printable = plot_printable(title);
	int ret = plot_pictures_add(all,
				    &(struct plot_picture){ "trend", name,
							    printable,
							    write_series, s },
				    err);

	free(series);
	free(name);
	free(title);
	free(printable);
	return ret;
}

int trend_plot(const struct trend *t, const char *dir, bool changed_only,
	       struct error *err)
{
	struct plot_pictures *all;
	int ret = directories_make(dir, err);

	all = ret ? NULL : plot_pictures_new(dir, err);
	if (!all)
		return -1;
	for (size_t i = 0; i < t->n_series && !ret; i++) {
		const struct source s = { t, &t->series[i] };

		if (!s.series->n_points ||
		    (changed_only && !s.series->verdict.n_changes))
			continue;
		ret = add_series(all, &s, err);
	}
	if (!ret)
		ret = plot_pictures_draw(all, err);
	plot_pictures_free(all);
	return ret;
}
