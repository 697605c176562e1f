/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What `check` judges: the facts, read through the one root of host.h. */
#ifndef VMB_CHECK_FACTS_H
#define VMB_CHECK_FACTS_H

#include <stdbool.h>
#include <stdint.h>

#include "host-module.h"
#include "host.h"

struct fact_number {
	bool known;
	int64_t value;
};

/* The run that the host is to be fit for. */
struct check_subject {
	int cpu; /* the vCPU's pCPU */
	int cpus; /* how many pCPUs may be used */
	bool fifo; /* at SCHED_FIFO */
};

/*
 * A text that is NULL is unknown, "" says none; words have a blank between
 * them. Texts are owned.
 */
struct check_facts {
	struct check_subject subject;

	/* the kernel */
	char *debug_options; /* of kernel_debug_options[], not production's */
	char *config_source; /* where they stand */
	char *tracer; /* ftrace's */
	struct fact_number tainted;
	struct fact_number rt_runtime_us;
	struct fact_number perf_event_paranoid;
	enum host_answer seccomp; /* filters */
	enum host_answer perfmon; /* CAP_PERFMON or CAP_SYS_ADMIN */

	/* the CPU */
	enum host_answer hypervisor;
	enum host_answer constant_tsc;
	enum host_answer nonstop_tsc;
	char *clocksource;
	char *microcode;
	char *old_microcode; /* the kernel's verdict, Linux 6.16 */
	char *vulnerable; /* vulnerabilities without a mitigation */

	/* its speed; governor, states and siblings of the subject's pCPU */
	char *governor;
	enum host_answer turbo;
	char *idle_state; /* the slowest to leave of those enabled ... */
	struct fact_number idle_latency_us; /* ... and how slow it is */
	struct fact_number latency_limit_us; /* of all who ask for one */
	char *siblings;

	/* what else runs on it */
	char *isolated;
	char *nohz_full;
	char *rcu_nocbs;
	struct fact_number irqs; /* that devices have ... */
	struct fact_number irqs_here; /* ... and that may come to the pCPU */
	enum host_answer nmi_watchdog;
	struct fact_number load_percent; /* 1-minute load, of one pCPU */
	struct fact_number steal_ppm; /* of the pCPU's time since the boot */

	/* memory */
	char *thp;
	struct fact_number ksm_run;
	struct fact_number numa_balancing;
	struct fact_number available_mib;
	struct fact_number swap_used_mib;

	/* KVM; parameters as the kernel prints them */
	enum host_answer kvm_device;
	enum kvm_backend backend;
	char *backend_name;
	char *halt_poll_ns;
	char *timer_advance; /* lapic_timer_advance, or ..._ns of old kernels */
	char *pi_inject_timer;
	char *apicv; /* enable_apicv or avic */
};

/* The caller ends it with check_facts_free(). */
void check_facts_read(struct check_facts *facts, const struct host_root *root,
		      const struct check_subject *subject);
void check_facts_free(struct check_facts *facts);

#endif
