// SPDX-License-Identifier: GPL-2.0-or-later
#include <signal.h>
#include <sys/resource.h>

#include "csv-read.h"
#include "csv.h"
#include "results-fixture.h"

static void create(struct results_dir *dir, const char *path)
{
	struct error err;

	if (results_dir_create(dir, path, &err))
		fail_msg("%s", err.text);
}

static void expect_file(const char *dir, const char *name, const char *text)
{
	char *found = scratch_read(dir, name, NULL);

	assert_string_equal(found, text);
	free(found);
}

static void test_creates(void **state)
{
	struct scratch scratch = scratch_make();
	char *path = xasprintf("%s/a//b/c/", scratch.path);
	char *header = xasprintf("%s\n", summary_csv_header);
	struct results_dir dir;

	(void)state;
	create(&dir, path);
	assert_string_equal(dir.path, path);
	expect_file(path, "summary.csv", header);
	expect_file(path, "histogram.csv",
		    "bench,variant,launch,lo,hi,count\n");
	results_dir_close(&dir);
	assert_null(dir.path);
	assert_int_equal(dir.summary_fd, -1);
	results_dir_close(&dir); /* harmless */
	free(header);
	free(path);
	scratch_remove(&scratch);
}

static void refuse(const char *path, const char *reason)
{
	struct results_dir dir;
	struct error err;

	if (!results_dir_create(&dir, path, &err))
		fail_msg("'%s' is accepted", path);
	if (!strstr(err.text, reason))
		fail_msg("'%s' instead of '%s'", err.text, reason);
	results_dir_close(&dir);
}

/* Nothing is overwritten, whatever of a run is there, and be it a symlink. */
static void test_refuses_results(void **state)
{
	static const char *const names[] = { "summary.csv", "histogram.csv",
					     "env.json", "plots" };
	struct scratch scratch = scratch_make();
	struct results_dir dir;
	char *path;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		path = xasprintf("%s/%s", scratch.path, names[i]);
		scratch_write(scratch.path, names[i], "precious", 8);
		refuse(scratch.path, "holds results already");
		expect_file(scratch.path, names[i], "precious");
		assert_int_equal(unlink(path), 0);
		assert_int_equal(symlink("nowhere", path), 0);
		refuse(scratch.path, "holds results already");
		assert_int_equal(unlink(path), 0);
		assert_int_equal(mkdir(path, 0777), 0);
		refuse(scratch.path, "holds results already");
		assert_int_equal(rmdir(path), 0);
		free(path);
	}
	/* Other files do no harm, and nothing was left behind. */
	scratch_write(scratch.path, "notes.txt", "mine", 4);
	create(&dir, scratch.path);
	results_dir_close(&dir);
	expect_file(scratch.path, "notes.txt", "mine");
	scratch_remove(&scratch);
}

/* The start of a run that was killed, @size bytes of it, in both files. */
static void leave_headers(const char *path, size_t size)
{
	char *summary = xasprintf("%s\n", summary_csv_header);
	char *histogram = xasprintf("%s\n", histogram_csv_header);

	scratch_write(path, "summary.csv", summary,
		      size < strlen(summary) ? size : strlen(summary));
	scratch_write(path, "histogram.csv", histogram,
		      size < strlen(histogram) ? size : strlen(histogram));
	free(histogram);
	free(summary);
}

/* What never began is no result: the same command works again. */
static void test_begins_anew(void **state)
{
	char *header = xasprintf("%s\n", summary_csv_header);
	struct scratch scratch = scratch_make();
	char *temporary = xasprintf("%s/env.json.tmp-1", scratch.path);
	struct results_dir dir;

	(void)state;
	for (size_t size = 0; size <= strlen(header); size++) {
		leave_headers(scratch.path, size);
		scratch_write(scratch.path, "env.json.tmp-1", "{", 1);
		create(&dir, scratch.path);
		results_dir_close(&dir);
		expect_file(scratch.path, "summary.csv", header);
		expect_file(scratch.path, "histogram.csv",
			    "bench,variant,launch,lo,hi,count\n");
		assert_int_equal(access(temporary, F_OK), -1);
	}
	scratch_write(scratch.path, "env.json", "{}", 2);
	refuse(scratch.path, "holds results already");
	free(temporary);
	free(header);
	scratch_remove(&scratch);
}

static void test_refuses_unwritable(void **state)
{
	struct scratch scratch = scratch_make();
	char *below = xasprintf("%s/file/results", scratch.path);
	char *file = xasprintf("%s/file", scratch.path);
	char *closed = xasprintf("%s/closed", scratch.path);
	char *inside = xasprintf("%s/closed/results", scratch.path);

	(void)state;
	scratch_write(scratch.path, "file", "", 0);
	refuse(below, "cannot create directory '");
	refuse(file, "cannot open directory '");
	refuse("/proc/vmentry-bench/results",
	       "cannot create directory '/proc/vmentry-bench': ");
	assert_int_equal(mkdir(closed, 0555), 0);
	if (geteuid()) { /* root may write anywhere */
		refuse(inside, "Permission denied");
		refuse(closed, "Permission denied");
	}
	free(inside);
	free(closed);
	free(file);
	free(below);
	scratch_remove(&scratch);
}

/* --- rows ----------------------------------------------------------------- */

struct table {
	struct csv_reader *reader;
	const struct csv_field *fields; /* of the row read last */
};

static void table_open(struct table *table, const char *dir, const char *name)
{
	char *path = xasprintf("%s/%s", dir, name);
	struct error err;

	table->reader = csv_open(path, &err);
	if (!table->reader)
		fail_msg("%s", err.text);
	free(path);
}

static bool table_next(struct table *table)
{
	enum csv_status status;
	struct csv_fault fault;
	struct error err;

	status = csv_next(table->reader, &table->fields, &fault, &err);
	if (status == CSV_FAULT)
		fail_msg("line %zu %s", fault.line, fault.what);
	assert_true(status == CSV_ROW || status == CSV_END);
	return status == CSV_ROW;
}

static void expect_field(const struct table *table, const char *column,
			 const char *text)
{
	size_t i = csv_column(table->reader, column);

	assert_true(i != CSV_NO_COLUMN);
	if (!csv_equals(&table->fields[i], text))
		fail_msg("column '%s' is '%.*s' instead of '%s'", column,
			 (int)table->fields[i].len, table->fields[i].text,
			 text);
}

struct cell {
	const char *column;
	const char *text;
};

static void expect_row(struct table *table, const struct cell *cells)
{
	assert_true(table_next(table));
	for (; cells->column; cells++)
		expect_field(table, cells->column, cells->text);
}

#define ROW(...) ((const struct cell[]){ __VA_ARGS__, { 0 } })

static void expect_identity(struct table *table)
{
	const struct csv_field *now =
		&table->fields[csv_column(table->reader, "time_utc")];
	char text[sizeof("2026-01-31T12:34:56Z")] = "";
	int year, rest;

	expect_field(table, "run_id", fixture_identity.run_id);
	expect_field(table, "label", fixture_identity.label);
	expect_field(table, "host", fixture_identity.host);
	expect_field(table, "kernel", fixture_identity.kernel);
	expect_field(table, "boot_id", fixture_identity.boot_id);
	assert_int_equal(now->len, strlen("2026-01-31T12:34:56Z"));
	memcpy(text, now->text, now->len); /* a field does not end with '\0' */
	assert_int_equal(sscanf(text, "%4d-%2d", &year, &rest), 2);
	assert_int_equal(text[10], 'T');
	assert_int_equal(text[19], 'Z');
}

#define MEASURED_LATENCY                                              \
	{ "metric", "latency" }, { "unit", "tsc" }, { "n", "5" },     \
		{ "min", "100" }, { "p25", "101" }, { "p50", "102" }, \
		{ "mean", "1000260.6" }, { "p75", "1000" },           \
		{ "p90", "3000400" }, { "p99", "4800040" },           \
		{ "p999", "4980004" }, { "max", "5000000" },          \
	{                                                             \
		"overhead", "33.5"                                    \
	}

#define NO_NUMBERS                                                           \
	{ "n", "0" }, { "min", "" }, { "p25", "" }, { "p50", "" },           \
		{ "mean", "" }, { "p75", "" }, { "p90", "" }, { "p99", "" }, \
		{ "p999", "" }, { "max", "" }, { "stddev", "" },             \
	{                                                                    \
		"overhead", ""                                               \
	}

/* Counters come before the latency, whose row says that a launch is whole. */
static void expect_measured_rows(struct table *table, const char *launch,
				 const char *status, const char *reason)
{
	expect_row(table,
		   ROW({ "launch", launch }, { "metric", "exits" },
		       { "unit", "per_op" }, { "status", "ok" },
		       { "reason", "" }, { "n", "5" }, { "min", "" },
		       { "p25", "" }, { "p50", "1.0625" }, { "mean", "1.0625" },
		       { "p75", "" }, { "stddev", "" }, { "overhead", "" }));
	expect_identity(table);
	expect_row(table,
		   ROW({ "metric", "cycles:u, \"guest\"" },
		       { "unit", "per_op" }, { "status", "skip" },
		       { "reason", "no PMU here,\nnone at all" }, NO_NUMBERS));
	expect_row(table, ROW({ "metric", "halt_exits" }, { "p50", "0.2" }));
	expect_row(table, ROW({ "launch", launch }, { "status", status },
			      { "reason", reason }, MEASURED_LATENCY));
	expect_identity(table);
}

static void expect_bare_row(struct table *table, const char *status,
			    const char *reason)
{
	expect_row(table,
		   ROW({ "metric", "latency" }, { "unit", "tsc" },
		       { "status", status }, { "reason", reason }, NO_NUMBERS));
	expect_identity(table);
}

/* The reader faults a row that has not as many fields as the header. */
static void test_rows(void **state)
{
	struct scratch scratch = scratch_make();
	struct results_dir dir;
	struct table table;

	(void)state;
	create(&dir, scratch.path);
	fixture_append(&dir, 1, 0, STATUS_OK);
	fixture_append(&dir, 2, 1, STATUS_SKIP);
	fixture_append(&dir, 3, 2, STATUS_FAIL);
	fixture_append(&dir, 4, 0, STATUS_UNVERIFIED);
	results_dir_close(&dir);
	table_open(&table, scratch.path, "summary.csv");
	assert_int_equal(csv_columns(table.reader), 25);
	expect_measured_rows(&table, "1", "ok", "");
	expect_field(&table, "bench", "timer/deadline");
	expect_field(&table, "variant", "delay=100us,wait=hlt");
	expect_bare_row(&table, "skip", "the guest's CPUID has no x2apic");
	expect_field(&table, "launch", "2");
	expect_field(&table, "bench", "exit/cpuid");
	expect_bare_row(&table, "fail", "failed: \"why\",\nand where");
	expect_field(&table, "variant", "");
	expect_measured_rows(&table, "4", "unverified",
			     "guest code is emulated");
	assert_false(table_next(&table));
	csv_close(table.reader);
	scratch_remove(&scratch);
}

static void test_histogram(void **state)
{
	struct scratch scratch = scratch_make();
	struct results_dir dir;
	struct table table;

	(void)state;
	create(&dir, scratch.path);
	fixture_append(&dir, 1, 1, STATUS_SKIP);
	fixture_append(&dir, 2, 1, STATUS_OK);
	results_dir_close(&dir);
	table_open(&table, scratch.path, "histogram.csv");
	for (unsigned int value = 100; value < 103; value++) {
		char lo[8], hi[8];

		snprintf(lo, sizeof(lo), "%u", value);
		snprintf(hi, sizeof(hi), "%u", value + 1);
		expect_row(&table,
			   ROW({ "bench", "exit/cpuid" },
			       { "variant", "cpl=3" }, { "launch", "2" },
			       { "lo", lo }, { "hi", hi }, { "count", "1" }));
	}
	expect_row(&table, ROW({ "lo", "1000" }, { "hi", "1004" }));
	/* 5000000 = 152 * 2^15 + 19264 */
	expect_row(&table, ROW({ "lo", "4980736" }, { "hi", "5013504" },
			       { "count", "1" }));
	assert_false(table_next(&table));
	csv_close(table.reader);
	scratch_remove(&scratch);
}

static size_t count_rows(const char *dir, const char *name)
{
	struct table table;
	size_t n = 0;

	table_open(&table, dir, name);
	while (table_next(&table))
		n++;
	csv_close(table.reader);
	return n;
}

static void test_reopens(void **state)
{
	struct scratch scratch = scratch_make();
	struct results_dir dir;
	size_t size, longer;
	char *before, *after;
	struct error err;

	(void)state;
	create(&dir, scratch.path);
	fixture_append(&dir, 1, 0, STATUS_OK);
	results_dir_close(&dir);
	before = scratch_read(scratch.path, "summary.csv", &size);
	assert_int_equal(results_dir_lock(&dir, scratch.path, &err), 0);
	assert_int_equal(results_dir_reopen(&dir, &err), 0);
	fixture_append(&dir, 2, 0, STATUS_OK);
	results_dir_close(&dir);
	after = scratch_read(scratch.path, "summary.csv", &longer);
	assert_true(longer > size);
	assert_memory_equal(before, after, size);
	assert_int_equal(count_rows(scratch.path, "summary.csv"), 8);
	assert_int_equal(count_rows(scratch.path, "histogram.csv"), 10);
	free(after);
	free(before);
	scratch_remove(&scratch);
}

static void test_reopen_needs_files(void **state)
{
	struct scratch scratch = scratch_make();
	char *missing = xasprintf("%s/missing", scratch.path);
	struct results_dir dir;
	struct error err;

	(void)state;
	assert_int_equal(results_dir_lock(&dir, missing, &err), -1);
	assert_non_null(strstr(err.text, "cannot open directory"));
	results_dir_close(&dir);
	assert_int_equal(results_dir_lock(&dir, scratch.path, &err), 0);
	assert_int_equal(results_dir_reopen(&dir, &err), -1);
	assert_non_null(strstr(err.text, "summary.csv': No such file"));
	results_dir_close(&dir);
	free(missing);
	scratch_remove(&scratch);
}

static void test_one_run_at_a_time(void **state)
{
	struct scratch scratch = scratch_make();
	struct results_dir first, second;
	struct error err;

	(void)state;
	create(&first, scratch.path);
	assert_int_equal(results_dir_lock(&second, scratch.path, &err), -1);
	assert_non_null(strstr(err.text, "another run is writing to"));
	results_dir_close(&second);
	/* The failed attempt has not taken the lock away. */
	assert_int_equal(results_dir_lock(&second, scratch.path, &err), -1);
	results_dir_close(&second);
	results_dir_close(&first);
	assert_int_equal(results_dir_lock(&second, scratch.path, &err), 0);
	results_dir_close(&second);
	scratch_remove(&scratch);
}

/* --- no space left -------------------------------------------------------- */

/* Files may not become longer than @size bytes: writes are cut there. */
static void limit_file_size(rlim_t size)
{
	struct rlimit limit;

	assert_int_equal(getrlimit(RLIMIT_FSIZE, &limit), 0);
	limit.rlim_cur = size < limit.rlim_max ? size : limit.rlim_max;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

/* Whatever of the launch would still have fitted is taken out again. */
static void test_no_space_left(void **state)
{
	struct launch_result *result = fixture_result(STATUS_SKIP);
	struct scratch scratch = scratch_make();
	struct results_dir dir;
	struct error err;
	size_t size, now;
	char *text;
	int ret;

	(void)state;
	signal(SIGXFSZ, SIG_IGN);
	create(&dir, scratch.path);
	fixture_append(&dir, 1, 0, STATUS_OK);
	free(scratch_read(scratch.path, "summary.csv", &size));
	for (size_t room = 0; room < 100; room++) {
		limit_file_size(size + room);
		ret = results_dir_append(&dir, &fixture_identity, 2,
					 &fixture_variants[1], result, &err);
		limit_file_size(RLIM_INFINITY);
		assert_int_equal(ret, -1);
		assert_non_null(strstr(err.text, "cannot write 'summary.csv'"));
		text = scratch_read(scratch.path, "summary.csv", &now);
		assert_int_equal(now, size);
		free(text);
	}
	fixture_append(&dir, 2, 1, STATUS_SKIP);
	assert_int_equal(count_rows(scratch.path, "summary.csv"), 5);
	results_dir_close(&dir);
	free(result);
	scratch_remove(&scratch);
}

/* A launch whose latency row is there has all its histogram too. */
static void test_histogram_goes_first(void **state)
{
	struct launch_result *result = fixture_result(STATUS_OK);
	struct scratch scratch = scratch_make();
	struct results_dir dir;
	struct error err;
	size_t size;
	int ret;

	(void)state;
	signal(SIGXFSZ, SIG_IGN);
	create(&dir, scratch.path);
	fixture_append(&dir, 1, 0, STATUS_OK);
	free(scratch_read(scratch.path, "summary.csv", &size));
	limit_file_size(size);
	ret = results_dir_append(&dir, &fixture_identity, 2,
				 &fixture_variants[0], result, &err);
	limit_file_size(RLIM_INFINITY);
	assert_int_equal(ret, -1);
	assert_int_equal(count_rows(scratch.path, "summary.csv"), 4);
	assert_int_equal(count_rows(scratch.path, "histogram.csv"), 10);
	results_dir_close(&dir);
	free(result);
	scratch_remove(&scratch);
}

static void test_utc_time(void **state)
{
	char text[32];

	(void)state;
	utc_time(text, sizeof(text), true);
	assert_int_equal(strlen(text), strlen("20260131T123456Z"));
	assert_int_equal(strspn(text, "0123456789"), 8);
	assert_int_equal(text[8], 'T');
	assert_string_equal(text + 15, "Z");
	utc_time(text, sizeof(text), false);
	assert_int_equal(strlen(text), strlen("2026-01-31T12:34:56Z"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_creates),
		cmocka_unit_test(test_refuses_results),
		cmocka_unit_test(test_begins_anew),
		cmocka_unit_test(test_refuses_unwritable),
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_histogram),
		cmocka_unit_test(test_reopens),
		cmocka_unit_test(test_reopen_needs_files),
		cmocka_unit_test(test_one_run_at_a_time),
		cmocka_unit_test(test_no_space_left),
		cmocka_unit_test(test_histogram_goes_first),
		cmocka_unit_test(test_utc_time),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
