// SPDX-License-Identifier: GPL-2.0-or-later
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tally.h"
#include "util.h"

#define SAMPLES 100

static void add(struct tally *tally, enum row_status status, const char *reason,
		double p50, double p99)
{
	struct launch_result *result = xcalloc(1, sizeof(*result));

	result->status = status;
	snprintf(result->reason, sizeof(result->reason), "%s", reason);
	if (p50 > 0) {
		result->latency.n = SAMPLES;
		result->latency.p50 = p50;
		result->latency.p99 = p99;
	}
	tally_add(tally, result);
	free(result);
}

static void test_empty(void **state)
{
	struct tally_summary summary;
	struct tally tally = { 0 };

	(void)state;
	assert_false(tally_summarize(&tally, &summary));
	add(&tally, STATUS_SKIP, "no x2APIC", 0, 0);
	add(&tally, STATUS_SKIP, "no x2APIC either", 0, 0);
	assert_false(tally_summarize(&tally, &summary));
	assert_int_equal(tally.launches, 2);
	assert_int_equal(tally.measured, 0);
	assert_int_equal(tally.status, STATUS_SKIP);
	assert_string_equal(tally.reason, "no x2APIC");
	tally_free(&tally);
}

static void test_medians(void **state)
{
	struct tally_summary s;
	struct tally tally = { 0 };

	(void)state;
	add(&tally, STATUS_OK, "", 1000, 5000);
	assert_true(tally_summarize(&tally, &s));
	assert_true(s.p50 == 1000 && s.p99 == 5000 && s.spread == 0);
	add(&tally, STATUS_OK, "", 1200, 3000);
	assert_true(tally_summarize(&tally, &s));
	assert_true(s.p50 == 1100 && s.p99 == 4000);
	assert_true(fabs(s.spread - 100.0 / 1100) < 1e-12);
	add(&tally, STATUS_OK, "", 800, 9000);
	assert_true(tally_summarize(&tally, &s));
	assert_true(s.p50 == 1000 && s.p99 == 5000);
	assert_true(s.spread == 0.2); /* (1200 - 800) / 2 / 1000 */
	assert_int_equal(tally.launches, 3);
	assert_int_equal(tally.measured, 3);
	tally_free(&tally);
}

/* A launch without samples counts as a launch, and for its status. */
static void test_mixed(void **state)
{
	struct tally_summary s;
	struct tally tally = { 0 };

	(void)state;
	add(&tally, STATUS_OK, "", 1000, 2000);
	add(&tally, STATUS_FAIL, "launch process ended", 0, 0);
	add(&tally, STATUS_OK, "", 2000, 4000);
	assert_int_equal(tally.launches, 3);
	assert_int_equal(tally.measured, 2);
	assert_true(tally_summarize(&tally, &s));
	assert_true(s.p50 == 1500 && s.p99 == 3000);
	assert_int_equal(tally.status, STATUS_FAIL);
	assert_string_equal(tally.reason, "launch process ended");
	tally_free(&tally);
}

/* fail is worse than unverified, that than skip, and ok is best. */
static void test_worst_status(void **state)
{
	static const enum row_status order[] = { STATUS_OK, STATUS_SKIP,
						 STATUS_UNVERIFIED,
						 STATUS_FAIL };
	struct tally tally;

	(void)state;
	for (size_t a = 0; a < ARRAY_SIZE(order); a++)
		for (size_t b = 0; b < ARRAY_SIZE(order); b++) {
			tally = (struct tally){ 0 };
			add(&tally, order[a], "first", 0, 0);
			add(&tally, order[b], "second", 0, 0);
			assert_int_equal(tally.status, order[a > b ? a : b]);
			assert_string_equal(tally.reason,
					    b > a ? "second" : "first");
			tally_free(&tally);
		}
}

static void test_frees(void **state)
{
	const struct tally zero = { 0 };
	struct tally tally = { 0 };

	(void)state;
	add(&tally, STATUS_FAIL, "x", 1, 1);
	tally_free(&tally);
	assert_null(tally.p50);
	assert_null(tally.p99);
	assert_int_equal(tally.launches, zero.launches);
	assert_int_equal(tally.status, STATUS_OK);
	tally_free(&tally);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_empty),
		cmocka_unit_test(test_medians),
		cmocka_unit_test(test_mixed),
		cmocka_unit_test(test_worst_status),
		cmocka_unit_test(test_frees),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
