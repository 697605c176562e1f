/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A guest whose instruction KVM has to read from guest memory, in its run loop.
 * KVM emulates it, signals an eventfd and enters the guest again without the
 * monitor.
 */
#ifndef VMB_FETCH_GUEST_H
#define VMB_FETCH_GUEST_H

#include "bench/bench.h"
#include "harness/vm.h"

enum fetch_way_id {
	/* OUTS to a port: neither VMX nor SVM, even with decode assists, hands
	 * over a string instruction. */
	FETCH_OUTS,
	/* A store where there is no memory: not with decode assists. */
	FETCH_STORE,
	FETCH_WAYS,
};

struct fetch_guest {
	struct vm *vm;
	enum fetch_way_id way;
	struct bench_context hooks; /* of the ioeventfd */
};

/* TSC ticks in the guest, around one such instruction each. */
struct fetch_times {
	uint64_t twin; /* the same one elsewhere */
	uint64_t watched; /* that of fetch_guest_watched() */
};

/*
 * Load the guest into @vm, in ring 3, with this pCPU's TSC_AUX. 0, BENCH_SKIP or
 * -1, and fetch_guest_stop() is for 0. @arg: as in struct host_context.
 */
int fetch_guest_start(struct fetch_guest *guest, struct vm *vm,
		      enum fetch_way_id way, const uint64_t *arg,
		      struct error *err);

/* The first byte of the watched instruction, in the monitor's memory. */
const void *fetch_guest_watched(const struct fetch_guest *guest);

/*
 * One KVM_RUN: four such instructions, one of them the watched one, and the OUT
 * that returns. What is timed comes right after an untimed one, in both cases.
 */
int fetch_guest_run(const struct fetch_guest *guest, struct fetch_times *times,
		    struct error *err);

void fetch_guest_stop(struct fetch_guest *guest);

#endif
