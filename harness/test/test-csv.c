// SPDX-License-Identifier: GPL-2.0-or-later
#include <float.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "csv-read.h"
#include "csv.h"
#include "util.h"

/* A line in memory: csv_line_text() ends it. */
struct memory_line {
	struct csv_line line;
	char *text;
	size_t size;
};

static void begin(struct memory_line *m)
{
	*m = (struct memory_line){ 0 };
	m->line.stream = open_memstream(&m->text, &m->size);
	assert_non_null(m->line.stream);
}

static void expect_line(struct memory_line *m, const char *expected)
{
	fclose(m->line.stream);
	assert_int_equal(m->size, strlen(expected));
	assert_string_equal(m->text, expected);
	free(m->text);
}

static void expect_text(const char *text, const char *expected)
{
	struct memory_line m;

	begin(&m);
	csv_put_text(&m.line, text);
	expect_line(&m, expected);
}

static void expect_number(double value, int decimals, const char *expected)
{
	struct memory_line m;

	begin(&m);
	csv_put_number(&m.line, value, decimals);
	expect_line(&m, expected);
}

static void test_text(void **state)
{
	(void)state;
	expect_text("plain", "plain");
	expect_text("two words", "two words");
	expect_text("", "");
	expect_text(NULL, "");
	expect_text("a,b", "\"a,b\"");
	expect_text("say \"so\"", "\"say \"\"so\"\"\"");
	expect_text("\"", "\"\"\"\"");
	expect_text("line\nbreak", "\"line\nbreak\"");
	expect_text("cr\rhere", "\"cr\rhere\"");
	expect_text("'/dev/kvm': \xc3\xa9;|", "'/dev/kvm': \xc3\xa9;|");
}

static void test_numbers(void **state)
{
	(void)state;
	expect_number(0, 0, "0");
	expect_number(0, 2, "0");
	expect_number(100, 0, "100");
	expect_number(100, 2, "100");
	expect_number(1.5, 2, "1.5");
	expect_number(1.25, 2, "1.25");
	expect_number(1.999, 2, "2");
	expect_number(10.101, 2, "10.1");
	expect_number(0.000001, 6, "0.000001");
	expect_number(0.0000001, 6, "0");
	expect_number(-1.5, 2, "-1.5");
	expect_number(-20, 2, "-20");
	expect_number(0x1p64, 0, "18446744073709551616");
	expect_number(0x1p64, 2, "18446744073709551616");
}

static void test_largest_number(void **state)
{
	struct memory_line m;

	(void)state;
	begin(&m);
	csv_put_number(&m.line, -DBL_MAX, 6);
	fclose(m.line.stream);
	assert_int_equal(m.size, 310); /* sign and 309 digits */
	assert_true(strtod(m.text, NULL) == -DBL_MAX);
	free(m.text);
}

static void test_lines(void **state)
{
	struct memory_line m;

	(void)state;
	begin(&m);
	csv_put_u64(&m.line, UINT64_MAX);
	csv_put_text(&m.line, "x");
	csv_put_empty(&m.line, 2);
	csv_put_number(&m.line, 2.5, 1);
	csv_put_end(&m.line);
	csv_put_text(&m.line, NULL);
	csv_put_u64(&m.line, 0);
	csv_put_end(&m.line);
	csv_put_empty(&m.line, 0);
	csv_put_end(&m.line);
	csv_put_empty(&m.line, 3);
	csv_put_end(&m.line);
	expect_line(&m, "18446744073709551615,x,,,2.5\n,0\n\n,,\n");
}

static size_t count_columns(const char *header)
{
	size_t n = 1;

	assert_null(strpbrk(header, " \"\r\n"));
	for (; *header; header++)
		n += *header == ',';
	return n;
}

/* Other tools find columns by these names: to change one breaks them. */
static void test_headers(void **state)
{
	(void)state;
	assert_int_equal(count_columns(summary_csv_header), 25);
	assert_string_equal(
		summary_csv_header,
		"run_id,time_utc,label,host,kernel,boot_id,launch,bench,"
		"variant,metric,unit,status,reason,n,min,p25,p50,mean,p75,p90,"
		"p99,p999,max,stddev,overhead");
	assert_string_equal(histogram_csv_header,
			    "bench,variant,launch,lo,hi,count");
}

static const char *const awkward[] = {
	"",	   "a,b",   "\"quoted\"", "two\nlines", "\r\n",
	",\",\",", "plain", "\"",	  " spaced ",	"\xe2\x82\xac",
};

static void write_awkward(char *path)
{
	struct csv_line line = { .stream = fdopen(mkstemp(path), "w") };

	assert_non_null(line.stream);
	csv_put_text(&line, "first");
	csv_put_text(&line, "second, \"2\"");
	csv_put_end(&line);
	for (size_t i = 0; i < ARRAY_SIZE(awkward); i++) {
		csv_put_text(&line, awkward[i]);
		csv_put_text(&line, "x");
		csv_put_end(&line);
	}
	assert_int_equal(fclose(line.stream), 0);
}

/* What is written is what csv-read reads. */
static void test_round_trip(void **state)
{
	char path[] = "/tmp/vmb-csv-XXXXXX";
	const struct csv_field *fields;
	struct csv_reader *reader;
	struct csv_fault fault;
	struct error err;

	(void)state;
	write_awkward(path);
	reader = csv_open(path, &err);
	assert_non_null(reader);
	assert_int_equal(csv_columns(reader), 2);
	assert_int_equal(csv_column(reader, "second, \"2\""), 1);
	for (size_t i = 0; i < ARRAY_SIZE(awkward); i++) {
		assert_int_equal(csv_next(reader, &fields, &fault, &err),
				 CSV_ROW);
		assert_true(csv_equals(&fields[0], awkward[i]));
		assert_true(csv_equals(&fields[1], "x"));
	}
	assert_int_equal(csv_next(reader, &fields, &fault, &err), CSV_END);
	csv_close(reader);
	unlink(path);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_text),
		cmocka_unit_test(test_numbers),
		cmocka_unit_test(test_largest_number),
		cmocka_unit_test(test_lines),
		cmocka_unit_test(test_headers),
		cmocka_unit_test(test_round_trip),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
