// SPDX-License-Identifier: GPL-2.0-or-later
/* What a run prints: stdout goes to a file for a while, and is read back. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "reporter.h"
#include "util.h"

struct capture {
	FILE *file;
	int saved; /* the real stdout */
};

static void capture_begin(struct capture *capture)
{
	fflush(stdout);
	capture->file = tmpfile();
	assert_non_null(capture->file);
	capture->saved = dup(STDOUT_FILENO);
	assert_true(capture->saved >= 0);
	assert_true(dup2(fileno(capture->file), STDOUT_FILENO) >= 0);
}

/* What was printed since; the caller frees it. */
static char *capture_end(struct capture *capture)
{
	char *text = xcalloc(1, 8192);
	size_t size;

	fflush(stdout);
	dup2(capture->saved, STDOUT_FILENO);
	close(capture->saved);
	rewind(capture->file);
	size = fread(text, 1, 8191, capture->file);
	fclose(capture->file);
	text[size] = '\0';
	return text;
}

static const struct bench cpuid = { .name = "exit/cpuid" };
static const struct bench hlt = { .name = "exit/hlt" };

static const struct variant cpl3 = { .bench = &cpuid, .text = "cpl=3" };
static const struct variant plain = { .bench = &hlt };

static struct tally tally_of(enum row_status status, const char *reason,
			     double *p50, double *p99)
{
	struct tally tally = { .launches = 1, .status = status };

	snprintf(tally.reason, sizeof(tally.reason), "%s", reason);
	if (p50) {
		tally.measured = 1;
		tally.p50 = p50;
		tally.p99 = p99;
	}
	return tally;
}

/* One of each kind, with a note in between. */
static char *report(const struct reporter_ops *ops)
{
	double p50 = 1234.4, p99 = 5678.4;
	const struct tally tallies[] = {
		tally_of(STATUS_OK, "", &p50, &p99),
		tally_of(STATUS_SKIP, "the guest's CPUID has no x2apic", NULL,
			 NULL),
		tally_of(STATUS_FAIL, "exits per op is 0, 1 was expected", &p50,
			 &p99),
		tally_of(STATUS_UNVERIFIED, "guest code is emulated", &p50,
			 &p99),
		tally_of(STATUS_FAIL, "watchdog", NULL, NULL),
		tally_of(STATUS_UNVERIFIED, "guest code is emulated", &p50,
			 &p99),
	};
	struct variant variants[ARRAY_SIZE(tallies)];
	const struct plan plan = { variants, ARRAY_SIZE(tallies) };
	struct reporter reporter;
	struct capture capture;

	capture_begin(&capture);
	for (size_t i = 0; i < ARRAY_SIZE(tallies); i++)
		variants[i] = i % 2 ? plain : cpl3;
	reporter_begin(&reporter, ops, &plan);
	for (size_t i = 0; i < ARRAY_SIZE(tallies); i++) {
		if (i == 3)
			reporter_note(&reporter, "%d of %s", 3, "them");
		reporter_variant(&reporter, i % 2 ? &plain : &cpl3,
				 &tallies[i]);
	}
	reporter_end(&reporter);
	return capture_end(&capture);
}

static void test_tap(void **state)
{
	char *text = report(&tap_reporter);

	(void)state;
	assert_string_equal(
		text, "TAP version 13\n"
		      "1..6\n"
		      "ok 1 - exit/cpuid cpl=3\n"
		      "# p50 1234 p99 5678 tsc ticks, spread 0.0%\n"
		      "ok 2 - exit/hlt # SKIP the guest's CPUID has no x2apic\n"
		      "not ok 3 - exit/cpuid cpl=3\n"
		      "# p50 1234 p99 5678 tsc ticks, spread 0.0%\n"
		      "# fail: exits per op is 0, 1 was expected\n"
		      "# 3 of them\n"
		      "ok 4 - exit/hlt\n"
		      "# p50 1234 p99 5678 tsc ticks, spread 0.0%\n"
		      "# unverified: guest code is emulated\n"
		      "not ok 5 - exit/cpuid cpl=3\n"
		      "# fail: watchdog\n"
		      "ok 6 - exit/hlt\n"
		      "# p50 1234 p99 5678 tsc ticks, spread 0.0%\n"
		      "# unverified: guest code is emulated\n");
	free(text);
}

#define NUMBERS "      1234       5678    0.0%  "
#define DASHES	"         -          -       -  "

/* A reason is printed once, under the number that its rows have. */
static void test_table(void **state)
{
	char *text = report(&table_reporter);

	(void)state;
	assert_string_equal(text,
			    "benchmark (TSC ticks) "
			    "       p50        p99  spread  status\n"
			    "exit/cpuid cpl=3      " NUMBERS "ok\n"
			    "exit/hlt              " DASHES "skip [1]\n"
			    "exit/cpuid cpl=3      " NUMBERS "fail [2]\n"
			    "3 of them\n"
			    "exit/hlt              " NUMBERS "unverified [3]\n"
			    "exit/cpuid cpl=3      " DASHES "fail [4]\n"
			    "exit/hlt              " NUMBERS "unverified [3]\n"
			    "[1] the guest's CPUID has no x2apic\n"
			    "[2] exits per op is 0, 1 was expected\n"
			    "[3] guest code is emulated\n"
			    "[4] watchdog\n");
	free(text);
}

static void test_nothing_shown(void **state)
{
	const struct plan nothing = { 0 };
	struct reporter reporter;
	struct capture capture;
	char *text;

	(void)state;
	capture_begin(&capture);
	reporter_begin(&reporter, &tap_reporter, &nothing);
	reporter_end(&reporter);
	text = capture_end(&capture);
	assert_string_equal(text, "TAP version 13\n1..0\n");
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_tap),
		cmocka_unit_test(test_table),
		cmocka_unit_test(test_nothing_shown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
