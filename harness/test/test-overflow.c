// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The counter behind nmi/host-pmi: on a kernel of the test's own, and on the
 * running one with its CPU clock in place of a PMU's cycles, by which the whole
 * op runs, too.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <cmocka.h>

#include "bench/bench.h"
#include "bench/host-pmi.h"
#include "fake-perf.h"
#include "overflow.h"
#include "vm.h"

static const struct fake_rule cycles[] = {
	{ PERF_TYPE_HARDWARE, PERF_COUNT_HW_CPU_CYCLES, 0, 0 },
};

static void assert_says(const struct error *err, const char *what)
{
	if (!strstr(err->text, what))
		fail_msg("'%s' does not say '%s'", err->text, what);
}

static struct overflow *open_fake(void)
{
	struct overflow *overflow;
	struct error err;

	fake_reset(cycles, 1);
	overflow = overflow_open(&fake_backend, &err);
	assert_non_null(overflow);
	return overflow;
}

static void test_event(void **state)
{
	const struct perf_event_attr *attr = &fake.event[0].attr;
	struct overflow *overflow = open_fake();
	struct error err;

	(void)state;
	assert_int_equal(attr->type, PERF_TYPE_HARDWARE);
	assert_int_equal(attr->config, PERF_COUNT_HW_CPU_CYCLES);
	assert_false(attr->exclude_host || attr->exclude_guest ||
		     attr->exclude_kernel || attr->exclude_user);
	assert_false(attr->freq);
	assert_int_equal(attr->sample_period, OVERFLOW_SELDOM);
	assert_true(attr->pinned && attr->watermark);
	assert_int_equal(overflow_set_period(overflow, 12345, &err), 0);
	assert_int_equal(fake.event[0].period, 12345);
	overflow_close(overflow);
	assert_int_equal(fake.nr_open, 0);
	assert_null(fake.ring);
}

/* As the kernel writes it (perf_event_open(2)): header, then @body. */
static void put(uint32_t type, const void *body, size_t size)
{
	struct perf_event_mmap_page *page = fake.ring;
	const struct perf_event_header header = {
		.type = type,
		.size = (uint16_t)(sizeof(header) + size),
	};
	unsigned char *at = (unsigned char *)fake.ring + 4096 + page->data_head;

	memcpy(at, &header, sizeof(header));
	memcpy(at + sizeof(header), body, size);
	page->data_head += header.size;
}

static void put_overflow(void)
{
	/* Time, and a raw part of four bytes, which is none. */
	const struct {
		uint64_t time;
		uint32_t size, nothing;
	} body = { .time = 1, .size = 4 };

	put(PERF_RECORD_SAMPLE, &body, sizeof(body));
}

static void run_for(uint64_t enabled, uint64_t running)
{
	fake.event[0].enabled += enabled;
	fake.event[0].running += running;
}

static void test_records(void **state)
{
	struct overflow *overflow = open_fake();
	const uint64_t lost[] = { 0, 5 }, throttle[] = { 1, 0, 0 };
	struct nmi_run run = { .ticks = 99 };
	struct error err;

	(void)state;
	for (int i = 0; i < 3; i++)
		put_overflow();
	run_for(1000, 1000);
	assert_int_equal(overflow_take(overflow, &run, &err), 0);
	assert_int_equal(run.nmis, 3);
	assert_int_equal(run.throttles, 0);
	assert_int_equal(run.lost, 0);
	assert_int_equal(run.ticks, 99);

	put_overflow();
	put(PERF_RECORD_THROTTLE, throttle, sizeof(throttle));
	put(PERF_RECORD_UNTHROTTLE, throttle, sizeof(throttle));
	put(PERF_RECORD_LOST, lost, sizeof(lost));
	run_for(1000, 1000);
	assert_int_equal(overflow_take(overflow, &run, &err), 0);
	assert_int_equal(run.nmis, 1);
	assert_int_equal(run.throttles, 1);
	assert_int_equal(run.lost, 5);

	/* Each call tells what came since the last one. */
	run_for(1000, 1000);
	assert_int_equal(overflow_take(overflow, &run, &err), 0);
	assert_int_equal(run.nmis + run.throttles + run.lost, 0);
	overflow_close(overflow);
}

static void test_counter_lost(void **state)
{
	struct overflow *overflow = open_fake();
	struct nmi_run run;
	struct error err;

	(void)state;
	run_for(1000, 500);
	assert_int_equal(overflow_take(overflow, &run, &err), -1);
	assert_says(&err, "50.0 % of the time");
	overflow_close(overflow);
}

static void test_refusals(void **state)
{
	struct fake_rule rule = cycles[0];
	struct error err;

	(void)state;
	rule.error = ENOENT;
	fake_reset(&rule, 1);
	assert_null(overflow_open(&fake_backend, &err));
	assert_says(&err, "this machine has no PMU for it");
	rule.error = EACCES;
	fake_reset(&rule, 1);
	assert_null(overflow_open(&fake_backend, &err));
	assert_says(&err, "perf_event_paranoid");
	assert_int_equal(fake.nr_open, 0);
}

/* --- the running kernel --------------------------------------------------- */

/* Its CPU clock, which counts ns: overflows are timer interrupts. */
static int open_clock(struct perf_event_attr *attr, int group_fd)
{
	attr->type = PERF_TYPE_SOFTWARE;
	attr->config = PERF_COUNT_SW_CPU_CLOCK;
	return perf_kernel.open(attr, group_fd);
}

static struct perf_backend clock_backend(void)
{
	struct perf_backend backend = perf_kernel;

	backend.open = open_clock;
	return backend;
}

static void spin(double seconds)
{
	struct timespec start, now;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &start);
	do
		clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
	while ((double)(now.tv_sec - start.tv_sec) +
		       1e-9 * (double)(now.tv_nsec - start.tv_nsec) <
	       seconds);
}

static void test_running_kernel(void **state)
{
	const struct perf_backend backend = clock_backend();
	struct overflow *overflow;
	struct nmi_run seldom, often;
	struct error err;

	(void)state;
	overflow = overflow_open(&backend, &err);
	if (!overflow) {
		fprintf(stderr, "NOT TESTED: %s\n", err.text);
		skip();
	}
	spin(0.02);
	assert_int_equal(overflow_take(overflow, &seldom, &err), 0);
	assert_int_equal(overflow_set_period(overflow, 1000000, &err), 0);
	spin(0.02);
	assert_int_equal(overflow_take(overflow, &often, &err), 0);
	overflow_close(overflow);
	assert_int_equal(seldom.nmis, 0);
	/* 20, but for the time that others take from this pCPU. */
	assert_in_range(often.nmis, 1, 21);
	assert_int_equal(often.lost, 0);
}

/* The op as it is, with timer interrupts for NMIs: no number is judged. */
static void test_whole_op(void **state)
{
	const struct perf_backend backend = clock_backend();
	const struct vm_config config = {
		.memory_size = vm_memory_size(0),
		.node = -1,
		.vcpus = 1,
	};
	const uint64_t arg[ABI_ARGS] = { 0 };
	struct host_context context = { .arg = arg, .perf = &backend };
	uint64_t before, after;
	struct error err;
	struct vm vm;
	int ret;

	(void)state;
	context.vm = &vm;
	if (vm_create(&vm, &config, &err)) {
		fprintf(stderr, "NOT TESTED: %s\n", err.text);
		vm_destroy(&vm);
		skip();
	}
	ret = host_pmi_op.start(&context, &err);
	if (ret == BENCH_SKIP) {
		fprintf(stderr, "NOT TESTED: %s\n", err.text);
		vm_destroy(&vm);
		skip();
	}
	assert_int_equal(ret, 0);
	assert_int_equal(host_pmi_op.count(&context, &before, &err), 0);
	assert_true(before > 0);
	assert_int_equal(host_pmi_op.op(&context, &err), 0);
	assert_int_equal(host_pmi_op.count(&context, &after, &err), 0);
	assert_true(after > before);
	/* The probe's sweep and this one. */
	assert_int_equal(context.userspace_exits, 2 * HOST_PMI_RUNS);
	host_pmi_op.finish(&context);
	vm_destroy(&vm);
}

static void test_whole_op_without_pmu(void **state)
{
	struct host_context context = { .perf = &fake_backend };
	struct fake_rule rule = cycles[0];
	struct error err;

	(void)state;
	rule.error = ENOENT;
	fake_reset(&rule, 1);
	assert_int_equal(host_pmi_op.start(&context, &err), BENCH_SKIP);
	assert_says(&err, "this machine has no PMU for it");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_event),
		cmocka_unit_test(test_records),
		cmocka_unit_test(test_counter_lost),
		cmocka_unit_test(test_refusals),
		cmocka_unit_test(test_running_kernel),
		cmocka_unit_test(test_whole_op),
		cmocka_unit_test(test_whole_op_without_pmu),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
