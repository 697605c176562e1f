// SPDX-License-Identifier: GPL-2.0-or-later
#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "plot-data.h"
#include "plot-names.h"
#include "plot-rows.h"
#include "row-status.h"
#include "util.h"

/* The columns that are drawn; others may come and go. */
enum summary_column {
	S_LABEL,
	S_HOST,
	S_KERNEL,
	S_LAUNCH,
	S_BENCH,
	S_VARIANT,
	S_METRIC,
	S_STATUS,
	S_P25,
	S_P50,
	S_P75,
	S_P99,
	S_OVERHEAD,
	S_COLUMNS
};

static const char *const summary_columns[] = {
	[S_LABEL] = "label",	   [S_HOST] = "host",
	[S_KERNEL] = "kernel",	   [S_LAUNCH] = "launch",
	[S_BENCH] = "bench",	   [S_VARIANT] = "variant",
	[S_METRIC] = "metric",	   [S_STATUS] = "status",
	[S_P25] = "p25",	   [S_P50] = "p50",
	[S_P75] = "p75",	   [S_P99] = "p99",
	[S_OVERHEAD] = "overhead",
};

enum histogram_column {
	H_BENCH,
	H_VARIANT,
	H_LAUNCH,
	H_LO,
	H_HI,
	H_COUNT,
	H_COLUMNS
};

static const char *const histogram_columns[] = {
	[H_BENCH] = "bench", [H_VARIANT] = "variant", [H_LAUNCH] = "launch",
	[H_LO] = "lo",	     [H_HI] = "hi",	      [H_COUNT] = "count",
};

static int variant_compare(const void *a, const void *b)
{
	const struct plot_variant *v = a, *w = b;
	int order = plot_name_compare(v->bench, w->bench);

	return order ? order : plot_name_compare(v->variant, w->variant);
}

/* ---- summary.csv -------------------------------------------------------- */

struct reader {
	struct plot_data *data;
	size_t room;
	struct plot_variant *last;
	double *overhead;
	size_t overheads;
};

static struct plot_variant *add_variant(struct reader *r, const char *bench,
					const char *variant)
{
	struct plot_data *data = r->data;
	struct plot_variant *v;

	for (size_t i = 0; i < data->variants; i++) {
		v = &data->variant[i];
		if (!strcmp(v->bench, bench) && !strcmp(v->variant, variant))
			return v;
	}
	if (data->variants == r->room) {
		r->room = r->room ? 2 * r->room : 64;
		data->variant = xrealloc(data->variant, r->room, sizeof(*v));
	}
	v = &data->variant[data->variants++];
	*v = (struct plot_variant){ .bench = xstrdup(bench),
				    .variant = xstrdup(variant) };
	return v;
}

static int add_launch(struct plot_variant *v, const struct plot_row *row,
		      struct error *err)
{
	struct plot_launch launch = { 0 };

	if (plot_row_count(row, S_LAUNCH, &launch.number, err) ||
	    plot_row_ticks(row, S_P25, &launch.p25, err) ||
	    plot_row_ticks(row, S_P50, &launch.p50, err) ||
	    plot_row_ticks(row, S_P75, &launch.p75, err) ||
	    plot_row_ticks(row, S_P99, &launch.p99, err))
		return -1;
	v->launch = xrealloc(v->launch, v->launches + 1, sizeof(launch));
	v->launch[v->launches++] = launch;
	return 0;
}

static int add_overhead(struct reader *r, const struct plot_row *row,
			struct error *err)
{
	double value;

	if (!*row->field[S_OVERHEAD]) {
		r->data->differences = true;
		return 0;
	}
	if (plot_row_ticks(row, S_OVERHEAD, &value, err))
		return -1;
	r->overhead =
		xrealloc(r->overhead, r->overheads + 1, sizeof(*r->overhead));
	r->overhead[r->overheads++] = value;
	return 0;
}

static void take_caption(struct plot_data *data, const struct plot_row *row)
{
	if (data->label)
		return;
	data->label = plot_printable(row->field[S_LABEL]);
	data->host = plot_printable(row->field[S_HOST]);
	data->kernel = plot_printable(row->field[S_KERNEL]);
}

static int summary_row(void *ctx, const struct plot_row *row, struct error *err)
{
	const struct csv_field field = { row->field[S_STATUS],
					 strlen(row->field[S_STATUS]) };
	struct reader *r = ctx;
	struct plot_variant *v;
	enum row_status status;

	take_caption(r->data, row);
	if (strcmp(row->field[S_METRIC], "latency"))
		return 0;
	v = add_variant(r, row->field[S_BENCH], row->field[S_VARIANT]);
	if (row_status_parse(&field, &status))
		return plot_row_error(row, err, "unknown status", field.text);
	v->skipped += status == STATUS_SKIP;
	v->failed += status == STATUS_FAIL;
	v->unverified |= status == STATUS_UNVERIFIED;
	if (!row_status_has_value(status))
		return 0;
	return add_launch(v, row, err) || add_overhead(r, row, err) ? -1 : 0;
}

static int double_compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* Sorts @x. */
static double median(double *x, size_t n)
{
	qsort(x, n, sizeof(*x), double_compare);
	return n % 2 ? x[n / 2] : (x[n / 2 - 1] + x[n / 2]) / 2;
}

/* The median over the launches of the double at @offset of each. */
static double launch_median(const struct plot_variant *v, size_t offset)
{
	double *x = xcalloc(v->launches, sizeof(*x));
	double result;

	for (size_t i = 0; i < v->launches; i++)
		memcpy(&x[i], (const char *)&v->launch[i] + offset, sizeof(*x));
	result = median(x, v->launches);
	free(x);
	return result;
}

static void merge_launches(struct plot_variant *v)
{
	v->p25 = launch_median(v, offsetof(struct plot_launch, p25));
	v->p50 = launch_median(v, offsetof(struct plot_launch, p50));
	v->p75 = launch_median(v, offsetof(struct plot_launch, p75));
	v->p99 = launch_median(v, offsetof(struct plot_launch, p99));
	v->low = v->launch[0].p50;
	v->high = v->low;
	for (size_t i = 1; i < v->launches; i++) {
		v->low = fmin(v->low, v->launch[i].p50);
		v->high = fmax(v->high, v->launch[i].p50);
	}
}

static void free_variant(struct plot_variant *v)
{
	free(v->bench);
	free(v->variant);
	free(v->launch);
	free(v->bucket);
}

/* Keep the variants that have numbers, sorted, and count the rest. */
static void keep_drawable(struct plot_data *data)
{
	size_t kept = 0;

	for (size_t i = 0; i < data->variants; i++) {
		struct plot_variant *v = &data->variant[i];

		if (v->launches) {
			data->lost_launches += v->failed + v->skipped;
			merge_launches(v);
			data->variant[kept++] = *v;
			continue;
		}
		if (v->failed)
			data->failed_variants++;
		else
			data->skipped_variants++;
		free_variant(v);
	}
	data->variants = kept;
	if (kept)
		qsort(data->variant, kept, sizeof(*data->variant),
		      variant_compare);
}

static int read_summary(const char *dir, struct plot_data *data,
			struct error *err)
{
	struct reader r = { .data = data };
	int ret = plot_each_row(dir, "summary.csv", summary_columns, S_COLUMNS,
				summary_row, &r, err);

	data->overhead = r.overheads ? median(r.overhead, r.overheads) : -1;
	if (r.overheads) {
		/* median() sorts. */
		data->overhead_low = r.overhead[r.overheads / 20];
		data->overhead_high =
			r.overhead[r.overheads - 1 - r.overheads / 20];
	}
	free(r.overhead);
	if (ret)
		return ret;
	keep_drawable(data);
	if (data->variants)
		return 0;
	return error_set(err,
			 "no latency to draw in '%s/summary.csv': "
			 "%zu variants skipped, %zu failed",
			 dir, data->skipped_variants, data->failed_variants);
}

/* ---- histogram.csv ------------------------------------------------------ */

/* NULL for a variant that is not drawn. */
static struct plot_variant *find_variant(struct reader *r, char *bench,
					 char *variant)
{
	struct plot_variant key = { .bench = bench, .variant = variant };

	/* The rows of a variant come together. */
	if (r->last && !strcmp(r->last->variant, variant) &&
	    !strcmp(r->last->bench, bench))
		return r->last;
	r->last = bsearch(&key, r->data->variant, r->data->variants,
			  sizeof(key), variant_compare);
	return r->last;
}

static bool has_launch(const struct plot_variant *v, uint64_t number)
{
	for (size_t i = 0; i < v->launches; i++)
		if (v->launch[i].number == number)
			return true;
	return false;
}

static int histogram_row(void *ctx, const struct plot_row *row,
			 struct error *err)
{
	struct plot_bucket b;
	struct plot_variant *v;
	uint64_t launch;

	v = find_variant(ctx, row->field[H_BENCH], row->field[H_VARIANT]);
	if (!v)
		return 0;
	if (plot_row_count(row, H_LAUNCH, &launch, err) ||
	    plot_row_ticks(row, H_LO, &b.lo, err) ||
	    plot_row_ticks(row, H_HI, &b.hi, err) ||
	    plot_row_count(row, H_COUNT, &b.count, err))
		return -1;
	if (b.lo >= b.hi)
		return plot_row_error(row, err, "empty bucket up to",
				      row->field[H_HI]);
	if (!b.count || !has_launch(v, launch))
		return 0;
	if (b.count > UINT64_MAX - v->samples)
		return plot_row_error(row, err, "too many samples",
				      row->field[H_COUNT]);
	/* Room doubles at each power of two. */
	if (!(v->buckets & (v->buckets - 1)))
		v->bucket = xrealloc(v->bucket, v->buckets ? 2 * v->buckets : 1,
				     sizeof(b));
	v->bucket[v->buckets++] = b;
	v->samples += b.count;
	return 0;
}

static int bucket_compare(const void *a, const void *b)
{
	const struct plot_bucket *x = a, *y = b;

	return (x->lo > y->lo) - (x->lo < y->lo);
}

/* Add up the equal buckets of the launches. */
static int merge_buckets(const char *dir, struct plot_variant *v,
			 struct error *err)
{
	size_t last = 0;

	if (!v->buckets)
		return 0; /* the run was ended between the two files */
	qsort(v->bucket, v->buckets, sizeof(*v->bucket), bucket_compare);
	for (size_t i = 1; i < v->buckets; i++) {
		struct plot_bucket *to = &v->bucket[last];
		const struct plot_bucket *b = &v->bucket[i];

		if (b->lo == to->lo && b->hi == to->hi)
			to->count += b->count;
		else if (b->lo >= to->hi)
			v->bucket[++last] = *b;
		else
			return error_set(err,
					 "overlapping buckets of '%s' at %.10g "
					 "in '%s/histogram.csv'",
					 v->bench, b->lo, dir);
	}
	v->buckets = last + 1;
	return 0;
}

static int read_histogram(const char *dir, struct plot_data *data,
			  struct error *err)
{
	struct reader r = { .data = data };

	if (plot_each_row(dir, "histogram.csv", histogram_columns, H_COLUMNS,
			  histogram_row, &r, err))
		return -1;
	for (size_t i = 0; i < data->variants; i++)
		if (merge_buckets(dir, &data->variant[i], err))
			return -1;
	return 0;
}

/* ---- env.json ----------------------------------------------------------- */

/* Only the caption wants it: whatever is wrong with it leaves "". */
static char *read_cpu(const char *dir)
{
	char *path = xasprintf("%s/env.json", dir);
	json_t *env = json_load_file(path, 0, NULL);
	json_t *cpu = json_object_get(env, "cpu");
	const char *model = json_string_value(
		json_is_object(cpu) ? json_object_get(cpu, "model_name") : cpu);
	json_t *lab = json_object_get(env, "lab");
	const char *emulator =
		json_string_value(json_object_get(lab, "emulator"));
	const bool emulated = json_is_true(
		json_object_get(json_object_get(env, "guest"), "emulated"));
	char *copy, *text;

	/*
	 * An emulator gives its CPU the name of one that could be bought, and a
	 * back end that emulates has that of the one below it.
	 */
	if (lab)
		text = xasprintf("%s (lab: %s)", model ? model : "",
				 emulator ? emulator : "unknown");
	else
		text = xasprintf("%s%s", model ? model : "",
				 emulated ? " (KVM emulates ring-0 guest code)"
					  : "");
	copy = plot_printable(text);
	free(text);
	json_decref(env);
	free(path);
	return copy;
}

/* ---- the whole ---------------------------------------------------------- */

int plot_data_read(const char *dir, struct plot_data *data, struct error *err)
{
	*data = (struct plot_data){ 0 };
	if (read_summary(dir, data, err) || read_histogram(dir, data, err)) {
		plot_data_free(data);
		return -1;
	}
	data->cpu = read_cpu(dir);
	return 0;
}

void plot_data_free(struct plot_data *data)
{
	for (size_t i = 0; i < data->variants; i++)
		free_variant(&data->variant[i]);
	free(data->variant);
	free(data->label);
	free(data->host);
	free(data->kernel);
	free(data->cpu);
	*data = (struct plot_data){ 0 };
}
