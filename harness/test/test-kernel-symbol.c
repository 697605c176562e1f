// SPDX-License-Identifier: GPL-2.0-or-later
/* Names of functions, by files of the form of /proc/kallsyms. */
#include "fixture.h"
#include "kernel-symbol.h"

static void assert_symbol(const struct fixture *f, uint64_t address,
			  const char *expected)
{
	char *path = xasprintf("%s/kallsyms", f->directory);
	char name[32];

	kernel_symbol(path, address, name, sizeof(name));
	assert_string_equal(name, expected);
	free(path);
}

static void test_symbols(void **state)
{
	put(*state, "/kallsyms",
	    "ffffffff81000000 T _text\n"
	    "ffffffff81000100 d table\n"
	    "ffffffff81000100 t perf_event_nmi_handler\n"
	    "ffffffffc0000000 t probe_nmi\t[vmentry_probe]\n"
	    "not a line\n");
	assert_symbol(*state, 0xffffffff81000100, "perf_event_nmi_handler");
	assert_symbol(*state, 0xffffffffc0000000, "probe_nmi");
	/* Inside of a function is not its beginning. */
	assert_symbol(*state, 0xffffffff81000101, "unknown-00101");
}

/* kernel.kptr_restrict, and no file. */
static void test_hidden(void **state)
{
	assert_symbol(*state, 0xffffffff81000100, "unknown-00100");
	put(*state, "/kallsyms", "0000000000000000 T _text\n");
	assert_symbol(*state, 0xffffffff81000100, "unknown-00100");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_symbols, fixture_setup,
						fixture_teardown),
		cmocka_unit_test_setup_teardown(test_hidden, fixture_setup,
						fixture_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
