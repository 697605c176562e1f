// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <math.h>
#include <search.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "csv.h"
#include "csv-read.h"
#include "resume.h"
#include "util.h"

/* Columns by which a row tells its launch. */
enum key_column {
	KEY_LAUNCH,
	KEY_BENCH,
	KEY_VARIANT,
	KEY_COLUMNS
};

static const char *const key_names[] = { "launch", "bench", "variant" };

struct finished {
	char *key; /* "launch bench variant" */
	enum row_status status;
	char *reason;
	uint64_t n;
	double p50, p99, overhead;
};

struct resume {
	void *tree; /* tsearch(): struct finished, by key */
};

static int compare_finished(const void *a, const void *b)
{
	return strcmp(((const struct finished *)a)->key,
		      ((const struct finished *)b)->key);
}

static void free_finished(void *node)
{
	struct finished *finished = node;

	free(finished->key);
	free(finished->reason);
	free(finished);
}

static struct finished *find(const struct resume *resume, char *key)
{
	const struct finished wanted = { .key = key };
	struct finished *const *node =
		tfind(&wanted, &resume->tree, compare_finished);

	return node ? *node : NULL;
}

static int find_columns(const struct csv_reader *reader, const char *path,
			const char *const *names, size_t count, size_t *columns,
			struct error *err)
{
	for (size_t i = 0; i < count; i++) {
		columns[i] = csv_column(reader, names[i]);
		if (columns[i] == CSV_NO_COLUMN) {
			error_set(err, "'%s' has no column '%s'", path,
				  names[i]);
			return -1;
		}
	}
	return 0;
}

static char *row_key(const struct csv_field *fields, const size_t *columns)
{
	const struct csv_field *launch = &fields[columns[KEY_LAUNCH]];
	const struct csv_field *bench = &fields[columns[KEY_BENCH]];
	const struct csv_field *variant = &fields[columns[KEY_VARIANT]];

	return xasprintf("%.*s %.*s %.*s", (int)launch->len, launch->text,
			 (int)bench->len, bench->text, (int)variant->len,
			 variant->text);
}

/* The columns of a latency row that the table of a run needs. */
enum value_column {
	VALUE_METRIC,
	VALUE_STATUS,
	VALUE_REASON,
	VALUE_N,
	VALUE_P50,
	VALUE_P99,
	VALUE_OVERHEAD,
	VALUE_COLUMNS
};

static const char *const value_names[] = { "metric", "status", "reason",  "n",
					   "p50",    "p99",    "overhead" };

static double number_or_nan(const struct csv_field *field)
{
	double value;

	return csv_number(field, &value) ? NAN : value;
}

static double number_or_zero(const struct csv_field *field)
{
	double value = number_or_nan(field);

	return isnan(value) ? 0 : value;
}

/* Of samples: what no row of ours has is 0. */
static uint64_t count_or_zero(const struct csv_field *field)
{
	double value = number_or_zero(field);

	return value >= 0 && value <= UINT32_MAX ? (uint64_t)value : 0;
}

static enum row_status parse_status(const struct csv_field *field)
{
	enum row_status status;

	return row_status_parse(field, &status) ? STATUS_FAIL : status;
}

static void add_finished(struct resume *resume, const struct csv_field *fields,
			 const size_t *keys, const size_t *values)
{
	const struct csv_field *reason = &fields[values[VALUE_REASON]];
	struct finished *finished = xcalloc(1, sizeof(*finished)), **node;

	*finished = (struct finished){
		.key = row_key(fields, keys),
		.status = parse_status(&fields[values[VALUE_STATUS]]),
		.reason = xasprintf("%.*s", (int)reason->len, reason->text),
		.n = count_or_zero(&fields[values[VALUE_N]]),
		.p50 = number_or_zero(&fields[values[VALUE_P50]]),
		.p99 = number_or_zero(&fields[values[VALUE_P99]]),
		.overhead = number_or_nan(&fields[values[VALUE_OVERHEAD]]),
	};
	/* The first of two rows of one launch counts. */
	node = tsearch(finished, &resume->tree, compare_finished);
	if (!node || *node != finished)
		free_finished(finished);
}

static int read_finished(struct resume *resume, const char *path,
			 struct error *err)
{
	size_t keys[KEY_COLUMNS], values[VALUE_COLUMNS];
	struct csv_reader *reader = csv_open(path, err);
	const struct csv_field *fields;
	enum csv_status status;
	struct csv_fault fault;
	int ret;

	if (!reader)
		return -1;
	ret = find_columns(reader, path, key_names, KEY_COLUMNS, keys, err);
	if (!ret)
		ret = find_columns(reader, path, value_names, VALUE_COLUMNS,
				   values, err);
	while (!ret &&
	       (status = csv_next(reader, &fields, &fault, err)) != CSV_END) {
		if (status == CSV_ERROR)
			ret = -1;
		else if (status == CSV_ROW &&
			 csv_equals(&fields[values[VALUE_METRIC]], "latency"))
			add_finished(resume, fields, keys, values);
	}
	csv_close(reader);
	return ret;
}

static void copy_row(struct csv_line *line, const struct csv_field *fields,
		     size_t count)
{
	char *text;

	for (size_t i = 0; i < count; i++) {
		text = xasprintf("%.*s", (int)fields[i].len, fields[i].text);
		csv_put_text(line, text);
		free(text);
	}
	csv_put_end(line);
}

static int copy_finished(const struct resume *resume, const char *path,
			 const char *header, FILE *to, struct error *err)
{
	struct csv_reader *reader = csv_open(path, err);
	struct csv_line line = { .stream = to };
	const struct csv_field *fields;
	size_t keys[KEY_COLUMNS];
	enum csv_status status;
	struct csv_fault fault;
	char *key;
	int ret;

	if (!reader)
		return -1;
	fprintf(to, "%s\n", header);
	ret = find_columns(reader, path, key_names, KEY_COLUMNS, keys, err);
	while (!ret &&
	       (status = csv_next(reader, &fields, &fault, err)) != CSV_END) {
		if (status == CSV_ERROR)
			ret = -1;
		if (status != CSV_ROW)
			continue;
		key = row_key(fields, keys);
		if (find(resume, key))
			copy_row(&line, fields, csv_columns(reader));
		free(key);
	}
	csv_close(reader);
	return ret;
}

/* Rewrite @name beside itself and put it in place in one step. */
static int clean_file(const struct resume *resume, const char *dir,
		      const char *name, const char *header, struct error *err)
{
	char *path = xasprintf("%s/%s", dir, name);
	char *temporary = xasprintf("%s.resume", path);
	FILE *to = fopen(temporary, "we");
	int ret = -1;

	if (!to) {
		error_set_errno(err, "cannot write '%s'", temporary);
		goto out;
	}
	ret = copy_finished(resume, path, header, to, err);
	if ((ferror(to) | fflush(to) | fsync(fileno(to))) && !ret)
		ret = error_set_errno(err, "cannot write '%s'", temporary);
	if (fclose(to) && !ret)
		ret = error_set_errno(err, "cannot write '%s'", temporary);
	if (!ret && rename(temporary, path))
		ret = error_set_errno(err, "cannot replace '%s'", path);
	if (ret)
		unlink(temporary);
out:
	free(temporary);
	free(path);
	return ret;
}

struct resume *resume_open(struct results_dir *dir, const char *path,
			   struct error *err)
{
	struct resume *resume = xcalloc(1, sizeof(*resume));
	char *summary = xasprintf("%s/summary.csv", path);
	int ret;

	ret = results_dir_lock(dir, path, err);
	if (!ret)
		ret = read_finished(resume, summary, err);
	if (!ret)
		ret = clean_file(resume, path, "histogram.csv",
				 histogram_csv_header, err);
	if (!ret)
		ret = clean_file(resume, path, "summary.csv",
				 summary_csv_header, err);
	if (!ret)
		ret = results_dir_reopen(dir, err);
	free(summary);
	if (!ret)
		return resume;
	resume_free(resume);
	return NULL;
}

bool resume_find(const struct resume *resume, uint64_t launch,
		 const struct variant *variant, struct launch_result *result)
{
	char *key = xasprintf("%lu %s %s", (unsigned long)launch,
			      variant->bench->name, variant->text);
	const struct finished *finished = find(resume, key);

	free(key);
	if (!finished)
		return false;
	result->status = finished->status;
	snprintf(result->reason, sizeof(result->reason), "%s",
		 finished->reason);
	result->emulated = !strncmp(finished->reason, VERIFY_EMULATED,
				    strlen(VERIFY_EMULATED));
	result->latency.n = finished->n;
	result->latency.p50 = finished->p50;
	result->latency.p99 = finished->p99;
	result->overhead = finished->overhead;
	return true;
}

void resume_free(struct resume *resume)
{
	if (!resume)
		return;
	tdestroy(resume->tree, free_finished);
	free(resume);
}
