// SPDX-License-Identifier: GPL-2.0-or-later
/* What texts are put together with. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "util.h"

static void test_join_word(void **state)
{
	char *words = xstrdup("");

	(void)state;
	words = join_word(words, ", ", "one");
	assert_string_equal(words, "one");
	words = join_word(words, ", ", "two");
	words = join_word(words, " and ", "three");
	assert_string_equal(words, "one, two and three");
	free(words);
}

static void test_plural(void **state)
{
	(void)state;
	assert_string_equal(plural(0), "s");
	assert_string_equal(plural(1), "");
	assert_string_equal(plural(2), "s");
}

static void expect_word(const char *word, const char *expected)
{
	char *text = shell_word(word);

	assert_string_equal(text, expected);
	free(text);
}

static void test_shell_word(void **state)
{
	(void)state;
	expect_word("exit/cpuid", "exit/cpuid");
	expect_word("svm,emulator=/a.b/c-d", "svm,emulator=/a.b/c-d");
	expect_word("", "''");
	expect_word("a b", "'a b'");
	expect_word("exit/cpuid[cpl=3]", "'exit/cpuid[cpl=3]'");
	expect_word("$(x)`y`\\", "'$(x)`y`\\'");
	expect_word("v='; rm x; '", "'v='\\''; rm x; '\\'''");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_join_word),
		cmocka_unit_test(test_plural),
		cmocka_unit_test(test_shell_word),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
