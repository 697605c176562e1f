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

/* What differs of two texts of JSON: "PATH: BASE, NEW" lines. */
static void expect_differences(const char *base, const char *new,
			       const char *expected)
{
	json_t *a = json_loads(base, 0, NULL), *b = json_loads(new, 0, NULL);
	struct env_differences d = env_compare(&a, 1, &b, 1);
	char *text = xstrdup("");

	assert_non_null(a);
	assert_non_null(b);
	for (size_t i = 0; i < d.n; i++) {
		char *line = xasprintf("%s: %s, %s\n", d.list[i].path,
				       d.list[i].base, d.list[i].new);

		text = join_word(text, "", line);
		free(line);
	}
	assert_string_equal(text, expected);
	free(text);
	env_differences_free(&d);
	json_decref(a);
	json_decref(b);
}

/* Of the kvm* modules, one difference a parameter that both kernels have. */
static void test_module_parameters(void **state)
{
	(void)state;
	expect_differences(
		"{\"kvm\": {\"modules\": {\"kvm_amd\": {\"builtin\": true,"
		" \"srcversion\": \"A\", \"parameters\": {\"npt\": \"Y\","
		" \"avic\": \"N\", \"old\": \"1\"}},"
		" \"kvm\": {\"parameters\": {\"halt_poll_ns\": \"0\"}},"
		" \"vfio_pci\": {\"parameters\": {\"x\": \"1\"}},"
		" \"kvm_intel\": {\"parameters\": {\"ept\": \"Y\"}}}}}",
		"{\"kvm\": {\"modules\": {\"kvm_amd\": {\"builtin\": false,"
		" \"srcversion\": \"B\", \"parameters\": {\"npt\": \"N\","
		" \"avic\": \"N\", \"fresh\": \"1\"}},"
		" \"kvm\": {\"parameters\": {\"halt_poll_ns\": \"9\"}},"
		" \"vfio_pci\": {\"parameters\": {\"x\": \"2\"}}}}}",
		"kvm.modules.kvm_amd.parameters.npt: Y, N\n"
		"kvm.modules.kvm.parameters.halt_poll_ns: 0, 9\n");
}

static void test_command_line(void **state)
{
	(void)state;
	/* The image is meant to differ; isolation is told by its own group. */
	expect_differences("{\"kernel\": {\"cmdline\": \"BOOT_IMAGE=/a ro"
			   " initrd=a console=tty0 console=ttyS0"
			   " isolcpus=1 nosmt mitigations=auto\"}}",
			   "{\"kernel\": {\"cmdline\": \"BOOT_IMAGE=/b ro"
			   " initrd=b console=tty0 console=ttyS0"
			   " isolcpus=2 mitigations=off idle=poll\"}}",
			   "kernel.cmdline.nosmt: given, not listed\n"
			   "kernel.cmdline.mitigations: auto, off\n"
			   "kernel.cmdline.idle: not listed, poll\n");
	expect_differences("{\"kernel\": {\"cmdline\": \"\"}}",
			   "{\"kernel\": {\"cmdline\": \"nosmt\"}}",
			   "kernel.cmdline.nosmt: not listed, given\n");
	expect_differences("{\"kernel\": {\"cmdline\": null}}",
			   "{\"kernel\": {\"cmdline\": \"nosmt\"}}", "");
}

#define GOVERNORS(list) "{\"frequency\": {\"governors\": {" list "}}}"

/* Short, however many CPUs have it. */
static void test_governors(void **state)
{
	(void)state;
	expect_differences(GOVERNORS("\"cpu0\": \"powersave\","
				     " \"cpu1\": \"powersave\""),
			   GOVERNORS("\"cpu0\": \"performance\","
				     " \"cpu1\": \"performance\""),
			   "frequency.governors: powersave, performance\n");
	expect_differences(
		GOVERNORS("\"cpu0\": \"a\", \"cpu1\": \"a\","
			  " \"cpu10\": \"b\", \"cpu2\": \"a\""),
		GOVERNORS("\"cpu0\": \"a\", \"cpu1\": \"b\","
			  " \"cpu10\": null, \"cpu2\": \"a\""),
		"frequency.governors: a (0-2), b (10), a (0,2), b (1)\n");
	expect_differences(GOVERNORS("\"cpu0\": \"a\""),
			   GOVERNORS("\"cpu0\": \"a\""), "");
}

/* It is measured anew in each run. */
static void test_tsc_frequency(void **state)
{
	(void)state;
	expect_differences("{\"guest\": {\"tsc_khz\": 2000000}}",
			   "{\"guest\": {\"tsc_khz\": 2001999}}", "");
	expect_differences("{\"guest\": {\"tsc_khz\": 2000000}}",
			   "{\"guest\": {\"tsc_khz\": 2003000}}",
			   "guest.tsc_khz: 2000000, 2003000\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_values_of_a_side_are_joined),
		cmocka_unit_test(test_an_empty_value),
		cmocka_unit_test(test_module_parameters),
		cmocka_unit_test(test_command_line),
		cmocka_unit_test(test_governors),
		cmocka_unit_test(test_tsc_frequency),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
