// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What benchmarks of exits and MSRs rest on: answers of the monitor, eventfds
 * that count, exceptions that an op raises, MSRs filtered to the monitor, pages
 * never touched, and hooks that find out that a benchmark cannot run.
 */
#include "guest-fixture.h"
#include "runner.h"

#include "bench/answer.h"
#include "bench/ioeventfd.h"
#include "bench/msr-custom.h"
#include "bench/msr-filter.h"

static void assert_ok(const struct launch_result *result, const char *name)
{
	if (result->status != STATUS_OK)
		fail_msg("%s: %s: %s", name, row_status_name(result->status),
			 result->reason);
	assert_true(result->latency.n > 0);
}

/* Ring-0 code may be emulated: then there is no exit to verify. */
static void assert_ran(const struct launch_result *result, const char *name)
{
	if (result->status != STATUS_UNVERIFIED)
		assert_ok(result, name);
	assert_true(result->latency.n > 0);
}

static void test_monitor_answers(void **state)
{
	static const char *const patterns[] = {
		"exit/pio-user-in[cpl=3]",
		"exit/mmio-user[cpl=3]",
		"exit/mmio-user-in[cpl=3]",
	};
	struct fixture *f = *state;

	if (!f)
		skip();
	for (size_t i = 0; i < ARRAY_SIZE(patterns); i++) {
		launch_pattern(f, patterns[i]);
		assert_ok(f->result, patterns[i]);
		assert_near_one(f->result, "userspace_exits");
	}
}

static void test_exit_without_answer_fails(void **state)
{
	struct bench in = { .payload = "exit-pio-user-in" };
	struct bench write = { .payload = "exit-mmio-user" };

	if (!*state)
		skip();
	assert_fails(launch(*state, &in, NULL, 5),
		     "the guest used port 0x504 at payload+");
	assert_fails(launch(*state, &write, NULL, 5),
		     "the guest touched address 0xd0000000 at payload+");
	/* A hook that knows other exits only. */
	in.on_exit = answer_mmio;
	write.on_exit = answer_pio_in;
	assert_fails(launch(*state, &in, NULL, 5),
		     "the guest used port 0x504 at payload+");
	assert_fails(launch(*state, &write, NULL, 5),
		     "the guest touched address 0xd0000000 at payload+");
}

static void test_eventfd_counts_every_op(void **state)
{
	static const char *const patterns[] = {
		"exit/pio-ioeventfd[cpl=3,match=wildcard]",
		"exit/pio-ioeventfd[cpl=3,match=datamatch]",
		"exit/mmio-ioeventfd[cpl=3,match=wildcard]",
		"exit/mmio-ioeventfd[cpl=3,match=datamatch]",
		"exit/mmio-ioeventfd[cpl=3,match=any-length]",
	};
	struct fixture *f = *state;

	if (!f)
		skip();
	for (size_t i = 0; i < ARRAY_SIZE(patterns); i++) {
		launch_pattern(f, patterns[i]);
		assert_ok(f->result, patterns[i]);
		/* No signal of another pass is among them, and none is lost. */
		assert_true(counter(f->result, IOEVENTFD_COUNT) == 1);
	}
}

static uint64_t count_nothing(struct bench_context *context)
{
	(void)context;
	return 7;
}

static void test_own_count_is_checked(void **state)
{
	const struct bench bench = {
		.payload = "base-empty",
		.expect = { { EXPECT_EACH, "moves", 1 } },
		.count_name = "moves",
		.count = count_nothing,
	};

	if (!*state)
		skip();
	launch(*state, &bench, NULL, 5);
	assert_string_equal(((struct fixture *)*state)->result->reason,
			    "moves per op is 0, 1 was expected");
}

static void test_fault_is_an_op(void **state)
{
	struct fixture *f = *state;
	const struct bench tsc = {
		.payload = "msr-rd-fault",
		.arg = { [ABI_ARG_MSR] = 0x10 },
	};

	if (!f)
		skip();
	launch_pattern(f, "msr/rd-unknown");
	assert_ran(f->result, "msr/rd-unknown");
	launch_pattern(f, "msr/wr-unknown");
	assert_ran(f->result, "msr/wr-unknown");
	launch(f, &tsc, NULL, 5);
	assert_string_equal(row_status_name(f->result->status), "skip");
}

static void test_filtered_msr_reaches_the_monitor(void **state)
{
	struct fixture *f = *state;
	const struct bench unanswered = {
		.payload = "msr-rd",
		.arg = { [ABI_ARG_MSR] = 0x1b },
		.setup = msr_filter_set,
	};

	if (!f)
		skip();
	launch_pattern(f, "msr/rd-user");
	if (f->result->status == STATUS_SKIP)
		skip();
	assert_ran(f->result, "msr/rd-user");
	assert_near_one(f->result, "userspace_exits");
	launch_pattern(f, "msr/wr-user");
	assert_ran(f->result, "msr/wr-user");
	assert_near_one(f->result, "userspace_exits");
	assert_fails(launch(f, &unanswered, NULL, 5),
		     "KVM sent MSR 0x1b to the monitor at ");
}

static void test_each_page_faults_once(void **state)
{
	static const char *const patterns[] = {
		"exit/page-fault[cpl=3,backing=present]",
		"exit/page-fault[cpl=3,backing=absent]",
	};
	struct fixture *f = *state;

	if (!f)
		skip();
	for (size_t i = 0; i < ARRAY_SIZE(patterns); i++) {
		launch_pattern(f, patterns[i]);
		assert_ok(f->result, patterns[i]);
		assert_true(f->result->latency.n <= 4096);
		assert_near_one(f->result, "pf_fixed");
	}
}

static int cannot_run(struct bench_context *context, struct error *err)
{
	(void)context;
	error_set(err, "not on this host");
	return BENCH_SKIP;
}

static void never_called(struct bench_context *context)
{
	(void)context;
	abort();
}

static void test_setup_may_skip(void **state)
{
	const struct bench bench = {
		.payload = "base-empty",
		.setup = cannot_run,
		.teardown = never_called,
	};
	struct fixture *f = *state;

	if (!f)
		skip();
	launch(f, &bench, NULL, 5);
	assert_string_equal(row_status_name(f->result->status), "skip");
	assert_string_equal(f->result->reason, "not on this host");
}

static void test_msr_of_the_user(void **state)
{
	const struct msr_request requests[] = {
		{ .index = 0x1b, .read = true, .write = true },
		/* Not canonical: #GP. */
		{ .index = 0xc0000102,
		  .write = true,
		  .has_value = true,
		  .value = 1ull << 63 },
	};
	struct bench *family = msr_custom_create(requests, 2);
	struct plan plan = { 0 };
	struct fixture *f = *state;

	if (!f)
		skip();
	plan_add(&plan, family, NULL);
	assert_int_equal(plan.count, 3);
	for (size_t i = 0; i < 2; i++) {
		launch(f, plan.variants[i].bench, &plan.variants[i], 5);
		assert_ran(f->result, plan.variants[i].bench->name);
	}
	launch(f, plan.variants[2].bench, &plan.variants[2], 5);
	assert_string_equal(f->result->reason,
			    "KVM answers WRMSR with #GP in this guest");
	assert_string_equal(row_status_name(f->result->status), "skip");
	plan_free(&plan);
	msr_custom_free(family);
}

/* No payload hangs, aborts or uses what KVM cannot do. */
static void test_every_variant_comes_to_an_end(void **state)
{
	char *patterns[] = { "exit/*", "msr/*" };
	struct fixture *f = *state;
	const struct variant *v;
	struct error err;
	struct plan plan;

	if (!f)
		skip();
	assert_int_equal(plan_build(&plan, bench_families, patterns, 2, &err),
			 0);
	for (size_t i = 0; i < plan.count; i++) {
		v = &plan.variants[i];
		if (runner_can_run(v, &f->capabilities.require, &err) !=
		    REQUIRE_MET)
			continue;
		launch(f, v->bench, v, 5);
		if (f->result->status != STATUS_SKIP && !f->result->latency.n)
			fail_msg("%s %s: %s", v->bench->name, v->text,
				 f->result->reason);
		assert_true(f->result->status == STATUS_OK ||
			    *f->result->reason);
	}
	plan_free(&plan);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_monitor_answers),
		cmocka_unit_test(test_exit_without_answer_fails),
		cmocka_unit_test(test_eventfd_counts_every_op),
		cmocka_unit_test(test_own_count_is_checked),
		cmocka_unit_test(test_fault_is_an_op),
		cmocka_unit_test(test_filtered_msr_reaches_the_monitor),
		cmocka_unit_test(test_each_page_faults_once),
		cmocka_unit_test(test_setup_may_skip),
		cmocka_unit_test(test_msr_of_the_user),
		cmocka_unit_test(test_every_variant_comes_to_an_end),
	};

	return cmocka_run_group_tests(tests, guest_setup, guest_teardown);
}
