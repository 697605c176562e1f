// SPDX-License-Identifier: GPL-2.0-or-later
#include "fixture.h"

#include "cpu-list.h"
#include "findings.h"

#define SYS_CPU "/sys/devices/system/cpu"
#define KVM	"/sys/module/kvm/parameters"
#define FLAGS	"fpu constant_tsc nonstop_tsc"
#define CPUINFO(flags)                                              \
	"processor : 0\nmicrocode : 0x2007006\nflags : " flags "\n" \
	"\n"
#define STAT(steal) "cpu  0\ncpu3 0 0 0 900000 0 0 0 " steal " 0 0\n"
#define MEMINFO(available, swap_free)      \
	"MemAvailable: " available " kB\n" \
	"SwapTotal: 2048 kB\nSwapFree: " swap_free " kB\n"

/* A host on whose pCPU 3 of 4 there is nothing to find. */
static const struct fixture_file fit_host[] = {
	{ "/dev/kvm", "" },
	{ "/boot/config-6.12.1", "CONFIG_HZ=250\nCONFIG_FUNCTION_TRACER=y\n" },
	{ "/proc/cmdline", "quiet rcu_nocbs=2-3\n" },
	{ "/proc/cpuinfo", CPUINFO(FLAGS) },
	{ "/proc/irq/default_smp_affinity", "f\n" },
	{ "/proc/irq/8/smp_affinity_list", "0\n" },
	{ "/proc/irq/9/smp_affinity_list", "0-2\n" },
	{ "/proc/irq/9/effective_affinity_list", "1\n" },
	{ "/proc/loadavg", "0.20 0.18 0.12 1/80 11206\n" },
	{ "/proc/meminfo", MEMINFO("16777216", "2048") },
	{ "/proc/self/status", "Name: a\nCapEff:\t0000000000000000\n" },
	{ "/proc/stat", STAT("0") },
	{ "/proc/sys/kernel/nmi_watchdog", "0\n" },
	{ "/proc/sys/kernel/numa_balancing", "0\n" },
	{ "/proc/sys/kernel/osrelease", "6.12.1\n" },
	{ "/proc/sys/kernel/perf_event_paranoid", "1\n" },
	{ "/proc/sys/kernel/sched_rt_runtime_us", "950000\n" },
	{ "/proc/sys/kernel/seccomp/actions_avail", "kill_process trap\n" },
	{ "/proc/sys/kernel/tainted", "0\n" },
	{ "/sys/devices/system/clocksource/clocksource0/current_clocksource",
	  "tsc\n" },
	{ SYS_CPU "/cpu3/cpufreq/scaling_governor", "performance\n" },
	{ SYS_CPU "/cpu3/cpuidle/state0/name", "POLL\n" },
	{ SYS_CPU "/cpu3/cpuidle/state0/latency", "0\n" },
	{ SYS_CPU "/cpu3/cpuidle/state1/name", "C1\n" },
	{ SYS_CPU "/cpu3/cpuidle/state1/latency", "2\n" },
	{ SYS_CPU "/cpu3/cpuidle/state1/disable", "0\n" },
	{ SYS_CPU "/cpu3/cpuidle/state2/name", "C6\n" },
	{ SYS_CPU "/cpu3/cpuidle/state2/latency", "133\n" },
	{ SYS_CPU "/cpu3/cpuidle/state2/disable", "1\n" },
	{ SYS_CPU "/cpu3/topology/thread_siblings_list", "3\n" },
	{ SYS_CPU "/intel_pstate/no_turbo", "1\n" },
	{ SYS_CPU "/isolated", "2-3\n" },
	{ SYS_CPU "/nohz_full", "2-3\n" },
	{ SYS_CPU "/online", "0-3\n" },
	{ SYS_CPU "/vulnerabilities/mds", "Mitigation: Clear CPU buffers\n" },
	{ SYS_CPU "/vulnerabilities/old_microcode", "Not affected\n" },
	{ "/sys/kernel/mm/ksm/run", "0\n" },
	{ "/sys/kernel/mm/transparent_hugepage/enabled",
	  "always [madvise] never\n" },
	{ "/sys/kernel/tracing/current_tracer", "nop\n" },
	{ "/sys/module/kvm/initstate", "live\n" },
	{ "/sys/module/kvm_intel/initstate", "live\n" },
	{ "/sys/module/kvm_intel/parameters/enable_apicv", "Y\n" },
	{ KVM "/halt_poll_ns", "0\n" },
	{ KVM "/lapic_timer_advance", "Y\n" },
	{ KVM "/pi_inject_timer", "0\n" },
};

static const struct check_subject subject = { .cpu = 3, .cpus = 4 };

static struct findings judge(const struct fixture *f,
			     const struct check_subject *of)
{
	struct check_facts facts;
	struct findings findings;

	check_facts_read(&facts, &f->root, of);
	findings_judge(&findings, &facts);
	check_facts_free(&facts);
	return findings;
}

static const struct finding *find(const struct findings *findings,
				  const char *name)
{
	for (size_t i = 0; i < findings->count; i++)
		if (!strcmp(findings->finding[i].rule->name, name))
			return &findings->finding[i];
	fail_msg("there is no finding '%s'", name);
	return NULL;
}

static void remove_file(const struct fixture *f, const char *path)
{
	char *real = host_path(&f->root, path);

	unlink(real);
	free(real);
}

/* --- one fact that is not as it should be --------------------------------- */

struct deviation {
	const char *path;
	const char *text; /* NULL: the file is not there */
	const char *finding;
	enum finding_status status;
	const char *seen;
};

static const struct deviation deviations[] = {
	{ "/dev/kvm", NULL, "kvm-device", FINDING_FAIL,
	  "there is no /dev/kvm" },
	{ "/sys/module/kvm_intel/initstate", NULL, "kvm-backend", FINDING_WARN,
	  "no kvm_* module is there" },
	{ "/sys/module/kvm_pvm/initstate", "live\n", "kvm-backend",
	  FINDING_UNKNOWN, "cannot be told" },
	{ "/proc/cpuinfo", CPUINFO(FLAGS " hypervisor"), "hypervisor",
	  FINDING_WARN, "this is a guest: its own guests are nested" },
	{ "/proc/cpuinfo", CPUINFO(FLAGS " hypervisor"), "microcode",
	  FINDING_UNKNOWN, "0x2007006, which the hypervisor may have made up" },
	{ "/proc/cpuinfo", CPUINFO(FLAGS " hypervisor"), "smt", FINDING_UNKNOWN,
	  "no sibling is seen, but a hypervisor may hide one" },
	{ "/boot/config-6.12.1",
	  "CONFIG_PROVE_LOCKING=y\nCONFIG_LOCKDEP=y\nCONFIG_KASAN=y\n",
	  "kernel-debug", FINDING_FAIL,
	  "PROVE_LOCKING LOCKDEP KASAN (/boot/config-6.12.1)" },
	{ "/boot/config-6.12.1", "CONFIG_KCSAN=y\n", "kernel-debug",
	  FINDING_FAIL, "KCSAN (/boot/config-6.12.1)" },
	{ "/boot/config-6.12.1", "CONFIG_DEBUG_PREEMPT=y\n", "kernel-debug",
	  FINDING_FAIL, "DEBUG_PREEMPT (/boot/config-6.12.1)" },
	{ "/boot/config-6.12.1", NULL, "kernel-debug", FINDING_UNKNOWN,
	  "no kernel configuration can be read" },
	{ "/proc/sys/kernel/tainted", "4097\n", "kernel-taint", FINDING_WARN,
	  "tainted: PO (4097)" },
	{ "/proc/sys/kernel/tainted", "128\n", "kernel-taint", FINDING_FAIL,
	  "tainted: D (128)" },
	{ "/proc/sys/kernel/tainted", "16\n", "kernel-taint", FINDING_FAIL,
	  "tainted: M (16)" },
	{ "/sys/kernel/tracing/current_tracer", "function\n", "tracer",
	  FINDING_WARN, "function" },
	{ "/proc/cpuinfo", CPUINFO("fpu constant_tsc"), "tsc", FINDING_WARN,
	  "it stops in deep C-states (no nonstop_tsc)" },
	{ "/proc/cpuinfo", CPUINFO("fpu nonstop_tsc"), "tsc", FINDING_FAIL,
	  "its frequency changes (no constant_tsc)" },
	{ "/sys/devices/system/clocksource/clocksource0/current_clocksource",
	  "hpet\n", "clocksource", FINDING_FAIL, "hpet" },
	{ "/sys/devices/system/clocksource/clocksource0/current_clocksource",
	  "kvm-clock\n", "clocksource", FINDING_WARN, "kvm-clock" },
	{ SYS_CPU "/vulnerabilities/old_microcode", "Vulnerable\n", "microcode",
	  FINDING_WARN, "0x2007006, old microcode: Vulnerable" },
	{ SYS_CPU "/vulnerabilities/old_microcode", "Vulnerable\n",
	  "mitigations", FINDING_OK, "none is missing" },
	{ SYS_CPU "/vulnerabilities/old_microcode", NULL, "microcode",
	  FINDING_UNKNOWN,
	  "0x2007006; the kernel does not say whether it is old" },
	{ SYS_CPU "/vulnerabilities/l1tf", "KVM: Vulnerable\n", "mitigations",
	  FINDING_WARN, "vulnerable: l1tf" },
	{ SYS_CPU "/cpu3/cpufreq/scaling_governor", "schedutil\n", "governor",
	  FINDING_WARN, "schedutil on pCPU 3" },
	{ SYS_CPU "/cpu3/cpufreq/scaling_governor", NULL, "governor",
	  FINDING_UNKNOWN, "pCPU 3 has no frequency governor here" },
	{ SYS_CPU "/intel_pstate/no_turbo", "0\n", "turbo", FINDING_WARN,
	  "on" },
	{ SYS_CPU "/intel_pstate/no_turbo", NULL, "turbo", FINDING_UNKNOWN,
	  "the kernel has no switch for it here" },
	{ SYS_CPU "/cpu3/cpuidle/state2/disable", "0\n", "c-states",
	  FINDING_WARN, "C6 takes 133 us to leave" },
	{ SYS_CPU "/cpu3/topology/thread_siblings_list", "1,3\n", "smt",
	  FINDING_WARN, "pCPUs 1,3 are one core" },
	{ SYS_CPU "/cpu3/topology/thread_siblings_list", NULL, "smt",
	  FINDING_UNKNOWN, "the siblings of pCPU 3 cannot be read" },
	{ SYS_CPU "/isolated", "1-2\n", "isolation", FINDING_WARN,
	  "pCPU 3 is not isolated" },
	{ SYS_CPU "/isolated", "\n", "isolation", FINDING_WARN,
	  "pCPU 3 is not isolated" },
	{ SYS_CPU "/isolated", NULL, "isolation", FINDING_UNKNOWN,
	  "cannot tell whether pCPU 3 is isolated" },
	{ SYS_CPU "/isolated", "0-3:1/2\n", "isolation", FINDING_UNKNOWN,
	  "cannot tell whether pCPU 3 is isolated" },
	{ SYS_CPU "/nohz_full", "  (null)\n", "nohz-full", FINDING_WARN,
	  "pCPU 3 keeps its tick" },
	{ SYS_CPU "/nohz_full", NULL, "nohz-full", FINDING_WARN,
	  "pCPU 3 keeps its tick" },
	/* nohz_full implies it. */
	{ "/proc/cmdline", "quiet\n", "rcu-nocbs", FINDING_OK,
	  "pCPU 3 leaves RCU callbacks to others (2-3)" },
	{ "/proc/irq/8/smp_affinity_list", "0-3\n", "irq-affinity",
	  FINDING_WARN, "1 of 2 interrupts may come to pCPU 3" },
	/* Asked for pCPU 3, but not in use. */
	{ "/proc/irq/8/effective_affinity_list", "\n", "irq-affinity",
	  FINDING_OK, "0 of 2 interrupts may come to pCPU 3" },
	/* Moved away, but none has come since. */
	{ "/proc/irq/9/effective_affinity_list", "3\n", "irq-affinity",
	  FINDING_OK, "0 of 2 interrupts may come to pCPU 3" },
	{ "/proc/sys/kernel/nmi_watchdog", "1\n", "nmi-watchdog", FINDING_WARN,
	  "on: it takes a counter and sends NMIs" },
	{ "/proc/loadavg", "0.49 0 0 1/80 1\n", "load", FINDING_OK,
	  "0.49 on 4 pCPUs" },
	{ "/proc/loadavg", "0.50 0 0 1/80 1\n", "load", FINDING_WARN,
	  "0.50 on 4 pCPUs" },
	{ "/proc/loadavg", "4.01 0 0 1/80 1\n", "load", FINDING_FAIL,
	  "4.01 on 4 pCPUs" },
	{ "/proc/loadavg", "idle\n", "load", FINDING_UNKNOWN,
	  "/proc/loadavg cannot be read" },
	{ "/proc/stat", STAT("1000"), "steal", FINDING_WARN,
	  "0.111 % of the time of pCPU 3" },
	{ "/proc/stat", STAT("100000"), "steal", FINDING_FAIL,
	  "10.000 % of the time of pCPU 3" },
	{ "/proc/stat", "cpu0 1 2 3 4 5 6 7 8\n", "steal", FINDING_UNKNOWN,
	  "/proc/stat cannot be read" },
	{ "/sys/kernel/mm/transparent_hugepage/enabled",
	  "always madvise [never]\n", "thp", FINDING_WARN, "never" },
	{ "/sys/kernel/mm/ksm/run", "1\n", "ksm", FINDING_WARN, "runs" },
	{ "/sys/kernel/mm/ksm/run", "2\n", "ksm", FINDING_OK, "does not run" },
	{ "/proc/sys/kernel/numa_balancing", "2\n", "numa-balancing",
	  FINDING_WARN, "on (2)" },
	{ "/proc/meminfo", MEMINFO("524287", "2048"), "free-memory",
	  FINDING_WARN, "511 MiB available" },
	{ "/proc/meminfo", MEMINFO("65535", "2048"), "free-memory",
	  FINDING_FAIL, "63 MiB available" },
	{ "/proc/meminfo", MEMINFO("16777216", "2047"), "swap", FINDING_WARN,
	  "1 MiB are swapped out" },
	{ KVM "/halt_poll_ns", "200000\n", "kvm-halt-poll", FINDING_WARN,
	  "halt_poll_ns is 200000" },
	{ KVM "/lapic_timer_advance", "N\n", "kvm-timer-advance", FINDING_WARN,
	  "lapic_timer_advance is N" },
	{ KVM "/pi_inject_timer", "1\n", "kvm-pi-inject-timer", FINDING_WARN,
	  "pi_inject_timer is 1" },
	{ "/sys/module/kvm_intel/parameters/enable_apicv", "N\n", "kvm-apicv",
	  FINDING_WARN, "enable_apicv is N" },
	{ "/proc/sys/kernel/perf_event_paranoid", "2\n", "perf-events",
	  FINDING_WARN, "perf_event_paranoid is 2, without privileges" },
	{ "/proc/sys/kernel/sched_rt_runtime_us", "-1\n", "rt-throttling",
	  FINDING_OK, "off" },
	{ "/proc/sys/kernel/seccomp/actions_avail", NULL, "confinement",
	  FINDING_WARN,
	  "this kernel has no seccomp filters: launches are not confined" },
};

static void assert_deviation(const struct fixture *f, const struct deviation *d)
{
	struct findings findings;
	const struct finding *finding;

	if (d->text)
		put(f, d->path, d->text);
	else
		remove_file(f, d->path);
	findings = judge(f, &subject);
	finding = find(&findings, d->finding);
	if (finding->status != d->status || strcmp(finding->seen, d->seen))
		fail_msg("'%s' with '%s': %s is %s: %s", d->path,
			 d->text ? d->text : "(none)", d->finding,
			 finding_status_name(finding->status), finding->seen);
	findings_free(&findings);
}

static void each_deviation_is_found(void **state)
{
	struct fixture *f = *state;

	for (size_t i = 0; i < ARRAY_SIZE(deviations); i++) {
		put_files(f, fit_host, ARRAY_SIZE(fit_host));
		assert_deviation(f, &deviations[i]);
		remove_file(f, deviations[i].path);
	}
}

/* --- whole hosts ---------------------------------------------------------- */

static void a_fit_host_has_nothing_to_find(void **state)
{
	struct fixture *f = *state;
	struct findings findings;

	put_files(f, fit_host, ARRAY_SIZE(fit_host));
	findings = judge(f, &subject);
	for (size_t i = 0; i < findings.count; i++)
		if (findings.finding[i].status != FINDING_OK)
			fail_msg("%s: %s", findings.finding[i].rule->name,
				 findings.finding[i].seen);
	assert_int_equal(findings.by_status[FINDING_OK], findings.count);
	findings_free(&findings);
}

static void what_cannot_be_read_is_never_ok(void **state)
{
	struct fixture *f = *state;
	struct findings findings = judge(f, &subject);

	assert_true(findings.count >= 20);
	for (size_t i = 0; i < findings.count; i++) {
		const struct finding *finding = &findings.finding[i];

		/* Which pCPU it is comes from no file. */
		if (!strcmp(finding->rule->name, "pcpu"))
			continue;
		if (finding->status != FINDING_UNKNOWN || !*finding->seen)
			fail_msg("%s is %s: %s", finding->rule->name,
				 finding_status_name(finding->status),
				 finding->seen);
	}
	findings_free(&findings);
}

static void amd_and_older_kernels(void **state)
{
	static const struct fixture_file files[] = {
		{ "/sys/module/kvm/initstate", "live\n" },
		{ "/sys/module/kvm_amd/initstate", "live\n" },
		{ "/sys/module/kvm_amd/parameters/avic", "0\n" },
		{ KVM "/lapic_timer_advance_ns", "-1\n" },
		{ SYS_CPU "/cpufreq/boost", "1\n" },
		{ "/sys/kernel/debug/tracing/current_tracer", "nop\n" },
	};
	struct fixture *f = *state;
	struct findings findings;

	put_files(f, files, ARRAY_SIZE(files));
	findings = judge(f, &subject);
	assert_string_equal(find(&findings, "kvm-backend")->seen, "svm");
	assert_string_equal(find(&findings, "kvm-apicv")->seen, "avic is 0");
	assert_int_equal(find(&findings, "kvm-apicv")->status, FINDING_OK);
	assert_string_equal(find(&findings, "kvm-timer-advance")->seen,
			    "adaptive (-1)");
	assert_string_equal(find(&findings, "turbo")->seen, "on");
	assert_string_equal(find(&findings, "tracer")->seen, "nop");
	findings_free(&findings);
}

static void the_run_counts_too(void **state)
{
	const struct check_subject first = { .cpu = 0, .cpus = 4 };
	const struct check_subject only = { .cpu = 0, .cpus = 1 };
	const struct check_subject fifo = { .cpu = 3, .cpus = 4, .fifo = true };
	struct fixture *f = *state;
	struct findings findings;

	put_files(f, fit_host, ARRAY_SIZE(fit_host));
	findings = judge(f, &first);
	assert_int_equal(find(&findings, "pcpu")->status, FINDING_WARN);
	assert_string_equal(find(&findings, "isolation")->seen,
			    "pCPU 0 is not isolated");
	assert_string_equal(find(&findings, "rcu-nocbs")->seen,
			    "pCPU 0 runs RCU callbacks");
	assert_string_equal(find(&findings, "irq-affinity")->seen,
			    "1 of 2 interrupts may come to pCPU 0");
	findings_free(&findings);
	findings = judge(f, &only);
	assert_int_equal(find(&findings, "pcpu")->status, FINDING_OK);
	findings_free(&findings);
	findings = judge(f, &fifo);
	assert_int_equal(find(&findings, "rt-throttling")->status,
			 FINDING_WARN);
	findings_free(&findings);
}

static void rcu_callbacks_by_configuration(void **state)
{
	struct fixture *f = *state;
	struct findings findings;

	put_files(f, fit_host, ARRAY_SIZE(fit_host));
	put(f, SYS_CPU "/nohz_full", "\n");
	put(f, "/proc/cmdline", "quiet\n");
	findings = judge(f, &subject);
	assert_int_equal(find(&findings, "rcu-nocbs")->status, FINDING_WARN);
	findings_free(&findings);
	put(f, "/boot/config-6.12.1", "CONFIG_RCU_NOCB_CPU_DEFAULT_ALL=y\n");
	findings = judge(f, &subject);
	assert_string_equal(find(&findings, "rcu-nocbs")->seen,
			    "pCPU 3 leaves RCU callbacks to others (all)");
	findings_free(&findings);
}

static void a_latency_limit_keeps_from_deep_states(void **state)
{
	struct fixture *f = *state;
	struct findings findings;
	const int32_t us = 1;

	put_files(f, fit_host, ARRAY_SIZE(fit_host));
	put(f, SYS_CPU "/cpu3/cpuidle/state2/disable", "0\n");
	put_bytes(f, "/dev/cpu_dma_latency", &us, sizeof(us));
	findings = judge(f, &subject);
	assert_string_equal(find(&findings, "c-states")->seen,
			    "kept to 1 us by /dev/cpu_dma_latency");
	findings_free(&findings);
}

static void privileges_open_perf_events(void **state)
{
	struct fixture *f = *state;
	struct findings findings;

	put_files(f, fit_host, ARRAY_SIZE(fit_host));
	put(f, "/proc/sys/kernel/perf_event_paranoid", "4\n");
	put(f, "/proc/self/status", "Name: a\nCapEff:\t0000004000000000\n");
	findings = judge(f, &subject);
	assert_string_equal(
		find(&findings, "perf-events")->seen,
		"allowed: perf_event_paranoid is 4, with privileges");
	findings_free(&findings);
}

/* --- the table ------------------------------------------------------------ */

static void every_rule_is_documented(void **state)
{
	(void)state;
	for (size_t i = 0; i < finding_rule_count; i++) {
		const struct finding_rule *rule = &finding_rules[i];

		assert_true(*rule->name && *rule->severity && *rule->advice);
		assert_true(strstr(rule->severity, "warn") ||
			    strstr(rule->severity, "fail"));
		assert_non_null(rule->judge);
		for (size_t j = 0; j < i; j++)
			assert_string_not_equal(rule->name,
						finding_rules[j].name);
	}
}

static void names_of_a_status(void **state)
{
	struct fixture *f = *state;
	struct findings findings;

	put_files(f, fit_host, ARRAY_SIZE(fit_host));
	put(f, KVM "/halt_poll_ns", "1\n");
	put(f, "/sys/kernel/mm/ksm/run", "1\n");
	findings = judge(f, &subject);
	assert_text(findings_names(&findings, FINDING_WARN),
		    "ksm, kvm-halt-poll");
	assert_text(findings_names(&findings, FINDING_FAIL), "");
	findings_free(&findings);
}

/* --- CPU lists ------------------------------------------------------------ */

static void cpu_lists(void **state)
{
	static const struct {
		const char *list;
		enum host_answer has; /* pCPU 3 */
		int count;
		const char *without;
	} cases[] = {
		{ "", HOST_NO, 0, "" },
		{ "(null)", HOST_NO, 0, "" },
		{ "3", HOST_YES, 1, "" },
		{ "0-3", HOST_YES, 4, "0-2" },
		{ "0-7", HOST_YES, 8, "0-2,4-7" },
		{ "2-4,8", HOST_YES, 4, "2,4,8" },
		{ "0,2,13", HOST_NO, 3, "0,2,13" },
		{ "all", HOST_YES, -1, NULL },
		{ "0-N", HOST_UNKNOWN, -1, NULL },
		{ "0-31:2/4", HOST_UNKNOWN, -1, NULL },
		{ "1-", HOST_UNKNOWN, -1, NULL },
		{ "1-,3", HOST_UNKNOWN, -1, NULL },
		{ "three", HOST_UNKNOWN, -1, NULL },
		{ "0,99999", HOST_NO, 2, "0,99999" },
		{ "100000", HOST_UNKNOWN, -1, NULL },
		{ "-0020", HOST_UNKNOWN, -1, NULL },
		{ "08-31", HOST_UNKNOWN, -1, NULL },
		{ "-", HOST_UNKNOWN, -1, NULL },
		{ "4-2", HOST_UNKNOWN, -1, NULL },
		{ "1-2-3", HOST_UNKNOWN, -1, NULL },
		{ "1,,2", HOST_UNKNOWN, -1, NULL },
		{ "1,", HOST_UNKNOWN, -1, NULL },
		{ ",1", HOST_UNKNOWN, -1, NULL },
		{ "0-4294967295", HOST_UNKNOWN, -1, NULL },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		char *without = cpu_list_without(cases[i].list, 3);

		assert_int_equal(cpu_list_has(cases[i].list, 3), cases[i].has);
		assert_int_equal(cpu_list_count(cases[i].list), cases[i].count);
		if (cases[i].without)
			assert_text(without, cases[i].without);
		else
			assert_null(without);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		FIXTURE_TEST(a_fit_host_has_nothing_to_find),
		FIXTURE_TEST(each_deviation_is_found),
		FIXTURE_TEST(what_cannot_be_read_is_never_ok),
		FIXTURE_TEST(amd_and_older_kernels),
		FIXTURE_TEST(the_run_counts_too),
		FIXTURE_TEST(rcu_callbacks_by_configuration),
		FIXTURE_TEST(a_latency_limit_keeps_from_deep_states),
		FIXTURE_TEST(privileges_open_perf_events),
		cmocka_unit_test(every_rule_is_documented),
		FIXTURE_TEST(names_of_a_status),
		cmocka_unit_test(cpu_lists),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
