// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * run/, vm/, insn/ and nmi/host-* on this machine: no variant may fail, what the host
 * executes itself must be ok, and the numbers must stand in a sane order.
 */
#include <x86intrin.h>

#include "bench/tiny-guest.h"
#include "guest-fixture.h"
#include "guest/insn-text.h"
#include "guest/msr-index.h"
#include "host-run.h"
#include "kvm.h"
#include "runner.h"

static const char *const patterns[] = { "run/*", "vm/*", "insn/*",
					"nmi/host-*" };

static void assert_honest(const struct variant *variant,
			  const struct launch_result *result)
{
	const char *status = row_status_name(result->status);

	if (result->status == STATUS_FAIL)
		fail_msg("%s %s: fail: %s", variant->bench->name, variant->text,
			 result->reason);
	if ((result->status == STATUS_OK) != !result->reason[0])
		fail_msg("%s %s: %s: '%s'", variant->bench->name, variant->text,
			 status, result->reason);
	if ((result->status == STATUS_SKIP) != !result->latency.n)
		fail_msg("%s %s: %s with %lu samples", variant->bench->name,
			 variant->text, status,
			 (unsigned long)result->latency.n);
}

/* Its own samples, all of them, and ticks of single ops. */
static void assert_samples(const struct variant *variant,
			   const struct launch_result *result)
{
	const struct summary *s = &result->latency;
	uint64_t sum = 0;

	for (unsigned int i = 0; i < HISTOGRAM_BUCKETS; i++)
		sum += result->histogram[i];
	assert_int_equal(sum, s->n);
	assert_true(s->min >= 0 && s->min <= s->p50 && s->p50 <= s->max);
	if (variant->bench->ops_per_sample > 1)
		assert_int_equal(result->counted_ops, ABI_INSN_COPIES * s->n);
	else
		assert_int_equal(result->counted_ops, s->n);
	if (variant->bench->is_difference) {
		assert_true(isnan(result->overhead));
	} else {
		assert_true(result->overhead > 0);
		assert_true(s->min > 0);
	}
}

static void test_every_variant_is_honest(void **state)
{
	struct fixture *f = *state;
	const struct variant *variant;
	struct error err;
	struct plan plan;

	if (!f)
		skip();
	assert_int_equal(plan_build(&plan, bench_families,
				    (char *const *)patterns,
				    ARRAY_SIZE(patterns), &err),
			 0);
	for (size_t i = 0; i < plan.count; i++) {
		variant = &plan.variants[i];
		if (runner_can_run(variant, &f->capabilities.require, &err) !=
		    REQUIRE_MET)
			continue;
		launch(f, variant->bench, variant, 10);
		assert_honest(variant, f->result);
		if (f->result->latency.n)
			assert_samples(variant, f->result);
	}
	plan_free(&plan);
}

static double median(struct fixture *f, const char *pattern)
{
	launch_pattern(f, pattern);
	if (f->result->status != STATUS_OK)
		fail_msg("%s: %s: %s", pattern,
			 row_status_name(f->result->status), f->result->reason);
	return f->result->latency.p50;
}

/* Other processes may disturb one launch, and not five. */
#define QUIET_TRIES 5

/* Each way contains the one before. */
static void test_ways_to_kvm_grow(void **state)
{
	struct fixture *f = *state;
	double syscall, ioctl, run;

	if (!f)
		skip();
	for (int i = 0; i < QUIET_TRIES; i++) {
		syscall = median(f, "run/syscall");
		ioctl = median(f, "run/ioctl");
		run = median(f, "run/immediate-exit");
		assert_float_equal(counter(f->result, "exits"), 0, 0);
		if (syscall > 0 && syscall < ioctl && ioctl < run)
			return;
	}
	fail_msg("system call %g, ioctl %g, KVM_RUN %g ticks", syscall, ioctl,
		 run);
}

static void test_ways_add_up(void **state)
{
	struct fixture *f = *state;
	double enter, leave, both;

	if (!f || !f->capabilities.require.same_tsc)
		skip();
	enter = median(f, "run/enter[cpl=3]");
	assert_near_one(f->result, "userspace_exits");
	leave = median(f, "run/leave[cpl=3]");
	both = median(f, "exit/pio-user[cpl=3]");
	if (enter + leave < 0.5 * both || enter + leave > 2 * both)
		fail_msg("%g in and %g out are not %g", enter, leave, both);
}

static void test_first_entry(void **state)
{
	struct fixture *f = *state;

	if (!f)
		skip();
	median(f, "vm/first-entry[cpl=3]");
	assert_float_equal(counter(f->result, "userspace_exits"), 1, 0);
	assert_true(counter(f->result, "exits") >= 1);
}

static void test_instructions_of_the_host(void **state)
{
	struct fixture *f = *state;
	double nop, lfence, rdtsc;

	if (!f)
		skip();
	for (int i = 0; i < QUIET_TRIES; i++) {
		nop = median(f, "insn/nop[where=host3]");
		lfence = median(f, "insn/lfence[where=host3]");
		rdtsc = median(f, "insn/rdtsc[where=host3]");
		/* A fraction of a cycle: it must not be rounded away. */
		if (nop > 0 && nop < 2 && nop < lfence && nop < rdtsc)
			return;
	}
	fail_msg("NOP %g, LFENCE %g, RDTSC %g ticks", nop, lfence, rdtsc);
}

/* One #DB an op, and no less than the exception's way in and out costs. */
static void assert_breakpoint(struct fixture *f, const char *pattern)
{
	launch_pattern(f, pattern);
	if (f->result->status == STATUS_SKIP) {
		fprintf(stderr, "NOT TESTED: %s: %s\n", pattern,
			f->result->reason);
		return;
	}
	assert_string_equal(f->result->reason, "");
	assert_float_equal(counter(f->result, "breakpoint_hits"), 1, 0);
	assert_true(f->result->latency.p50 > 100);
}

static void test_breakpoints(void **state)
{
	if (!*state)
		skip();
	assert_breakpoint(*state, "nmi/host-db[from=syscall]");
	assert_breakpoint(*state, "nmi/host-db[from=run-loop]");
}

static uint64_t guest_tsc_aux(const struct vm *vm)
{
	struct {
		struct kvm_msrs head;
		struct kvm_msr_entry entry;
	} msrs = { .head.nmsrs = 1, .entry.index = MSR_TSC_AUX };

	assert_int_equal(kvm_try(vm->vcpu_fd, KVM_GET_MSRS, &msrs.head), 1);
	return msrs.entry.data;
}

/*
 * An NMI or a #DB in the run loop must find the pCPU's own TSC_AUX: with another
 * one, a kernel with RDPID in its paranoid entry crashes.
 */
static void test_shared_tsc_aux(void **state)
{
	const struct vm_config config = {
		.memory_size = vm_memory_size(0),
		.node = -1,
		.vcpus = 1,
	};
	struct fixture *f = *state;
	unsigned int aux;
	struct error err;
	struct vm vm;

	if (!f || require_check("cpu:rdtscp", &f->capabilities.require, &err) !=
			  REQUIRE_MET)
		skip();
	/* Not the first pCPU if that can be: its TSC_AUX is 0, as a new guest's. */
	assert_int_equal(topology_bind(f->capabilities.topology,
				       f->placement.cpu, &err),
			 0);
	assert_int_equal(vm_create(&vm, &config, &err), 0);
	assert_int_equal(tiny_guest_share_tsc_aux(&vm, &err), 0);
	__rdtscp(&aux);
	assert_int_equal(guest_tsc_aux(&vm), aux);
	vm_destroy(&vm);
}

/* A host op that fails, and one that cannot run. */
static int fail_once(struct host_context *context, struct error *err)
{
	(void)context;
	return error_set(err, "it went wrong");
}

static int skip_start(struct host_context *context, struct error *err)
{
	(void)context;
	error_set(err, "not on this host");
	return BENCH_SKIP;
}

static int idle_once(struct host_context *context, struct error *err)
{
	(void)err;
	HOST_TIMED(context, (void)0);
	return 0;
}

static void test_failures_and_skips(void **state)
{
	static const struct host_op failing = { .op = fail_once };
	static const struct host_op skipping = { .start = skip_start };
	static const struct host_op idle = { .op = idle_once };
	const struct bench fails = { .host = &failing };
	const struct bench skips = { .host = &skipping };
	const struct bench unproven = {
		.host = &idle,
		.expect = { { EXPECT_EACH, "userspace_exits", 1 } },
	};
	const struct launch_result *result;

	if (!*state)
		skip();
	assert_fails(launch(*state, &fails, NULL, 5), "it went wrong");
	result = launch(*state, &skips, NULL, 5);
	assert_string_equal(row_status_name(result->status), "skip");
	assert_string_equal(result->reason, "not on this host");
	result = launch(*state, &unproven, NULL, 5);
	assert_string_equal(result->reason,
			    "userspace_exits per op is 0, 1 was expected");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_variant_is_honest),
		cmocka_unit_test(test_ways_to_kvm_grow),
		cmocka_unit_test(test_ways_add_up),
		cmocka_unit_test(test_first_entry),
		cmocka_unit_test(test_instructions_of_the_host),
		cmocka_unit_test(test_breakpoints),
		cmocka_unit_test(test_failures_and_skips),
		cmocka_unit_test(test_shared_tsc_aux),
	};

	return cmocka_run_group_tests(tests, guest_setup, guest_teardown);
}
