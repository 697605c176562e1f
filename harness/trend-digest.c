// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <gsl/gsl_sort.h>

#include "compare.h"
#include "csv-read.h"
#include "csv.h"
#include "json-path.h"
#include "results.h"
#include "trend-digest.h"
#include "util.h"

/* What another one would not understand. */
#define FORMAT "1"

static const char header[] =
	"bench,variant,metric,unit,status,launches,value,lo,hi,level,text";

enum column {
	COLUMN_BENCH,
	COLUMN_VARIANT,
	COLUMN_METRIC,
	COLUMN_UNIT,
	COLUMN_STATUS,
	COLUMN_LAUNCHES,
	COLUMN_VALUE,
	COLUMN_LO,
	COLUMN_HI,
	COLUMN_LEVEL,
	COLUMN_TEXT,
	COLUMNS,
};

static const char *const status_names[] = {
	[DIGEST_OK] = "ok",	    [DIGEST_UNVERIFIED] = "unverified",
	[DIGEST_FAIL] = "fail",	    [DIGEST_SKIP] = "skip",
	[DIGEST_VARIES] = "varies",
};

/* In trend.csv, and where in env.json; those without are made here. */
static const struct {
	const char *name, *path;
} fact_table[] = {
	[FACT_FORMAT] = { "format", NULL },
	[FACT_SUMMARY] = { "summary", NULL },
	[FACT_ENV] = { "env", NULL },
	[FACT_ROWS] = { "rows", NULL },
	[FACT_UNUSED] = { "unused", NULL },
	[FACT_RUN_ID] = { "run_id", "run.run_id" },
	[FACT_STARTED] = { "started", "run.started_utc" },
	[FACT_FINISHED] = { "finished", "run.finished_utc" },
	[FACT_HOST] = { "host", "run.host" },
	[FACT_LABEL] = { "label", "run.label" },
	[FACT_KERNEL] = { "kernel", "run.kernel" },
	[FACT_KERNEL_VERSION] = { "kernel_version", "kernel.version" },
	[FACT_CPU] = { "cpu", "cpu.model_name" },
	[FACT_MACHINE] = { "machine", "lab.machine" },
	[FACT_DETERMINISTIC] = { "deterministic", NULL },
	[FACT_TOOL_VERSION] = { "tool_version", "tool.version" },
	[FACT_TOOL_COMMIT] = { "tool_commit", "tool.commit" },
};

static void set_fact(struct digest *d, enum digest_fact fact, const char *text,
		     size_t len)
{
	d->facts[fact] = intern_bytes(d->texts, intern(d->texts, text, len));
}

/* "SIZE SECONDS.NANOSECONDS", "" when there is no such file. */
static char *file_stamp(const char *dir, const char *name)
{
	char *path = xasprintf("%s/%s", dir, name), *stamp;
	struct stat st;

	if (stat(path, &st))
		stamp = xstrdup("");
	else
		stamp = xasprintf("%lld %lld.%09ld", (long long)st.st_size,
				  (long long)st.st_mtim.tv_sec,
				  st.st_mtim.tv_nsec);
	free(path);
	return stamp;
}

static void set_stamp(struct digest *d, enum digest_fact fact, const char *dir,
		      const char *name)
{
	char *stamp = file_stamp(dir, name);

	set_fact(d, fact, stamp, strlen(stamp));
	free(stamp);
}

static void empty(struct digest *d)
{
	free(d->rows);
	intern_free(d->texts);
	*d = (struct digest){ .texts = intern_new() };
	for (size_t i = 0; i < FACTS; i++)
		set_fact(d, (enum digest_fact)i, "", 0);
}

void digest_free(struct digest *d)
{
	free(d->rows);
	intern_free(d->texts);
	*d = (struct digest){ 0 };
}

/* --- reading --------------------------------------------------------------- */

static void load_fact(struct digest *d, const struct csv_field *f)
{
	for (size_t i = 0; i < FACTS; i++)
		if (csv_equals(&f[COLUMN_METRIC], fact_table[i].name))
			set_fact(d, (enum digest_fact)i, f[COLUMN_TEXT].text,
				 f[COLUMN_TEXT].len);
}

static int load_numbers(struct digest_row *row, const struct csv_field *f)
{
	double launches;

	if (csv_number(&f[COLUMN_LAUNCHES], &launches) ||
	    csv_number(&f[COLUMN_VALUE], &row->value.value) ||
	    csv_number(&f[COLUMN_LO], &row->value.ci.lo) ||
	    csv_number(&f[COLUMN_HI], &row->value.ci.hi) ||
	    csv_number(&f[COLUMN_LEVEL], &row->value.ci.level) ||
	    launches < 0 || launches > UINT32_MAX)
		return -1;
	row->launches = (uint32_t)launches;
	return 0;
}

static const char *load_key(struct digest *d, const struct csv_field *f,
			    char *key, size_t *len)
{
	char *to = key;

	for (size_t i = COLUMN_BENCH; i <= COLUMN_UNIT; i++) {
		memcpy(to, f[i].text, f[i].len);
		to += f[i].len;
		*to++ = '\0';
	}
	*len = (size_t)(to - key);
	return intern_bytes(d->texts, intern(d->texts, key, *len));
}

static int load_row(struct digest *d, const struct csv_field *f, char *key)
{
	struct digest_row *row;
	size_t i;

	/* As rows come: how many there are said to be may be wrong. */
	if (!(d->n_rows & (d->n_rows - 1)))
		d->rows = xrealloc(d->rows, 2 * d->n_rows + 1, sizeof(*row));
	row = &d->rows[d->n_rows];
	*row = (struct digest_row){ .reason = "" };
	for (i = 0; i < DIGEST_STATUSES; i++)
		if (csv_equals(&f[COLUMN_STATUS], status_names[i]))
			break;
	if (i == DIGEST_STATUSES)
		return -1;
	row->status = (enum digest_status)i;
	row->key = load_key(d, f, key, &row->key_len);
	if (f[COLUMN_TEXT].len)
		row->reason = intern_bytes(d->texts,
					   intern(d->texts, f[COLUMN_TEXT].text,
						  f[COLUMN_TEXT].len));
	d->n_rows++;
	return row->status <= DIGEST_UNVERIFIED ? load_numbers(row, f) : 0;
}

/* Rows begin when all facts are known: is it of the files that are there? */
static bool is_of(const struct digest *d, const char *dir, uint64_t *rows)
{
	char *summary = file_stamp(dir, "summary.csv");
	char *env = file_stamp(dir, "env.json");
	bool same = !strcmp(d->facts[FACT_FORMAT], FORMAT) &&
		    !strcmp(d->facts[FACT_SUMMARY], summary) &&
		    !strcmp(d->facts[FACT_ENV], env) &&
		    !parse_u64(d->facts[FACT_ROWS], 1 << 30, rows);

	free(summary);
	free(env);
	return same;
}

static bool columns_fit(const struct csv_reader *csv)
{
	char *names = xstrdup(header), *save = NULL, *name;
	size_t i = 0;

	for (name = strtok_r(names, ",", &save); name;
	     name = strtok_r(NULL, ",", &save))
		if (csv_column(csv, name) != i++)
			break;
	free(names);
	return !name && csv_columns(csv) == COLUMNS;
}

static int read_rows(struct digest *d, const char *dir, struct csv_reader *csv,
		     bool latencies)
{
	char *key = xrealloc(NULL, CSV_RECORD_MAX + 4, 1);
	enum csv_status status = CSV_END;
	const struct csv_field *f;
	struct csv_fault fault;
	uint64_t rows = 0;
	int ret = 0;

	while (!ret && (status = csv_next(csv, &f, &fault, NULL)) == CSV_ROW) {
		if (!f[COLUMN_BENCH].len) {
			load_fact(d, f);
			continue;
		}
		if (!d->rows && (!is_of(d, dir, &rows) || !rows))
			break;
		if (latencies && !csv_equals(&f[COLUMN_METRIC], "latency"))
			break;
		ret = d->n_rows < rows ? load_row(d, f, key) : -1;
	}
	free(key);
	if (ret || !d->rows || (status != CSV_END && status != CSV_ROW))
		return -1;
	return status == CSV_END && d->n_rows != rows ? -1 : 0;
}

/* -1 when there is none, or none that can be used. */
static int read_digest(struct digest *d, const char *dir, bool latencies)
{
	char *path = xasprintf("%s/" TREND_DIGEST_NAME, dir);
	struct csv_reader *csv;
	int ret = -1;

	csv = access(path, R_OK) ? NULL : csv_open(path, NULL);
	if (csv && columns_fit(csv))
		ret = read_rows(d, dir, csv, latencies);
	csv_close(csv);
	free(path);
	d->kept = !ret;
	return ret;
}

/* --- making ---------------------------------------------------------------- */

static double *sorted_values(const struct result_group *g)
{
	double *x = xcalloc(g->n_values, sizeof(*x));

	for (size_t i = 0; i < g->n_values; i++)
		x[i] = g->values[i].value;
	gsl_sort(x, 1, g->n_values);
	return x;
}

static void make_row(struct digest *d, const struct result_group *g)
{
	struct digest_row *row = &d->rows[d->n_rows++];
	bool deterministic = *d->facts[FACT_DETERMINISTIC];
	double *sorted;
	char *key;

	*row = (struct digest_row){ .reason = "" };
	key = xasprintf("%s%c%s%c%s%c%s%c", g->bench, 0, g->variant, 0,
			g->metric, 0, g->unit, 0);
	row->key_len = strlen(g->bench) + strlen(g->variant) +
		       strlen(g->metric) + strlen(g->unit) + 4;
	row->key = intern_bytes(d->texts, intern(d->texts, key, row->key_len));
	free(key);
	if (!g->n_values) {
		row->status = g->n_rows[STATUS_FAIL] ? DIGEST_FAIL
						     : DIGEST_SKIP;
		if (g->reason)
			row->reason = intern_bytes(d->texts,
						   intern(d->texts, g->reason,
							  strlen(g->reason)));
		return;
	}
	sorted = sorted_values(g);
	row->launches = (uint32_t)g->n_values;
	row->value = median_estimate(sorted, g->n_values);
	row->status = g->n_rows[STATUS_UNVERIFIED] ? DIGEST_UNVERIFIED
						   : DIGEST_OK;
	if (deterministic && !compare_is_steady(g, sorted))
		row->status = DIGEST_VARIES;
	free(sorted);
}

static void make_facts(struct digest *d, const char *dir,
		       const struct results *r)
{
	const json_t *env = r->sources[0].env;
	char count[32];

	set_fact(d, FACT_FORMAT, FORMAT, strlen(FORMAT));
	set_stamp(d, FACT_SUMMARY, dir, "summary.csv");
	set_stamp(d, FACT_ENV, dir, "env.json");
	for (size_t i = 0; i < FACTS; i++) {
		const char *text =
			fact_table[i].path
				? json_text_at(env, fact_table[i].path)
				: NULL;

		if (text)
			set_fact(d, (enum digest_fact)i, text, strlen(text));
	}
	if (json_is_true(json_at(env, "lab.deterministic")))
		set_fact(d, FACT_DETERMINISTIC, "1", 1);
	snprintf(count, sizeof(count), "%zu", r->n_groups);
	set_fact(d, FACT_ROWS, count, strlen(count));
	snprintf(count, sizeof(count), "%zu", r->n_unused);
	set_fact(d, FACT_UNUSED, count, strlen(count));
}

static int check_night(const struct digest *d, const struct results *r,
		       struct error *err)
{
	if (!r->sources[0].env)
		return error_set(err, "%s", r->sources[0].env_error);
	if (!*d->facts[FACT_STARTED])
		return error_set(err, "its env.json has no start");
	if (!*d->facts[FACT_FINISHED])
		return error_set(err, "not finished");
	if (!r->n_groups)
		return error_set(err, "has no rows");
	return 0;
}

static int make_digest(struct digest *d, const char *dir, struct error *err)
{
	static const struct results_query all = { .stat = RESULT_P50 };
	struct results r = { 0 };
	int ret = results_load(&r, &dir, 1, &all, err);

	empty(d);
	if (!ret) {
		make_facts(d, dir, &r);
		ret = check_night(d, &r, err);
	}
	if (!ret) {
		d->rows = xcalloc(r.n_groups, sizeof(*d->rows));
		for (size_t i = 0; i < r.n_groups; i++)
			make_row(d, &r.groups[i]);
	}
	results_free(&r);
	return ret;
}

/* --- writing --------------------------------------------------------------- */

static void put_fact(struct csv_line *line, const char *name, const char *text)
{
	csv_put_empty(line, 2);
	csv_put_text(line, name);
	csv_put_empty(line, 7);
	csv_put_text(line, text);
	csv_put_end(line);
}

/* With as many digits as it takes to read the same number again. */
static void put_exact(struct csv_line *line, double value)
{
	char text[32];

	snprintf(text, sizeof(text), "%.15g", value);
	if (strtod(text, NULL) < value || strtod(text, NULL) > value)
		snprintf(text, sizeof(text), "%.17g", value);
	csv_put_text(line, text);
}

static void put_row(struct csv_line *line, const struct digest_row *row)
{
	const char *name = row->key;

	for (size_t i = COLUMN_BENCH; i <= COLUMN_UNIT; i++) {
		csv_put_text(line, name);
		name += strlen(name) + 1;
	}
	csv_put_text(line, status_names[row->status]);
	if (row->status <= DIGEST_UNVERIFIED) {
		csv_put_u64(line, row->launches);
		put_exact(line, row->value.value);
		put_exact(line, row->value.ci.lo);
		put_exact(line, row->value.ci.hi);
		put_exact(line, row->value.ci.level);
	} else {
		csv_put_empty(line, 5);
	}
	csv_put_text(line, row->reason);
	csv_put_end(line);
}

/* A history that cannot be written to is read from its results each time. */
static void write_digest(const struct digest *d, const char *dir)
{
	char *path = xasprintf("%s/" TREND_DIGEST_NAME, dir);
	char *temporary =
		xasprintf("%s/." TREND_DIGEST_NAME "-%ld", dir, (long)getpid());
	struct csv_line line = { 0 };
	int fd;

	/* The process's own leftover, if it was killed with the same number. */
	unlink(temporary);
	fd = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
	line.stream = fd < 0 ? NULL : fdopen(fd, "w");
	if (line.stream) {
		fprintf(line.stream, "%s\n", header);
		for (size_t i = 0; i < FACTS; i++)
			put_fact(&line, fact_table[i].name, d->facts[i]);
		for (size_t i = 0; i < d->n_rows; i++)
			put_row(&line, &d->rows[i]);
		if (close_written(line.stream) || rename(temporary, path))
			unlink(temporary);
	}
	free(path);
	free(temporary);
}

int digest_load(struct digest *d, const char *dir,
		const struct digest_request *request, struct error *err)
{
	*d = (struct digest){ 0 };
	empty(d);
	if (!request->no_files && !read_digest(d, dir, request->latencies))
		return 0;
	if (make_digest(d, dir, err))
		return -1;
	if (!request->no_files)
		write_digest(d, dir);
	return 0;
}
