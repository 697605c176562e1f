// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A run is resumed with the options that its env.json has, which anybody may
 * have edited: what no command line can ask for is refused.
 */
#include <sys/utsname.h>

#include "json-file.h"
#include "results-fixture.h"
#include "run-info.h"
#include "version.h"

struct loaded {
	struct run_options options;
	struct run_info info;
	struct error err;
	int ret;
};

static json_t *run_env(void)
{
	struct utsname uts;

	uname(&uts);
	return json_pack(
		"{s:{s:s, s:s, s:s, s:s}, s:{s:s},"
		" s:{s:i, s:f, s:b, s:i, s:i, s:i, s:[s, s], s:[s], s:s, s:i}}",
		"run", "run_id", "id", "label", "l", "host", uts.nodename,
		"kernel", uts.release, "tool", "commit", VMB_COMMIT, "options",
		"launches", 7, "time", 0.25, "quick", 0, "seed", 5, "cpu", -1,
		"node", 1, "patterns", "exit/*", "msr/*", "msrs", "0x48:rd",
		"placement", "local", "break_above", 9000);
}

/* Option @name is @value, which is taken over, and the rest as it should be. */
static struct loaded load_with(const char *name, json_t *value)
{
	struct scratch scratch = scratch_make();
	struct loaded l = { .options = { .resume = scratch.path } };
	char *path = xasprintf("%s/env.json", scratch.path);
	json_t *env = run_env();

	assert_non_null(env);
	if (name)
		json_object_set_new(json_object_get(env, "options"), name,
				    value);
	assert_int_equal(json_write_atomic(path, env, &l.err), 0);
	l.ret = run_info_load(&l.info, &l.options, &l.err);
	json_decref(env);
	free(path);
	scratch_remove(&scratch);
	return l;
}

static void refuse(const char *name, json_t *value, const char *why)
{
	struct loaded l = load_with(name, value);

	if (l.ret != -1 || !strstr(l.err.text, "cannot resume") ||
	    !strstr(l.err.text, why))
		fail_msg("%s: %d, '%s'", name, l.ret, l.err.text);
	run_info_free(&l.info);
}

static void test_options_come_back(void **state)
{
	struct loaded l = load_with(NULL, NULL);

	(void)state;
	assert_int_equal(l.ret, 0);
	assert_int_equal(l.options.launches, 7);
	assert_true(l.options.seconds == 0.25);
	assert_int_equal(l.options.seed, 5);
	assert_int_equal(l.options.cpu, -1);
	assert_int_equal(l.options.node, 1);
	assert_int_equal(l.options.break_above, 9000);
	assert_int_equal(l.options.nr_patterns, 2);
	assert_string_equal(l.options.patterns[1], "msr/*");
	assert_int_equal(l.options.nr_msrs, 1);
	run_info_free(&l.info);
}

static void test_patterns_are_texts(void **state)
{
	(void)state;
	refuse("patterns", json_pack("[s, i]", "exit/*", 1),
	       "invalid 'patterns'");
	refuse("patterns", json_pack("[n]"), "invalid 'patterns'");
}

static void test_numbers_have_the_limits_of_options(void **state)
{
	static const char why[] = "a number that no run can have";

	(void)state;
	refuse("launches", json_integer(0), why);
	refuse("launches", json_integer(RUN_MAX_LAUNCHES + 1), why);
	refuse("time", json_real(0), why);
	refuse("time", json_real(-1), why);
	refuse("time", json_real(1e300), why);
	refuse("seed", json_integer(-1), why);
	refuse("seed", json_integer((json_int_t)RUN_MAX_SEED + 1), why);
	refuse("cpu", json_integer(-2), why);
	refuse("cpu", json_integer(RUN_MAX_NUMBER + 1), why);
	refuse("node", json_integer(-2), why);
	refuse("break_above", json_integer(-1), "invalid 'break_above'");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_options_come_back),
		cmocka_unit_test(test_patterns_are_texts),
		cmocka_unit_test(test_numbers_have_the_limits_of_options),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
