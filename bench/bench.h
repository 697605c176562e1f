/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A benchmark is a const descriptor; most are nothing but data. To add one:
 * a descriptor in the array of its bench/FAMILY.c and, unless a payload that is
 * there does the job, a payload in guest/payload/. A new family: its array in
 * bench/table.c as well.
 */
#ifndef VMB_BENCH_H
#define VMB_BENCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "guest/abi.h"
#include "harness/error.h"

struct host_op;
struct kvm_run;
struct vm;

#define BENCH_MAX_PARAMS 4
#define BENCH_MAX_EXPECT 4

/* One setting of a parameter. */
struct param_value {
	const char *text; /* as in `delay=100us`; NULL ends a list */
	uint64_t value;
	/* What the host must have besides struct bench's. NULL: nothing. */
	const char *needs;
};

/* Where a parameter's value goes. */
enum param_target {
	PARAM_ARG, /* to the payload: shared->arg[arg] */
	PARAM_CPL, /* shared->cpl */
	PARAM_WHERE, /* an enum where */
	PARAM_FROM, /* an enum abi_from: shared->arg[arg], and shared->cpl */
	PARAM_VCPUS, /* how many vCPUs the VM has */
	PARAM_IRQCHIP, /* enum bench_irqchip */
};

/* Where an op is executed: in a ring of the guest, or by the launch itself. */
enum where {
	WHERE_GUEST0 = 0,
	WHERE_GUEST3 = 3,
	WHERE_HOST3,
	WHERE_HOST0, /* by the module vmentry_probe */
};

enum bench_irqchip {
	IRQCHIP_KERNEL,
	IRQCHIP_SPLIT, /* LAPICs in the kernel, IOAPIC and PIC outside */
};

struct param {
	const char *name; /* NULL ends the parameters */
	enum param_target target;
	enum abi_arg arg;
	const struct param_value *values;
};

/* How often an op must move a statistic of KVM. */
enum expect_rule {
	EXPECT_EACH = 1, /* per_op times */
	EXPECT_EXACTLY, /* per_op times, not one more or less in the pass: for
			 * what nobody but the op can count */
	EXPECT_AT_LEAST, /* per_op times or more */
	EXPECT_ALL_OR_NONE, /* per_op times or never: it depends on the CPU
				 * vendor and on KVM's settings which */
	EXPECT_AT_MOST, /* up to per_op times: KVM and the CPU decide anew
				 * each time */
};

struct expectation {
	enum expect_rule rule; /* 0 ends the list */
	/*
	 * A statistic of KVM_GET_STATS_FD, or "userspace_exits", which the
	 * monitor counts, or the benchmark's own count_name. "exits" stands for
	 * exits less irq_exits: those are the host's own interrupts.
	 */
	const char *stat;
	double per_op;
	/* Only in variants with this setting, "wait=hlt". NULL: in all. */
	const char *when;
};

/* What a hook may use. */
struct bench_context {
	const struct vm *vm;
	const uint64_t *arg; /* ABI_ARGS values: constants and parameters */
	int helper_cpu; /* pCPU for a thread of the hook, or -1 */
	void *data; /* the hook's own */
};

/* What setup() returns when this host cannot run the benchmark. */
#define BENCH_SKIP 1

struct bench {
	const char *name; /* family/name */
	const char *summary;
	const char *payload; /* guest/payload/NAME.c */
	/*
	 * Ops of the launch's own process (harness/host-run.h): host without a
	 * payload always, with one where PARAM_WHERE says WHERE_HOST3; host0
	 * where it says WHERE_HOST0.
	 */
	const struct host_op *host, *host0;
	/*
	 * A sample is the ticks of so many ops, and every number of ticks that
	 * is written is divided by it; 0 means 1.
	 */
	unsigned int ops_per_sample;
	/* A sample is the difference of two: their overhead cancels. */
	bool is_difference;
	/* What the host must have: see harness/require.h. NULL: nothing more. */
	const char *needs;
	uint64_t arg[ABI_ARGS];
	unsigned int vcpus; /* 0: one; each has a pCPU of its own */
	/* A thread, or the vCPU itself, runs there; `--placement` moves it. */
	bool uses_helper_cpu;
	/* Only in variants with this setting, "from=hlt". NULL: in all. */
	const char *helper_when;
	/* Has rows boundary:NAME: what a BEGIN and END pair moves a statistic by. */
	bool records_boundary;
	/* Has the row above_10000_ticks: the share of such samples. */
	bool counts_long;
	struct param params[BENCH_MAX_PARAMS];
	/*
	 * These, on_exit, ABI_ARG_MSI and host also say whether an op makes
	 * system calls: a launch of one that does not is confined to few of
	 * them once setup has returned (harness/confine.h).
	 */
	struct expectation expect[BENCH_MAX_EXPECT];
	/*
	 * Around the run of the guest, in the launch's own process. setup may
	 * return BENCH_SKIP with the reason in @err. teardown is called when
	 * setup returned 0, also when the guest failed.
	 */
	int (*setup)(struct bench_context *context, struct error *err);
	void (*teardown)(struct bench_context *context);
	/*
	 * An exit to the monitor other than a message: true when it was the
	 * op's and is answered, false when nobody expected it. It is timed.
	 */
	bool (*on_exit)(struct bench_context *context, struct kvm_run *run);
	/*
	 * A counter of the hooks' own, which only goes up, and its name; that
	 * of an op of the host is read by host->count.
	 */
	const char *count_name;
	uint64_t (*count)(struct bench_context *context);
};

/* Each ends with an empty descriptor. */
extern const struct bench base_benchmarks[];
extern const struct bench exit_benchmarks[];
extern const struct bench insn_benchmarks[];
extern const struct bench ipi_benchmarks[];
extern const struct bench msr_benchmarks[];
extern const struct bench nmi_benchmarks[];
extern const struct bench nmi_guest_benchmarks[];
extern const struct bench nmi_host_benchmarks[];
extern const struct bench nmi_probe_benchmarks[];
extern const struct bench run_benchmarks[];
extern const struct bench timer_benchmarks[];
extern const struct bench tsc_aux_benchmarks[];
extern const struct bench vm_benchmarks[];

/* The families in the order in which `list` shows them, and a NULL. */
extern const struct bench *const bench_families[];

/* Parameters that several families share. */
extern const struct param_value cpl_values[];
#define PARAM_CPL_BOTH                                                   \
	{                                                                \
		.name = "cpl", .target = PARAM_CPL, .values = cpl_values \
	}

/* Expectations likewise: an exit that KVM answers alone, or the monitor. */
#define EXPECT_KERNEL                             \
	{ EXPECT_EACH, "exits", 1 },              \
	{                                         \
		EXPECT_EACH, "userspace_exits", 0 \
	}
#define EXPECT_USER                            \
	{ EXPECT_EACH, "userspace_exits", 1 }, \
	{                                      \
		EXPECT_EACH, "exits", 1        \
	}

#endif
