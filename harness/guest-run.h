/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The run of a guest: KVM_RUN until the payload's last message, statistics
 * read at the passes' ends. Runs in the launch's own process, whose SIGALRM
 * it uses.
 */
#ifndef VMB_GUEST_RUN_H
#define VMB_GUEST_RUN_H

#include <stdbool.h>
#include <stdint.h>

#include "bench/bench.h"
#include "error.h"
#include "peers.h"
#include "vm.h"

struct guest_pass {
	struct kvm_stats_values begin, end;
	uint64_t ops; /* as the guest says: not yet checked */
	uint64_t userspace_exits; /* KVM_RUN returns between BEGIN and END */
	uint64_t hook_count; /* what bench->count or host->count counted */
	bool begun, ended;
};

struct counting;

/*
 * The caller sets bench, context, counting, peer_cpus and move_cpus, the rest
 * to 0.
 */
struct guest_run {
	const struct bench *bench;
	struct bench_context context; /* for its hooks */
	struct counting *counting; /* of the passes, or NULL; not owned */
	struct guest_pass pass[ABI_PASSES];
	uint64_t exits; /* KVM_RUN returns so far */
	int peer_cpus[ABI_MAX_VCPUS]; /* pCPUs of vCPUs 1 and up */
	struct peers peers;
	int move_cpus[2]; /* for ABI_MOVE: home, and away or -1 */
	bool moved;
	bool skipped;
	bool broke; /* by a sample above the bound, which @err names */
};

/* By how much statistic @stat of vm->stats moved during the pass. */
static inline int64_t guest_pass_delta(const struct guest_pass *pass, int stat)
{
	return (int64_t)(pass->end.value[stat] - pass->begin.value[stat]);
}

/*
 * By how much the ops of the counted pass moved it: what a BEGIN and END move is
 * taken off, modulo 2^64, as KVM counts.
 */
static inline int64_t guest_counted_delta(const struct guest_run *run, int stat)
{
	uint64_t counted =
		(uint64_t)guest_pass_delta(&run->pass[ABI_PASS_COUNTED], stat);
	uint64_t boundary =
		(uint64_t)guest_pass_delta(&run->pass[ABI_PASS_BOUNDARY], stat);

	return (int64_t)(counted - boundary);
}

/*
 * 0: the payload is done and every pass ended, or run->skipped, and then @err
 * holds its reason. -1: @err says what went wrong.
 */
int guest_run(struct vm *vm, struct guest_run *run, double watchdog_seconds,
	      struct error *err);

/*
 * Sample @sample of the timed pass took @ticks, more than the @bound of abi.h:
 * @run is broken, and @err says so of single ops. Returns -1.
 */
int guest_run_break(struct guest_run *run, uint64_t sample, uint64_t ticks,
		    int64_t bound, struct error *err);

#endif
