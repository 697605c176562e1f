// SPDX-License-Identifier: GPL-2.0-or-later
/* `--msr`: its syntax, the benchmarks that it makes, and run's options. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "bench/msr-custom.h"
#include "options.h"
#include "plan.h"
#include "util.h"

static const struct {
	const char *text;
	struct msr_request want;
} good[] = {
	{ "0x48", { .index = 0x48, .read = true, .write = true } },
	{ "72", { .index = 72, .read = true, .write = true } },
	{ "0xC0000103:rd", { .index = 0xc0000103, .read = true } },
	{ "0xffffffff:wr", { .index = 0xffffffff, .write = true } },
	{ "0x48:wr=1",
	  { .index = 0x48, .write = true, .has_value = true, .value = 1 } },
	{ "0x48:wr=0xffffffffffffffff",
	  { .index = 0x48,
	    .write = true,
	    .has_value = true,
	    .value = UINT64_MAX } },
	{ "0x10:rd", { .index = 0x10, .read = true } },
};

static void test_good_requests(void **state)
{
	struct msr_request got;
	struct error err;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(good); i++) {
		assert_int_equal(msr_request_parse(&got, good[i].text, &err),
				 0);
		assert_ptr_equal(got.text, good[i].text);
		assert_int_equal(got.index, good[i].want.index);
		assert_int_equal(got.read, good[i].want.read);
		assert_int_equal(got.write, good[i].want.write);
		assert_int_equal(got.has_value, good[i].want.has_value);
		assert_true(got.value == good[i].want.value);
	}
}

static void test_bad_requests(void **state)
{
	static const char *const bad[] = {
		"",
		":",
		"zork",
		"0x",
		"-1",
		"0x100000000",
		"0x48 :rd",
		":rd",
		"0x48:",
		"0x48:xx",
		"0x48:RD",
		"0x48:rdx",
		"0x48:rd=1",
		"0x48:rd:wr",
		"0x48:wrx",
		"0x48:=1",
		"0x48:wr=",
		"0x48:wr=-1",
		"0x48:wr=0x10000000000000000",
	};
	char want[128];
	struct msr_request got;
	struct error err;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		assert_int_equal(msr_request_parse(&got, bad[i], &err), -1);
		snprintf(want, sizeof(want), "invalid value '%s' of '--msr' ",
			 bad[i]);
		assert_memory_equal(err.text, want, strlen(want));
	}
}

static void test_tsc_is_not_written(void **state)
{
	static const char *const writes[] = { "0x10", "16:wr", "0x10:wr=0" };
	struct msr_request got;
	struct error err;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(writes); i++) {
		assert_int_equal(msr_request_parse(&got, writes[i], &err), -1);
		assert_non_null(strstr(err.text, "the clock that times it"));
	}
}

static void test_variants_of_requests(void **state)
{
	static const struct {
		const char *name, *text;
	} want[] = {
		{ "msr/rd-0x48", "" },
		{ "msr/wr-0x48", "" },
		{ "msr/wr-0x48", "value=0x1" },
		{ "msr/wr-0x48", "value=0x0" },
	};
	const struct msr_request requests[] = {
		{ .index = 0x48, .read = true, .write = true },
		{ .index = 0x48, .write = true, .has_value = true, .value = 1 },
		{ .index = 0x48, .read = true },
		{ .index = 0x48, .write = true, .has_value = true, .value = 1 },
		{ .index = 0x48, .write = true, .has_value = true },
	};
	struct bench *family =
		msr_custom_create(requests, ARRAY_SIZE(requests));
	struct plan plan = { 0 };

	(void)state;
	plan_add(&plan, family, NULL);
	assert_int_equal(plan.count, ARRAY_SIZE(want));
	for (size_t i = 0; i < plan.count; i++) {
		assert_string_equal(plan.variants[i].bench->name, want[i].name);
		assert_string_equal(plan.variants[i].text, want[i].text);
		assert_int_equal(plan.variants[i].arg[ABI_ARG_MSR], 0x48);
	}
	assert_int_equal(plan.variants[2].arg[ABI_ARG_VALUE], 1);
	assert_int_equal(plan.variants[2].arg[ABI_ARG_WRITE], ABI_WRITE_VALUE);
	assert_int_equal(plan.variants[1].arg[ABI_ARG_WRITE], ABI_WRITE_SAME);
	plan_free(&plan);
	msr_custom_free(family);
}

static void test_no_requests(void **state)
{
	struct bench *family = msr_custom_create(NULL, 0);

	(void)state;
	assert_null(family->name);
	msr_custom_free(family);
	msr_custom_free(NULL);
}

static void test_option_repeats(void **state)
{
	char *argv[] = { "run", "--msr", "0x48:rd", "--msr=0x49:wr=1", NULL };
	struct run_options options;
	struct error err;

	(void)state;
	assert_int_equal(run_options_parse(&options, 4, argv, &err), 0);
	assert_int_equal(options.nr_msrs, 2);
	assert_string_equal(options.msrs[0].text, "0x48:rd");
	assert_int_equal(options.msrs[1].index, 0x49);
	assert_int_equal(options.nr_patterns, 0);
}

static void test_option_has_a_limit(void **state)
{
	char *argv[2 * RUN_MAX_MSRS + 4] = { "run" };
	struct run_options options;
	struct error err;
	int argc = 1;

	(void)state;
	for (int i = 0; i <= RUN_MAX_MSRS; i++) {
		argv[argc++] = "--msr";
		argv[argc++] = "0x48";
	}
	assert_int_equal(run_options_parse(&options, argc, argv, &err), -1);
	assert_string_equal(err.text, "'--msr' is given more than 64 times");
}

static void test_resume_takes_no_msr(void **state)
{
	char *argv[] = { "run", "--resume", "DIR", "--msr", "0x48", NULL };
	struct run_options options;
	struct error err;

	(void)state;
	assert_int_equal(run_options_parse(&options, 5, argv, &err), -1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_good_requests),
		cmocka_unit_test(test_bad_requests),
		cmocka_unit_test(test_tsc_is_not_written),
		cmocka_unit_test(test_variants_of_requests),
		cmocka_unit_test(test_no_requests),
		cmocka_unit_test(test_option_repeats),
		cmocka_unit_test(test_option_has_a_limit),
		cmocka_unit_test(test_resume_takes_no_msr),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
