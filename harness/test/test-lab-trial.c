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

static enum lab_trial_end judge(const char *text, enum lab_boot_end end,
				int status)
{
	struct lab_trial trial;

	lab_trial_read(&trial, text);
	return lab_trial_judge(&trial, end, status);
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
	assert_int_equal(judge(ALL, LAB_BOOT_ENDED, 0), LAB_TRIAL_SURVIVED);
	/* It said that all is well, and its machine did not end well. */
	assert_int_equal(judge(ALL, LAB_BOOT_CRASHED, -1), LAB_TRIAL_UNCLEAR);
	assert_int_equal(judge(ALL, LAB_BOOT_ENDED, 1), LAB_TRIAL_UNCLEAR);
	/* It ended too soon. */
	assert_int_equal(judge(CONTROL "value: 0x1\nevents: 100\n",
			       LAB_BOOT_ENDED, 0),
			 LAB_TRIAL_UNCLEAR);
}

static void test_died(void **state)
{
	static const char at_first[] = CONTROL "value: 0x00042021\n";

	(void)state;
	assert_int_equal(judge(at_first, LAB_BOOT_CRASHED, -1), LAB_TRIAL_DIED);
	assert_int_equal(judge(at_first, LAB_BOOT_HANGS, -1), LAB_TRIAL_DIED);
	assert_int_equal(judge(CONTROL "value: 0x1\nevents: 100\n",
			       LAB_BOOT_HANGS, -1),
			 LAB_TRIAL_DIED);
	/* Of something else: init told, the emulator, this host. */
	assert_int_equal(judge(at_first, LAB_BOOT_ENDED, -1),
			 LAB_TRIAL_UNCLEAR);
	assert_int_equal(judge(at_first, LAB_BOOT_FAILED, -1),
			 LAB_TRIAL_UNCLEAR);
	/* Nothing shows that it was the guest's value. */
	assert_int_equal(judge("", LAB_BOOT_HANGS, -1), LAB_TRIAL_UNCLEAR);
	assert_int_equal(judge(CONTROL, LAB_BOOT_CRASHED, -1),
			 LAB_TRIAL_UNCLEAR);
	assert_int_equal(judge("value: 0x1\n", LAB_BOOT_CRASHED, -1),
			 LAB_TRIAL_UNCLEAR);
	assert_int_equal(judge(CONTROL "value: 0x1", LAB_BOOT_HANGS, -1),
			 LAB_TRIAL_UNCLEAR);
}

static void test_problem(void **state)
{
	static const char text[] = CONTROL
		"value: 0x1\nerror: only 3 events of 100 came\n";
	struct lab_trial t;

	(void)state;
	lab_trial_read(&t, text);
	assert_string_equal(t.problem, "only 3 events of 100 came");
	assert_int_equal(judge(text, LAB_BOOT_HANGS, -1), LAB_TRIAL_UNCLEAR);
	assert_int_equal(judge(text, LAB_BOOT_ENDED, 1), LAB_TRIAL_UNCLEAR);
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
