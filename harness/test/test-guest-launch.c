// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Launches real guests on /dev/kvm: a payload for each way to fail, and the
 * benchmarks whose events KVM's statistics must confirm. Skipped, loudly,
 * where /dev/kvm cannot be used.
 */
#include <sys/wait.h>

#include "guest-fixture.h"

static const struct launch_result *
launch_payload(void **state, const char *payload, double watchdog_seconds)
{
	const struct bench bench = { .name = "test/payload",
				     .payload = payload };

	if (!*state)
		skip();
	return launch(*state, &bench, NULL, watchdog_seconds);
}

static void test_exception_names_vector_and_symbol(void **state)
{
	assert_fails(
		launch_payload(state, "test-ud2", 5),
		"unexpected #UD (vector 6, error code 0x0) at raise_ud2+0x1");
}

static void test_hang_ends_by_watchdog(void **state)
{
	assert_fails(launch_payload(state, "test-hang", 0.3),
		     "no end within 0.3 s; the guest was at payload+");
}

static void test_halt_without_wake_ends_by_watchdog(void **state)
{
	assert_fails(launch_payload(state, "test-hlt", 0.3),
		     "no end within 0.3 s; the guest was at payload+");
}

static void test_triple_fault(void **state)
{
	assert_fails(launch_payload(state, "test-triple-fault", 5),
		     "the guest triple-faulted (KVM_EXIT_SHUTDOWN)");
}

/*
 * Hardware raises #BP; KVM's emulator does not know INT3 and gives up. Before
 * the launch has shown that its code is emulated, that is a failure.
 */
static void test_unemulatable_instruction(void **state)
{
	const struct launch_result *result =
		launch_payload(state, "test-int3", 5);

	assert_string_equal(row_status_name(result->status), "fail");
	assert_true(strstr(result->reason, "unexpected #BP") ||
		    strstr(result->reason, "KVM cannot emulate"));
	assert_non_null(strstr(result->reason, "at payload+"));
}

/* Where all code is emulated, it is a limit of KVM's and no failure. */
static void test_limit_of_emulator(void **state)
{
	const struct launch_result *result =
		launch_payload(state, "test-int3-late", 5);

	assert_int_equal(result->latency.n, 0);
	if (strstr(result->reason, "unexpected #BP")) {
		assert_string_equal(row_status_name(result->status), "fail");
		return;
	}
	assert_string_equal(row_status_name(result->status), "skip");
	if (!strstr(result->reason,
		    "guest code is emulated, and KVM cannot emulate the instruction at payload+"))
		fail_msg("%s", result->reason);
}

static void test_reason_outside_memory(void **state)
{
	assert_fails(launch_payload(state, "test-bad-reason", 5),
		     "the guest aborted with a bad reason");
}

static void test_unknown_payload(void **state)
{
	assert_fails(launch_payload(state, "no-such", 5),
		     "there is no payload 'no-such'");
}

static void test_interrupted_launch_leaves_no_child(void **state)
{
	const struct bench bench = { .payload = "test-hang" };
	const volatile bool now = true;
	struct fixture *f = *state;
	struct launch_request request = {
		.bench = &bench,
		.vcpus = 1,
		.seconds = SECONDS,
		.watchdog_seconds = 60,
	};

	if (!f)
		skip();
	request.topology = f->capabilities.topology;
	request.placement = f->placement;
	assert_int_equal(launch_run(&request, f->result, &now), -1);
	/* It was waited for: this process has no other children. */
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
}

/* Benchmarks whose events are counted wherever KVM has statistics. */
static const struct {
	const char *pattern;
	const char *counter;
} verified[] = {
	{ "exit/pio-user[cpl=3]", "userspace_exits" },
	{ "exit/hlt-wake[idle=1ms]", "halt_exits" },
	{ "timer/tscdeadline-immed", "irq_injections" },
	{ "timer/tscdeadline[delay=1ms,wait=hlt]", "halt_exits" },
	{ "ipi/self[wait=spin]", "irq_injections" },
	{ "nmi/self", "nmi_injections" },
};

static void test_events_are_confirmed(void **state)
{
	struct fixture *f = *state;
	const struct launch_result *result;

	if (!f)
		skip();
	for (size_t i = 0; i < ARRAY_SIZE(verified); i++) {
		launch_pattern(f, verified[i].pattern);
		result = f->result;
		if (result->status != STATUS_OK)
			fail_msg("%s: %s: %s", verified[i].pattern,
				 row_status_name(result->status),
				 result->reason);
		assert_true(result->latency.n > 0);
		assert_true(result->latency.min > 0);
		assert_true(result->overhead > 0);
		if (!f->capabilities.apicv)
			assert_near_one(result, verified[i].counter);
	}
}

static void test_histogram_holds_every_sample(void **state)
{
	struct fixture *f = *state;
	uint64_t sum = 0;

	if (!f)
		skip();
	launch_pattern(f, "base/empty[cpl=3]");
	for (unsigned int i = 0; i < HISTOGRAM_BUCKETS; i++)
		sum += f->result->histogram[i];
	assert_int_equal(sum, f->result->latency.n);
	assert_true(sum > 100);
}

/* A loop that expects one exit an op and causes none must not pass. */
static void test_wrong_expectation_fails(void **state)
{
	const struct bench bench = {
		.name = "test/none",
		.payload = "base-empty",
		.expect = { { EXPECT_EACH, "userspace_exits", 1 } },
	};
	const struct launch_result *result;

	if (!*state)
		skip();
	result = launch(*state, &bench, NULL, 5);
	assert_string_equal(row_status_name(result->status), "fail");
	assert_string_equal(result->reason,
			    "userspace_exits per op is 0, 1 was expected");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_exception_names_vector_and_symbol),
		cmocka_unit_test(test_hang_ends_by_watchdog),
		cmocka_unit_test(test_halt_without_wake_ends_by_watchdog),
		cmocka_unit_test(test_triple_fault),
		cmocka_unit_test(test_unemulatable_instruction),
		cmocka_unit_test(test_limit_of_emulator),
		cmocka_unit_test(test_reason_outside_memory),
		cmocka_unit_test(test_unknown_payload),
		cmocka_unit_test(test_interrupted_launch_leaves_no_child),
		cmocka_unit_test(test_events_are_confirmed),
		cmocka_unit_test(test_histogram_holds_every_sample),
		cmocka_unit_test(test_wrong_expectation_fails),
	};

	return cmocka_run_group_tests(tests, guest_setup, guest_teardown);
}
