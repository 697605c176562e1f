// SPDX-License-Identifier: GPL-2.0-or-later
/* Hardware breakpoints, on a kernel of the test's own and on the running one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include <linux/hw_breakpoint.h>

#include "breakpoint.h"
#include "fake-perf.h"

static const struct fake_rule breakpoints[] = {
	{ .type = PERF_TYPE_BREAKPOINT },
};

static void assert_says(const struct error *err, const char *what)
{
	if (!strstr(err->text, what))
		fail_msg("'%s' does not say '%s'", err->text, what);
}

static void test_event(void **state)
{
	const struct perf_event_attr *attr = &fake.event[0].attr;
	struct breakpoint breakpoint;
	struct error err;
	char byte = 0;

	(void)state;
	fake_reset(breakpoints, 1);
	assert_int_equal(
		breakpoint_open(&breakpoint, &fake_backend, &byte, &err), 0);
	assert_int_equal(attr->type, PERF_TYPE_BREAKPOINT);
	assert_int_equal(attr->bp_addr, (uintptr_t)&byte);
	assert_int_equal(attr->bp_type, HW_BREAKPOINT_RW);
	assert_int_equal(attr->bp_len, 1);
	/* It only counts; kernel and user, never without a register. */
	assert_int_equal(attr->sample_period, 0);
	assert_false(attr->exclude_kernel || attr->exclude_user);
	assert_true(attr->pinned);
	breakpoint_close(&breakpoint);
	assert_int_equal(fake.nr_open, 0);
	breakpoint_close(&breakpoint);
}

static void test_hits(void **state)
{
	struct breakpoint breakpoint;
	uint64_t hits = 7;
	struct error err;
	char byte = 0;

	(void)state;
	fake_reset(breakpoints, 1);
	assert_int_equal(
		breakpoint_open(&breakpoint, &fake_backend, &byte, &err), 0);
	fake.event[0].count = 3;
	fake.event[0].enabled = fake.event[0].running = 1000;
	assert_int_equal(breakpoint_hits(&breakpoint, &hits, &err), 0);
	assert_int_equal(hits, 3);
	fake.event[0].running = 900;
	assert_int_equal(breakpoint_hits(&breakpoint, &hits, &err), -1);
	assert_says(&err, "90.0 % of the time");
	breakpoint_close(&breakpoint);
}

static void test_refusals(void **state)
{
	static const struct {
		int error;
		const char *says;
	} cases[] = {
		{ ENOSPC, "all debug registers are taken" },
		{ EACCES, "perf_event_paranoid" },
		{ ENOSYS, "Function not implemented" },
	};
	struct breakpoint breakpoint;
	struct fake_rule rule = { .type = PERF_TYPE_BREAKPOINT };
	struct error err;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		rule.error = cases[i].error;
		fake_reset(&rule, 1);
		assert_int_equal(breakpoint_open(&breakpoint, &fake_backend,
						 &err, &err),
				 -1);
		assert_says(&err, "no hardware breakpoint: ");
		assert_says(&err, cases[i].says);
	}
}

/* Two reads and a write of the byte, and as many of its neighbour. */
static void test_running_kernel(void **state)
{
	static volatile unsigned char byte[2];
	struct breakpoint breakpoint;
	uint64_t hits;
	struct error err;

	(void)state;
	if (breakpoint_open(&breakpoint, &perf_kernel, (const void *)&byte[0],
			    &err)) {
		fprintf(stderr, "NOT TESTED: %s\n", err.text);
		skip();
	}
	byte[0] = (unsigned char)(byte[0] + byte[0]);
	byte[1] = (unsigned char)(byte[1] + byte[1]);
	assert_int_equal(breakpoint_hits(&breakpoint, &hits, &err), 0);
	breakpoint_close(&breakpoint);
	assert_int_equal(hits, 3);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_event),
		cmocka_unit_test(test_hits),
		cmocka_unit_test(test_refusals),
		cmocka_unit_test(test_running_kernel),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
