// SPDX-License-Identifier: GPL-2.0-or-later
/* What cli.h promises and neither test-options.c nor test-lab-options.c needs. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "cli.h"
#include "util.h"

struct values {
	const char *text, *bare;
	uint64_t number;
	double percent;
	bool on;
};

static int set_bare(const char *option, const char *value, void *to,
		    struct error *err)
{
	(void)err;
	assert_null(value);
	*(const char **)to = option;
	return 0;
}

/* The index of the first operand, or -1. */
static int parse(struct values *v, struct error *err, const char *const *args)
{
	const struct cli_option options[] = {
		{ "text", .text = &v->text },
		{ "no-text", .unset = &v->text },
		{ "bare", .parse = set_bare, .to = &v->bare, .bare = true },
		{ "number", .number = &v->number },
		{ "percent", .parse = cli_parse_percent, .to = &v->percent },
		{ "on", .on = &v->on },
		{ 0 },
	};
	char *argv[8] = { "test" };
	int argc = 1;

	while (args[argc - 1]) {
		assert_true(argc < 7);
		argv[argc] = (char *)args[argc - 1];
		argc++;
	}
	*v = (struct values){ .text = "default" };
	strcpy(err->text, "none");
	return cli_parse(options, argc, argv, err);
}

#define PARSE(v, err, ...) \
	parse(v, err, (const char *const[]){ __VA_ARGS__, NULL })

#define REFUSE(expected, ...)                                       \
	do {                                                        \
		assert_int_equal(PARSE(&v, &err, __VA_ARGS__), -1); \
		assert_string_equal(err.text, expected);            \
	} while (0)

static void test_values(void **state)
{
	struct values v;
	struct error err;

	(void)state;
	assert_int_equal(PARSE(&v, &err, "--percent", "2.5", "--on", "a", "b"),
			 4);
	assert_true(v.percent == 2.5);
	assert_true(v.on);
	assert_string_equal(v.text, "default");
	PARSE(&v, &err, "--number", "18446744073709551615");
	assert_true(v.number == UINT64_MAX);
	PARSE(&v, &err, "--bare");
	assert_string_equal(v.bare, "bare");
}

/* Of two that contradict each other, the last one counts. */
static void test_order(void **state)
{
	struct values v;
	struct error err;

	(void)state;
	PARSE(&v, &err, "--no-text");
	assert_null(v.text);
	PARSE(&v, &err, "--no-text", "--text", "t");
	assert_string_equal(v.text, "t");
	PARSE(&v, &err, "--text", "t", "--no-text");
	assert_null(v.text);
}

static void test_bad_values(void **state)
{
	static const char *const percents[] = { "",	"-1", "nan", "inf",
						"1e9x", "2 ", "x" };
	struct values v;
	struct error err;
	char *expected;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(percents); i++) {
		expected = xasprintf("invalid value '%s' of '--percent'",
				     percents[i]);
		REFUSE(expected, "--percent", percents[i]);
		free(expected);
	}
	REFUSE("'--text' is empty", "--text=");
	REFUSE("option '--text' needs a value", "--text");
	REFUSE("unknown option '--bare=1'", "--bare=1");
	REFUSE("unknown option '--no-text=1'", "--no-text=1");
	REFUSE("unknown option '-\xff'", "-\xff");
}

/* More than characters below a blank: they are no short options. */
static void test_many_options(void **state)
{
	static const char names[] = "abcdefghijklmnopqrstuvwxyz0123456789";
	struct cli_option options[sizeof(names)] = { 0 };
	char texts[sizeof(names)][2] = { { 0 } };
	char *argv[] = { "test", "--9=x", NULL };
	bool on = false;
	struct error err;

	(void)state;
	for (size_t i = 0; names[i]; i++) {
		texts[i][0] = names[i];
		options[i] = (struct cli_option){ .name = texts[i], .on = &on };
	}
	assert_int_equal(cli_parse(options, 2, argv, &err), -1);
	assert_string_equal(err.text, "unknown option '--9=x'");
	argv[1] = "--9";
	assert_int_equal(cli_parse(options, 2, argv, &err), 2);
	assert_true(on);
}

static void test_not_of(void **state)
{
	const char *text = NULL;
	const struct cli_option options[] = {
		{ "text", "lab run", .text = &text },
		{ 0 },
	};
	char *argv[] = { "run", "--text", "t", NULL };
	struct error err;

	(void)state;
	assert_int_equal(cli_parse(options, 3, argv, &err), -1);
	assert_string_equal(err.text, "'lab run' takes no '--text'");
	assert_null(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_values),
		cmocka_unit_test(test_order),
		cmocka_unit_test(test_bad_values),
		cmocka_unit_test(test_many_options),
		cmocka_unit_test(test_not_of),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
