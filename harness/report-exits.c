// SPDX-License-Identifier: GPL-2.0-or-later
#include <fnmatch.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "report-exits.h"
#include "text-lines.h"
#include "util.h"

#define REASON "exit_reason:"
#define TIME   "exit_time:"
#define CELL   24

/* One exit reason of one variant. Times in ns; NAN when nobody took them. */
struct exit_row {
	const char *name;
	double per_op;
	double samples, min, max, mean;
	bool uneven; /* the columns have not the same launches: no times */
};

/* The same rows by the columns that the table wants of them. */
struct times {
	struct results n, min, max, mean;
};

static double mean_value(const struct result_group *g)
{
	double sum = 0;

	for (size_t i = 0; i < g->n_values; i++)
		sum += g->values[i].value;
	return g->n_values ? sum / (double)g->n_values : 0;
}

static const struct result_group *time_group(const struct results *r,
					     const struct result_group *like,
					     const char *name)
{
	for (size_t i = 0; i < r->n_groups; i++) {
		const struct result_group *g = &r->groups[i];

		if (!strcmp(g->bench, like->bench) &&
		    !strcmp(g->variant, like->variant) &&
		    !strncmp(g->metric, TIME, strlen(TIME)) &&
		    !strcmp(g->metric + strlen(TIME), name) && g->n_values)
			return g;
	}
	return NULL;
}

static size_t values_of(const struct result_group *g)
{
	return g ? g->n_values : 0;
}

/* Bring the launches together; their rows are in one order in all columns. */
static void add_times(struct exit_row *row, const struct times *t,
		      const struct result_group *like)
{
	const struct result_group *n = time_group(&t->n, like, row->name);
	const struct result_group *min = time_group(&t->min, like, row->name);
	const struct result_group *max = time_group(&t->max, like, row->name);
	const struct result_group *mean = time_group(&t->mean, like, row->name);
	double sum = 0;

	row->samples = row->min = row->max = row->mean = NAN;
	row->uneven = values_of(n) != values_of(min) ||
		      values_of(n) != values_of(max) ||
		      values_of(n) != values_of(mean);
	if (!n || row->uneven)
		return;
	row->samples = 0;
	for (size_t i = 0; i < n->n_values; i++) {
		row->samples += n->values[i].value;
		row->min = fmin(row->min, min->values[i].value);
		row->max = fmax(row->max, max->values[i].value);
		sum += mean->values[i].value * n->values[i].value;
	}
	row->mean = sum / row->samples;
}

static void put(char *cell, const char *fmt, double value)
{
	if (isnan(value))
		snprintf(cell, CELL, "-");
	else
		/* One conversion each, by the constants in print_row(). */
		snprintf(cell, CELL, fmt, value);
}

static void print_row(FILE *out, const struct exit_row *row, double all,
		      double all_time)
{
	char name[CELL], per_op[CELL], samples[CELL], share[CELL], time[CELL];
	char min[CELL], max[CELL], mean[CELL];
	bool fits = strlen(row->name) < 16;

	if (!fits)
		text_line(out, "%.72s", row->name);
	snprintf(name, sizeof(name), "%s", fits ? row->name : "");
	put(per_op, "%.3f", row->per_op);
	put(samples, "%.0f", row->samples);
	put(share, "%.1f%%", 100 * row->per_op / all);
	put(time, "%.1f%%", 100 * row->mean * row->samples / all_time);
	put(min, "%.2f", row->min / 1000);
	put(max, "%.2f", row->max / 1000);
	put(mean, "%.2f", row->mean / 1000);
	text_line(out, "%-16s%8s%8s%8s%8s%8s%8s%8s", name, per_op, samples,
		  share, time, min, max, mean);
}

static void print_uneven(FILE *out, const struct exit_row *row)
{
	char *text = xasprintf("! %s: no times, since n, min, max and mean are "
			       "not of the same launches",
			       row->name);

	text_wrapped(out, "", "  ", text);
	free(text);
}

static int compare_rows(const void *a, const void *b)
{
	const struct exit_row *x = a, *y = b;

	return (x->per_op < y->per_op) - (x->per_op > y->per_op);
}

static void print_variant(FILE *out, const struct result_group *like,
			  struct exit_row *rows, size_t n)
{
	char *name = *like->variant
			     ? xasprintf("%s[%s]", like->bench, like->variant)
			     : xstrdup(like->bench);
	double all = 0, time = 0;

	qsort(rows, n, sizeof(*rows), compare_rows);
	for (size_t i = 0; i < n; i++) {
		all += rows[i].per_op;
		if (!isnan(rows[i].mean))
			time += rows[i].mean * rows[i].samples;
	}
	text_wrapped(out, "", "  ", text_clean(name));
	text_line(out, "%-16s%8s%8s%8s%8s%8s%8s%8s", "VM-exit", "per op",
		  "samples", "share", "time", "min us", "max us", "mean us");
	for (size_t i = 0; i < n; i++)
		print_row(out, &rows[i], all, time);
	for (size_t i = 0; i < n; i++)
		if (rows[i].uneven)
			print_uneven(out, &rows[i]);
	fputc('\n', out);
	free(name);
}

static bool same_variant(const struct result_group *a,
			 const struct result_group *b)
{
	return !strcmp(a->bench, b->bench) && !strcmp(a->variant, b->variant);
}

static bool is_reason(const struct result_group *g)
{
	return !strncmp(g->metric, REASON, strlen(REASON)) && g->n_values;
}

/* Is group @i the first of its variant that has a reason? */
static bool is_first(const struct results *r, size_t i)
{
	if (!is_reason(&r->groups[i]))
		return false;
	for (size_t k = 0; k < i; k++)
		if (is_reason(&r->groups[k]) &&
		    same_variant(&r->groups[k], &r->groups[i]))
			return false;
	return true;
}

/* The table of the variant of group @first. */
static void collect(FILE *out, const struct results *r, const struct times *t,
		    size_t first)
{
	const struct result_group *like = &r->groups[first];
	struct exit_row *rows = xcalloc(r->n_groups, sizeof(*rows));
	size_t n = 0;

	for (size_t i = first; i < r->n_groups; i++) {
		const struct result_group *g = &r->groups[i];

		if (!is_reason(g) || !same_variant(g, like))
			continue;
		rows[n].name = g->metric + strlen(REASON);
		rows[n].per_op = mean_value(g);
		add_times(&rows[n++], t, like);
	}
	print_variant(out, like, rows, n);
	free(rows);
}

/* No table at all: the rows may say why. */
static void print_absence(FILE *out, const struct results *r)
{
	const char *reason = NULL;
	char *text;

	for (size_t i = 0; i < r->n_groups && !reason; i++)
		if (!fnmatch("exit_reason*", r->groups[i].metric, 0))
			reason = r->groups[i].reason;
	text = text_clean(xasprintf("no exit reasons were recorded: %s",
				    reason && *reason ? reason
						      : "tracepoints were not "
							"counted"));
	text_wrapped(out, "", "  ", text);
	free(text);
}

static void load(struct results *to, const struct results *like,
		 enum result_stat stat)
{
	const struct results_query query = { stat, TIME "*" };
	const char *path = like->sources[0].path;

	/* What could be read a moment ago and cannot now has no times. */
	results_load(to, &path, 1, &query, NULL);
}

void report_print_exits(FILE *out, const struct results *results)
{
	struct times t = { 0 };
	size_t tables = 0;

	load(&t.n, results, RESULT_N);
	load(&t.min, results, RESULT_MIN);
	load(&t.max, results, RESULT_MAX);
	load(&t.mean, results, RESULT_MEAN);
	for (size_t i = 0; i < results->n_groups; i++)
		if (is_first(results, i)) {
			collect(out, results, &t, i);
			tables++;
		}
	if (!tables)
		print_absence(out, results);
	results_free(&t.n);
	results_free(&t.min);
	results_free(&t.max);
	results_free(&t.mean);
}
