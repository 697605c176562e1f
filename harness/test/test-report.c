// SPDX-License-Identifier: GPL-2.0-or-later
/* The block for cover letters, as the command prints it. */
#include "run-fixture.h"

#include "command.h"
#include "error.h"

/* Hardware that nobody could object to. */
#define GOOD_HOST                                                          \
	"\"tool\": {\"version\": \"0.1\", \"commit\": \"1234567890ab\"},"  \
	"\"cpu\": {\"model_name\": \"Some CPU\", \"family\": 6,"           \
	" \"model\": 85, \"stepping\": 4, \"microcode\": \"0x2007006\"},"  \
	"\"smt\": {\"active\": false}, \"frequency\": {\"turbo\": false}," \
	"\"hypervisor\": {\"present\": false},"                            \
	"\"mitigations\": {\"l1tf\": \"Not affected\","                    \
	" \"spectre_v2\": \"Mitigation: Retpolines\"},"                    \
	"\"placement\": {\"cpu\": 3, \"helper_cpu\": 2, \"node\": 0},"     \
	"\"isolation\": {\"isolated\": \"2-3\", \"nohz_full\": \"none\"}," \
	"\"run\": {\"finished_utc\": \"2026-01-31T12:10:00Z\","            \
	" \"started_utc\": \"2026-01-31T12:00:00Z\"},"                     \
	"\"guest\": {\"tsc_khz\": 2000000, \"emulated\": false}"
#define GOOD_KERNEL                                                        \
	"\"kernel\": {\"version\": \"#1 SMP\", \"debug\": false,"          \
	" \"debug_options\": []},"                                         \
	"\"kvm\": {\"backend\": \"svm\", \"backend_name\": \"amd\","       \
	" \"modules\": {\"kvm_amd\": {\"parameters\": {\"avic\": \"N\"}}," \
	" \"kvm\": {\"parameters\": {\"halt_poll_ns\": \"0\"}}}},"
#define CHECKED "\"check\": []"

static const char good_env[] = "{" GOOD_KERNEL GOOD_HOST "," CHECKED "}";

/* Everything that takes away from the worth of numbers, at once. */
static const char bad_env[] =
	"{\"kernel\": {\"debug\": true,"
	" \"debug_options\": [\"KASAN\", \"PROVE_LOCKING\"]},"
	"\"kvm\": {\"backend\": \"other\", \"backend_name\": \"pvm\"},"
	"\"hypervisor\": {\"present\": true, \"signature\": \"KVMKVMKVM\"},"
	"\"guest\": {\"emulated\": true, \"tsc_khz\": 1000000},"
	"\"run\": {\"started_utc\": \"2026-01-31T12:00:00Z\"},"
	"\"noise\": {\"cpu\": 3, \"lost_share\": 0.021,"
	" \"longest_us\": 4000.0},"
	"\"check\": [{\"finding\": \"tsc\", \"status\": \"fail\","
	" \"seen\": \"no constant_tsc\"},"
	" {\"finding\": \"turbo\", \"status\": \"warn\", \"seen\": \"on\"},"
	" {\"finding\": \"smt\", \"status\": \"warn\", \"seen\": \"on\"},"
	" {\"finding\": \"load\", \"status\": \"ok\", \"seen\": \"0\"},"
	" {\"finding\": \"hypervisor\", \"status\": \"warn\","
	" \"seen\": \"KVM\"}]}";

/* Ten launches; exit/cpuid takes @factor of 1000 ticks. */
static void write_run(const struct fixture *f, enum run_side side,
		      double factor, const char *status)
{
	struct run_writer w = run_begin(f, side);

	for (w.launch = 1; w.launch <= 10; w.launch++) {
		double noise = w.launch * 7 % 10;

		run_latency(&w, "exit/cpuid", "cpl=0", status,
			    factor * (1000 + noise));
		run_counter(&w, "exit/cpuid", "cpl=0", "exits",
			    w.launch == 1 ? 1.5 : 1);
		if (w.launch == 1)
			run_counter(&w, "exit/cpuid", "cpl=0", "irq_exits",
				    0.5);
		run_latency(&w, "exit/pio-user", "cpl=0", "ok", 5000 + noise);
		run_counter(&w, "exit/pio-user", "cpl=0", "exits", 1);
		run_counter(&w, "exit/pio-user", "cpl=0", "msr_writes:TSC_AUX",
			    2);
		run_status(&w, "msr/rd-spec-ctrl", "", "skip", "no such MSR");
	}
	run_end(&w);
}

/* What `report @arguments` prints; the caller frees it. */
static char *report(const struct fixture *f, const char *const *arguments,
		    int expected)
{
	char *argv[16] = { (char *)"report" }, *text;
	char *path = xasprintf("%s/out", f->directory);
	int argc = 1, saved = dup(STDOUT_FILENO), status;

	for (; *arguments; arguments++)
		argv[argc++] = (char *)*arguments;
	fflush(stdout);
	assert_non_null(freopen(path, "w", stdout));
	status = cmd_report(argc, argv);
	fflush(stdout);
	assert_true(dup2(saved, STDOUT_FILENO) >= 0);
	close(saved);
	assert_int_equal(status, expected);
	text = read_file(path, NULL);
	assert_non_null(text);
	free(path);
	return text;
}

#define REPORT(f, status, ...) \
	report(f, (const char *const[]){ __VA_ARGS__, NULL }, status)

static void assert_contains(const char *text, const char *part)
{
	if (!strstr(text, part))
		fail_msg("'%s' is not in:\n%s", part, text);
}

static void assert_lacks(const char *text, const char *part)
{
	if (strstr(text, part))
		fail_msg("'%s' is in:\n%s", part, text);
}

/* Lines of 72 columns of printable ASCII, without blanks at their ends. */
static void assert_mailable(const char *text)
{
	size_t column = 0;

	for (const char *c = text; *c; c++) {
		if (*c == '\n') {
			assert_true(c == text || c[-1] != ' ');
			column = 0;
			continue;
		}
		assert_true(*c >= ' ' && *c <= '~');
		if (++column > 72)
			fail_msg("over 72 columns:\n%s", text);
	}
}

static void test_single(void **state)
{
	const struct fixture *f = *state;
	char *dir = run_dir(f, RUN_BASE), *text;

	write_run(f, RUN_BASE, 1, "ok");
	run_env(f, RUN_BASE, good_env);
	text = REPORT(f, EXIT_DONE, dir);
	assert_mailable(text);
	assert_contains(text, "vmentry-bench 0.1 (1234567890ab): median TSC "
			      "ticks, 95% CI\n");
	assert_contains(text, "Host: Some CPU, family 6 model 85 stepping 4, "
			      "microcode 0x2007006,");
	assert_contains(text, "turbo off, TSC 2000000 kHz");
	assert_contains(text, "KVM: svm, avic=N, halt_poll_ns=0; debug kernel: "
			      "no\n");
	assert_contains(text, "(not affected by 1 more)");
	assert_contains(text, "  spectre_v2: Retpolines\n");
	assert_contains(text, "pinned to pCPU 3");
	assert_contains(text, "stock, 6.1-stock (#1 SMP), 10 launches x 1 "
			      "boot, run run-stock");
	/* What cannot be objected to gives no warning. */
	assert_lacks(text, "\n!");
	assert_contains(text, "exit/cpuid[cpl=0]");
	/* The 0.5 of one launch are the host's interrupts. */
	assert_contains(text, "statistics: 1.000 of the declared, 2");
	assert_contains(text, "verified: 2 of 2 rows");
	free(text);
	free(dir);
}

/* Launches of exit/NAME in each of two boots. */
static void put_boots(struct run_writer *w, const char *name, int first,
		      int second)
{
	for (int i = 0; i < first + second; i++) {
		w->launch = i + 1;
		fprintf(w->summary,
			"r,t,stock,lab1,6.1,boot%d,%d,exit/%s,,latency,tsc,ok,,"
			"9,1,1,1,1,1,1,1,1,1,0,\n",
			i >= first, w->launch, name);
	}
}

static void expect_size(const struct fixture *f, const int (*boots)[2],
			size_t n, const char *text)
{
	struct run_writer w = run_begin(f, RUN_BASE);
	char *dir = run_dir(f, RUN_BASE), *block;

	for (size_t i = 0; i < n; i++) {
		char name[2] = { (char)('a' + i), '\0' };

		put_boots(&w, name, boots[i][0], boots[i][1]);
	}
	run_end(&w);
	block = REPORT(f, EXIT_DONE, dir);
	assert_contains(block, text);
	free(block);
	free(dir);
}

static void test_launches_and_boots(void **state)
{
	static const int even[][2] = { { 3, 3 } }, odd[][2] = { { 5, 2 } };
	static const int same[][2] = { { 4, 2 } };
	static const int rows[][2] = { { 3, 3 }, { 2, 2 } };
	static const int mixed[][2] = { { 3, 3 }, { 4, 0 } };

	expect_size(*state, even, 1, ", 3 launches x 2 boots, run r");
	expect_size(*state, odd, 1, ", 7 launches in 2 boots, run r");
	expect_size(*state, same, 1, ", 6 launches in 2 boots, run r");
	expect_size(*state, rows, 2, ", 2 to 3 launches x 2 boots, run r");
	expect_size(*state, mixed, 2,
		    ", 4 to 6 launches in 1 to 2 boots, run r");
}

/* Hosts are not mixed, on whichever side they are. */
static void test_several_hosts(void **state)
{
	const struct fixture *f = *state;
	char *a = run_dir(f, RUN_BASE), *b = run_dir(f, RUN_NEW), *text;
	const char *second;

	write_run(f, RUN_BASE, 1, "ok");
	write_run(f, RUN_NEW, 2, "ok");
	run_env(f, RUN_BASE,
		"{\"run\": {\"host\": \"h1\"}, \"cpu\": {\"model_name\": \"A\"}}");
	run_env(f, RUN_NEW,
		"{\"run\": {\"host\": \"h2\"}, \"cpu\": {\"model_name\": \"B\"}}");
	text = REPORT(f, EXIT_DONE, a, b, "--", "exit/cpuid");
	assert_mailable(text);
	assert_memory_equal(text, "host h1, A: vmentry-bench", 25);
	second = strstr(text, "\n\nhost h2, B: vmentry-bench");
	assert_non_null(second);
	assert_contains(text, "exit/cpuid[cpl=0]   1004 +-4\n");
	assert_contains(second, "exit/cpuid[cpl=0]   2009 +-7\n");
	free(text);
	/* The one that only base has is not compared with another. */
	run_env(f, RUN_NEW,
		"{\"run\": {\"host\": \"h1\"}, \"cpu\": {\"model_name\": \"A\"}}");
	text = REPORT(f, EXIT_DONE, a, b, "--", "exit/cpuid");
	assert_memory_equal(text, "vmentry-bench", 13);
	free(text);
	free(a);
	free(b);
}

/* The reason of a failure is told, though the first row gave another one. */
static void test_reason_of_each_status(void **state)
{
	const struct fixture *f = *state;
	char *dir = run_dir(f, RUN_BASE), *text;
	struct run_writer w = run_begin(f, RUN_BASE);

	w.launch = 1;
	run_latency(&w, "exit/cpuid", "", "unverified", 1000);
	w.launch = 2;
	run_status(&w, "exit/cpuid", "", "fail", "triple fault");
	run_end(&w);
	text = REPORT(f, EXIT_DONE, dir);
	assert_contains(text, "! 1 row failed, and do not count (1 launch), "
			      "the first: triple fault\n");
	assert_contains(text, "the first: no\n  counter\n");
	free(text);
	free(dir);
}

/* An ok row need not have left the guest: that is told apart. */
static void test_rows_without_exit(void **state)
{
	const struct fixture *f = *state;
	char *dir = run_dir(f, RUN_BASE), *text;

	for (int counted = 0; counted < 2; counted++) {
		struct run_writer w = run_begin(f, RUN_BASE);

		for (w.launch = 1; w.launch <= 2; w.launch++) {
			run_latency(&w, "base/empty", "cpl=0", "ok", 30);
			run_latency(&w, "exit/mov-to-dr7", "", "ok", 30);
			run_latency(&w, "exit/mov-to-cr8", "", "unverified",
				    30);
			run_latency(&w, "exit/cpuid", "cpl=0", "ok", 1000);
			if (!counted)
				continue;
			/* Of 1000 ops: the host's interrupts, and two more. */
			run_counter(&w, "exit/mov-to-dr7", "", "exits", 0.302);
			run_counter(&w, "exit/mov-to-dr7", "", "irq_exits",
				    0.3);
			run_counter(&w, "exit/cpuid", "cpl=0", "exits", 1);
		}
		run_end(&w);
		text = REPORT(f, EXIT_DONE, dir, "[be]*");
		assert_mailable(text);
		assert_contains(text,
				counted ? "1.000 of the declared, 1\n  row; "
					  "events verified: 3 of 4 rows, 2 of "
					  "them without an exit, 1\n  "
					  "unverified\n"
					: "of no row; events\n  verified: 3 of "
					  "4 rows, 1 unverified\n");
		free(text);
	}
	free(dir);
}

/* The range of three launches is an interval at 75 %. */
static void test_few_launches(void **state)
{
	const struct fixture *f = *state;
	char *dir = run_dir(f, RUN_BASE), *text;
	struct run_writer w = run_begin(f, RUN_BASE);

	for (w.launch = 1; w.launch <= 3; w.launch++)
		run_latency(&w, "exit/cpuid", "", "ok", 1000 + w.launch);
	run_end(&w);
	text = REPORT(f, EXIT_DONE, dir);
	assert_mailable(text);
	assert_contains(text, "exit/cpuid          1002 +-?\n");
	assert_contains(text, "\n+-? fewer than 6 launches: no interval at 95% "
			      "(1 row)\n");
	free(text);
	free(dir);
}

static void test_warnings_stand_in_the_block(void **state)
{
	static const char *const warnings[] = {
		"debug kernel: YES",
		"! KVM back end other (pvm), not VMX or SVM hardware",
		"! a hypervisor underneath (KVMKVMKVM)",
		"! KVM emulated the guests' ring-0 code",
		"! debug kernel: KASAN, PROVE_LOCKING",
		"! noisy host: pCPU 3 lost 2.1% of its time, 4000 us",
		"! the run did not come to its end",
		"! check: fail of tsc: no constant_tsc",
		"! check warns of: turbo, smt\n",
		"! 1 row unverified, and shown all the same (10 launches)",
		"the first: no\n  counter",
		"1 unverified",
	};
	const struct fixture *f = *state;
	char *dir = run_dir(f, RUN_BASE), *text;

	write_run(f, RUN_BASE, 1, "unverified");
	run_env(f, RUN_BASE, bad_env);
	text = REPORT(f, EXIT_DONE, dir);
	assert_mailable(text);
	for (size_t i = 0; i < ARRAY_SIZE(warnings); i++)
		assert_contains(text, warnings[i]);
	free(text);
	free(dir);
}

static void test_unknown_stands_there_too(void **state)
{
	const struct fixture *f = *state;
	char *dir = run_dir(f, RUN_BASE), *text;

	write_run(f, RUN_BASE, 1, "ok");
	run_env(f, RUN_BASE, "{" GOOD_KERNEL GOOD_HOST "}");
	text = REPORT(f, EXIT_DONE, dir);
	assert_contains(text, "! the host was not checked");
	free(text);
	run_env(f, RUN_BASE, "{}");
	text = REPORT(f, EXIT_DONE, dir);
	assert_mailable(text);
	assert_contains(text, "! whether it is a debug kernel is unknown");
	assert_contains(text, "Host: unknown, family ? model ?");
	free(text);
	run_env(f, RUN_BASE, "{");
	text = REPORT(f, EXIT_DONE, dir);
	assert_contains(text, "nothing is known of the");
	free(text);
	free(dir);
}

static void test_pair(void **state)
{
	const struct fixture *f = *state;
	char *base = run_dir(f, RUN_BASE), *new = run_dir(f, RUN_NEW), *text;

	write_run(f, RUN_BASE, 1, "ok");
	write_run(f, RUN_NEW, 1.05, "ok");
	run_env(f, RUN_BASE, good_env);
	run_env(f, RUN_NEW, good_env);
	text = REPORT(f, EXIT_DONE, base, new);
	assert_mailable(text);
	assert_contains(text, "Base: stock, 6.1-stock");
	assert_contains(text, "New: patched, 6.1-patched");
	assert_contains(text, " stock");
	assert_contains(text, "+5.");
	assert_contains(text, "p<0.001");
	assert_contains(text, "~ no difference");
	assert_contains(text, "statistics, new: 1.000");
	assert_lacks(text, "without values on both sides");
	free(text);
	text = REPORT(f, EXIT_DONE, base, "--", new, "*/pio-user");
	assert_lacks(text, "cpuid");
	assert_contains(text, "pio-user");
	free(text);

	/* What both sides say is said once. */
	run_env(f, RUN_NEW, bad_env);
	text = REPORT(f, EXIT_DONE, base, new);
	assert_mailable(text);
	assert_contains(text, "! new: debug kernel: KASAN");
	assert_contains(text, "! kvm.backend differs: base 'svm', new 'other'");
	free(text);
	run_env(f, RUN_BASE, bad_env);
	text = REPORT(f, EXIT_DONE, base, new);
	assert_contains(text, "! both: debug kernel: KASAN");
	free(text);
	free(base);
	free(new);
}

static void test_nanoseconds(void **state)
{
	const struct fixture *f = *state;
	char *dir = run_dir(f, RUN_BASE), *text;

	write_run(f, RUN_BASE, 1, "ok");
	run_env(f, RUN_BASE, good_env);
	text = REPORT(f, EXIT_DONE, "--ns", dir, "exit/pio-user[cpl=0]");
	assert_contains(text, "median nanoseconds");
	assert_contains(text, "latency, ns");
	/* 5000 and a half of 0 to 9 ticks of half a nanosecond. */
	assert_contains(text, " 2502");
	free(text);
	run_env(f, RUN_BASE, "{}");
	text = REPORT(f, EXIT_FAILED, "--ns", dir);
	free(text);
	free(dir);
}

/* A third of a nanosecond has no end of digits; an instruction is no time. */
static void test_digits_of_nanoseconds(void **state)
{
	static const char lab[] =
		"{\"guest\": {\"tsc_khz\": 1000000}, \"lab\":"
		" {\"machine\": \"svm\", \"deterministic\": true}}";
	const struct fixture *f = *state;
	char *dir = run_dir(f, RUN_BASE), *text;
	struct run_writer w = run_begin(f, RUN_BASE);

	for (w.launch = 1; w.launch <= 6; w.launch++) {
		run_latency(&w, "exit/a", "", "ok", 73);
		run_latency(&w, "exit/b", "", "ok", 100000);
		run_latency(&w, "exit/c", "", "ok", 0);
	}
	run_end(&w);
	run_env(f, RUN_BASE, "{\"guest\": {\"tsc_khz\": 3000000}}");
	text = REPORT(f, EXIT_DONE, "--ns", dir);
	assert_contains(text, "exit/a       24.33\n");
	assert_contains(text, "exit/b       33333\n");
	assert_contains(text, "exit/c           0\n");
	free(text);
	run_env(f, RUN_BASE, lab);
	text = REPORT(f, EXIT_FAILED, "--ns", dir);
	assert_string_equal(text, "");
	free(text);
	free(dir);
}

static void test_metrics(void **state)
{
	const struct fixture *f = *state;
	char *dir = run_dir(f, RUN_BASE), *text;

	write_run(f, RUN_BASE, 1, "ok");
	run_env(f, RUN_BASE, good_env);
	text = REPORT(f, EXIT_DONE, "--metric", "msr_*", dir);
	assert_contains(text, "msr_writes:TSC_AUX, per op");
	assert_lacks(text, "exits, per op");
	assert_mailable(text);
	free(text);
	free(REPORT(f, EXIT_FAILED, "--metric", "nothing", dir));
	free(REPORT(f, EXIT_FAILED, dir, "nothing/*"));
	free(dir);
}

static void test_exit_reasons(void **state)
{
	const struct fixture *f = *state;
	char *dir = run_dir(f, RUN_BASE), *text;
	struct run_writer w = run_begin(f, RUN_BASE);

	for (w.launch = 1; w.launch <= 4; w.launch++) {
		run_latency(&w, "exit/cpuid", "", "ok", 1000);
		if (w.launch % 2)
			continue;
		run_counter(&w, "exit/cpuid", "", "msr_tally_lost", 0);
		run_counter(&w, "exit/cpuid", "", "exit_reason:CPUID", 1);
		run_counter(&w, "exit/cpuid", "",
			    "exit_reason:EXTERNAL_INTERRUPT", 0.25);
		run_row(&w, "exit/cpuid", "", "exit_time:CPUID", "ns", "ok",
			"");
		fprintf(w.summary, "100,%d,1,500,%d,1,1,1,1,%d,1,\n",
			w.launch * 100, w.launch * 300, w.launch * 1000);
	}
	run_end(&w);
	text = REPORT(f, EXIT_DONE, "--perf-kvm-stat", dir);
	assert_mailable(text);
	/* 200 samples of 600 and 1200 ns on average, 200 to 4000 ns. */
	assert_contains(text, "CPUID              1.000     200   80.0%  100.0%"
			      "    0.20    4.00    0.90\n");
	assert_contains(text, "EXTERNAL_INTERRUPT\n"
			      "                   0.250       -   20.0%       -"
			      "       -       -       -\n");
	free(text);
	w = run_begin(f, RUN_BASE);
	w.launch = 1;
	run_latency(&w, "exit/cpuid", "", "ok", 1000);
	run_row(&w, "exit/cpuid", "", "exit_reason", "per_op", "skip",
		"no tracefs");
	fputs("0,,,,,,,,,,,\n", w.summary);
	run_end(&w);
	text = REPORT(f, EXIT_DONE, "--perf-kvm-stat", dir);
	assert_string_equal(text,
			    "KVM: unknown\n"
			    "no exit reasons were recorded: no tracefs\n");
	free(text);
	free(dir);
}

/* Whose summary.csv it is may not write to the terminal. */
static void test_names_are_printable(void **state)
{
	static const char *const options[] = { "--phases", "--perf-kvm-stat",
					       "--metric=*" };
	const struct fixture *f = *state;
	char *dir = run_dir(f, RUN_BASE), *text;
	struct run_writer w = run_begin(f, RUN_BASE);

	for (w.launch = 1; w.launch <= 6; w.launch++) {
		run_latency(&w, "exit/x\033[2J", "v=\033c", "ok", 1000);
		run_counter(&w, "exit/x\033[2J", "v=\033c", "exits", 1);
		run_counter(&w, "exit/x\033[2J", "v=\033c",
			    "exit_reason:A\033[1m", 1);
	}
	run_end(&w);
	for (size_t i = 0; i < ARRAY_SIZE(options); i++) {
		text = REPORT(f, EXIT_DONE, options[i], dir);
		assert_contains(text, "exit/x?[2J");
		assert_mailable(text);
		free(text);
	}
	free(dir);
}

/* One launch has no min and no max: which is whose cannot be told. */
static void test_uneven_times(void **state)
{
	const struct fixture *f = *state;
	char *dir = run_dir(f, RUN_BASE), *text;
	struct run_writer w = run_begin(f, RUN_BASE);

	for (w.launch = 1; w.launch <= 3; w.launch++) {
		run_latency(&w, "exit/cpuid", "", "ok", 1000);
		run_counter(&w, "exit/cpuid", "", "exit_reason:CPUID", 1);
		run_row(&w, "exit/cpuid", "", "exit_time:CPUID", "ns", "ok",
			"");
		fputs(w.launch == 1 ? "100,,1,500,600,1,1,1,1,,1,\n"
				    : "100,9,1,500,600,1,1,1,1,999,1,\n",
		      w.summary);
	}
	run_end(&w);
	text = REPORT(f, EXIT_DONE, "--perf-kvm-stat", dir);
	assert_mailable(text);
	assert_contains(text, "CPUID              1.000       -  100.0%       -"
			      "       -       -       -\n"
			      "! CPUID: no times, since n, min, max and mean "
			      "are not of the same\n  launches\n");
	free(text);
	free(dir);
}

static void test_usage(void **state)
{
	const struct fixture *f = *state;
	char *dir = run_dir(f, RUN_BASE);
	char *text;

	write_run(f, RUN_BASE, 1, "ok");
	text = REPORT(f, EXIT_DONE, "--help");
	assert_contains(text, "usage: run-bench report");
	free(text);
	free(REPORT(f, EXIT_USAGE, "--ns"));
	free(REPORT(f, EXIT_USAGE, "--nothing", dir));
	free(REPORT(f, EXIT_USAGE, "--metric"));
	free(REPORT(f, EXIT_USAGE, "--format", "xml", dir));
	free(REPORT(f, EXIT_USAGE, "--origin", "A b", dir));
	free(REPORT(f, EXIT_USAGE, "--build", "nocolon", dir));
	free(REPORT(f, EXIT_USAGE, dir, dir, dir));
	/* What would be passed over in silence. */
	free(REPORT(f, EXIT_USAGE, "--ns", "--format", "json", dir));
	free(REPORT(f, EXIT_USAGE, "--ns", "--format", "kcidb", dir));
	free(REPORT(f, EXIT_USAGE, "--ns", "--phases", dir));
	free(REPORT(f, EXIT_USAGE, "--phases", "--format", "json", dir));
	free(REPORT(f, EXIT_USAGE, "--phases", "--metric", "exits", dir));
	free(REPORT(f, EXIT_USAGE, "--phases", dir, "exit/*"));
	free(REPORT(f, EXIT_USAGE, "--phases", "--perf-kvm-stat", dir));
	free(REPORT(f, EXIT_USAGE, "--origin", "a", dir));
	free(REPORT(f, EXIT_USAGE, "--build", "a:b", "--format", "json", dir));
	free(REPORT(f, EXIT_DONE, "--phases", "--format", "text", dir));
	free(REPORT(f, EXIT_DONE, "--origin", "a", "--format", "kcidb", dir));
	free(REPORT(f, EXIT_FAILED, "--format", "json", dir, "nothing/*"));
	free(REPORT(f, EXIT_FAILED, "/nonexistent"));
	/* Several of one side are one result, but not the same one twice. */
	free(REPORT(f, EXIT_FAILED, dir, dir, "--"));
	free(REPORT(f, EXIT_DONE, dir, "--"));
	free(dir);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		FIXTURE_TEST(test_single),
		FIXTURE_TEST(test_launches_and_boots),
		FIXTURE_TEST(test_several_hosts),
		FIXTURE_TEST(test_reason_of_each_status),
		FIXTURE_TEST(test_rows_without_exit),
		FIXTURE_TEST(test_few_launches),
		FIXTURE_TEST(test_warnings_stand_in_the_block),
		FIXTURE_TEST(test_unknown_stands_there_too),
		FIXTURE_TEST(test_pair),
		FIXTURE_TEST(test_nanoseconds),
		FIXTURE_TEST(test_digits_of_nanoseconds),
		FIXTURE_TEST(test_metrics),
		FIXTURE_TEST(test_exit_reasons),
		FIXTURE_TEST(test_names_are_printable),
		FIXTURE_TEST(test_uneven_times),
		FIXTURE_TEST(test_usage),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
