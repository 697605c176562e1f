// SPDX-License-Identifier: GPL-2.0-or-later
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "csv-read.h"
#include "csv.h"
#include "file-write.h"
#include "trend-digest-file.h"
#include "util.h"

/* Also what a file is known by as one of ours. */
static const char header[] =
	"bench,variant,metric,unit,status,launches,value,lo,hi,level,text\n";

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

static const char *const fact_names[FACTS] = {
	[FACT_FORMAT] = "format",
	[FACT_SUMMARY] = "summary",
	[FACT_ENV] = "env",
	[FACT_ROWS] = "rows",
	[FACT_UNUSED] = "unused",
	[FACT_RUN_ID] = "run_id",
	[FACT_STARTED] = "started",
	[FACT_FINISHED] = "finished",
	[FACT_HOST] = "host",
	[FACT_LABEL] = "label",
	[FACT_KERNEL] = "kernel",
	[FACT_KERNEL_VERSION] = "kernel_version",
	[FACT_CPU] = "cpu",
	[FACT_MACHINE] = "machine",
	[FACT_DETERMINISTIC] = "deterministic",
	[FACT_TOOL_VERSION] = "tool_version",
	[FACT_TOOL_COMMIT] = "tool_commit",
};

void digest_set_fact(struct digest *d, enum digest_fact fact, const char *text,
		     size_t len)
{
	d->facts[fact] = intern_bytes(d->texts, intern(d->texts, text, len));
}

char *digest_stamp(const char *dir, const char *name)
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

/* --- reading ------------------------------------------------------------- */

static void load_fact(struct digest *d, const struct csv_field *f)
{
	for (size_t i = 0; i < FACTS; i++)
		if (csv_equals(&f[COLUMN_METRIC], fact_names[i]))
			digest_set_fact(d, (enum digest_fact)i,
					f[COLUMN_TEXT].text,
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
	char *summary = digest_stamp(dir, "summary.csv");
	char *env = digest_stamp(dir, "env.json");
	bool same = !strcmp(d->facts[FACT_FORMAT], DIGEST_FORMAT) &&
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

	for (name = strtok_r(names, ",\n", &save); name;
	     name = strtok_r(NULL, ",\n", &save))
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
		if (!d->n_rows && (!is_of(d, dir, &rows) || !rows))
			break;
		if (latencies && !csv_equals(&f[COLUMN_METRIC], "latency"))
			break;
		ret = d->n_rows < rows ? load_row(d, f, key) : -1;
	}
	free(key);
	if (ret || !d->n_rows || (status != CSV_END && status != CSV_ROW))
		return -1;
	return status == CSV_END && d->n_rows != rows ? -1 : 0;
}

int digest_read(struct digest *d, const char *dir, bool latencies)
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

/* --- writing ------------------------------------------------------------- */

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

static void write_file(const struct digest *d, const char *dir,
		       const char *path)
{
	char *temporary =
		xasprintf("%s/." TREND_DIGEST_NAME "-%ld", dir, (long)getpid());
	struct csv_line line = { 0 };
	int fd;

	/* The process's own leftover, if it was killed with the same number. */
	unlink(temporary);
	fd = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
	line.stream = fd < 0 ? NULL : fdopen(fd, "w");
	if (line.stream) {
		fputs(header, line.stream);
		for (size_t i = 0; i < FACTS; i++)
			put_fact(&line, fact_names[i], d->facts[i]);
		for (size_t i = 0; i < d->n_rows; i++)
			put_row(&line, &d->rows[i]);
		if (close_written(line.stream) || rename(temporary, path))
			unlink(temporary);
	}
	free(temporary);
}

void digest_write(struct digest *d, const char *dir)
{
	char *path = xasprintf("%s/" TREND_DIGEST_NAME, dir);

	d->foreign = file_may_replace(path, header, NULL) != 0;
	if (!d->foreign)
		write_file(d, dir, path);
	free(path);
}
