// SPDX-License-Identifier: GPL-2.0-or-later
/* Machines side by side: comparisons made up by hand. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "lab/verdict.h"
#include "text-lines.h"
#include "util.h"

#define ROWS 4

/* One machine's rows. */
struct machine {
	struct result_group groups[ROWS];
	struct compare_row rows[ROWS];
	struct comparison comparison;
};

static struct estimate exactly(double value)
{
	return (struct estimate){ value, { value, value, 1 } };
}

static void add(struct machine *m, const char *bench, const char *variant,
		enum compare_method method, double shift)
{
	size_t i = m->comparison.n_rows++;

	assert_true(i < ROWS);
	m->groups[i] = (struct result_group){ .bench = bench,
					      .variant = variant,
					      .metric = "latency",
					      .unit = "tsc" };
	m->rows[i] = (struct compare_row){
		.base = { &m->groups[i], 1, exactly(1000) },
		.new = { &m->groups[i], 1, exactly(1000 + shift) },
		.method = method,
		.shift = exactly(shift),
		.p = NAN,
		.q = NAN,
		.percent = shift / 10,
		.verdict = shift > 0   ? COMPARE_HIGHER
			   : shift < 0 ? COMPARE_LOWER
				       : COMPARE_SAME,
	};
	m->comparison.rows = m->rows;
	m->comparison.counted = true;
}

static void add_counted(struct machine *m, const char *bench, double shift)
{
	add(m, bench, "", COMPARE_COUNTED, shift);
}

static char *printed(const struct machine *machines, const char *const *names,
		     size_t n)
{
	struct lab_column *columns = xcalloc(n, sizeof(*columns));
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);

	assert_non_null(out);
	for (size_t i = 0; i < n; i++)
		columns[i] = (struct lab_column){ names[i],
						  &machines[i].comparison };
	lab_verdict_print_columns(out, columns, n);
	assert_int_equal(fclose(out), 0);
	free(columns);
	return text;
}

/* @expected has single blanks where the table has many. */
static void expect(char *text, const char *expected)
{
	char *to = text;

	for (const char *at = text; *at; at++)
		if (*at != ' ' || (to > text && to[-1] != ' '))
			*to++ = *at;
	*to = '\0';
	assert_string_equal(text, expected);
	free(text);
}

static const char *const names[] = { "svm", "vmx", "vmx,apicv=0" };

static void test_rows(void **state)
{
	struct machine machines[3] = { 0 };

	(void)state;
	/* Moved on one, on both, on none; and what one machine does not have. */
	add_counted(&machines[0], "a", 20);
	add_counted(&machines[0], "b", -3);
	add_counted(&machines[0], "c", 0);
	add_counted(&machines[1], "a", 0);
	add_counted(&machines[1], "b", 1234567);
	add(&machines[1], "d", "x=1", COMPARE_COUNTED, 7);
	add(&machines[2], "a", "", COMPARE_RANKS, 0);
	expect(printed(machines, names, 3),
	       "instructions/op, new - base svm vmx vmx,apicv=0\n"
	       "a +20 0 ~\n"
	       "b -3 +1234567 -\n"
	       "d[x=1] - +7 -\n"
	       "rows that are exactly 0 1 of 3 1 of 3 0 of 1\n");
}

static void test_nothing_moved(void **state)
{
	struct machine machines[2] = { 0 };

	(void)state;
	add_counted(&machines[0], "a", 0);
	add(&machines[1], "a", "", COMPARE_RANKS, 0);
	expect(printed(machines, names, 2),
	       "instructions/op, new - base svm vmx\n"
	       "no row moved on any machine\n"
	       "rows that are exactly 0 1 of 1 0 of 1\n");
}

static size_t widest_line(const char *text)
{
	size_t widest = 0, n;

	for (; *text; text += n + (text[n] == '\n')) {
		n = strcspn(text, "\n");
		widest = n > widest ? n : widest;
	}
	return widest;
}

/* Every number of machines: columns stand below each other, and lines fit. */
static void test_width(void **state)
{
	static const char *const all[] = { "a", "b", "c", "d",
					   "e", "f", "g", "h" };
	struct machine machines[8] = { 0 };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(all); i++) {
		add_counted(&machines[i], "short", 20);
		add_counted(&machines[i],
			    "a/name-as-long-as-a-line-is-but-not-any-longer",
			    -20);
	}
	for (size_t n = 1; n <= ARRAY_SIZE(all); n++) {
		char *text = printed(machines, all, n);
		size_t cells = n * 14;

		assert_int_equal(widest_line(text),
				 cells > TEXT_COLUMNS ? cells : TEXT_COLUMNS);
		free(text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_nothing_moved),
		cmocka_unit_test(test_width),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
