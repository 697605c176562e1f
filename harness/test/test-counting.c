// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * From a kernel whose counts are known, through the passes of a launch, to
 * the rows of summary.csv.
 */
#include <fcntl.h>

#include "counting.h"
#include "exit-names.h"
#include "fake-perf.h"
#include "fixture.h"
#include "launch-rows.h"
#include "results-dir.h"

#define OPS 100

/* Ids of tracepoints. */
enum {
	READ_MSR = 11,
	WRITE_MSR,
	KVM_EXIT,
	KVM_ENTRY,
	KVM_PIO,
	NMI_HANDLER,
};

static const char header[] =
	"\tfield:unsigned short common_type;\toffset:0;\tsize:2;\tsigned:0;\n";
static const char msr_format[] =
	"\tfield:unsigned msr;\toffset:8;\tsize:4;\tsigned:0;\n";
static const char exit_format[] =
	"\tfield:unsigned int exit_reason;\toffset:8;\tsize:4;\tsigned:0;\n"
	"\tfield:u32 isa;\toffset:12;\tsize:4;\tsigned:0;\n";

static void put_point(const struct fixture *f, const char *name, int id,
		      const char *format)
{
	char *path = xasprintf("/events/%s/id", name);
	char *text = xasprintf("%d\n", id);

	put(f, path, text);
	free(path);
	free(text);
	path = xasprintf("/events/%s/format", name);
	text = xasprintf("%s%s", header, format);
	put(f, path, text);
	free(path);
	free(text);
}

static int open_root(const struct fixture *f)
{
	int root;

	put_point(f, "msr/read_msr", READ_MSR, msr_format);
	put_point(f, "msr/write_msr", WRITE_MSR, msr_format);
	put_point(f, "kvm/kvm_exit", KVM_EXIT, exit_format);
	put_point(f, "kvm/kvm_entry", KVM_ENTRY, "");
	put_point(f, "kvm/kvm_pio", KVM_PIO, "");
	root = open(f->directory, O_RDONLY | O_DIRECTORY);
	assert_true(root >= 0);
	return root;
}

/* --- the kernel's side of the ring --------------------------------------- */

static void put_ring(const void *bytes, size_t size)
{
	struct perf_event_mmap_page *page = fake.ring;
	size_t page_size = (size_t)sysconf(_SC_PAGESIZE);
	unsigned char *data = (unsigned char *)fake.ring + page_size;

	memcpy(data + page->data_head % (fake.ring_size - page_size), bytes,
	       size);
	page->data_head += size;
}

static void put_record(uint16_t id, uint32_t first, uint32_t second,
		       uint64_t time)
{
	const struct {
		struct perf_event_header header;
		uint64_t time;
		uint32_t raw_size;
		uint16_t common_type, common_flags;
		uint32_t common_pid, first, second, pad;
	} record = {
		.header = { .type = PERF_RECORD_SAMPLE,
			    .size = sizeof(record) },
		.time = time,
		.raw_size = 20,
		.common_type = id,
		.first = first,
		.second = second,
	};

	put_ring(&record, sizeof(record));
}

/* --- a launch ------------------------------------------------------------ */

static const struct fake_rule all_rules[] = {
	{ PERF_TYPE_HARDWARE, PERF_COUNT_HW_CPU_CYCLES, 0, 1000 },
	{ PERF_TYPE_HARDWARE, PERF_COUNT_HW_INSTRUCTIONS, 0, 500 },
	{ PERF_TYPE_TRACEPOINT, READ_MSR, 0, 1 },
	{ PERF_TYPE_TRACEPOINT, WRITE_MSR, 0, 2 },
	{ PERF_TYPE_TRACEPOINT, KVM_EXIT, 0, 1 },
	{ PERF_TYPE_TRACEPOINT, KVM_ENTRY, 0, 1 },
	{ PERF_TYPE_TRACEPOINT, KVM_PIO, 0, 0 },
};

static struct launch_result *run_passes(const struct counters *counters,
					uint64_t launch, uint64_t launches,
					void (*boundary)(void),
					void (*counted)(void))
{
	struct counting *counting =
		counting_create(counters, launch, launches, -1);
	struct launch_result *result = xcalloc(1, sizeof(*result));

	counting_begin(counting, ABI_PASS_EMPTY);
	counting_end(counting, ABI_PASS_EMPTY);
	counting_begin(counting, ABI_PASS_TIMED);
	/* Nothing is open while ops are timed. */
	assert_int_equal(fake.nr_open, 0);
	counting_end(counting, ABI_PASS_TIMED);
	counting_begin(counting, ABI_PASS_BOUNDARY);
	if (boundary && fake.ring)
		boundary();
	counting_end(counting, ABI_PASS_BOUNDARY);
	counting_begin(counting, ABI_PASS_COUNTED);
	if (counted && fake.ring)
		counted();
	counting_end(counting, ABI_PASS_COUNTED);
	counting_store(counting, OPS, OPS, result);
	result->counted_ops = OPS;
	counting_free(counting);
	assert_int_equal(fake.nr_open, 0);
	return result;
}

static const struct launch_counter *row(const struct launch_result *result,
					const char *name)
{
	for (unsigned int i = 0; i < result->nr_counters; i++)
		if (!strcmp(result->counter[i].name, name))
			return &result->counter[i];
	return NULL;
}

static void assert_per_op(const struct launch_result *result, const char *name,
			  double per_op)
{
	const struct launch_counter *counter = row(result, name);

	if (!counter)
		fail_msg("there is no row '%s'", name);
	if (counter->status != STATUS_OK || counter->per_op != per_op)
		fail_msg("%s: %s %g %s", name, row_status_name(counter->status),
			 counter->per_op, counter->reason);
}

static void assert_skip(const struct launch_result *result, const char *name,
			const char *reason)
{
	const struct launch_counter *counter = row(result, name);

	if (!counter)
		fail_msg("there is no row '%s'", name);
	assert_int_equal(counter->status, STATUS_SKIP);
	if (!strstr(counter->reason, reason))
		fail_msg("%s: '%s' does not say '%s'", name, counter->reason,
			 reason);
}

static void open_counters(const struct fixture *f, struct counters *counters,
			  const char *list)
{
	struct error err;
	int root = open_root(f);

	if (counters_open_at(counters, list, root, "", &fake_backend, &err))
		fail_msg("%s", err.text);
	close(root);
}

/*
 * The fake counts the same in both passes, so that the default backend's
 * deltas cancel out: what moves in the COUNTED pass alone is put here.
 */
static void only_in_counted(uint64_t cycles)
{
	for (size_t i = 0; i < fake.nr_events; i++)
		if (fake.event[i].attr.config == PERF_COUNT_HW_CPU_CYCLES &&
		    fake.event[i].attr.type == PERF_TYPE_HARDWARE)
			fake.event[i].count += cycles;
}

static void test_boundary_is_taken_off(void **state)
{
	struct counters counters;
	struct launch_result *result;
	struct counting *counting;

	fake_reset(all_rules, ARRAY_SIZE(all_rules));
	open_counters(*state, &counters, NULL);
	result = run_passes(&counters, 1, 10, NULL, NULL);
	assert_per_op(result, "cycles:host-kernel", 0);
	free(result);
	result = xcalloc(1, sizeof(*result));
	counting = counting_create(&counters, 1, 10, -1);
	counting_begin(counting, ABI_PASS_BOUNDARY);
	counting_end(counting, ABI_PASS_BOUNDARY);
	counting_begin(counting, ABI_PASS_COUNTED);
	only_in_counted(123456);
	counting_end(counting, ABI_PASS_COUNTED);
	counting_store(counting, OPS, OPS, result);
	assert_per_op(result, "cycles:host-kernel", 1234.56);
	assert_per_op(result, "instructions:host-kernel", 0);
	counting_free(counting);
	free(result);
	counters_close(&counters);
}

static void test_turns(void **state)
{
	struct counters counters;
	struct launch_result *result;

	fake_reset(all_rules, ARRAY_SIZE(all_rules));
	fake.counters = 4; /* 6 hardware events open at all: two groups */
	open_counters(*state, &counters, NULL);
	assert_int_equal(counters.groups, 2);
	assert_int_equal(counters_turns(&counters), 3);
	result = run_passes(&counters, 4, 10, NULL, NULL); /* as launch 1 */
	assert_non_null(row(result, "cycles:host-kernel"));
	assert_null(row(result, "cycles:guest"));
	assert_null(row(result, "msr_writes"));
	assert_null(row(result, "msr_tally_lost"));
	free(result);
	result = run_passes(&counters, 2, 10, NULL, NULL);
	assert_null(row(result, "cycles:host-kernel"));
	assert_non_null(row(result, "msr_writes"));
	assert_non_null(row(result, "msr_tally_lost"));
	free(result);
	result = run_passes(&counters, 3, 10, NULL, NULL);
	assert_non_null(row(result, "cycles:guest"));
	assert_null(row(result, "cycles:host-kernel"));
	free(result);
	counters_close(&counters);
}

/* A turn that is left over counts the first group again. */
static void test_left_over_turn(void **state)
{
	struct counters counters;
	struct launch_result *result;

	fake_reset(all_rules, ARRAY_SIZE(all_rules));
	fake.counters = 16;
	open_counters(*state, &counters, NULL);
	assert_int_equal(counters.groups, 1);
	assert_int_equal(counters_turns(&counters), 3);
	for (uint64_t launch = 1; launch <= 6; launch++) {
		result = run_passes(&counters, launch, 10, NULL, NULL);
		assert_int_equal(!!row(result, "cycles:host-kernel"),
				 launch % 3 != 2);
		assert_int_equal(!!row(result, "msr_writes"), launch % 3 == 2);
		free(result);
	}
	counters_close(&counters);
}

/* A run too short for all turns says so. */
static void test_turns_that_never_come(void **state)
{
	struct counters counters;
	struct launch_result *result;

	fake_reset(all_rules, ARRAY_SIZE(all_rules));
	fake.counters = 4;
	open_counters(*state, &counters, NULL);
	result = run_passes(&counters, 1, 1, NULL, NULL);
	assert_skip(result, "cycles:guest",
		    "counted by launch 3 only: give --launches 3 or more");
	assert_skip(result, "msr_writes",
		    "counted by launch 2 only: give --launches 2 or more");
	assert_skip(result, "msr_tally_lost", "give --launches 2 or more");
	free(result);
	counters_close(&counters);
}

/* Without a PMU there is still the turn that traces, and it is the first. */
static void test_no_pmu(void **state)
{
	struct counters counters;
	struct launch_result *result;

	fake_reset(all_rules + 2, ARRAY_SIZE(all_rules) - 2);
	open_counters(*state, &counters, NULL);
	assert_int_equal(counters.groups, 0);
	result = run_passes(&counters, 1, 1, NULL, NULL);
	assert_skip(result, "cycles:host-kernel",
		    "No such file or directory: this machine has no PMU");
	assert_per_op(result, "msr_writes", 0);
	free(result);
	result = run_passes(&counters, 2, 2, NULL, NULL);
	assert_skip(result, "cycles:guest", "this machine has no PMU");
	assert_null(row(result, "msr_writes"));
	free(result);
	counters_close(&counters);
}

static void test_nothing_is_permitted(void **state)
{
	struct fake_rule rules[ARRAY_SIZE(all_rules)];
	struct counters counters;
	struct launch_result *result;

	memcpy(rules, all_rules, sizeof(rules));
	for (size_t i = 0; i < ARRAY_SIZE(rules); i++)
		rules[i].error = EACCES;
	fake_reset(rules, ARRAY_SIZE(rules));
	open_counters(*state, &counters, NULL);
	assert_int_equal(counters.groups, 0);
	result = run_passes(&counters, 7, 10, NULL, NULL);
	assert_skip(result, "cycles:guest", "perf_event_paranoid");
	assert_skip(result, "msr_reads", "perf_event_paranoid");
	assert_skip(result, "kvm:kvm_msr",
		    "this kernel has no tracepoint 'kvm:kvm_msr'");
	assert_skip(result, "msr_tally_lost", "perf_event_paranoid");
	assert_skip(result, "exit_reason", "perf_event_paranoid");
	free(result);
	counters_close(&counters);
}

static void test_no_tracefs(void **state)
{
	struct counters counters;
	struct launch_result *result;
	struct error err;

	(void)state;
	fake_reset(all_rules, 2);
	assert_int_equal(counters_open_at(&counters, NULL, -1,
					  "cannot reach tracefs: why",
					  &fake_backend, &err),
			 0);
	result = run_passes(&counters, 1, 10, NULL, NULL);
	assert_skip(result, "msr_writes", "cannot reach tracefs: why");
	assert_skip(result, "msr_tally_lost", "cannot reach tracefs: why");
	assert_skip(result, "exit_reason", "cannot reach tracefs: why");
	assert_per_op(result, "cycles:host-kernel", 0);
	free(result);
	counters_close(&counters);
}

static void test_multiplexed(void **state)
{
	struct counters counters;
	struct launch_result *result;

	fake_reset(all_rules, ARRAY_SIZE(all_rules));
	open_counters(*state, &counters, NULL);
	fake.percent = 25; /* since the groups were tried */
	result = run_passes(&counters, 1, 10, NULL, NULL);
	assert_skip(result, "cycles:host-kernel",
		    "multiplexed: counted for 25.0 % of the time, not scaled");
	free(result);
	counters_close(&counters);
}

/* --- tallies ------------------------------------------------------------- */

static void boundary_records(void)
{
	put_record(KVM_ENTRY, 0, 0, 100);
	put_record(WRITE_MSR, 0xc0000103, 0, 101);
	put_record(READ_MSR, 0x10, 0, 102);
	put_record(WRITE_MSR, 0x48, 0, 103);
	put_record(KVM_EXIT, 30, EXIT_ISA_VMX, 104);
}

/* 5 samples a pass, as many as the rules count. */
static void counted_records(void)
{
	put_record(KVM_ENTRY, 0, 0, 1000);
	put_record(KVM_EXIT, 10, EXIT_ISA_VMX, 2000);
	put_record(WRITE_MSR, 0xc0000103, 0, 2001);
	put_record(WRITE_MSR, 0xc0000103, 0, 2002);
	put_record(READ_MSR, 0xc0000103, 0, 2003);
}

static void test_msr_tally(void **state)
{
	struct counters counters;
	struct launch_result *result;

	fake_reset(all_rules, ARRAY_SIZE(all_rules));
	open_counters(*state, &counters, NULL);
	result =
		run_passes(&counters, 2, 10, boundary_records, counted_records);
	assert_per_op(result, "msr_tally_lost", 0);
	assert_per_op(result, "msr_writes:TSC_AUX", 0.01);
	assert_per_op(result, "msr_reads:TSC_AUX", 0.01);
	assert_null(row(result, "msr_writes:SPEC_CTRL"));
	assert_per_op(result, "exit_reason:CPUID", 0.01);
	assert_null(row(result, "exit_time:CPUID"));
	free(result);
	counters_close(&counters);
}

static void timed_exits(void)
{
	put_record(KVM_EXIT, 10, EXIT_ISA_VMX, 2000);
	put_record(KVM_ENTRY, 0, 0, 2300);
	put_record(KVM_EXIT, 10, EXIT_ISA_VMX, 3000);
	put_record(KVM_ENTRY, 0, 0, 3100);
	put_record(KVM_EXIT, 12, EXIT_ISA_VMX, 4000);
}

static void test_exit_times(void **state)
{
	const struct launch_counter *cpuid;
	struct counters counters;
	struct launch_result *result;

	fake_reset(all_rules, ARRAY_SIZE(all_rules));
	open_counters(*state, &counters, NULL);
	result = run_passes(&counters, 2, 10, boundary_records, timed_exits);
	assert_per_op(result, "exit_reason:CPUID", 0.02);
	assert_per_op(result, "exit_reason:HLT", 0.01);
	cpuid = row(result, "exit_time:CPUID");
	assert_non_null(cpuid);
	assert_int_equal(cpuid->ns.n, 2);
	assert_true(cpuid->ns.min == 100 && cpuid->ns.max == 300 &&
		    cpuid->ns.mean == 200);
	free(result);
	counters_close(&counters);
}

static const char nmi_format[] =
	"\tfield:void * handler;\toffset:8;\tsize:4;\tsigned:0;\n"
	"\tfield:s64 delta_ns;\toffset:12;\tsize:4;\tsigned:1;\n";

static void boundary_and_nmi(void)
{
	boundary_records();
	put_record(NMI_HANDLER, 0x1234, 99, 1900);
}

static void exits_and_nmi(void)
{
	timed_exits();
	put_record(NMI_HANDLER, 0x1234, 700, 5000);
}

/* A row for each handler, the boundary's own calls not in it. */
static void test_nmi_times(void **state)
{
	struct fake_rule rules[ARRAY_SIZE(all_rules) + 1];
	const struct launch_counter *nmi;
	struct counters counters;
	struct launch_result *result;

	memcpy(rules, all_rules, sizeof(all_rules));
	rules[ARRAY_SIZE(all_rules)] = (struct fake_rule){
		.type = PERF_TYPE_TRACEPOINT,
		.config = NMI_HANDLER,
		.step = 1,
	};
	put_point(*state, "nmi/nmi_handler", NMI_HANDLER, nmi_format);
	fake_reset(rules, ARRAY_SIZE(rules));
	open_counters(*state, &counters, NULL);
	result = run_passes(&counters, 2, 10, boundary_and_nmi, exits_and_nmi);
	assert_per_op(result, "msr_tally_lost", 0);
	assert_non_null(row(result, "nmi_time"));
	launch_rows_name_functions(result, "/nonexistent");
	nmi = row(result, "nmi_time:unknown-01234");
	assert_non_null(nmi);
	assert_int_equal(nmi->ns.n, 1);
	assert_true(nmi->ns.p50 == 700);
	free(result);
	counters_close(&counters);
}

static void three_of_five(void)
{
	put_record(KVM_EXIT, 10, EXIT_ISA_VMX, 2000);
	put_record(WRITE_MSR, 0xc0000103, 0, 2001);
	put_record(READ_MSR, 0x10, 0, 2002);
}

/* The kernel counted two more than it could write to the ring. */
static void test_lost_records(void **state)
{
	struct counters counters;
	struct launch_result *result;

	fake_reset(all_rules, ARRAY_SIZE(all_rules));
	open_counters(*state, &counters, NULL);
	result = run_passes(&counters, 2, 10, boundary_records, three_of_five);
	assert_per_op(result, "msr_tally_lost", 0.02);
	assert_skip(result, "exit_reason:CPUID", "2 trace records were lost");
	assert_null(row(result, "exit_time:CPUID"));
	/* The plain counters count all the same. */
	assert_per_op(result, "msr_writes", 0);
	free(result);
	result = run_passes(&counters, 2, 10, NULL, three_of_five);
	assert_skip(result, "msr_writes:TSC_AUX", "7 trace records were lost");
	assert_skip(result, "msr_reads:TSC", "7 trace records were lost");
	free(result);
	counters_close(&counters);
}

/* KVM counts exits, but this back end has no tracepoint there. */
static void test_untraced_exits(void **state)
{
	struct fake_rule rules[ARRAY_SIZE(all_rules)];
	struct counters counters;
	struct launch_result *result;

	memcpy(rules, all_rules, sizeof(rules));
	for (size_t i = 2; i < ARRAY_SIZE(rules); i++)
		rules[i].step = 0;
	fake_reset(rules, ARRAY_SIZE(rules));
	open_counters(*state, &counters, NULL);
	result = run_passes(&counters, 2, 10, NULL, NULL);
	assert_skip(result, "kvm:kvm_exit", "did not fire");
	assert_skip(result, "kvm:kvm_entry", "did not fire");
	assert_skip(result, "exit_reason", "did not fire");
	assert_per_op(result, "kvm:kvm_pio", 0);
	free(result);
	counters_close(&counters);
}

static void test_json(void **state)
{
	struct counters counters;
	json_t *list, *event;
	const char *metric;
	size_t i, seen = 0;

	fake_reset(all_rules, ARRAY_SIZE(all_rules));
	open_counters(*state, &counters, "kvm:kvm_pio,PAGE-FAULTS:u");
	list = counters_json(&counters);
	json_array_foreach(list, i, event) {
		metric = json_string_value(json_object_get(event, "metric"));
		assert_non_null(metric);
		if (!strcmp(metric, "cycles:guest")) {
			seen++;
			/* All of it is test-perf-events' matter. */
			assert_non_null(strstr(
				json_string_value(
					json_object_get(event, "event")),
				"perf::PERF_COUNT_HW_CPU_CYCLES:u=1:k=1:"));
			assert_int_equal(json_integer_value(json_object_get(
						 event, "turn")),
					 0);
			assert_true(
				json_is_null(json_object_get(event, "reason")));
		}
		if (!strcmp(metric, "PAGE-FAULTS:u")) {
			seen++;
			assert_true(
				json_is_null(json_object_get(event, "turn")));
			assert_non_null(
				strstr(json_string_value(json_object_get(
					       event, "reason")),
				       "this machine has no PMU"));
		}
		seen += !strcmp(metric, "kvm:kvm_pio");
	}
	assert_int_equal(seen, 3);
	json_decref(list);
	counters_close(&counters);
}

/* --- to the file --------------------------------------------------------- */

static const char *const csv_rows[] = {
	",cycles:host-kernel,per_op,skip,\"multiplexed: counted for 50.0 % of the time, not scaled\",0,,,,,,,,,,,\n",
	",l1i-misses:host-kernel,per_op,skip,perf_event_open: No such file or directory: this machine has no PMU for it,0,,,,,,,,,,,\n",
	",msr_writes:TSC_AUX,per_op,ok,,100,,,0.01,0.01,,,,,,,\n",
	",exit_time:CPUID,ns,ok,,2,100,150,200,200,250,280,298,299.8,300,141.42,\n",
};

static void append(struct results_dir *dir, const struct variant *variant,
		   uint64_t launch, struct launch_result *result)
{
	static const struct run_identity identity = { "r", "l", "h", "k", "b" };
	struct error err;

	if (results_dir_append(dir, &identity, launch, variant, result, &err))
		fail_msg("%s", err.text);
	free(result);
}

static void both_records(void)
{
	timed_exits();
	counted_records();
}

static void test_csv(void **state)
{
	const struct fixture *f = *state;
	const struct bench bench = { .name = "test/fake" };
	const struct variant variant = { .bench = &bench };
	char *path = xasprintf("%s/results", f->directory), *csv;
	struct counters counters;
	struct results_dir dir;
	struct error err;

	fake_reset(all_rules, ARRAY_SIZE(all_rules));
	open_counters(f, &counters, NULL);
	assert_int_equal(results_dir_create(&dir, path, &err), 0);
	fake.percent = 50;
	append(&dir, &variant, 1, run_passes(&counters, 1, 2, NULL, NULL));
	fake.percent = 0;
	append(&dir, &variant, 2,
	       run_passes(&counters, 2, 2, boundary_records, both_records));
	results_dir_close(&dir);
	free(path);
	path = xasprintf("%s/results/summary.csv", f->directory);
	csv = read_file(path, NULL);
	assert_non_null(csv);
	for (size_t i = 0; i < ARRAY_SIZE(csv_rows); i++)
		if (!strstr(csv, csv_rows[i]))
			fail_msg("no row '%s' in\n%s", csv_rows[i], csv);
	free(csv);
	free(path);
	counters_close(&counters);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		FIXTURE_TEST(test_boundary_is_taken_off),
		FIXTURE_TEST(test_turns),
		FIXTURE_TEST(test_left_over_turn),
		FIXTURE_TEST(test_turns_that_never_come),
		FIXTURE_TEST(test_no_pmu),
		FIXTURE_TEST(test_nothing_is_permitted),
		FIXTURE_TEST(test_no_tracefs),
		FIXTURE_TEST(test_multiplexed),
		FIXTURE_TEST(test_msr_tally),
		FIXTURE_TEST(test_exit_times),
		FIXTURE_TEST(test_nmi_times),
		FIXTURE_TEST(test_lost_records),
		FIXTURE_TEST(test_untraced_exits),
		FIXTURE_TEST(test_json),
		FIXTURE_TEST(test_csv),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
