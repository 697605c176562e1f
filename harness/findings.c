// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdarg.h>
#include <stdlib.h>

#include "findings-judge.h"
#include "util.h"

const struct finding_rule finding_rules[] = {
	{
		.name = "kvm-device",
		.severity = "fail without /dev/kvm",
		.advice =
			"load kvm_intel or kvm_amd, or enable virtualisation in the firmware",
		.judge = judge_kvm_device,
	},
	{
		.name = "kvm-backend",
		.severity = "warn for another than svm and vmx",
		.advice = "say with every number what runs the guests here",
		.judge = judge_kvm_backend,
	},
	{
		.name = "hypervisor",
		.severity = "warn when the host is itself a guest",
		.advice =
			"measure on bare metal: exits of a nested guest pass through the outer hypervisor",
		.judge = judge_hypervisor,
	},
	{
		.name = "kernel-debug",
		.severity = "fail for an option that no production kernel has",
		.advice =
			"measure a kernel without these options: reviewers reject numbers from one with them",
		.judge = judge_kernel_debug,
	},
	{
		.name = "kernel-taint",
		.severity =
			"warn when tainted; fail after an oops or a machine check",
		.advice = "reboot; measure without modules from elsewhere",
		.judge = judge_kernel_taint,
	},
	{
		.name = "tracer",
		.severity = "warn when ftrace has a tracer on",
		.advice = "echo nop >/sys/kernel/tracing/current_tracer",
		.judge = judge_tracer,
	},
	{
		.name = "tsc",
		.severity =
			"fail without constant_tsc; warn without nonstop_tsc",
		.advice =
			"measure elsewhere: ticks of this TSC are no unit of time",
		.judge = judge_tsc,
	},
	{
		.name = "clocksource",
		.severity =
			"fail when the kernel gave up the TSC for a timer chip; warn when it is another one",
		.advice = "see 'dmesg' for why the TSC was found unstable",
		.judge = judge_clocksource,
	},
	{
		.name = "microcode",
		.severity = "warn when the kernel calls it old",
		.advice = "update the firmware or the microcode package",
		.judge = judge_microcode,
	},
	{
		.name = "mitigations",
		.severity = "warn when a vulnerability is left open",
		.advice =
			"measure with the mitigations that users run, and report them",
		.judge = judge_mitigations,
	},
	{
		.name = "pcpu",
		.severity = "warn for pCPU 0 when there are others",
		.advice =
			"choose another by --cpu: the first one serves timers and most interrupts",
		.judge = judge_pcpu,
	},
	{
		.name = "governor",
		.severity = "warn for another than performance",
		.advice =
			"run --tune, or: cpupower frequency-set -g performance",
		.judge = judge_governor,
	},
	{
		.name = "turbo",
		.severity = "warn when on",
		.advice =
			"run --tune, or write 1 to intel_pstate/no_turbo or 0 to cpufreq/boost",
		.judge = judge_turbo,
	},
	{
		.name = "c-states",
		.severity =
			"warn when an enabled state takes over 2 us to leave",
		.advice =
			"run --tune, or start the kernel with intel_idle.max_cstate=1 or processor.max_cstate=1",
		.judge = judge_c_states,
	},
	{
		.name = "smt",
		.severity = "warn when the pCPU has a sibling",
		.advice =
			"echo off >/sys/devices/system/cpu/smt/control, or leave the sibling idle",
		.judge = judge_smt,
	},
	{
		.name = "isolation",
		.severity = "warn when the scheduler may use the pCPU",
		.advice =
			"start the kernel with isolcpus=, or make a cpuset partition of type isolated",
		.judge = judge_isolation,
	},
	{
		.name = "nohz-full",
		.severity = "warn when the pCPU keeps its tick",
		.advice =
			"start the kernel with nohz_full= (CONFIG_NO_HZ_FULL)",
		.judge = judge_nohz_full,
	},
	{
		.name = "rcu-nocbs",
		.severity = "warn when the pCPU runs RCU callbacks",
		.advice =
			"start the kernel with rcu_nocbs=, or nohz_full=, which implies it",
		.judge = judge_rcu_nocbs,
	},
	{
		.name = "irq-affinity",
		.severity =
			"warn when an interrupt of a device may come to the pCPU",
		.advice =
			"run --tune, or start the kernel with irqaffinity=; stop irqbalance",
		.judge = judge_irq_affinity,
	},
	{
		.name = "nmi-watchdog",
		.severity = "warn when on",
		.advice = "run --tune, or: sysctl kernel.nmi_watchdog=0",
		.judge = judge_nmi_watchdog,
	},
	{
		.name = "load",
		.severity =
			"warn from a 1-minute load of 0.5 on; fail when it exceeds the pCPUs",
		.advice = "stop what else runs here (see 'top')",
		.judge = judge_load,
	},
	{
		.name = "steal",
		.severity =
			"warn from 0.1 % of the pCPU's time since the boot on; fail from 5 % on",
		.advice =
			"measure on a host of your own: another guest takes the CPU away",
		.judge = judge_steal,
	},
	{
		.name = "thp",
		.severity = "warn for never",
		.advice =
			"run --tune, or write madvise to transparent_hugepage/enabled",
		.judge = judge_thp,
	},
	{
		.name = "ksm",
		.severity = "warn when it runs",
		.advice = "run --tune, or: echo 0 >/sys/kernel/mm/ksm/run",
		.judge = judge_ksm,
	},
	{
		.name = "numa-balancing",
		.severity = "warn when on",
		.advice = "run --tune, or: sysctl kernel.numa_balancing=0",
		.judge = judge_numa_balancing,
	},
	{
		.name = "free-memory",
		.severity = "warn below 512 MiB; fail below 64 MiB",
		.advice = "stop what takes the memory",
		.judge = judge_free_memory,
	},
	{
		.name = "swap",
		.severity = "warn when something is swapped out",
		.advice = "swapoff -a, or run --mlock",
		.judge = judge_swap,
	},
	{
		.name = "kvm-halt-poll",
		.severity = "warn when on",
		.advice =
			"write 0 to /sys/module/kvm/parameters/halt_poll_ns to time the sleep and not the poll, or report the value",
		.judge = judge_halt_poll,
	},
	{
		.name = "kvm-timer-advance",
		.severity = "warn when off or fixed",
		.advice =
			"load kvm with the default lapic_timer_advance, or report the value",
		.judge = judge_timer_advance,
	},
	{
		.name = "kvm-pi-inject-timer",
		.severity = "warn when on",
		.advice =
			"load kvm with pi_inject_timer=0, or report it: housekeeping pCPUs run the timers",
		.judge = judge_pi_inject_timer,
	},
	{
		.name = "kvm-apicv",
		.severity =
			"warn when enable_apicv is off; either value of avic is ok",
		.advice =
			"load kvm_intel with enable_apicv=1, or report it: interrupts take another way",
		.judge = judge_apicv,
	},
	{
		.name = "perf-events",
		.severity = "warn when the kernel's own events are not allowed",
		.advice =
			"run as root, or: sysctl kernel.perf_event_paranoid=1 (-1 for tracepoints)",
		.judge = judge_perf_events,
	},
	{
		.name = "rt-throttling",
		.severity = "warn when a --fifo run would be throttled",
		.advice = "sysctl kernel.sched_rt_runtime_us=-1",
		.judge = judge_rt_throttling,
	},
	{
		.name = "confinement",
		.severity = "warn when launches cannot be confined",
		.advice =
			"measure a kernel with CONFIG_SECCOMP_FILTER, or trust your guests",
		.judge = judge_confinement,
	},
};
const size_t finding_rule_count = ARRAY_SIZE(finding_rules);

static const char *const status_names[] = {
	[FINDING_OK] = "ok",
	[FINDING_WARN] = "warn",
	[FINDING_FAIL] = "fail",
	[FINDING_UNKNOWN] = "unknown",
};

const char *finding_status_name(enum finding_status status)
{
	return status_names[status];
}

void finding_set(struct finding *finding, enum finding_status status,
		 const char *fmt, ...)
{
	va_list ap;

	finding->status = status;
	va_start(ap, fmt);
	vsnprintf(finding->seen, sizeof(finding->seen), fmt, ap);
	va_end(ap);
}

void findings_judge(struct findings *findings, const struct check_facts *facts)
{
	*findings = (struct findings){
		.finding =
			xcalloc(finding_rule_count, sizeof(*findings->finding)),
		.count = finding_rule_count,
	};
	for (size_t i = 0; i < findings->count; i++) {
		struct finding *finding = &findings->finding[i];

		finding->rule = &finding_rules[i];
		finding->rule->judge(facts, finding);
		findings->by_status[finding->status]++;
	}
}

void findings_free(struct findings *findings)
{
	free(findings->finding);
	*findings = (struct findings){ 0 };
}

char *findings_names(const struct findings *findings,
		     enum finding_status status)
{
	char *names = xstrdup(""), *longer;

	for (size_t i = 0; i < findings->count; i++) {
		if (findings->finding[i].status != status)
			continue;
		longer = xasprintf("%s%s%s", names, *names ? ", " : "",
				   findings->finding[i].rule->name);
		free(names);
		names = longer;
	}
	return names;
}
