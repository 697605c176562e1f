// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Counters around real guests on /dev/kvm: with the kernel's own perf events,
 * and with made-up ones. Skipped, loudly, where guests do not run.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "capabilities.h"
#include "counters.h"
#include "fake-perf.h"
#include "launch.h"
#include "plan.h"

#define SECONDS 0.05

struct fixture {
	struct capabilities capabilities;
	struct placement placement;
	struct launch_result *result;
};

static const volatile bool never;

static int setup(void **state)
{
	struct fixture *f = xcalloc(1, sizeof(*f));
	struct error err;

	f->result = launch_result_alloc();
	if (!f->result)
		return -1;
	*state = f;
	if (!capabilities_read(&f->capabilities, &err))
		return topology_place(f->capabilities.topology, -1, -1,
				      &f->placement, &err);
	fprintf(stderr, "NOT TESTED: guests do not run here: %s\n", err.text);
	launch_result_free(f->result);
	free(f);
	*state = NULL;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	if (!f)
		return 0;
	launch_result_free(f->result);
	capabilities_free(&f->capabilities);
	free(f);
	return 0;
}

static void launch(struct fixture *f, const char *pattern,
		   const struct counters *counters, uint64_t number)
{
	char *patterns[] = { (char *)pattern };
	struct launch_request request = {
		.topology = f->capabilities.topology,
		.placement = f->placement,
		.seconds = SECONDS,
		.watchdog_seconds = 20,
		.apicv = f->capabilities.apicv,
		.other_backend = f->capabilities.other_backend,
		.counters = counters,
		.launch = number,
		.launches = 10,
	};
	struct error err;
	struct plan plan;

	assert_int_equal(plan_build(&plan, bench_families, patterns, 1, &err),
			 0);
	request.bench = plan.variants[0].bench;
	request.variant = plan.variants[0].text;
	request.vcpus = plan.variants[0].vcpus;
	request.cpl = plan.variants[0].cpl;
	memcpy(request.arg, plan.variants[0].arg, sizeof(request.arg));
	assert_int_equal(launch_run(&request, f->result, &never), 0);
	plan_free(&plan);
	if (f->result->status == STATUS_FAIL)
		fail_msg("%s: %s", pattern, f->result->reason);
}

static const struct launch_counter *row(const struct fixture *f,
					const char *name)
{
	for (unsigned int i = 0; i < f->result->nr_counters; i++)
		if (!strcmp(f->result->counter[i].name, name))
			return &f->result->counter[i];
	return NULL;
}

static bool is_ok(const struct fixture *f, const char *name)
{
	const struct launch_counter *counter = row(f, name);

	return counter && counter->status == STATUS_OK;
}

static void assert_near(const struct fixture *f, const char *name,
			double per_op)
{
	const struct launch_counter *counter = row(f, name);

	if (!counter || counter->status != STATUS_OK ||
	    fabs(counter->per_op - per_op) > 0.05)
		fail_msg("%s: %g %s", name, counter ? counter->per_op : NAN,
			 counter ? counter->reason : "no row");
}

/* Of all rows whose names begin with @prefix. */
static double sum(const struct fixture *f, const char *prefix)
{
	double total = 0;

	for (unsigned int i = 0; i < f->result->nr_counters; i++)
		if (!strncmp(f->result->counter[i].name, prefix,
			     strlen(prefix)))
			total += f->result->counter[i].per_op;
	return total;
}

/* The launch that traces; false, loudly, where this process may not. */
static bool launch_traced(struct fixture *f, const char *pattern,
			  const char *list)
{
	struct counters counters;
	struct error err;
	bool traces;

	if (counters_open(&counters, list, &perf_kernel, &err)) {
		fprintf(stderr, "NOT TESTED: %s\n", err.text);
		return false;
	}
	traces = counters.traces;
	if (traces)
		launch(f, pattern, &counters,
		       counters_trace_turn(&counters) + 1);
	else
		fprintf(stderr, "NOT TESTED: there are no tracepoints\n");
	counters_close(&counters);
	return traces;
}

/* One OUT an op: the tracepoint says the same as the monitor. */
static void test_tracepoints_count_ops(void **state)
{
	struct fixture *f = *state;

	if (!f ||
	    !launch_traced(f, "exit/pio-user[cpl=3]", "kvm:kvm_userspace_exit"))
		skip();
	assert_near(f, "kvm:kvm_pio", 1);
	assert_near(f, "kvm:kvm_userspace_exit", 1);
	assert_near(f, "userspace_exits", 1);
}

/*
 * Two ways to one number: the tally's records, one by one, and the counters.
 * They stand in two groups, started one after the other.
 */
static void test_tally_is_what_was_counted(void **state)
{
	struct fixture *f = *state;

	if (!f || !launch_traced(f, "exit/cpuid[cpl=3]", NULL))
		skip();
	if (!is_ok(f, "msr_writes") || !is_ok(f, "msr_tally_lost"))
		skip();
	assert_near(f, "msr_tally_lost", 0);
	assert_near(f, "msr_writes", sum(f, "msr_writes:"));
	assert_near(f, "msr_reads", sum(f, "msr_reads:"));
}

/* Where the back end traces its exits, reasons add up to them. */
static void test_exit_reasons(void **state)
{
	struct fixture *f = *state;

	if (!f || !launch_traced(f, "exit/cpuid[cpl=3]", NULL))
		skip();
	if (!is_ok(f, "kvm:kvm_exit")) {
		assert_non_null(row(f, "exit_reason"));
		assert_true(row(f, "exit_reason")->reason[0]);
		fprintf(stderr, "NOT TESTED: exit reasons: %s\n",
			row(f, "exit_reason")->reason);
		return;
	}
	/* Another back end than VMX and SVM may leave CPUID to the guest. */
	if (f->capabilities.other_backend && !row(f, "exits")) {
		assert_near(f, "kvm:kvm_exit", 0);
		fprintf(stderr, "NOT TESTED: exit reasons: CPUID is no exit\n");
		return;
	}
	assert_near(f, "kvm:kvm_exit", sum(f, "exit_reason:"));
	assert_near(f, "exits", sum(f, "exit_reason:"));
	assert_near(f, "exit_reason:CPUID", 1);
	assert_non_null(row(f, "exit_time:CPUID"));
	assert_true(row(f, "exit_time:CPUID")->ns.min > 0);
}

/* Every event of the PMU is counted or says why not, never a bare zero. */
static void test_pmu_counts_or_says_why(void **state)
{
	struct fixture *f = *state;
	const struct launch_counter *cycles;
	struct counters counters;
	struct error err;

	if (!f)
		skip();
	assert_int_equal(counters_open(&counters, NULL, &perf_kernel, &err), 0);
	launch(f, "exit/cpuid[cpl=3]", &counters, 1);
	cycles = row(f, "cycles:host-kernel");
	assert_non_null(cycles);
	if (cycles->status == STATUS_OK)
		assert_true(cycles->per_op > 100);
	else
		assert_non_null(strstr(cycles->reason, "perf_event_open: "));
	counters_close(&counters);
}

/* Software events go the way of the PMU's. */
static void test_software_events(void **state)
{
	struct fixture *f = *state;
	struct counters counters;
	struct error err;

	if (!f || f->placement.helper_cpu < 0)
		skip();
	assert_int_equal(
		counters_open(&counters,
			      "CONTEXT-SWITCHES:u:k,CPU-MIGRATIONS:u:k",
			      &perf_kernel, &err),
		0);
	if (!counters.groups) {
		fprintf(stderr, "NOT TESTED: no software events\n");
		counters_close(&counters);
		skip();
	}
	launch(f, "exit/hlt-wake[idle=1ms]", &counters,
	       (uint64_t)counters_event_turn(
		       &counters,
		       &counters.events.event[counters.events.count - 1]) +
		       1);
	/* It sleeps once an op, and is pinned. */
	if (f->result->status != STATUS_SKIP) {
		assert_near(f, "CONTEXT-SWITCHES:u:k", 1);
		assert_near(f, "CPU-MIGRATIONS:u:k", 0);
	}
	counters_close(&counters);
}

/* A made-up PMU around a real guest. */
static void test_fake_counts(void **state)
{
	static const struct fake_rule rules[] = {
		{ PERF_TYPE_HARDWARE, PERF_COUNT_HW_CPU_CYCLES, 0, 1000 },
	};
	struct fixture *f = *state;
	struct counters counters;
	struct error err;

	if (!f)
		skip();
	fake_reset(rules, ARRAY_SIZE(rules));
	assert_int_equal(counters_open_at(&counters, NULL, -1, "no tracefs",
					  &fake_backend, &err),
			 0);
	launch(f, "exit/cpuid[cpl=3]", &counters, 1);
	/* As much in the COUNTED pass as in the BOUNDARY: nothing is left. */
	assert_near(f, "cycles:host-kernel", 0);
	assert_near(f, "cycles:guest", 0);
	assert_string_equal(row(f, "msr_writes")->reason, "no tracefs");
	counters_close(&counters);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_tracepoints_count_ops),
		cmocka_unit_test(test_tally_is_what_was_counted),
		cmocka_unit_test(test_exit_reasons),
		cmocka_unit_test(test_pmu_counts_or_says_why),
		cmocka_unit_test(test_software_events),
		cmocka_unit_test(test_fake_counts),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
