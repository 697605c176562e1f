// SPDX-License-Identifier: GPL-2.0-or-later
/* What differs between the env.json of two sides. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "env-diff.h"
#include "util.h"

static json_t *env_with(const char *microcode)
{
	return json_pack("{s:{s:s}}", "cpu", "microcode", microcode);
}

/* What the base side is said to have, when its results have these. */
static char *base_text(const char *first, const char *second, const char *third)
{
	json_t *base[] = { env_with(first), env_with(second), env_with(third) };
	json_t *new = env_with("0x1");
	struct env_differences d = env_compare(base, ARRAY_SIZE(base), &new, 1);
	char *text;

	assert_int_equal(d.n, 1);
	assert_string_equal(d.list[0].path, "cpu.microcode");
	assert_string_equal(d.list[0].new, "0x1");
	text = xstrdup(d.list[0].base);
	env_differences_free(&d);
	for (size_t i = 0; i < ARRAY_SIZE(base); i++)
		json_decref(base[i]);
	json_decref(new);
	return text;
}

static void expect_base(const char *first, const char *second,
			const char *third, const char *expected)
{
	char *text = base_text(first, second, third);

	assert_string_equal(text, expected);
	free(text);
}

static void test_values_of_a_side_are_joined(void **state)
{
	(void)state;
	expect_base("0x2", "0x2", "0x2", "0x2");
	expect_base("0x2", "0x22", "0x2", "0x2 or 0x22");
	expect_base("0x22", "0x2", "0x22", "0x22 or 0x2");
}

/* It is in every text, and at the end of each: nothing behind is looked at. */
static void test_an_empty_value(void **state)
{
	(void)state;
	expect_base("", "", "", "");
	expect_base("", "0x2", "", " or 0x2");
	expect_base("0x2", "", "", "0x2 or ");
	expect_base("0x2", "", "0x3", "0x2 or  or 0x3");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_values_of_a_side_are_joined),
		cmocka_unit_test(test_an_empty_value),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
