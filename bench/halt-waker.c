// SPDX-License-Identifier: GPL-2.0-or-later
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>
#include <time.h>
#include <unistd.h>
#include <x86intrin.h>

#include "bench/halt-waker.h"
#include "harness/kvm.h"
#include "harness/pinned-thread.h"
#include "harness/util.h"
#include "harness/vm.h"

struct halt_waker {
	const struct vm *vm;
	int fd; /* an eventfd, which the guest's OUT signals */
	struct timespec idle;
	uint32_t msi;
	atomic_bool stop;
	pthread_t thread;
};

static void *wake_after_sleep(void *arg)
{
	struct halt_waker *waker = arg;
	volatile struct abi_shared *shared = vm_shared(waker->vm);
	uint64_t signals;

	prctl(PR_SET_TIMERSLACK, 1);
	while (read(waker->fd, &signals, sizeof(signals)) == sizeof(signals) &&
	       !waker->stop) {
		nanosleep(&waker->idle, NULL);
		shared->raised = __rdtsc();
		vm_signal_msi(waker->vm, waker->msi);
	}
	return NULL;
}

static struct timespec idle_time(const struct bench_context *context)
{
	uint64_t ns = context->arg[ABI_ARG_DELAY_NS];
	uint64_t least = HALT_WAKER_TICKS * 1000000ull / context->vm->tsc_khz;

	if (ns < least)
		ns = least;
	return (struct timespec){ .tv_sec = (time_t)(ns / 1000000000),
				  .tv_nsec = (long)(ns % 1000000000) };
}

static int listen_at_port(const struct halt_waker *waker, struct error *err)
{
	struct kvm_ioeventfd where = {
		.addr = ABI_PORT_EVENT,
		.len = 4,
		.fd = waker->fd,
		.flags = KVM_IOEVENTFD_FLAG_PIO,
	};

	return kvm_do(waker->vm->fd, KVM_IOEVENTFD, &where, err) < 0 ? -1 : 0;
}

int halt_waker_start(struct bench_context *context, struct error *err)
{
	struct halt_waker *waker = xcalloc(1, sizeof(*waker));
	int cpu = context->helper_cpu;

	waker->vm = context->vm;
	waker->idle = idle_time(context);
	waker->msi = (uint32_t)context->arg[ABI_ARG_MSI];
	waker->fd = eventfd(0, EFD_CLOEXEC);
	if (waker->fd < 0) {
		error_set_errno(err, "cannot create an eventfd");
		goto free;
	}
	/* Else beside the vCPU, which leaves its pCPU when it halts. */
	if (cpu < 0)
		cpu = sched_getcpu();
	if (listen_at_port(waker, err) ||
	    pinned_thread_start(&waker->thread, cpu, wake_after_sleep, waker,
				err))
		goto close;
	context->data = waker;
	return 0;
close:
	close(waker->fd);
free:
	free(waker);
	return -1;
}

void halt_waker_stop(struct bench_context *context)
{
	static const uint64_t wake = 1;
	struct halt_waker *waker = context->data;

	waker->stop = true;
	if (write(waker->fd, &wake, sizeof(wake)) == sizeof(wake))
		pthread_join(waker->thread, NULL);
	close(waker->fd);
	free(waker);
}
