// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Guests that do their worst on /dev/kvm, each launched as any other guest is:
 * the launch becomes a `fail` row whose reason is one line of plain text, and
 * nothing is left of it. Prints what each did and what its row said.
 */
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <sys/wait.h>

#include "bench/msr-filter.h"
#include "guest-fixture.h"
#include "guest/test/hostile.h"
#include "vm.h"

/* Ends what ends by itself, however slow the machine, and what does not. */
#define ENOUGH	    20
#define ENDLESS	    0.3
#define MAX_REASONS 3

#define FILTERED_MSR 0x4b564dff /* nobody's */

static const struct hostile_case {
	const char *name;
	double watchdog;
	unsigned int vcpus; /* 0: one */
	/* Which of them depends on the CPU and on what emulates the guest. */
	const char *reason[MAX_REASONS];
} cases[HOSTILES] = {
	[HOSTILE_ALL_MEMORY] = { "ones all over memory",
				 ENOUGH,
				 0,
				 { "triple-faulted", "KVM_EXIT_INTERNAL_ERROR",
				   "no end within" } },
	[HOSTILE_PAGE_TABLES] = { "page tables cleared",
				  ENOUGH,
				  0,
				  { "triple-faulted" } },
	[HOSTILE_IDT] = { "garbage in the IDT",
			  ENOUGH,
			  0,
			  { "triple-faulted" } },
	[HOSTILE_SHARED] = { "ones in the shared page",
			     ENOUGH,
			     0,
			     { "claims more samples than fit" } },
	[HOSTILE_SAMPLES] = { "ones in all samples",
			      ENOUGH,
			      0,
			      { "1 ticks before what it is timed from" } },
	[HOSTILE_RACE] = { "a vCPU writes the shared page meanwhile",
			   ENOUGH,
			   2,
			   { "claims more samples than fit", "took no samples",
			     "unexpected NMI" } },
	[HOSTILE_PEER] = { "a second vCPU triple-faults",
			   ENOUGH,
			   2,
			   { "vCPU 1: the guest triple-faulted" } },
	[HOSTILE_MANY_SAMPLES] = { "a sample more than fits",
				   ENOUGH,
				   0,
				   { "claims more samples than fit" } },
	[HOSTILE_2_TO_63] = { "2^63 samples",
			      ENOUGH,
			      0,
			      { "claims more samples than fit" } },
	[HOSTILE_COUNTED_2_TO_63] = { "2^63 ops counted",
				      ENOUGH,
				      0,
				      { "per op is 0, 1 was expected" } },
	[HOSTILE_COUNTED_NONE] = { "no op counted", ENOUGH, 0, { "no op" } },
	[HOSTILE_DONE] = { "DONE at once", ENOUGH, 0, { "left out a pass" } },
	[HOSTILE_TWICE] = { "BEGIN again and again",
			    ENOUGH,
			    0,
			    { "began a pass twice" } },
	[HOSTILE_BAD_PASS] = { "END of pass 16777215",
			       ENOUGH,
			       0,
			       { "named a pass 16777215" } },
	[HOSTILE_UNKNOWN] = { "an unknown message",
			      ENOUGH,
			      0,
			      { "unknown message 0xffffffff" } },
	[HOSTILE_BREAK] = { "BREAK that nobody asked for",
			    ENOUGH,
			    0,
			    { "sent BREAK without" } },
	[HOSTILE_START] = { "START of vCPUs that are not there",
			    ENOUGH,
			    0,
			    { "out of turn" } },
	[HOSTILE_REASON_END] = { "ABORT, the reason ends with memory",
				 ENOUGH,
				 0,
				 { "bad reason" } },
	[HOSTILE_REASON_BEHIND] = { "ABORT, the reason behind memory",
				    ENOUGH,
				    0,
				    { "bad reason" } },
	[HOSTILE_REASON_WRAPS] = { "ABORT, the reason at 2^64 - 1",
				   ENOUGH,
				   0,
				   { "bad reason" } },
	[HOSTILE_REASON_HUGE] = { "ABORT, a reason of 1 MiB",
				  ENOUGH,
				  0,
				  { "aborted: AAAA" } },
	[HOSTILE_REASON_ESCAPES] = { "ABORT, escape sequences",
				     ENOUGH,
				     0,
				     { "aborted: ?]0;owned??[2J?????%s%n" } },
	[HOSTILE_REASON_EMPTY] = { "ABORT, an empty reason",
				   ENOUGH,
				   0,
				   { "bad reason" } },
	[HOSTILE_EXCEPTION] = { "ABORT by exception 2^64 - 1",
				ENOUGH,
				0,
				{ "unexpected interrupt "
				  "(vector 18446744073709551615" } },
	[HOSTILE_SHUTDOWN] = { "triple fault", ENOUGH, 0, { "triple-faulted" } },
	[HOSTILE_EXECUTE_MMIO] = { "a jump out of memory",
				   ENOUGH,
				   0,
				   { "KVM_EXIT_INTERNAL_ERROR",
				     "triple-faulted", "unexpected" } },
	[HOSTILE_PORT_OUT8] = { "OUT of a byte",
				ENOUGH,
				0,
				{ "used port 0x600" } },
	[HOSTILE_PORT_OUT16] = { "OUT of 16 bits",
				 ENOUGH,
				 0,
				 { "used port 0x600" } },
	[HOSTILE_PORT_OUT32] = { "OUT of 32 bits",
				 ENOUGH,
				 0,
				 { "used port 0x600" } },
	[HOSTILE_PORT_IN8] = { "IN of a byte",
			       ENOUGH,
			       0,
			       { "used port 0x600" } },
	[HOSTILE_PORT_IN32] = { "IN of 32 bits",
				ENOUGH,
				0,
				{ "used port 0x600" } },
	[HOSTILE_PORT_OUTS] = { "REP OUTS of messages",
				ENOUGH,
				0,
				{ "used port 0x500", "message 0xffffffff",
				  "KVM_EXIT_INTERNAL_ERROR" } },
	[HOSTILE_PORT_INS] = { "REP INS of messages",
			       ENOUGH,
			       0,
			       { "used port 0x500",
				 "KVM_EXIT_INTERNAL_ERROR" } },
	[HOSTILE_PORT_SMALL] = { "a message of one byte",
				 ENOUGH,
				 0,
				 { "used port 0x500" } },
	[HOSTILE_RESET] = { "reset by the keyboard controller",
			    ENOUGH,
			    0,
			    { "used port 0x64" } },
	[HOSTILE_MMIO_READ] = { "read where no memory is",
				ENOUGH,
				0,
				{ "touched address 0xd0002000" } },
	[HOSTILE_MMIO_WRITE] = { "write where no memory is",
				 ENOUGH,
				 0,
				 { "touched address 0xd0002000" } },
	[HOSTILE_NO_MSR] = { "RDMSR of none", ENOUGH, 0, { "unexpected #GP" } },
	/* Before Linux 5.10 there is no filter. */
	[HOSTILE_FILTERED_MSR] = { "RDMSR of what the monitor should answer",
				   ENOUGH,
				   0,
				   { "KVM sent MSR 0x4b564dff to the monitor",
				     "unexpected #GP" } },
	[HOSTILE_SPIN] = { "spin, interrupts off",
			   ENDLESS,
			   0,
			   { "no end within 0.3 s" } },
	[HOSTILE_HALT] = { "halt, interrupts off",
			   ENDLESS,
			   0,
			   { "no end within 0.3 s" } },
	[HOSTILE_INIT] = { "INIT to itself",
			   ENDLESS,
			   0,
			   { "no end within 0.3 s", "KVM_EXIT_INTERNAL_ERROR",
			     "triple-faulted" } },
	[HOSTILE_FLOOD_PORT] = { "OUTs without end, to the monitor",
				 ENDLESS,
				 0,
				 { "no end within 0.3 s" } },
	[HOSTILE_FLOOD_KERNEL] = { "CPUIDs without end",
				   ENDLESS,
				   0,
				   { "no end within 0.3 s" } },
	[HOSTILE_FLOOD_MOVE] = { "MOVEs without end",
				 ENDLESS,
				 0,
				 { "no end within 0.3 s",
				   "no other pCPU to move to" } },
	[HOSTILE_FLOOD_NMI] = { "NMIs without end",
				ENDLESS,
				0,
				{ "no end within 0.3 s" } },
	[HOSTILE_ALL_MSRS] = { "ones into all MSRs", 2, 0, { NULL } },
};

static int prepare(struct bench_context *context, struct error *err)
{
	vm_shared(context->vm)->arg[HOSTILE_ARG_MEMORY] =
		context->vm->memory_size;
	return msr_filter_set(context, err) < 0 ? -1 : 0;
}

static unsigned int count_descriptors(void)
{
	DIR *dir = opendir("/proc/self/fd");
	unsigned int count = 0;

	assert_non_null(dir);
	while (readdir(dir))
		count++;
	closedir(dir);
	return count;
}

static bool gives_reason(const struct hostile_case *c, const char *reason)
{
	if (!c->reason[0])
		return *reason;
	for (int i = 0; i < MAX_REASONS && c->reason[i]; i++)
		if (strstr(reason, c->reason[i]))
			return true;
	return false;
}

static void check(const struct hostile_case *c,
		  const struct launch_result *result)
{
	assert_string_equal(row_status_name(result->status), "fail");
	if (!gives_reason(c, result->reason))
		fail_msg("%s: '%s'", c->name, result->reason);
	for (const char *s = result->reason; *s; s++)
		if (!isprint((unsigned char)*s))
			fail_msg("%s: byte %#x in the reason", c->name, *s);
	/* By the launch's own watchdog, not by the parent's. */
	assert_null(strstr(result->reason, "KVM_RUN did not return"));
	assert_null(strstr(result->reason, "launch process"));
	assert_false(result->broke);
	assert_int_not_equal(result->confined, CONFINED_NOT_ASKED);
	/* It was waited for: this process has no other children. */
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
	assert_int_equal(errno, ECHILD);
}

static void test_every_attack_is_a_failure(void **state)
{
	struct fixture *f = *state;
	const struct launch_result *result;
	unsigned int descriptors;

	if (!f)
		skip();
	descriptors = count_descriptors();
	for (uint64_t what = 0; what < HOSTILES; what++) {
		const struct hostile_case *c = &cases[what];
		const struct bench bench = {
			.name = "test/hostile",
			.payload = "test-hostile",
			.arg = { [HOSTILE_ARG_WHAT] = what,
				 [ABI_ARG_MSR] = FILTERED_MSR },
			.vcpus = c->vcpus,
			.expect = { { EXPECT_EACH, "halt_exits", 1 } },
			.setup = prepare,
		};

		assert_non_null(c->name);
		if (c->vcpus > 1 && f->placement.helper_cpu < 0)
			continue;
		result = launch(f, &bench, NULL, c->watchdog);
		check(c, result);
		printf("%-42s %s\n", c->name, result->reason);
		assert_int_equal(count_descriptors(), descriptors);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_attack_is_a_failure),
	};

	return cmocka_run_group_tests(tests, guest_setup, guest_teardown);
}
