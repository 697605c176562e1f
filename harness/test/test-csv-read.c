// SPDX-License-Identifier: GPL-2.0-or-later
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "csv-read.h"
#include "util.h"

/* A file that is gone when the test ends, whatever way it ends. */
static char path[] = "/tmp/test-csv-read-XXXXXX";

static int make_file(void **state)
{
	int fd = mkstemp(path);

	(void)state;
	if (fd < 0)
		return -1;
	close(fd);
	return 0;
}

static int remove_file(void **state)
{
	(void)state;
	return unlink(path);
}

static void write_file(const char *bytes, size_t len)
{
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	assert_int_equal(fwrite(bytes, 1, len, f), len);
	assert_int_equal(fclose(f), 0);
}

static struct csv_reader *open_text(const char *text)
{
	struct csv_reader *r;
	struct error err;

	write_file(text, strlen(text));
	r = csv_open(path, &err);
	if (!r)
		fail_msg("%s", err.text);
	return r;
}

/* The next row's fields joined by '|', or '!' and why there is no row. */
static char *next(struct csv_reader *r)
{
	const struct csv_field *f;
	struct csv_fault fault;
	struct error err;
	char *joined = xstrdup(""), *longer;

	switch (csv_next(r, &f, &fault, &err)) {
	case CSV_ROW:
		break;
	case CSV_FAULT:
		free(joined);
		return xasprintf("!%zu %s", fault.line, fault.what);
	case CSV_END:
		free(joined);
		return xstrdup("!end");
	case CSV_ERROR:
		free(joined);
		return xasprintf("!error %s", err.text);
	}
	for (size_t i = 0; i < csv_columns(r); i++) {
		longer = xasprintf("%s%s%.*s", joined, i ? "|" : "",
				   (int)f[i].len, f[i].text);
		free(joined);
		joined = longer;
	}
	return joined;
}

static void assert_next(struct csv_reader *r, const char *expected)
{
	char *found = next(r);

	assert_string_equal(found, expected);
	free(found);
}

static void test_plain(void **state)
{
	struct csv_reader *r = open_text("b,a,c\n1,2,3\n,,\nx,,y\n");

	(void)state;
	assert_int_equal(csv_columns(r), 3);
	assert_int_equal(csv_column(r, "a"), 1);
	assert_int_equal(csv_column(r, "c"), 2);
	assert_true(csv_column(r, "d") == CSV_NO_COLUMN);
	assert_next(r, "1|2|3");
	assert_int_equal(csv_line(r), 2);
	assert_next(r, "||");
	assert_next(r, "x||y");
	assert_next(r, "!end");
	assert_next(r, "!end");
	csv_close(r);
}

static void test_quotes(void **state)
{
	struct csv_reader *r = open_text("\"a\",\"b,c\"\n"
					 "\"x,y\",\"say \"\"hi\"\"\"\n"
					 "\"two\nlines\",\"\"\n"
					 "\"\"\"\",z\n"
					 "1,2\n");

	(void)state;
	assert_int_equal(csv_column(r, "b,c"), 1);
	assert_next(r, "x,y|say \"hi\"");
	assert_next(r, "two\nlines|");
	assert_int_equal(csv_line(r), 3);
	assert_next(r, "\"|z");
	assert_int_equal(csv_line(r), 5);
	assert_next(r, "1|2");
	assert_next(r, "!end");
	csv_close(r);
}

static void test_line_ends(void **state)
{
	struct csv_reader *r = open_text("\xef\xbb\xbf"
					 "a,b\r\n1,2\r\n\"3\",\"4\"\r\n\r\n\n"
					 "5,\r\n6,\"x\r\ny\"\r\n");

	(void)state;
	assert_int_equal(csv_column(r, "a"), 0);
	assert_next(r, "1|2");
	assert_next(r, "3|4");
	/* Empty lines are no rows, but lines. */
	assert_next(r, "5|");
	assert_int_equal(csv_line(r), 6);
	assert_next(r, "6|x\r\ny");
	assert_next(r, "!end");
	csv_close(r);
}

static void test_faults(void **state)
{
	struct csv_reader *r = open_text("a,b\n1\n1,2,3\n1,x\"y\n\"1\"z,2\n"
					 "\"1\"\rz,2\n7,8\n9,1");

	(void)state;
	assert_next(r, "!2 fewer fields than the header has");
	assert_next(r, "!3 more fields than the header has");
	assert_next(r, "!4 stray quote in an unquoted field, or text after a "
		       "closing quote");
	assert_next(r, "!5 stray quote in an unquoted field, or text after a "
		       "closing quote");
	assert_next(r, "!6 stray quote in an unquoted field, or text after a "
		       "closing quote");
	assert_next(r, "7|8");
	/* "1" may have been meant to become 12. */
	assert_next(r, "!8 cut off: the file ends before its line does");
	assert_next(r, "!end");
	csv_close(r);
}

static void test_open_quote(void **state)
{
	struct csv_reader *r = open_text("a,b\n1,2\n\"3,4\n5,6\n");

	(void)state;
	assert_next(r, "1|2");
	assert_next(r, "!3 cut off: its quote is never closed, so nothing "
		       "after it was read");
	assert_next(r, "!end");
	csv_close(r);
}

static void test_nul(void **state)
{
	struct csv_reader *r;

	(void)state;
	write_file("a,b\n1,2\n3,\0\n5,6\n", 16);
	r = csv_open(path, NULL);
	assert_non_null(r);
	assert_next(r, "1|2");
	assert_next(r, "!3 NUL byte");
	assert_next(r, "5|6");
	csv_close(r);
}

/* A line too long for any buffer, in the middle of good ones. */
static void long_line(size_t len, bool quoted)
{
	FILE *f = fopen(path, "w");
	char block[4096];

	assert_non_null(f);
	memset(block, quoted ? '\n' : 'x', sizeof(block));
	fputs("a,b\n1,2\n", f);
	if (quoted)
		fputc('"', f);
	for (size_t i = 0; i < len / sizeof(block); i++)
		fwrite(block, 1, sizeof(block), f);
	fputs(quoted ? "\",2\n3,4\n" : ",2\n3,4\n", f);
	assert_int_equal(fclose(f), 0);
}

static void test_long_line(void **state)
{
	struct csv_reader *r;

	(void)state;
	for (int quoted = 0; quoted < 2; quoted++) {
		long_line((size_t)20 << 20, quoted);
		r = csv_open(path, NULL);
		assert_non_null(r);
		assert_next(r, "1|2");
		assert_next(r, "!3 longer than 1 MiB");
		assert_next(r, "3|4");
		assert_int_equal(csv_line(r), quoted ? 4 + (20 << 20) : 4);
		csv_close(r);
	}
}

/* Records that lie across the ends of the reader's buffer come out whole. */
static void test_across_buffers(void **state)
{
	FILE *f = fopen(path, "w");
	struct csv_reader *r;
	char expected[64];

	(void)state;
	assert_non_null(f);
	fputs("n,text\n", f);
	for (int i = 0; i < 100000; i++)
		fprintf(f, "%d,\"a \"\"quoted\"\", %d\"\r\n", i, i * 7);
	assert_int_equal(fclose(f), 0);
	r = csv_open(path, NULL);
	assert_non_null(r);
	for (int i = 0; i < 100000; i++) {
		snprintf(expected, sizeof(expected), "%d|a \"quoted\", %d", i,
			 i * 7);
		assert_next(r, expected);
	}
	assert_next(r, "!end");
	csv_close(r);
}

static void assert_not_opened(const char *bytes, size_t len, const char *why)
{
	struct error err = { "" };

	write_file(bytes, len);
	assert_null(csv_open(path, &err));
	if (!strstr(err.text, why) || !strstr(err.text, path))
		fail_msg("'%s' lacks '%s' or the path", err.text, why);
}

static void test_bad_files(void **state)
{
	struct error err;

	(void)state;
	assert_not_opened("", 0, "it is empty");
	assert_not_opened("\n\n", 2, "it is empty");
	assert_not_opened("a,b", 3, "line 1: bad header: cut off");
	assert_not_opened("a,\0\n", 4, "line 1: bad header: NUL byte");
	assert_not_opened("a,b,a\n", 6, "line 1: column 'a' is there twice");
	assert_null(csv_open("/nonexistent/x", &err));
	assert_string_equal(err.text, "cannot open '/nonexistent/x': "
				      "No such file or directory");
	assert_null(csv_open("/tmp", &err));
	assert_string_equal(err.text, "cannot read '/tmp': Is a directory");
}

static void test_too_many_columns(void **state)
{
	char *text = xcalloc(CSV_COLUMNS_MAX + 2, 1);
	struct error err;

	(void)state;
	memset(text, ',', CSV_COLUMNS_MAX);
	text[CSV_COLUMNS_MAX] = '\n';
	write_file(text, CSV_COLUMNS_MAX + 1);
	assert_null(csv_open(path, &err));
	assert_non_null(strstr(err.text, "bad header: more fields"));
	free(text);
}

static const char *parse(const char *text, double *value)
{
	struct csv_field f = { text, strlen(text) };

	return csv_number(&f, value);
}

static const char *const good_numbers[] = {
	"0",
	"1",
	"1018",
	"31.50",
	"0.1",
	"0.000001",
	"1234567.890625",
	"9007199254740993",
	"-5",
	"1e3",
	"+2.5E-3",
	"12345678901234.5",
	".5",
	"5.",
	"999999999999999",
	"0.30000000000001",
	"1e308",
	"4503599627370497.5",
	"123456789012345678901234",
};

static const struct {
	const char *text, *what;
} bad_numbers[] = {
	{ "", "is empty" },
	{ "nan", "is not a finite decimal number" },
	{ "inf", "is not a finite decimal number" },
	{ "-INF", "is not a finite decimal number" },
	{ "0x10", "is not a finite decimal number" },
	{ " 1", "is not a finite decimal number" },
	{ "1 ", "is not a finite decimal number" },
	{ "12,3", "is not a finite decimal number" },
	{ "1.2.3", "is not a number" },
	{ ".", "is not a number" },
	{ "-", "is not a number" },
	{ "1e", "is not a number" },
	{ "1e999", "is a number that overflows" },
	{ "-1e999", "is a number that overflows" },
	{ "1000000000000000000000000000000000000000000000000000000000"
	  "00000000000000000000",
	  "is not a number of a sensible length" },
};

static void test_numbers(void **state)
{
	double value;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(good_numbers); i++) {
		assert_null(parse(good_numbers[i], &value));
		/* To the last bit what the C library says. */
		assert_true(value == strtod(good_numbers[i], NULL));
	}
	for (size_t i = 0; i < ARRAY_SIZE(bad_numbers); i++) {
		assert_non_null(parse(bad_numbers[i].text, &value));
		assert_string_equal(parse(bad_numbers[i].text, &value),
				    bad_numbers[i].what);
	}
}

/* Any bytes at all: the reader must come to the end of them. */
static void test_any_bytes(void **state)
{
	static const char alphabet[] = "a1,,,\"\"\n\n\r\\\0.";
	unsigned int seed = 1;
	char bytes[400] = "a,b,c\n";

	(void)state;
	for (int i = 0; i < 5000; i++) {
		struct csv_reader *r;
		size_t len = 6, records = 0;
		bool end = false;

		for (; len < sizeof(bytes); len++) {
			seed = seed * 1103515245 + 12345;
			bytes[len] = alphabet[(seed >> 16) % sizeof(alphabet)];
		}
		write_file(bytes, len);
		r = csv_open(path, NULL);
		assert_non_null(r);
		while (!end) {
			char *line = next(r);

			end = !strcmp(line, "!end");
			free(line);
			assert_true(++records <= sizeof(bytes));
		}
		csv_close(r);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_plain),
		cmocka_unit_test(test_quotes),
		cmocka_unit_test(test_line_ends),
		cmocka_unit_test(test_faults),
		cmocka_unit_test(test_open_quote),
		cmocka_unit_test(test_nul),
		cmocka_unit_test(test_long_line),
		cmocka_unit_test(test_across_buffers),
		cmocka_unit_test(test_bad_files),
		cmocka_unit_test(test_too_many_columns),
		cmocka_unit_test(test_numbers),
		cmocka_unit_test(test_any_bytes),
	};

	return cmocka_run_group_tests(tests, make_file, remove_file);
}
