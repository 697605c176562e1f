/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The vCPUs other than the first: a thread each, while the guest runs. */
#ifndef VMB_PEERS_H
#define VMB_PEERS_H

#include <pthread.h>
#include <stdatomic.h>

#include "error.h"
#include "vm.h"

struct peers;

struct peer {
	struct peers *peers;
	unsigned int vcpu;
	pthread_t thread;
	struct error err;
};

struct peers {
	const struct vm *vm;
	unsigned int started; /* entries of peer[] in use */
	struct peer peer[ABI_MAX_VCPUS];
	pthread_t measured; /* the thread of vCPU 0 */
	atomic_bool stop;
	atomic_int failed; /* number of the first vCPU that failed, or 0 */
};

/*
 * Enter vCPUs 1 to vm->vcpus - 1, vCPU n on pCPU @cpus[n - 1]. When one of them
 * fails, the calling thread gets SIGALRM and vCPU 0 leaves KVM_RUN.
 */
int peers_start(struct peers *peers, const struct vm *vm, const int *cpus,
		struct error *err);

/* -1 and why, when a vCPU failed. */
int peers_check(const struct peers *peers, struct error *err);

/* End them all; nothing happens when none was started. */
void peers_stop(struct peers *peers);

#endif
