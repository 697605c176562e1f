/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Ops that the launch's own process executes, or has executed: system calls and
 * KVM's ioctls, instructions in the host's ring 3 and, by the module
 * vmentry_probe, in its ring 0. The passes are those of a guest (guest/abi.h),
 * the samples stand in the launch VM's memory as a guest's do, and the results
 * are judged alike.
 */
#ifndef VMB_HOST_RUN_H
#define VMB_HOST_RUN_H

#include <stdbool.h>
#include <stdint.h>

#include "bench/bench.h"
#include "error.h"
#include "guest-run.h"
#include "kvm-stats.h"
#include "vm.h"

struct perf_backend;

struct host_context {
	/* The launch's own VM: made, and never entered but by the op. */
	struct vm *vm;
	const uint64_t *arg; /* ABI_ARGS values: constants and parameters */
	uint32_t cpl;
	int node; /* NUMA node of a guest's memory, or -1 */
	int helper_cpu; /* another pCPU, or -1 */
	const struct perf_backend *perf; /* for events of the op's own */
	void *data; /* the op's own, from start to finish */

	/* Of one op; the first from here, the others to here. */
	bool timed; /* HOST_TIMED() reads the TSC */
	uint64_t ticks;
	bool discarded; /* the op went well, its ticks are no sample */

	/* Added up over a pass. */
	uint64_t userspace_exits; /* returns of KVM_RUN from a guest */
	struct kvm_stats_values moved; /* statistics of other VMs */
};

struct host_op {
	/*
	 * Once, before the passes. May be NULL. As setup of struct bench: 0,
	 * BENCH_SKIP or -1. finish is called when start returned 0.
	 */
	int (*start)(struct host_context *context, struct error *err);
	/*
	 * One op: what has to be made ready for it, the op itself in
	 * HOST_TIMED(), a check that it did its work, and the way back. A
	 * function of its own for each op, so that no call of a pointer stands
	 * between the TSC reads.
	 */
	int (*op)(struct host_context *context, struct error *err);
	/*
	 * What bench->count_name counted since start, read as a pass begins
	 * and ends. NULL: the op has no counter. 0 or -1.
	 */
	int (*count)(struct host_context *context, uint64_t *count,
		     struct error *err);
	void (*finish)(struct host_context *context); /* may be NULL */
	/* What is timed begins and ends as in a guest, for `lab explain`. */
	bool marks_windows;
};

static inline uint64_t host_tsc(void)
{
	uint32_t low, high;

	asm volatile("lfence\nrdtsc\nlfence"
		     : "=a"(low), "=d"(high)
		     :
		     : "memory");
	return (uint64_t)high << 32 | low;
}

/* Execute the statement between two fenced TSC reads, or just so. */
#define HOST_TIMED(context, ...)                             \
	do {                                                 \
		if ((context)->timed) {                      \
			uint64_t t0_ = host_tsc();           \
			__VA_ARGS__;                         \
			(context)->ticks = host_tsc() - t0_; \
		} else {                                     \
			__VA_ARGS__;                         \
		}                                            \
	} while (0)

/*
 * The sample of an op that is a difference (bench->is_difference), @with less
 * @without: a negative one is noise, and no sample.
 */
static inline void host_difference(struct host_context *context, uint64_t with,
				   uint64_t without)
{
	context->discarded = with < without;
	context->ticks = with - without;
}

/*
 * Add what a VM that lived for one op counted, its statistics having been zero
 * before the op. Before the VM is destroyed.
 */
int host_count_vm(struct host_context *context, const struct vm *vm,
		  struct error *err);

/*
 * All passes of @op; each op counts @ops_per_op times in the counted pass. Of
 * @context, all above @data is set by the caller. Returns as guest_run() does.
 */
int host_run(const struct host_op *op, struct host_context *context,
	     unsigned int ops_per_op, struct guest_run *run, struct error *err);

#endif
