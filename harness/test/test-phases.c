// SPDX-License-Identifier: GPL-2.0-or-later
/* Phases and trade-offs from rows whose answer is known. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

#include "command.h"
#include "csv.h"
#include "phases.h"
#include "tradeoff.h"
#include "util.h"

#define LAUNCHES 6

/* A results directory in the making. */
struct fixture {
	char dir[32];
	char *summary_path, *env_path;
	FILE *summary;
	struct results results;
	int launches; /* of the rows that are put */
};

static int setup(void **state)
{
	struct fixture *f = xcalloc(1, sizeof(*f));

	f->launches = LAUNCHES;
	strcpy(f->dir, "/tmp/test-phases-XXXXXX");
	if (!mkdtemp(f->dir))
		return -1;
	f->summary_path = xasprintf("%s/summary.csv", f->dir);
	f->env_path = xasprintf("%s/env.json", f->dir);
	f->summary = fopen(f->summary_path, "w");
	if (!f->summary)
		return -1;
	fprintf(f->summary, "%s\n", summary_csv_header);
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	results_free(&f->results);
	remove(f->summary_path);
	remove(f->env_path);
	remove(f->dir);
	free(f->summary_path);
	free(f->env_path);
	free(f);
	return 0;
}

/*
 * The rows of six launches, so that 95 % is the range: from -@range to it. Or of
 * fewer.
 */
static void put(struct fixture *f, const char *bench, const char *variant,
		const char *metric, const char *unit, const char *status,
		double value, double range, const char *overhead)
{
	static const double shares[LAUNCHES] = { -1, -0.5, 0, 0, 0.5, 1 };

	for (int i = 0; i < f->launches; i++) {
		double v = value + range * shares[i];

		fprintf(f->summary,
			"r,2026-01-01T00:00:00Z,l,h,k,b,%d,%s,\"%s\",%s,%s,%s,",
			i + 1, bench, variant, metric, unit, status);
		if (!strcmp(status, "skip"))
			fputs("the reason,0,,,,,,,,,,,\n", f->summary);
		else
			fprintf(f->summary,
				"%s,9,%g,%g,%g,%g,%g,%g,%g,%g,%g,1,%s\n",
				strcmp(status, "ok") ? "the reason" : "", v, v,
				v, v, v, v, v, v, v, overhead);
	}
}

static void put_latency(struct fixture *f, const char *bench,
			const char *variant, double net, double range)
{
	put(f, bench, variant, "latency", "tsc", "ok", net + 40, range, "40");
}

static void put_count(struct fixture *f, const char *bench, const char *variant,
		      const char *metric, double per_op)
{
	put(f, bench, variant, metric, "per_op", "ok", per_op, 0, "");
}

static const struct results *load(struct fixture *f)
{
	const struct results_query query = { .stat = RESULT_P50 };
	const char *dir = f->dir;
	struct error err;

	fclose(f->summary);
	if (results_load(&f->results, &dir, 1, &query, &err))
		fail_msg("%s", err.text);
	return &f->results;
}

static void put_tsc_khz(struct fixture *f)
{
	FILE *env = fopen(f->env_path, "w");

	assert_non_null(env);
	fputs("{\"guest\": {\"tsc_khz\": 2000000}}\n", env);
	fclose(env);
}

static void assert_bounds(const struct phases_exit *exit, enum phase phase,
			  double lo, double hi)
{
	assert_float_equal(exit->phase[phase].lo, lo, 1e-6);
	assert_float_equal(exit->phase[phase].hi, hi, 1e-6);
}

static void put_ways(struct fixture *f)
{
	put_latency(f, "run/syscall", "", 100, 10);
	put_latency(f, "run/ioctl", "", 150, 10);
	put_latency(f, "run/immediate-exit", "", 500, 20);
}

static void put_kernel_exit(struct fixture *f)
{
	put_latency(f, "exit/cpuid", "cpl=3", 1000, 50);
	put_count(f, "exit/cpuid", "cpl=3", "exits", 1.03);
	put_count(f, "exit/cpuid", "cpl=3", "irq_exits", 0.03);
}

static void put_monitor_exit(struct fixture *f)
{
	put_latency(f, "exit/pio-user", "cpl=3", 2000, 100);
	put_count(f, "exit/pio-user", "cpl=3", "exits", 1);
	put_count(f, "exit/pio-user", "cpl=3", "userspace_exits", 1);
}

static void test_kernel_exit_alone(void **state)
{
	struct fixture *f = *state;
	struct phases phases;

	put_ways(f);
	put_kernel_exit(f);
	phases_derive(&phases, load(f));
	assert_int_equal(phases.n_exits, 1);
	assert_false(phases.exits[0].to_monitor);
	assert_false(phases.exits[0].contradiction);
	assert_float_equal(phases.exits[0].total.value, 1000, 0);
	assert_bounds(&phases.exits[0], PHASE_IOCTL_ENTRY, 0, 0);
	assert_bounds(&phases.exits[0], PHASE_PRE_RUN, 0, 1050);
	assert_bounds(&phases.exits[0], PHASE_GUEST, 0, 1050);
	assert_bounds(&phases.exits[0], PHASE_POST_RUN, 0, 1050);
	assert_bounds(&phases.exits[0], PHASE_IOCTL_EXIT, 0, 0);
	phases_free(&phases);
}

static void test_kernel_exit_traced(void **state)
{
	struct fixture *f = *state;
	struct phases phases;

	put_ways(f);
	put_kernel_exit(f);
	put_tsc_khz(f);
	put_count(f, "exit/cpuid", "cpl=3", "exit_reason:EXTERNAL_INTERRUPT",
		  0.03);
	put_count(f, "exit/cpuid", "cpl=3", "exit_reason:CPUID", 1);
	put(f, "exit/cpuid", "cpl=3", "exit_time:CPUID", "ns", "ok", 150, 0,
	    "");
	phases_derive(&phases, load(f));
	assert_true(phases.exits[0].traced);
	/* 150 ns are 300 ticks: all the rest, of 950 at least, is the guest. */
	assert_bounds(&phases.exits[0], PHASE_GUEST, 650, 1050);
	assert_bounds(&phases.exits[0], PHASE_PRE_RUN, 0, 300);
	assert_bounds(&phases.exits[0], PHASE_POST_RUN, 0, 300);
	phases_free(&phases);
}

static void test_monitor_exit(void **state)
{
	struct fixture *f = *state;
	struct phases phases;

	put_ways(f);
	put_monitor_exit(f);
	put_latency(f, "run/enter", "cpl=3", 800, 30);
	put_latency(f, "run/enter", "cpl=0", 7, 0);
	phases_derive(&phases, load(f));
	assert_true(phases.exits[0].to_monitor);
	assert_bounds(&phases.exits[0], PHASE_IOCTL_ENTRY, 0, 520);
	/* All of the way in but nothing of the ioctl. */
	assert_bounds(&phases.exits[0], PHASE_PRE_RUN, 0, 830);
	/* All of what the way in, 770 at least, leaves. */
	assert_bounds(&phases.exits[0], PHASE_POST_RUN, 0, 2100 - 770);
	assert_bounds(&phases.exits[0], PHASE_IOCTL_EXIT, 0, 520);
	phases_free(&phases);
}

static void test_contradiction(void **state)
{
	struct fixture *f = *state;
	struct phases phases;
	char *text = NULL;
	size_t size;
	FILE *to;

	put_ways(f);
	put_monitor_exit(f);
	put_latency(f, "run/enter", "cpl=3", 3000, 30);
	phases_derive(&phases, load(f));
	assert_true(phases.exits[0].contradiction);
	to = open_memstream(&text, &size);
	phases_print(to, &phases);
	fclose(to);
	assert_non_null(strstr(text, "contradict each other"));
	free(text);
	phases_free(&phases);
}

/* Bounds that follow from intervals of less say so. */
static void test_few_launches(void **state)
{
	struct fixture *f = *state;
	struct phases phases;
	char *text = NULL;
	size_t size = 0;
	FILE *to = open_memstream(&text, &size);

	f->launches = 3;
	put_ways(f);
	phases_derive(&phases, load(f));
	phases_print(to, &phases);
	fclose(to);
	assert_non_null(strstr(text, "Fewer than 6 launches: least and most "
				     "are not at 95 %, some at 75 %.\n"));
	free(text);
	phases_free(&phases);
}

/* What is not one proven exit has no phases. */
static void test_other_rows_are_left_out(void **state)
{
	struct fixture *f = *state;
	struct phases phases;

	put_latency(f, "exit/hlt-wake", "", 1000, 0);
	put_count(f, "exit/hlt-wake", "", "exits", 1);
	put_count(f, "exit/hlt-wake", "", "halt_exits", 1);
	put_latency(f, "exit/two", "", 1000, 0);
	put_count(f, "exit/two", "", "exits", 2);
	put_latency(f, "msr/passed-through", "", 30, 0);
	put_latency(f, "timer/periodic", "", 1000, 0);
	put_count(f, "timer/periodic", "", "exits", 1);
	put(f, "exit/cpuid", "cpl=0", "latency", "tsc", "unverified", 9000, 1,
	    "7000");
	put(f, "exit/vmcall", "", "latency", "tsc", "skip", 0, 0, "");
	phases_derive(&phases, load(f));
	assert_int_equal(phases.n_exits, 0);
	assert_int_equal(phases.n_unproven, 2);
	assert_false(phases.syscall.known);
	assert_string_equal(phases.syscall.why, "no row of run/syscall");
	phases_free(&phases);
}

static void assert_width(const char *text)
{
	for (size_t len; *text; text += len + (text[len] == '\n')) {
		len = strcspn(text, "\n");
		if (len > 72)
			fail_msg("%zu columns: '%.*s'", len, (int)len, text);
	}
}

static char *print_tradeoff(const struct tradeoff_tsc_aux *tradeoff)
{
	char *text = NULL;
	size_t size;
	FILE *to = open_memstream(&text, &size);

	tradeoff_tsc_aux_print(to, tradeoff);
	fclose(to);
	return text;
}

static void put_insns(struct fixture *f)
{
	put(f, "insn/lsl", "where=host3", "latency", "tsc", "ok", 25, 1, "");
	put(f, "insn/rdpid", "where=host3", "latency", "tsc", "ok", 5, 0, "");
	put(f, "insn/wrmsr", "where=guest0", "latency", "tsc", "ok", 80, 3, "");
	put(f, "insn/rdmsr", "where=guest0", "latency", "tsc", "ok", 40, 0, "");
	put_latency(f, "nmi/self", "", 2000, 0);
}

static void test_tradeoff(void **state)
{
	struct tradeoff_tsc_aux t;
	struct fixture *f = *state;
	char *text;

	put_insns(f);
	put_kernel_exit(f);
	put_monitor_exit(f);
	put_latency(f, "msr/tsc-aux-per-entry", "shape=user,aux=same", 3000, 0);
	put_latency(f, "msr/tsc-aux-per-entry", "shape=user,aux=different",
		    3125, 0);
	tradeoff_tsc_aux(&t, load(f));
	assert_false(t.shape[0].difference.known);
	assert_float_equal(t.shape[1].difference.estimate.value, 125, 1e-9);
	assert_false(t.shape[1].counted);
	assert_string_equal(t.wrmsr_row, "insn/wrmsr");
	assert_string_equal(t.round_trip_row, "exit/cpuid cpl=3");
	assert_float_equal(t.per_entry.estimate.value, 160, 1e-9);
	assert_float_equal(t.per_entry.estimate.ci.lo, 154, 1e-9);
	assert_float_equal(t.per_entry_read.estimate.value, 200, 1e-9);
	assert_float_equal(t.share.estimate.value, 0.16, 1e-9);
	assert_float_equal(t.share_read.estimate.value, 0.2, 1e-9);
	assert_float_equal(t.per_nmi->ticks.estimate.value, 20, 1e-9);
	assert_float_equal(t.per_nmi->ticks.estimate.ci.hi, 21, 1e-9);
	assert_string_equal(t.nmi->method->bench, "nmi/self");
	/* The empty op, 40, is no part of an NMI's sample. */
	assert_float_equal(t.share_nmi.estimate.value, 20.0 / 2040, 1e-9);
	assert_float_equal(t.break_even.estimate.value, 8, 1e-9);
	text = print_tradeoff(&t);
	assert_width(text);
	assert_non_null(strstr(text, "pay above 8 ("));
	free(text);
}

/* A guest's own access to TSC_AUX is the better price, if it does not exit. */
static void test_tradeoff_own_msr(void **state)
{
	struct tradeoff_tsc_aux t;
	struct fixture *f = *state;

	put_insns(f);
	put_latency(f, "msr/wr-tsc-aux", "", 90, 0);
	put_latency(f, "msr/rd-tsc-aux", "", 1100, 0);
	put_count(f, "msr/rd-tsc-aux", "", "exits", 1);
	tradeoff_tsc_aux(&t, load(f));
	assert_string_equal(t.wrmsr_row, "msr/wr-tsc-aux");
	assert_float_equal(t.wrmsr.estimate.value, 90, 1e-9);
	assert_string_equal(t.rdmsr_row, "insn/rdmsr");
	assert_float_equal(t.rdmsr.estimate.value, 40, 1e-9);
}

/* With every method there, the first is taken; each is marked. */
static void test_tradeoff_methods(void **state)
{
	struct tradeoff_tsc_aux t;
	struct fixture *f = *state;
	char *text;

	put_insns(f);
	put_latency(f, "nmi/guest-paranoid", "base=lsl,from=ring0,part=whole",
		    2500, 0);
	put_latency(f, "nmi/guest-paranoid", "base=lsl,from=ring0,part=entry",
		    130, 0);
	put_latency(f, "nmi/guest-paranoid", "base=rdpid,from=ring0,part=entry",
		    100, 0);
	put(f, "nmi/host-db", "from=run-loop", "latency", "tsc", "ok", 3000, 0,
	    "");
	put(f, "nmi/host-db", "from=syscall", "latency", "tsc", "ok", 2900, 0,
	    "");
	put(f, "nmi/host-pmi", "", "latency", "tsc", "skip", 0, 0, "");
	tradeoff_tsc_aux(&t, load(f));
	assert_float_equal(t.per_nmi->ticks.estimate.value, 30, 1e-9);
	assert_string_equal(t.nmi->method->variant, "from=run-loop");
	assert_float_equal(t.share_nmi.estimate.value, 0.01, 1e-9);
	text = print_tradeoff(&t);
	assert_width(text);
	assert_non_null(strstr(text, "\n#DB in the run loop       3000"));
	assert_non_null(strstr(text, "\n#DB in a system call      2900"));
	assert_non_null(strstr(text, "\nNMI to its handler        2040"));
	assert_non_null(strstr(text, "\nNMI of the PMU               - ["));
	assert_non_null(strstr(text, "] nmi/host-pmi: skip: the reason\n"));
	assert_non_null(strstr(text, "] no row of nmi/host-ipi "));
	assert_non_null(strstr(
		text,
		"  (in a guest's entry, of nmi/host-db from=run-loop)\n"));
	free(text);
}

static void test_tradeoff_without_rows(void **state)
{
	struct tradeoff_tsc_aux t;
	struct fixture *f = *state;
	char *text;

	put(f, "insn/lsl", "where=host3", "latency", "tsc", "ok", 25, 1, "");
	put(f, "insn/rdpid", "where=host3", "latency", "tsc", "skip", 0, 0, "");
	put(f, "insn/wrmsr", "where=guest0", "latency", "tsc", "unverified", 9,
	    0, "");
	tradeoff_tsc_aux(&t, load(f));
	assert_false(t.per_entry.known);
	assert_string_equal(t.per_entry.why,
			    "insn/wrmsr where=guest0: unverified: the reason");
	assert_false(t.per_nmi->ticks.known);
	assert_string_equal(t.per_nmi->ticks.why,
			    "insn/rdpid where=host3: skip: the reason");
	assert_string_equal(t.rdmsr.why, "no row of insn/rdmsr where=guest0");
	assert_false(t.break_even.known);
	text = print_tradeoff(&t);
	assert_width(text);
	assert_non_null(strstr(text, "the rows do not say [1]"));
	assert_null(strstr(text, " 0 "));
	free(text);
}

static void test_intervals(void **state)
{
	const struct report_number a = { .known = true,
					 .estimate = { 10, { 7, 14, 0.95 } } };
	const struct report_number b = { .known = true,
					 .estimate = { 4, { 0, 7, 0.9 } } };
	const struct report_term terms[] = { { 1, &a }, { -1, &b } };
	const struct report_number sum = report_sum(terms, 2);

	(void)state;
	assert_float_equal(sum.estimate.value, 6, 1e-9);
	assert_float_equal(sum.estimate.ci.lo, (6 - hypot(3, 3)), 1e-9);
	assert_float_equal(sum.estimate.ci.hi, (6 + hypot(4, 4)), 1e-9);
	assert_float_equal(sum.estimate.ci.level, 0.9, 1e-9);
	assert_false(report_quotient(&a, &b).known);
	assert_true(report_quotient(&b, &a).known);
}

static int report(const char *a, const char *b, const char *c)
{
	char *argv[] = { (char *)"report", (char *)a, (char *)b, (char *)c,
			 NULL };
	int argc = 1;

	while (argv[argc])
		argc++;
	return cmd_report(argc, argv);
}

static void test_command_line(void **state)
{
	struct fixture *f = *state;

	put_ways(f);
	fclose(f->summary);
	assert_int_equal(report("--phases", f->dir, NULL), EXIT_DONE);
	assert_int_equal(report("--tradeoff", "tsc-aux", f->dir), EXIT_DONE);
	assert_int_equal(report("--tradeoff", "tsc", f->dir), EXIT_USAGE);
	assert_int_equal(report("--tradeoff", NULL, NULL), EXIT_USAGE);
	assert_int_equal(report("--phases", NULL, NULL), EXIT_USAGE);
	assert_int_equal(report("--phases", f->dir, f->dir), EXIT_USAGE);
	assert_int_equal(report("--nothing", f->dir, NULL), EXIT_USAGE);
	assert_int_equal(report("--phases", "/nonexistent", NULL), EXIT_FAILED);
	assert_int_equal(report("--help", NULL, NULL), EXIT_DONE);
}

#define FIXTURE_TEST(test) \
	cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		FIXTURE_TEST(test_kernel_exit_alone),
		FIXTURE_TEST(test_kernel_exit_traced),
		FIXTURE_TEST(test_monitor_exit),
		FIXTURE_TEST(test_contradiction),
		FIXTURE_TEST(test_few_launches),
		FIXTURE_TEST(test_other_rows_are_left_out),
		FIXTURE_TEST(test_tradeoff),
		FIXTURE_TEST(test_tradeoff_own_msr),
		FIXTURE_TEST(test_tradeoff_methods),
		FIXTURE_TEST(test_tradeoff_without_rows),
		cmocka_unit_test(test_intervals),
		FIXTURE_TEST(test_command_line),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
