/* SPDX-License-Identifier: GPL-2.0-or-later */
/* For findings*.c: the judges, and how they speak. */
#ifndef VMB_FINDINGS_JUDGE_H
#define VMB_FINDINGS_JUDGE_H

#include "findings.h"

__attribute__((format(printf, 3, 4))) void
finding_set(struct finding *finding, enum finding_status status,
	    const char *fmt, ...);

#define JUDGE(name)                                        \
	void judge_##name(const struct check_facts *facts, \
			  struct finding *finding)

/* findings-kernel.c: how the kernel was built and what it is doing */
JUDGE(kernel_debug);
JUDGE(kernel_taint);
JUDGE(tracer);
JUDGE(rt_throttling);
JUDGE(perf_events);
JUDGE(confinement);
JUDGE(kvm_device);
JUDGE(kvm_backend);
JUDGE(halt_poll);
JUDGE(timer_advance);
JUDGE(pi_inject_timer);
JUDGE(apicv);

/* findings-cpu.c: the CPU and its speed */
JUDGE(hypervisor);
JUDGE(tsc);
JUDGE(clocksource);
JUDGE(microcode);
JUDGE(mitigations);
JUDGE(governor);
JUDGE(turbo);
JUDGE(c_states);
JUDGE(smt);

/* findings-load.c: what else uses pCPUs and memory */
JUDGE(pcpu);
JUDGE(isolation);
JUDGE(nohz_full);
JUDGE(rcu_nocbs);
JUDGE(irq_affinity);
JUDGE(nmi_watchdog);
JUDGE(load);
JUDGE(steal);
JUDGE(thp);
JUDGE(ksm);
JUDGE(numa_balancing);
JUDGE(free_memory);
JUDGE(swap);

#endif
