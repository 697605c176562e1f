// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Encodings, by libpfm4 for PMUs that this machine need not have, and groups
 * on a kernel made up for the test.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "fake-perf.h"
#include "perf-events.h"
#include "perf-groups.h"

static int reset(void **state)
{
	(void)state;
	fake_reset(NULL, 0);
	return 0;
}

/* What a child writes and this process reads. */
struct encoded {
	int ret;
	struct perf_event_attr attr;
	char text[256];
	char error[256];
};

/*
 * Encode @name as on a machine with PMU @pmu: in a child, as libpfm4 decides
 * once in a process which PMUs there are. The result lasts until the next.
 */
static const struct encoded *encode_on(const char *pmu, const char *name)
{
	static struct encoded *encoded;
	struct perf_event event;
	struct error err;
	int status;
	pid_t pid;

	if (!encoded)
		encoded = mmap(NULL, sizeof(*encoded), PROT_READ | PROT_WRITE,
			       MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	memset(encoded, 0, sizeof(*encoded));
	pid = fork();
	if (!pid) {
		setenv("LIBPFM_FORCE_PMU", pmu, 1);
		encoded->ret = perf_event_encode(&event, "x", name, &err);
		encoded->attr = event.attr;
		snprintf(encoded->text, sizeof(encoded->text), "%.255s",
			 event.text ? event.text : "");
		snprintf(encoded->error, sizeof(encoded->error), "%.255s",
			 encoded->ret ? err.text : "");
		_exit(0);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	return encoded;
}

/*
 * The codes are those of the Intel SDM (vol. 3, 20.2.1; perfmon event tables)
 * and of AMD's PPRs: event select in bits 0-7 and, AMD, 32-35; unit mask in
 * 8-15.
 */
static const struct {
	const char *pmu, *name;
	uint64_t config;
	bool user, kernel, guest, host;
	const char *text;
} encodings[] = {
	{ "skl", "INST_RETIRED:k:mh", 0x00c0, 0, 1, 0, 1, "skl::INST_RETIRED" },
	{ "skl", "UNHALTED_CORE_CYCLES:u:k:mg", 0x003c, 1, 1, 1, 0,
	  "skl::UNHALTED_CORE_CYCLES" },
	{ "skl", "BR_MISP_RETIRED:ALL_BRANCHES:u:mh", 0x00c5, 1, 0, 0, 1,
	  "skl::BR_MISP_RETIRED:ALL_BRANCHES" },
	{ "icl", "INST_RETIRED:ANY_P:k:mh", 0x00c0, 0, 1, 0, 1,
	  "icl::INST_RETIRED" },
	{ "spr", "INST_RETIRED:ANY_P:u:mg", 0x00c0, 1, 0, 1, 0,
	  "spr::INST_RETIRED" },
	{ "amd64_fam17h_zen2", "RETIRED_INSTRUCTIONS:k:mh", 0x00c0, 0, 1, 0, 1,
	  "amd64_fam17h_zen2::RETIRED_INSTRUCTIONS" },
	{ "amd64_fam19h_zen3", "RETIRED_INSTRUCTIONS:u:k:mg", 0x00c0, 1, 1, 1,
	  0, "amd64_fam19h_zen3::RETIRED_INSTRUCTIONS" },
	{ "amd64_fam19h_zen3", "CYCLES_NOT_IN_HALT:k:mh", 0x0076, 0, 1, 0, 1,
	  "amd64_fam19h_zen3::CYCLES_NOT_IN_HALT" },
	{ "amd64_fam19h_zen4",
	  "RETIRED_BRANCH_INSTRUCTIONS_MISPREDICTED:k:mg:mh", 0x00c3, 0, 1, 1,
	  1, "amd64_fam19h_zen4::RETIRED_BRANCH_INSTRUCTIONS_MISPREDICTED" },
};

static void test_encodings_of_other_machines(void **state)
{
	const struct encoded *e;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(encodings); i++) {
		e = encode_on(encodings[i].pmu, encodings[i].name);
		if (e->ret || !strstr(e->text, encodings[i].text))
			fail_msg("%s: '%s' %s", encodings[i].name, e->text,
				 e->error);
		assert_int_equal(e->attr.type, PERF_TYPE_RAW);
		assert_int_equal(e->attr.config, encodings[i].config);
		assert_int_equal(e->attr.exclude_user, !encodings[i].user);
		assert_int_equal(e->attr.exclude_kernel, !encodings[i].kernel);
		assert_int_equal(e->attr.exclude_guest, !encodings[i].guest);
		assert_int_equal(e->attr.exclude_host, !encodings[i].host);
		assert_int_equal(e->attr.disabled, 1);
	}
}

/* An event of one vendor is none of the other's. */
static void test_wrong_machine(void **state)
{
	const struct encoded *e;

	(void)state;
	e = encode_on("skl", "RETIRED_INSTRUCTIONS:k");
	assert_int_equal(e->ret, -1);
	assert_string_equal(
		e->error,
		"cannot encode event 'RETIRED_INSTRUCTIONS:k': event not found");
	e = encode_on("amd64_fam19h_zen3", "INST_RETIRED:k");
	assert_int_equal(e->ret, -1);
}

static void test_errors_name_the_event(void **state)
{
	struct perf_events events = { 0 };
	struct error err;

	(void)state;
	assert_int_equal(perf_events_add_list(&events, "PAGE-FAULTS,frob:k", -1,
					      "", &err),
			 -1);
	assert_string_equal(err.text,
			    "cannot encode event 'frob:k': event not found");
	assert_int_equal(
		perf_events_add_list(&events, "cycles:zz", -1, "", &err), -1);
	assert_string_equal(
		err.text,
		"cannot encode event 'cycles:zz': invalid event attribute");
	assert_int_equal(perf_events_add_list(&events, "a,,b", -1, "", &err),
			 -1);
	/* It may be one, which tracefs could have told. */
	assert_int_equal(perf_events_add_list(&events, "msr:frob", -1,
					      "cannot reach tracefs: why",
					      &err),
			 -1);
	assert_string_equal(
		err.text,
		"cannot encode event 'msr:frob': event not found; as a tracepoint: cannot reach tracefs: why");
	/* Without tracefs the reason is tracefs's. */
	assert_int_equal(perf_events_add_list(&events, "tracepoint:kvm:x", -1,
					      "cannot reach tracefs: why",
					      &err),
			 -1);
	assert_string_equal(err.text, "cannot reach tracefs: why");
	perf_events_free(&events);
}

/* libpfm4 would count the guest alone. */
static void test_negated_host_or_guest(void **state)
{
	struct perf_event event;
	struct error err;

	(void)state;
	assert_int_equal(perf_event_encode(&event, "x", "cycles:mg=0", &err),
			 -1);
	assert_non_null(strstr(err.text, "leave out"));
	assert_int_equal(perf_event_encode(&event, "x", "cycles:k:MH=0", &err),
			 -1);
}

static void test_user_events(void **state)
{
	struct perf_events events = { 0 };
	struct error err;

	(void)state;
	assert_int_equal(
		perf_events_add_list(
			&events,
			"PAGE-FAULTS:u:mh,CONTEXT-SWITCHES,PAGE-FAULTS:u:mh",
			-1, "", &err),
		0);
	assert_int_equal(events.count, 2);
	assert_string_equal(events.event[0].metric, "PAGE-FAULTS:u:mh");
	assert_int_equal(events.event[0].attr.type, PERF_TYPE_SOFTWARE);
	assert_int_equal(events.event[0].attr.config,
			 PERF_COUNT_SW_PAGE_FAULTS);
	assert_int_equal(events.event[0].attr.exclude_kernel, 1);
	/* The default: the host, both rings. */
	assert_int_equal(events.event[1].attr.exclude_guest, 1);
	assert_int_equal(events.event[1].attr.exclude_kernel, 0);
	assert_int_equal(events.event[1].attr.exclude_user, 0);
	perf_events_free(&events);
}

static const struct perf_event *find(const struct perf_events *events,
				     const char *metric)
{
	for (size_t i = 0; i < events->count; i++)
		if (!strcmp(events->event[i].metric, metric))
			return &events->event[i];
	fail_msg("there is no '%s'", metric);
	return NULL;
}

static void assert_split(const struct perf_event *event, bool user, bool kernel,
			 bool guest)
{
	assert_int_equal(event->attr.type, PERF_TYPE_HARDWARE);
	assert_int_equal(event->attr.exclude_user, !user);
	assert_int_equal(event->attr.exclude_kernel, !kernel);
	assert_int_equal(event->attr.exclude_guest, !guest);
	assert_int_equal(event->attr.exclude_host, guest);
}

/* As libpfm4 says it; where CPUs have one, with a hypervisor's modifier. */
static void assert_full_name(const char *text)
{
	static const char begin[] = "perf::PERF_COUNT_HW_CPU_CYCLES:u=1:k=1:";
	static const char end[] = "precise=0:excl=0:mg=1:mh=0";

	assert_memory_equal(text, begin, strlen(begin));
	text += strlen(begin);
	if (!strncmp(text, "h=0:", 4))
		text += 4;
	assert_string_equal(text, end);
}

static void test_default_events(void **state)
{
	struct perf_events events = { 0 };

	(void)state;
	perf_events_add_pmu(&events);
	for (size_t i = 0; i < events.count; i++)
		assert_string_equal(events.event[i].reason, "");
	assert_split(find(&events, "cycles:host-kernel"), false, true, false);
	assert_split(find(&events, "cycles:host-user"), true, false, false);
	assert_split(find(&events, "cycles:guest"), true, true, true);
	assert_split(find(&events, "instructions:guest"), true, true, true);
	assert_full_name(find(&events, "cycles:guest")->text);
	perf_events_free(&events);
}

/* --- groups ------------------------------------------------------------- */

/* Hardware events 0 ... of the fake machine, in a list. */
static void add_hardware(struct perf_events *events, size_t count)
{
	events->event = xcalloc(count, sizeof(*events->event));
	for (; events->count < count; events->count++) {
		struct perf_event *event = &events->event[events->count];

		event->group = -1;
		event->attr.type = PERF_TYPE_HARDWARE;
		event->attr.config = events->count;
	}
}

static const struct fake_rule three[] = {
	{ .type = PERF_TYPE_HARDWARE, .config = 0, .step = 10 },
	{ .type = PERF_TYPE_HARDWARE, .config = 1, .step = 20 },
	{ .type = PERF_TYPE_HARDWARE, .config = 2, .step = 30 },
};

static void assert_groups(int groups, int a, int b, int c)
{
	struct perf_events events = { 0 };

	add_hardware(&events, 3);
	assert_int_equal(perf_groups_plan(&events, &fake_backend), groups);
	assert_int_equal(events.event[0].group, a);
	assert_int_equal(events.event[1].group, b);
	assert_int_equal(events.event[2].group, c);
	for (size_t i = 0; i < events.count; i++)
		assert_string_equal(events.event[i].reason, "");
	assert_int_equal(fake.nr_open, 0);
	perf_events_free(&events);
}

static void test_all_fit_one_group(void **state)
{
	(void)state;
	fake_reset(three, ARRAY_SIZE(three));
	assert_groups(1, 0, 0, 0);
}

/* The kernel refuses a group that its PMU can never schedule. */
static void test_too_many_for_the_pmu(void **state)
{
	(void)state;
	fake_reset(three, ARRAY_SIZE(three));
	fake.counters = 2;
	assert_groups(2, 0, 0, 1);
	fake_reset(three, ARRAY_SIZE(three));
	fake.counters = 1;
	assert_groups(3, 0, 1, 2);
}

/* It opens, but does not count: the NMI watchdog has a counter. */
static void test_opens_and_does_not_run(void **state)
{
	(void)state;
	fake_reset(three, ARRAY_SIZE(three));
	fake.scheduled = 2;
	assert_groups(2, 0, 0, 1);
}

static void test_none_runs(void **state)
{
	static const struct fake_rule one[] = {
		{ .type = PERF_TYPE_HARDWARE, .config = 0, .step = 10 },
	};
	struct perf_events events = { 0 };

	(void)state;
	fake_reset(one, ARRAY_SIZE(one));
	fake.percent = 40;
	add_hardware(&events, 1);
	assert_int_equal(perf_groups_plan(&events, &fake_backend), 0);
	assert_string_equal(
		events.event[0].reason,
		"multiplexed: counted for 40.0 % of the time, not scaled");
	perf_events_free(&events);
}

/* One that is refused keeps none of the others from counting. */
static void test_refusals(void **state)
{
	static const struct {
		int error;
		const char *reason;
	} refusals[] = {
		{ ENOENT,
		  "perf_event_open: No such file or directory: this machine has no PMU for it" },
		{ EACCES,
		  "perf_event_open: Permission denied: needs CAP_PERFMON or less perf_event_paranoid" },
		{ EPERM,
		  "perf_event_open: Operation not permitted: needs CAP_PERFMON or less perf_event_paranoid" },
		{ EOPNOTSUPP,
		  "perf_event_open: Operation not supported: its PMU cannot do that" },
		{ EBUSY,
		  "perf_event_open: Device or resource busy: another user has its PMU for himself" },
		{ EINTR, "perf_event_open: Interrupted system call" },
	};
	struct fake_rule rules[ARRAY_SIZE(three)];
	struct perf_events events;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(refusals); i++) {
		memcpy(rules, three, sizeof(three));
		rules[1].error = refusals[i].error;
		fake_reset(rules, ARRAY_SIZE(rules));
		events = (struct perf_events){ 0 };
		add_hardware(&events, 3);
		assert_int_equal(perf_groups_plan(&events, &fake_backend), 1);
		assert_int_equal(events.event[0].group, 0);
		assert_int_equal(events.event[1].group, -1);
		assert_int_equal(events.event[2].group, 0);
		assert_string_equal(events.event[1].reason, refusals[i].reason);
		perf_events_free(&events);
	}
}

static void test_read(void **state)
{
	struct perf_group group = { .backend = &fake_backend };
	struct perf_group_values before, after;
	struct perf_event_attr attr = { .type = PERF_TYPE_HARDWARE };
	char reason[PERF_REASON_SIZE];

	(void)state;
	fake_reset(three, ARRAY_SIZE(three));
	assert_int_equal(perf_group_add(&group, &attr), 0);
	attr.config = 2;
	assert_int_equal(perf_group_add(&group, &attr), 0);
	assert_int_equal(perf_group_read(&group, &before), 0);
	assert_int_equal(perf_group_start(&group), 0);
	assert_int_equal(perf_group_stop(&group), 0);
	assert_int_equal(perf_group_read(&group, &after), 0);
	assert_int_equal(after.value[0], 10);
	assert_int_equal(after.value[1], 30);
	assert_true(perf_group_counted_all(&before, &after, reason,
					   sizeof(reason)));
	/* Nothing was enabled in between: nothing was counted. */
	assert_false(
		perf_group_counted_all(&after, &after, reason, sizeof(reason)));
	/* The kernel tells of another number of events than there are. */
	group.count = 1;
	assert_int_equal(perf_group_read(&group, &after), -1);
	assert_int_equal(errno, EIO);
	group.count = 2;
	perf_group_close(&group);
	assert_int_equal(fake.nr_open, 0);
}

/* The running kernel, with software events, which every machine has. */
static void test_software_events(void **state)
{
	struct perf_events events = { 0 };
	struct perf_group group = { .backend = &perf_kernel };
	struct perf_group_values before, after;
	char reason[PERF_REASON_SIZE];
	struct error err;
	void *pages;

	(void)state;
	assert_int_equal(perf_events_add_list(
				 &events, "PAGE-FAULTS:u:k,MINOR-FAULTS:u:k",
				 -1, "", &err),
			 0);
	if (!perf_groups_plan(&events, &perf_kernel)) {
		fprintf(stderr, "NOT TESTED: %s\n", events.event[0].reason);
		perf_events_free(&events);
		skip();
	}
	for (size_t i = 0; i < events.count; i++)
		assert_int_equal(perf_group_add(&group, &events.event[i].attr),
				 0);
	assert_int_equal(perf_group_read(&group, &before), 0);
	assert_int_equal(perf_group_start(&group), 0);
	pages = mmap(NULL, 64 * 4096, PROT_READ | PROT_WRITE,
		     MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
	madvise(pages, 64 * 4096, MADV_DONTNEED);
	for (size_t i = 0; i < 64; i++)
		((volatile char *)pages)[4096 * i] = 1;
	assert_int_equal(perf_group_stop(&group), 0);
	assert_int_equal(perf_group_read(&group, &after), 0);
	assert_true(perf_group_counted_all(&before, &after, reason,
					   sizeof(reason)));
	assert_in_range(after.value[0] - before.value[0], 64, 80);
	assert_in_range(after.value[1] - before.value[1], 64, 80);
	munmap(pages, 64 * 4096);
	perf_group_close(&group);
	perf_events_free(&events);
}

#define TEST(test) cmocka_unit_test_setup(test, reset)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_encodings_of_other_machines),
		TEST(test_wrong_machine),
		TEST(test_errors_name_the_event),
		TEST(test_negated_host_or_guest),
		TEST(test_user_events),
		TEST(test_default_events),
		TEST(test_all_fit_one_group),
		TEST(test_too_many_for_the_pmu),
		TEST(test_opens_and_does_not_run),
		TEST(test_none_runs),
		TEST(test_refusals),
		TEST(test_read),
		TEST(test_software_events),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
