// SPDX-License-Identifier: GPL-2.0-or-later
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "options.h"
#include "util.h"

#define MAX_ARGS 16

struct command_line {
	int argc;
	char *argv[MAX_ARGS + 1]; /* getopt moves the pointers about */
};

/* @args ends with NULL. */
static int parse(struct command_line *line, struct run_options *options,
		 const char *const *args, struct error *err)
{
	*line = (struct command_line){ .argc = 1, .argv = { "run" } };
	for (; *args; args++) {
		assert_true(line->argc < MAX_ARGS);
		line->argv[line->argc++] = (char *)*args;
	}
	strcpy(err->text, "none");
	return run_options_parse(options, line->argc, line->argv, err);
}

static struct run_options accept(struct command_line *line,
				 const char *const *args)
{
	struct run_options options;
	struct error err;

	if (parse(line, &options, args, &err))
		fail_msg("'%s ...' is refused: %s", args[0], err.text);
	return options;
}

static void refuse(const char *expected, const char *const *args)
{
	struct command_line line;
	struct run_options options;
	struct error err;

	if (!parse(&line, &options, args, &err))
		fail_msg("'%s %s' is accepted", args[0],
			 args[1] ? args[1] : "");
	assert_string_equal(err.text, expected);
}

#define ARGS(...)	      ((const char *const[]){ __VA_ARGS__, NULL })
#define ACCEPT(...)	      accept(&line, ARGS(__VA_ARGS__))
#define REFUSE(expected, ...) refuse(expected, ARGS(__VA_ARGS__))

static void test_defaults(void **state)
{
	struct command_line line;
	struct run_options o = accept(&line, (const char *const[]){ NULL });

	(void)state;
	assert_null(o.output);
	assert_null(o.resume);
	assert_null(o.label);
	assert_int_equal(o.launches, 10);
	assert_true(o.seconds == 0.15);
	assert_int_equal(o.cpu, -1);
	assert_int_equal(o.node, -1);
	assert_false(o.seeded);
	assert_false(o.quick);
	assert_false(o.tap);
	assert_false(o.no_plots);
	assert_false(o.help);
	assert_int_equal(o.nr_patterns, 0);
}

static void test_every_option(void **state)
{
	struct command_line line;
	struct run_options o;

	(void)state;
	o = ACCEPT("--output", "out", "--label=patched, v2", "--launches", "7",
		   "--time", "1.5", "--cpu", "0", "--node=3", "--seed", "42",
		   "--tap", "timer/*");
	assert_string_equal(o.output, "out");
	assert_string_equal(o.label, "patched, v2");
	assert_int_equal(o.launches, 7);
	assert_true(o.seconds == 1.5);
	assert_int_equal(o.cpu, 0);
	assert_int_equal(o.node, 3);
	assert_true(o.seeded);
	assert_int_equal(o.seed, 42);
	assert_true(o.tap);
	assert_false(o.quick);
	assert_false(o.help);
	assert_int_equal(o.nr_patterns, 1);
	assert_string_equal(o.patterns[0], "timer/*");
	o = ACCEPT("--help");
	assert_true(o.help);
}

static void test_quick(void **state)
{
	struct command_line line;
	struct run_options o;

	(void)state;
	o = ACCEPT("--quick");
	assert_true(o.quick);
	assert_int_equal(o.launches, 3);
	assert_true(o.seconds == 0.1);
	o = ACCEPT("--launches", "5", "--quick");
	assert_int_equal(o.launches, 5);
	assert_true(o.seconds == 0.1);
	o = ACCEPT("--quick", "--time", "2");
	assert_int_equal(o.launches, 3);
	assert_true(o.seconds == 2);
}

static void test_edges_of_values(void **state)
{
	struct command_line line;

	(void)state;
	assert_int_equal(ACCEPT("--launches", "1").launches, 1);
	assert_int_equal(ACCEPT("--launches", "100000").launches, 100000);
	assert_int_equal(ACCEPT("--launches", "010").launches, 10);
	assert_int_equal(ACCEPT("--cpu", "65535").cpu, 65535);
	assert_int_equal(ACCEPT("--node", "0").node, 0);
	assert_int_equal(ACCEPT("--seed", "0").seed, 0);
	assert_true(ACCEPT("--seed", "0").seeded);
	assert_int_equal(ACCEPT("--seed", "4294967295").seed, UINT32_MAX);
	assert_int_equal(ACCEPT("--seed", "0xffffffff").seed, UINT32_MAX);
	assert_true(ACCEPT("--time", "0.001").seconds == 0.001);
	assert_true(ACCEPT("--time", "3600").seconds == 3600);
	assert_true(ACCEPT("--time", "1e-1").seconds == 0.1);
	/* The last one counts. */
	assert_int_equal(ACCEPT("--cpu", "1", "--cpu", "2").cpu, 2);
}

static void test_bad_numbers(void **state)
{
	static const struct {
		const char *option;
		const char *value;
	} bad[] = {
		{ "launches", "0" },
		{ "launches", "100001" },
		{ "launches", "-1" },
		{ "launches", "" },
		{ "launches", "1.5" },
		{ "launches", "1e3" },
		{ "launches", "ten" },
		{ "launches", " 1" },
		{ "launches", "1 " },
		{ "launches", "+1" },
		{ "launches", "0x" },
		{ "launches", "18446744073709551617" }, /* 2^64 + 1 */
		{ "cpu", "-1" },
		{ "cpu", "65536" },
		{ "cpu", "" },
		{ "cpu", "0-3" },
		{ "cpu", "4294967296" },
		{ "node", "-1" },
		{ "node", "65536" },
		{ "node", "all" },
		{ "seed", "4294967296" },
		{ "seed", "-1" },
		{ "seed", "" },
		{ "seed", "random" },
	};
	char *option, *expected;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		option = xasprintf("--%s=%s", bad[i].option, bad[i].value);
		expected = xasprintf("invalid value '%s' of '--%s'",
				     bad[i].value, bad[i].option);
		REFUSE(expected, option);
		free(expected);
		free(option);
	}
}

static void test_bad_seconds(void **state)
{
	static const char *const bad[] = {
		"0",   "0.0009", "3600.1", "-1",   "",	  "nan",
		"inf", "1e400",	 "1s",	   "fast", "1,5",
	};
	char *expected;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		expected = xasprintf("invalid value '%s' of '--time' "
				     "(0.001 to 3600 seconds)",
				     bad[i]);
		REFUSE(expected, "--time", bad[i]);
		free(expected);
	}
}

static void test_empty_texts(void **state)
{
	(void)state;
	REFUSE("'--output' is empty", "--output", "");
	REFUSE("'--output' is empty", "--output=");
	REFUSE("'--label' is empty", "--label=");
	REFUSE("'--resume' is empty", "--resume", "");
}

static void test_missing_values(void **state)
{
	static const char *const options[] = { "output", "resume",   "label",
					       "time",	 "launches", "cpu",
					       "node",	 "seed" };
	char *option, *expected;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(options); i++) {
		option = xasprintf("--%s", options[i]);
		expected = xasprintf("option '%s' needs a value", option);
		REFUSE(expected, option);
		REFUSE(expected, "exit/*", "--tap", option);
		free(expected);
		free(option);
	}
}

static void test_unknown_options(void **state)
{
	(void)state;
	REFUSE("unknown option '--frobnicate'", "--frobnicate");
	REFUSE("unknown option '--frobnicate=1'", "--frobnicate=1");
	REFUSE("unknown option '--frobnicate'", "exit/*", "--frobnicate", "x");
	REFUSE("unknown option '--frobnicate'", "--tap", "a", "b",
	       "--frobnicate");
	REFUSE("unknown option '-x'", "-x");
	REFUSE("unknown option '-x'", "exit/*", "-x", "exit/*");
	/* These take no value. */
	REFUSE("unknown option '--tap=1'", "--tap=1");
	REFUSE("unknown option '--quick=yes'", "a", "--quick=yes");
}

/* Short options in one word: the first is named, wherever the word stands. */
static void test_bundled_options(void **state)
{
	(void)state;
	REFUSE("unknown option '-x'", "-xyz");
	REFUSE("unknown option '-x'", "exit/*", "-xyz");
	REFUSE("unknown option '-x'", "exit/*", "--tap", "-xyz", "-a");
	REFUSE("unknown option '-t'", "-tap", "exit/*");
	REFUSE("unknown option '-:'", "-:");
}

/* GNU's rule: an abbreviation of one option only will do. */
static void test_abbreviations(void **state)
{
	struct command_line line;

	(void)state;
	assert_int_equal(ACCEPT("--laun", "4").launches, 4);
	assert_string_equal(ACCEPT("--out=x").output, "x");
	REFUSE("unknown option '--la'", "--la", "4"); /* label, launches */
	REFUSE("unknown option '--la=4'", "exit/*", "--la=4");
	REFUSE("unknown option '--launchesx'", "--launchesx", "4");
}

static void test_resume(void **state)
{
	static const char *const others[] = { "--output=x",   "--label=x",
					      "--launches=1", "--time=1",
					      "--quick",      "--cpu=0",
					      "--node=0",     "--seed=0",
					      "exit/*" };
	struct command_line line;
	struct run_options o;

	(void)state;
	o = ACCEPT("--resume", "dir");
	assert_string_equal(o.resume, "dir");
	o = ACCEPT("--tap", "--resume=dir");
	assert_string_equal(o.resume, "dir");
	assert_true(o.tap);
	o = ACCEPT("--no-plots", "--resume=dir");
	assert_string_equal(o.resume, "dir");
	assert_true(o.no_plots);
	for (size_t i = 0; i < ARRAY_SIZE(others); i++) {
		REFUSE("'--resume' takes the options of the run it finishes: "
		       "leave out all but '--tap' and '--no-plots'",
		       "--resume=dir", others[i]);
		REFUSE("'--resume' takes the options of the run it finishes: "
		       "leave out all but '--tap' and '--no-plots'",
		       others[i], "--resume", "dir");
	}
}

static void test_patterns(void **state)
{
	struct command_line line;
	struct run_options o;

	(void)state;
	o = ACCEPT("b", "--tap", "a", "--cpu", "1", "[em]*/*[cpl=3]");
	assert_int_equal(o.nr_patterns, 3);
	assert_string_equal(o.patterns[0], "b");
	assert_string_equal(o.patterns[1], "a");
	assert_string_equal(o.patterns[2], "[em]*/*[cpl=3]");
	assert_int_equal(o.cpu, 1);
	o = ACCEPT("[a-z]*");
	assert_int_equal(o.nr_patterns, 1);
	assert_string_equal(o.patterns[0], "[a-z]*");
}

static void test_separator(void **state)
{
	struct command_line line;
	struct run_options o;

	(void)state;
	o = ACCEPT("--quick", "--", "--tap", "-x");
	assert_true(o.quick);
	assert_false(o.tap);
	assert_int_equal(o.nr_patterns, 2);
	assert_string_equal(o.patterns[0], "--tap");
	assert_string_equal(o.patterns[1], "-x");
	o = ACCEPT("a", "--", "b");
	assert_int_equal(o.nr_patterns, 2);
	assert_string_equal(o.patterns[0], "a");
	assert_string_equal(o.patterns[1], "b");
}

/* Nothing is left over from a command line before. */
static void test_starts_afresh(void **state)
{
	struct command_line line;

	(void)state;
	REFUSE("unknown option '-x'", "a", "b", "c", "-xyz");
	assert_int_equal(ACCEPT("--cpu", "5").cpu, 5);
	assert_int_equal(ACCEPT("a").cpu, -1);
}

/* --help names every option that is accepted, and so do we. */
static void test_help_is_complete(void **state)
{
	static const char *const names[] = {
		"output", "resume", "label", "launches", "time", "quick",
		"cpu",	  "node",   "seed",  "tap",	 "help",
	};
	size_t documented = 0;
	char *text;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		text = xasprintf("\n  --%s ", names[i]);
		if (!strstr(run_options_help, text))
			fail_msg("--%s is not in --help", names[i]);
		free(text);
	}
	for (const char *p = run_options_help; (p = strstr(p, "\n  --")); p++)
		documented++;
	assert_true(documented >= ARRAY_SIZE(names));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_defaults),
		cmocka_unit_test(test_every_option),
		cmocka_unit_test(test_quick),
		cmocka_unit_test(test_edges_of_values),
		cmocka_unit_test(test_bad_numbers),
		cmocka_unit_test(test_bad_seconds),
		cmocka_unit_test(test_empty_texts),
		cmocka_unit_test(test_missing_values),
		cmocka_unit_test(test_unknown_options),
		cmocka_unit_test(test_bundled_options),
		cmocka_unit_test(test_abbreviations),
		cmocka_unit_test(test_resume),
		cmocka_unit_test(test_patterns),
		cmocka_unit_test(test_separator),
		cmocka_unit_test(test_starts_afresh),
		cmocka_unit_test(test_help_is_complete),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
