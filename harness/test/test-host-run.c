// SPDX-License-Identifier: GPL-2.0-or-later
/* The passes of host ops, on a VM that is nothing but memory. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "bench/bench.h"
#include "host-run.h"
#include "launch.h"
#include "plan.h"
#include "util.h"

#define MAX_OPS 500

/* What the ops of this file see and do. */
struct script {
	unsigned int started, finished, timed, counted;
	unsigned int fail_at; /* number of the op that fails, from 1 */
	unsigned int discard_every;
	int start; /* what start returns */
	unsigned int reads; /* of the op's own counter */
	bool count_fails;
};

struct fixture {
	struct vm vm;
	struct host_context context;
	struct guest_run run;
	struct script script;
};

static const struct bench single, hundred = { .ops_per_sample = 100 };

static int setup(void **state)
{
	struct fixture *f = xcalloc(1, sizeof(*f));

	f->vm.memory_size = vm_memory_size(MAX_OPS);
	f->vm.memory = xcalloc(1, f->vm.memory_size);
	f->vm.stats.count = 1;
	vm_shared(&f->vm)->max_ops = MAX_OPS;
	vm_shared(&f->vm)->budget = UINT64_MAX / 32;
	vm_shared(&f->vm)->bound = INT64_MAX;
	f->run.bench = &single;
	f->context.vm = &f->vm;
	f->context.data = &f->script;
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	free(f->vm.memory);
	free(f);
	return 0;
}

static int start(struct host_context *context, struct error *err)
{
	struct script *script = context->data;

	script->started++;
	return script->start ? (error_set(err, "not here"), script->start) : 0;
}

static int once(struct host_context *context, struct error *err)
{
	struct script *script = context->data;
	unsigned int n = context->timed ? ++script->timed : ++script->counted;

	HOST_TIMED(context, (void)0);
	context->ticks = n; /* which sample is which */
	context->discarded = script->discard_every &&
			     !(n % script->discard_every);
	if (!context->timed) {
		context->userspace_exits++;
		context->moved.value[0] += 3;
	}
	if (script->fail_at && n == script->fail_at)
		return error_set(err, "op %u failed", n);
	return 0;
}

static void finish(struct host_context *context)
{
	((struct script *)context->data)->finished++;
}

/* Five an op, but for 1000 that came before the first pass. */
static int count(struct host_context *context, uint64_t *value,
		 struct error *err)
{
	struct script *script = context->data;

	script->reads++;
	*value = 1000 + 5 * (uint64_t)script->counted;
	return script->count_fails ? error_set(err, "no count") : 0;
}

static const struct host_op counting_op = {
	.op = once,
	.count = count,
};

static const struct host_op scripted = { .start = start,
					 .op = once,
					 .finish = finish };

static int run(struct fixture *f, unsigned int ops_per_op, struct error *err)
{
	return host_run(&scripted, &f->context, ops_per_op, &f->run, err);
}

static void test_all_passes(void **state)
{
	struct fixture *f = *state;
	const struct abi_samples *samples =
		vm_memory(&f->vm, ABI_SAMPLES_GPA, sizeof(*samples));
	struct error err;

	assert_int_equal(run(f, 1, &err), 0);
	for (int i = 0; i < ABI_PASSES; i++)
		assert_true(f->run.pass[i].begun && f->run.pass[i].ended);
	assert_int_equal(f->run.pass[ABI_PASS_EMPTY].ops, ABI_EMPTY_OPS);
	assert_int_equal(f->run.pass[ABI_PASS_TIMED].ops, MAX_OPS);
	assert_int_equal(f->run.pass[ABI_PASS_COUNTED].ops, MAX_OPS);
	assert_int_equal(f->script.counted, MAX_OPS);
	/* The samples are those after the warm-up, in their order. */
	for (unsigned int i = 0; i < MAX_OPS; i++)
		assert_int_equal(samples->timed[i],
				 f->script.timed - MAX_OPS + i + 1);
	assert_true(samples->empty[0] > 0);
	assert_int_equal(f->script.started, 1);
	assert_int_equal(f->script.finished, 1);
	assert_false(f->run.skipped);
}

static void test_counts_are_of_the_counted_pass(void **state)
{
	struct fixture *f = *state;
	const struct guest_pass *counted = &f->run.pass[ABI_PASS_COUNTED];
	struct error err;

	assert_int_equal(run(f, 100, &err), 0);
	assert_int_equal(counted->ops, 100 * MAX_OPS);
	assert_int_equal(counted->userspace_exits, MAX_OPS);
	assert_int_equal(guest_pass_delta(counted, 0), 3 * MAX_OPS);
	assert_int_equal(guest_pass_delta(&f->run.pass[ABI_PASS_BOUNDARY], 0),
			 0);
	assert_int_equal(f->run.pass[ABI_PASS_TIMED].userspace_exits, 0);
}

/* A statistic may pass 2^64 in a pass, and what is taken off may be more. */
static void test_counts_wrap(void **state)
{
	static const struct {
		uint64_t begin, end, boundary_begin, boundary_end;
		int64_t moved;
	} cases[] = {
		{ 10, 25, 3, 5, 13 },
		{ UINT64_MAX - 1, 4, 0, 0, 6 },
		{ 10, 25, UINT64_MAX, 1, 13 },
		{ 7, 7, 0, 2, -2 },
		{ 0, INT64_MAX, UINT64_MAX, 0, INT64_MAX - 1 },
		{ 0, 1ull << 63, 0, 1, INT64_MAX },
	};
	static struct guest_run r;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct guest_pass *counted = &r.pass[ABI_PASS_COUNTED];
		struct guest_pass *boundary = &r.pass[ABI_PASS_BOUNDARY];

		counted->begin.value[1] = cases[i].begin;
		counted->end.value[1] = cases[i].end;
		boundary->begin.value[1] = cases[i].boundary_begin;
		boundary->end.value[1] = cases[i].boundary_end;
		assert_true(guest_counted_delta(&r, 1) == cases[i].moved);
	}
}

static void test_own_counter(void **state)
{
	struct fixture *f = *state;
	struct error err;

	assert_int_equal(host_run(&counting_op, &f->context, 1, &f->run, &err),
			 0);
	assert_int_equal(f->run.pass[ABI_PASS_COUNTED].hook_count, 5 * MAX_OPS);
	assert_int_equal(f->run.pass[ABI_PASS_TIMED].hook_count, 0);
	/* Never while ops are timed. */
	assert_int_equal(f->script.reads, 2 * ABI_PASSES);
	f->script.count_fails = true;
	assert_int_equal(host_run(&counting_op, &f->context, 1, &f->run, &err),
			 -1);
	assert_string_equal(err.text, "no count");
}

static void test_differences(void **state)
{
	struct host_context context = { 0 };

	(void)state;
	host_difference(&context, 120, 100);
	assert_false(context.discarded);
	assert_int_equal(context.ticks, 20);
	host_difference(&context, 100, 100);
	assert_false(context.discarded);
	assert_int_equal(context.ticks, 0);
	host_difference(&context, 99, 100);
	assert_true(context.discarded);
}

static void test_budget_ends_a_pass(void **state)
{
	struct fixture *f = *state;
	struct error err;

	vm_shared(&f->vm)->budget = 0;
	assert_int_equal(run(f, 1, &err), 0);
	assert_int_equal(f->run.pass[ABI_PASS_EMPTY].ops, 1);
	assert_int_equal(f->run.pass[ABI_PASS_TIMED].ops, 1);
	assert_int_equal(f->run.pass[ABI_PASS_COUNTED].ops, 1);
}

static void test_discarded_ops_are_no_samples(void **state)
{
	struct fixture *f = *state;
	const struct abi_samples *samples =
		vm_memory(&f->vm, ABI_SAMPLES_GPA, sizeof(*samples));
	struct error err;

	f->script.discard_every = 5;
	assert_int_equal(run(f, 1, &err), 0);
	assert_int_equal(f->run.pass[ABI_PASS_TIMED].ops, MAX_OPS);
	for (unsigned int i = 0; i < MAX_OPS; i++)
		assert_true(samples->timed[i] % 5);
	/* One in five, and the last op was kept. */
	assert_in_range(vm_shared(&f->vm)->discarded, MAX_OPS / 4 - 1,
			MAX_OPS / 4);
}

static void test_skip(void **state)
{
	struct fixture *f = *state;
	struct error err;

	f->script.start = BENCH_SKIP;
	assert_int_equal(run(f, 1, &err), 0);
	assert_true(f->run.skipped);
	assert_string_equal(err.text, "not here");
	assert_int_equal(f->script.timed, 0);
	assert_int_equal(f->script.finished, 0);
}

static void test_failed_start(void **state)
{
	struct fixture *f = *state;
	struct error err;

	f->script.start = -1;
	assert_int_equal(run(f, 1, &err), -1);
	assert_false(f->run.skipped);
	assert_int_equal(f->script.finished, 0);
}

static void test_failed_op_is_finished(void **state)
{
	struct fixture *f = *state;
	struct error err;

	f->script.fail_at = 100;
	assert_int_equal(run(f, 1, &err), -1);
	assert_string_equal(err.text, "op 100 failed");
	assert_int_equal(f->script.finished, 1);
	assert_false(f->run.pass[ABI_PASS_COUNTED].begun);
}

/* --break-above ends the timed pass, not the warm-up. */
static void test_bound(void **state)
{
	struct fixture *f = *state;
	struct error err;

	vm_shared(&f->vm)->bound = ABI_WARM_UP_OPS + 5;
	assert_int_equal(run(f, 1, &err), -1);
	assert_true(f->run.broke);
	assert_int_equal(f->script.timed, ABI_WARM_UP_OPS + 6);
	assert_int_equal(f->script.finished, 1);
	assert_non_null(strstr(err.text, "op 6 took "));
	assert_false(f->run.pass[ABI_PASS_TIMED].ended);
}

/* What the user gave is of one op. */
static void test_bound_of_many_ops(void **state)
{
	struct fixture *f = *state;
	struct error err;

	f->run.bench = &hundred;
	assert_int_equal(guest_run_break(&f->run, 7, 123456, 100000, &err), -1);
	assert_true(f->run.broke);
	assert_string_equal(err.text,
			    "the 100 ops of sample 7 took 1234 ticks each, "
			    "above the 1000 of '--break-above'");
}

/* Where the variants of a descriptor run. */
static void test_plan_says_where(void **state)
{
	static const struct param_value places[] = {
		{ "guest0", WHERE_GUEST0 },
		{ "guest3", WHERE_GUEST3 },
		{ "host3", WHERE_HOST3 },
		{ "host0", WHERE_HOST0 },
		{ 0 },
	};
	static const struct host_op other = { 0 };
	static const struct bench benches[] = {
		{ .name = "a/guest", .payload = "base-empty" },
		{ .name = "a/host", .host = &scripted },
		{ .name = "a/both",
		  .payload = "base-empty",
		  .host = &scripted,
		  .host0 = &other,
		  .params = { { .name = "where",
				.target = PARAM_WHERE,
				.values = places } } },
		{ 0 },
	};
	static const struct {
		uint32_t cpl;
		const struct host_op *host;
	} expected[] = { { 0, NULL }, { 0, &scripted }, { 0, NULL },
			 { 3, NULL }, { 0, &scripted }, { 0, &other } };
	struct plan plan = { 0 };

	(void)state;
	plan_add(&plan, benches, NULL);
	assert_int_equal(plan.count, ARRAY_SIZE(expected));
	for (size_t i = 0; i < plan.count; i++) {
		assert_int_equal(plan.variants[i].cpl, expected[i].cpl);
		assert_ptr_equal(plan.variants[i].host, expected[i].host);
	}
	plan_free(&plan);
}

/* Nobody else's: what the samples of several ops become. */
static void test_summary_of_one_op(void **state)
{
	uint64_t samples[] = { 500, 480, 520 };
	struct summary summary;

	(void)state;
	samples_summarize(samples, 3, &summary);
	summary_divide(&summary, 100);
	assert_int_equal(summary.n, 3);
	assert_float_equal(summary.min, 4.8, 1e-9);
	assert_float_equal(summary.p50, 5, 1e-9);
	assert_float_equal(summary.mean, 5, 1e-9);
	assert_float_equal(summary.max, 5.2, 1e-9);
	assert_float_equal(summary.stddev, 0.2, 1e-9);
}

#define FIXTURE_TEST(test) \
	cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		FIXTURE_TEST(test_all_passes),
		FIXTURE_TEST(test_counts_are_of_the_counted_pass),
		cmocka_unit_test(test_counts_wrap),
		FIXTURE_TEST(test_own_counter),
		cmocka_unit_test(test_differences),
		FIXTURE_TEST(test_budget_ends_a_pass),
		FIXTURE_TEST(test_discarded_ops_are_no_samples),
		FIXTURE_TEST(test_skip),
		FIXTURE_TEST(test_failed_start),
		FIXTURE_TEST(test_failed_op_is_finished),
		FIXTURE_TEST(test_bound),
		FIXTURE_TEST(test_bound_of_many_ops),
		cmocka_unit_test(test_plan_says_where),
		cmocka_unit_test(test_summary_of_one_op),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
