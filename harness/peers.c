// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <signal.h>
#include <time.h>

#include "guest-exit.h"
#include "kvm.h"
#include "peers.h"
#include "pinned-thread.h"

/* Ends KVM_RUN of one thread; SIGALRM is the watchdog's, for vCPU 0. */
#define STOP_SIGNAL SIGUSR1

static void do_nothing(int signal)
{
	(void)signal;
}

static void fail(struct peer *peer)
{
	struct peers *peers = peer->peers;
	int none = 0;

	if (!atomic_compare_exchange_strong(&peers->failed, &none,
					    (int)peer->vcpu))
		return;
	kvm_stop(peers->vm->run);
	pthread_kill(peers->measured, SIGALRM);
}

static void *run_peer(void *arg)
{
	struct peer *peer = arg;
	const struct vm *vm = peer->peers->vm;
	int fd = vm->vcpu_fds[peer->vcpu];

	while (!peer->peers->stop) {
		if (!kvm_try_value(fd, KVM_RUN, 0)) {
			guest_exit_describe(vm, peer->vcpu, &peer->err);
			fail(peer);
			break;
		}
		if (errno != EINTR && errno != EAGAIN) {
			error_set_errno(&peer->err, "KVM_RUN failed on vCPU %u",
					peer->vcpu);
			fail(peer);
			break;
		}
	}
	return NULL;
}

int peers_start(struct peers *peers, const struct vm *vm, const int *cpus,
		struct error *err)
{
	struct sigaction action = { .sa_handler = do_nothing };
	int ret = 0;

	peers->vm = vm;
	peers->measured = pthread_self();
	sigaction(STOP_SIGNAL, &action, NULL);
	for (unsigned int i = 1; i < vm->vcpus && !ret; i++) {
		struct peer *peer = &peers->peer[peers->started];

		*peer = (struct peer){ .peers = peers, .vcpu = i };
		ret = pinned_thread_start(&peer->thread, cpus[i - 1], run_peer,
					  peer, err);
		if (!ret)
			peers->started++;
	}
	return ret;
}

int peers_check(const struct peers *peers, struct error *err)
{
	if (!peers->failed)
		return 0;
	return error_set(err, "vCPU %d: %.400s", peers->failed,
			 peers->peer[peers->failed - 1].err.text);
}

void peers_stop(struct peers *peers)
{
	const struct timespec pause = { .tv_nsec = 100000 };
	struct peer *peer;

	peers->stop = true;
	for (unsigned int i = 0; i < peers->started; i++) {
		peer = &peers->peer[i];
		peers->vm->runs[peer->vcpu]->immediate_exit = 1;
		/* Again and again, as a signal just before KVM_RUN is lost. */
		while (pthread_tryjoin_np(peer->thread, NULL) == EBUSY) {
			pthread_kill(peer->thread, STOP_SIGNAL);
			nanosleep(&pause, NULL);
		}
	}
	peers->started = 0;
}
