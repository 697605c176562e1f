// SPDX-License-Identifier: GPL-2.0-or-later
#include <fnmatch.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "csv-read.h"
#include "results.h"
#include "results-rows.h"
#include "results-source.h"
#include "util.h"

static const char *const stat_names[] = {
	[RESULT_MIN] = "min",	[RESULT_P25] = "p25",	[RESULT_P50] = "p50",
	[RESULT_MEAN] = "mean", [RESULT_P75] = "p75",	[RESULT_P90] = "p90",
	[RESULT_P99] = "p99",	[RESULT_P999] = "p999", [RESULT_MAX] = "max",
	[RESULT_N] = "n",
};

/* The columns that a comparison needs; others may come and go. */
enum column {
	COLUMN_RUN_ID,
	COLUMN_LABEL,
	COLUMN_HOST,
	COLUMN_KERNEL,
	COLUMN_BOOT_ID,
	COLUMN_LAUNCH,
	COLUMN_BENCH,
	COLUMN_VARIANT,
	COLUMN_METRIC,
	COLUMN_UNIT,
	COLUMN_STATUS,
	COLUMN_REASON,
	COLUMN_N,
	COLUMN_MIN,
	COLUMN_P25,
	COLUMN_MEAN,
	COLUMN_P75,
	COLUMN_MAX,
	COLUMN_OVERHEAD,
	COLUMN_STAT, /* named by the query */
	COLUMNS,
};

static const char *const column_names[] = {
	[COLUMN_RUN_ID] = "run_id",
	[COLUMN_LABEL] = "label",
	[COLUMN_HOST] = "host",
	[COLUMN_KERNEL] = "kernel",
	[COLUMN_BOOT_ID] = "boot_id",
	[COLUMN_LAUNCH] = "launch",
	[COLUMN_BENCH] = "bench",
	[COLUMN_VARIANT] = "variant",
	[COLUMN_METRIC] = "metric",
	[COLUMN_UNIT] = "unit",
	[COLUMN_STATUS] = "status",
	[COLUMN_REASON] = "reason",
	[COLUMN_N] = "n",
	[COLUMN_MIN] = "min",
	[COLUMN_P25] = "p25",
	[COLUMN_MEAN] = "mean",
	[COLUMN_P75] = "p75",
	[COLUMN_MAX] = "max",
	[COLUMN_OVERHEAD] = "overhead",
};

struct loader {
	struct results *results;
	const struct results_query *query;
	struct loaded_rows rows;
	size_t groups_room;
	char *key; /* CSV_RECORD_MAX + 4 bytes */
	/* Of the file being read: */
	size_t at[COLUMNS]; /* index of the field */
	const struct csv_field *fields;
	size_t line;
};

const char *result_stat_name(enum result_stat stat)
{
	return stat_names[stat];
}

int result_stat_parse(const char *name, enum result_stat *stat)
{
	for (size_t i = 0; i < RESULT_N; i++)
		if (!strcmp(name, stat_names[i])) {
			*stat = (enum result_stat)i;
			return 0;
		}
	return -1;
}

static const struct csv_field *field(const struct loader *l, enum column column)
{
	return &l->fields[l->at[column]];
}

static const char *column_name(const struct loader *l, enum column column)
{
	return column == COLUMN_STAT ? result_stat_name(l->query->stat)
				     : column_names[column];
}

/* Count an unusable row; always -1. @what is a constant, compared as such. */
static int fault(struct loader *l, const char *column, const char *what)
{
	struct results *r = l->results;
	size_t i, source = r->n_sources - 1;

	r->n_unused++;
	for (i = 0; i < r->n_faults; i++) {
		struct result_fault *f = &r->faults[i];

		if (f->source == source && f->column == column &&
		    f->what == what) {
			f->count++;
			return -1;
		}
	}
	r->faults = xrealloc(r->faults, i + 1, sizeof(*r->faults));
	r->faults[r->n_faults++] =
		(struct result_fault){ source, column, what, 1, l->line };
	return -1;
}

static int number(struct loader *l, enum column column, double *value)
{
	const char *what = csv_number(field(l, column), value);

	return what ? fault(l, column_name(l, column), what) : 0;
}

static int status_of(struct loader *l, enum row_status *status)
{
	if (!row_status_parse(field(l, COLUMN_STATUS), status))
		return 0;
	return fault(l, "status", "is no status");
}

static void new_group(struct loader *l, uint32_t index)
{
	struct results *r = l->results;
	const char *key = intern_bytes(r->keys, index);
	struct result_group *g;

	if (r->n_groups == l->groups_room) {
		l->groups_room = l->groups_room ? 2 * l->groups_room : 256;
		r->groups =
			xrealloc(r->groups, l->groups_room, sizeof(*r->groups));
	}
	g = &r->groups[r->n_groups++];
	*g = (struct result_group){ .bench = key,
				    .constant_samples = true,
				    .steady_samples = true,
				    .fewest_samples = INFINITY };
	g->variant = g->bench + strlen(g->bench) + 1;
	g->metric = g->variant + strlen(g->variant) + 1;
	g->unit = g->metric + strlen(g->metric) + 1;
	g->unwanted = l->query->metric &&
		      fnmatch(l->query->metric, g->metric, 0);
}

/* The row's group, found by its four names with a NUL behind each. */
static uint32_t group_of(struct loader *l)
{
	static const enum column names[] = { COLUMN_BENCH, COLUMN_VARIANT,
					     COLUMN_METRIC, COLUMN_UNIT };
	struct results *r = l->results;
	char *to = l->key;
	uint32_t index;

	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		const struct csv_field *f = field(l, names[i]);

		memcpy(to, f->text, f->len);
		to += f->len;
		*to++ = '\0';
	}
	index = intern(r->keys, l->key, (size_t)(to - l->key));
	if (index == r->n_groups)
		new_group(l, index);
	return index;
}

/*
 * Do the columns @low and @high of the launch have one value? Of a launch that
 * gives neither, yes. -1 when they are no numbers.
 */
static int check_range(struct loader *l, enum column low, enum column high,
		       bool *same)
{
	double min, max;

	*same = true;
	if (!field(l, low)->len && !field(l, high)->len)
		return 0;
	if (number(l, low, &min) || number(l, high, &max))
		return -1;
	*same = min >= max;
	return 0;
}

static uint32_t intern_field(const struct loader *l, struct intern *in,
			     enum column column)
{
	const struct csv_field *f = field(l, column);

	return intern(in, f->text, f->len);
}

/* Of a row that gives no usable one: 0, which no launch has. */
static uint32_t launch_number(const struct loader *l)
{
	double number;

	if (csv_number(field(l, COLUMN_LAUNCH), &number) || number < 1 ||
	    number > UINT32_MAX)
		return 0;
	return (uint32_t)number;
}

static struct loaded_row *add_row(struct loader *l, uint32_t group)
{
	struct results *r = l->results;
	struct loaded_row *row = loaded_rows_add(&l->rows);

	row->group = group;
	row->source = (uint32_t)r->n_sources - 1;
	row->launch = launch_number(l);
	row->value.boot = intern_field(l, r->boots, COLUMN_BOOT_ID);
	return row;
}

/* Has the launch counted, so that what is not written was zero? */
static bool is_complete(const struct loader *l, const struct loaded_row *row,
			const struct result_group *g)
{
	double lost;

	if (!row->launch || !results_is_witness(g->metric))
		return false;
	/* A counter that is one: of records that did not come through. */
	return strcmp(g->unit, "per_op") ||
	       (!csv_number(field(l, COLUMN_MEAN), &lost) && lost == 0);
}

/* The numbers of a row that is ok or unverified. */
static int load_numbers(struct loader *l, uint32_t group)
{
	struct result_group *g = &l->results->groups[group];
	bool single = !strcmp(g->unit, "per_op"), constant, steady;
	double value, overhead = NAN, n = 0;
	struct loaded_row *row;

	if (number(l, single ? COLUMN_MEAN : COLUMN_STAT, &value) ||
	    check_range(l, COLUMN_MIN, COLUMN_MAX, &constant) ||
	    check_range(l, COLUMN_P25, COLUMN_P75, &steady))
		return -1;
	if (field(l, COLUMN_N)->len && number(l, COLUMN_N, &n))
		return -1;
	if (field(l, COLUMN_OVERHEAD)->len &&
	    number(l, COLUMN_OVERHEAD, &overhead))
		return -1;
	g->constant_samples &= constant;
	g->steady_samples &= steady;
	g->fewest_samples = fmin(g->fewest_samples, n);
	g->without_range |= !field(l, COLUMN_MIN)->len &&
			    !field(l, COLUMN_MAX)->len;
	row = add_row(l, group);
	row->value.value = value;
	row->value.overhead = (float)overhead;
	row->has_value = true;
	row->complete = is_complete(l, row, g);
	return 0;
}

/*
 * A row without a number that anybody asked for, which still tells what the
 * launch counted.
 */
static void load_trace(struct loader *l, uint32_t group, enum row_status status)
{
	struct result_group *g = &l->results->groups[group];
	bool counted = row_status_has_value(status);
	struct loaded_row *row;

	if (g->unwanted && !(counted && results_is_witness(g->metric)))
		return;
	row = add_row(l, group);
	row->complete = counted && is_complete(l, row, g);
}

static void take_reason(struct loader *l, struct result_group *g,
			enum row_status status)
{
	struct intern *reasons = l->results->reasons;
	const char *own;

	if (g->reasons[status])
		return;
	own = intern_bytes(reasons, intern_field(l, reasons, COLUMN_REASON));
	g->reasons[status] = own;
	g->reason = g->reason ? g->reason : own;
}

static void load_row(struct loader *l)
{
	struct results *r = l->results;
	enum row_status status = STATUS_FAIL;
	struct result_group *g;
	uint32_t group;

	if (!field(l, COLUMN_BENCH)->len) {
		fault(l, "bench", "is empty");
		return;
	}
	if (status_of(l, &status))
		return;
	group = group_of(l);
	g = &r->groups[group];
	g->counted |= row_status_has_value(status);
	if (g->unwanted) {
		load_trace(l, group, status);
		return;
	}
	if (!row_status_has_value(status))
		load_trace(l, group, status);
	else if (load_numbers(l, group))
		return;
	g->n_rows[status]++;
	if (status != STATUS_OK)
		take_reason(l, g, status);
	intern_field(l, r->runs, COLUMN_RUN_ID);
	intern_field(l, r->labels, COLUMN_LABEL);
	intern_field(l, r->hosts, COLUMN_HOST);
	intern_field(l, r->kernels, COLUMN_KERNEL);
}

static int find_columns(struct loader *l, const struct csv_reader *csv,
			const char *path, struct error *err)
{
	for (size_t i = 0; i < COLUMNS; i++) {
		const char *name = column_name(l, (enum column)i);

		l->at[i] = csv_column(csv, name);
		if (l->at[i] == CSV_NO_COLUMN)
			return error_set(err,
					 "no column '%s' in '%s' line 1: not a "
					 "summary.csv of this version",
					 name, path);
	}
	return 0;
}

static int load_rows(struct loader *l, struct result_source *source,
		     struct csv_reader *csv, struct error *err)
{
	struct csv_fault bad;

	for (;; source->n_rows++) {
		enum csv_status status = csv_next(csv, &l->fields, &bad, err);

		if (status == CSV_END)
			return 0;
		if (status == CSV_ERROR)
			return -1;
		l->line = csv_line(csv);
		if (status == CSV_ROW)
			load_row(l);
		else
			fault(l, NULL, bad.what);
	}
}

static int load_source(struct loader *l, const char *path, struct error *err)
{
	struct results *r = l->results;
	struct result_source *source = &r->sources[r->n_sources];
	struct csv_reader *csv;
	int ret;

	if (results_source_find(r, path, err))
		return -1;
	csv = csv_open(source->path, err);
	if (!csv)
		return -1;
	ret = find_columns(l, csv, source->path, err);
	if (!ret)
		ret = load_rows(l, source, csv, err);
	csv_close(csv);
	results_source_load_env(source);
	return ret;
}

static int compare_groups(const void *a, const void *b)
{
	return result_group_compare(a, b);
}

static void sort_groups(struct results *r)
{
	size_t kept = 0;

	for (size_t i = 0; i < r->n_groups; i++)
		if (!r->groups[i].unwanted)
			r->groups[kept++] = r->groups[i];
	r->n_groups = kept;
	if (kept)
		qsort(r->groups, kept, sizeof(*r->groups), compare_groups);
}

int results_load(struct results *results, const char *const *paths,
		 size_t n_paths, const struct results_query *query,
		 struct error *err)
{
	struct loader l = { .results = results, .query = query };
	int ret = 0;

	*results = (struct results){
		.runs = intern_new(),
		.labels = intern_new(),
		.hosts = intern_new(),
		.kernels = intern_new(),
		.boots = intern_new(),
		.keys = intern_new(),
		.reasons = intern_new(),
		.counted = intern_new(),
	};
	results->sources = xcalloc(n_paths, sizeof(*results->sources));
	l.key = xcalloc(CSV_RECORD_MAX + 4, 1);
	for (size_t i = 0; !ret && i < n_paths; i++)
		ret = load_source(&l, paths[i], err);
	if (!ret) {
		results_note_evidence(results, &l.rows);
		results_imply_zeros(results, &l.rows);
		results_share_out(results, &l.rows);
		sort_groups(results);
	}
	free(l.key);
	free(l.rows.list);
	return ret;
}

void results_free(struct results *r)
{
	for (size_t i = 0; i < r->n_sources; i++) {
		free(r->sources[i].path);
		json_decref(r->sources[i].env);
		free(r->sources[i].env_error);
	}
	intern_free(r->runs);
	intern_free(r->labels);
	intern_free(r->hosts);
	intern_free(r->kernels);
	intern_free(r->boots);
	intern_free(r->keys);
	intern_free(r->reasons);
	results_free_evidence(r);
	free(r->sources);
	free(r->groups);
	free(r->faults);
	free(r->values);
	*r = (struct results){ 0 };
}

char *results_fault_text(const struct results *r, const struct result_fault *f)
{
	return xasprintf("%zu row%s not used of '%s': %s%s%s%s (%sline %zu)",
			 f->count, plural(f->count), r->sources[f->source].path,
			 f->column ? "column '" : "",
			 f->column ? f->column : "", f->column ? "' " : "",
			 f->what, f->count > 1 ? "the first is " : "",
			 f->first_line);
}

int result_group_compare(const struct result_group *a,
			 const struct result_group *b)
{
	int first =
		!strcmp(b->metric, "latency") - !strcmp(a->metric, "latency");
	int order = first ? first : strcmp(a->metric, b->metric);

	if (!order)
		order = strcmp(a->unit, b->unit);
	if (!order)
		order = strverscmp(a->bench, b->bench);
	return order ? order : strverscmp(a->variant, b->variant);
}
