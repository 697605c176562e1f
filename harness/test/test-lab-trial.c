// SPDX-License-Identifier: GPL-2.0-or-later
/* What `lab reproduce` takes for a death, and what not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "lab/trial.h"

#define CONTROL "control: 2000\n"
#define ALL	CONTROL "value: 0x00042021\nevents: 100\nend\n"

static enum lab_trial_end end_of(const char *text, int status)
{
	struct lab_trial trial;

	lab_trial_read(&trial, text);
	return lab_trial_judge(&trial, status);
}

static void test_read(void **state)
{
	struct lab_trial t;

	(void)state;
	lab_trial_read(&t, "control: 2000\nvalue: 0x00042021\nevents: 100\n"
			   "value: 0x9e3779b9\nevents: 101\nvalue: 0xffffffff\n"
			   "eve");
	assert_int_equal(t.control, 2000);
	assert_int_equal(t.values, 3);
	assert_int_equal(t.events, 201);
	assert_int_equal(t.last, 0xffffffff);
	assert_false(t.ended);
	assert_string_equal(t.problem, "");
}

static void test_survived(void **state)
{
	(void)state;
	assert_int_equal(end_of(ALL, 0), LAB_TRIAL_SURVIVED);
	/* It said that all is well, and its machine did not end well. */
	assert_int_equal(end_of(ALL, -1), LAB_TRIAL_UNCLEAR);
	assert_int_equal(end_of(ALL, 1), LAB_TRIAL_UNCLEAR);
	/* It ended too soon. */
	assert_int_equal(end_of(CONTROL "value: 0x1\nevents: 100\n", 0),
			 LAB_TRIAL_UNCLEAR);
}

static void test_died(void **state)
{
	(void)state;
	assert_int_equal(end_of(CONTROL "value: 0x00042021\n", -1),
			 LAB_TRIAL_DIED);
	assert_int_equal(end_of(CONTROL "value: 0x1\nevents: 100\n", -1),
			 LAB_TRIAL_DIED);
	/* Nothing shows that it was the guest's value. */
	assert_int_equal(end_of("", -1), LAB_TRIAL_UNCLEAR);
	assert_int_equal(end_of(CONTROL, -1), LAB_TRIAL_UNCLEAR);
	assert_int_equal(end_of("value: 0x1\n", -1), LAB_TRIAL_UNCLEAR);
	assert_int_equal(end_of(CONTROL "value: 0x1", -1), LAB_TRIAL_UNCLEAR);
}

static void test_problem(void **state)
{
	struct lab_trial t;

	(void)state;
	lab_trial_read(&t, CONTROL "value: 0x1\n"
				   "error: only 3 events of 100 came\n");
	assert_string_equal(t.problem, "only 3 events of 100 came");
	assert_int_equal(lab_trial_judge(&t, -1), LAB_TRIAL_UNCLEAR);
	assert_int_equal(lab_trial_judge(&t, 1), LAB_TRIAL_UNCLEAR);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_read),
		cmocka_unit_test(test_survived),
		cmocka_unit_test(test_died),
		cmocka_unit_test(test_problem),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
