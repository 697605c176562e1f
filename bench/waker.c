// SPDX-License-Identifier: GPL-2.0-or-later
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <x86intrin.h>

#include "bench/waker.h"
#include "harness/pinned-thread.h"
#include "harness/util.h"
#include "harness/vm.h"

struct waker {
	const struct vm *vm;
	uint64_t idle; /* TSC ticks */
	uint32_t msi;
	atomic_bool stop;
	pthread_t thread;
};

static void pause_until(const struct waker *waker, uint64_t tsc)
{
	while (__rdtsc() < tsc && !waker->stop)
		_mm_pause();
}

static void *wake_repeatedly(void *arg)
{
	struct waker *waker = arg;
	volatile struct abi_shared *shared = vm_shared(waker->vm);
	uint64_t seen = 0, ready;

	while (!waker->stop) {
		ready = shared->ready;
		if (ready == seen) {
			_mm_pause();
			continue;
		}
		seen = ready;
		pause_until(waker, __rdtsc() + waker->idle);
		shared->raised = __rdtsc();
		vm_signal_msi(waker->vm, waker->msi);
	}
	return NULL;
}

int waker_start(struct bench_context *context, struct error *err)
{
	struct waker *waker = xcalloc(1, sizeof(*waker));

	waker->vm = context->vm;
	waker->idle =
		vm_ns_to_ticks(context->vm, context->arg[ABI_ARG_DELAY_NS]);
	waker->msi = (uint32_t)context->arg[ABI_ARG_MSI];
	if (pinned_thread_start(&waker->thread, context->helper_cpu,
				wake_repeatedly, waker, err)) {
		free(waker);
		return -1;
	}
	context->data = waker;
	return 0;
}

void waker_stop(struct bench_context *context)
{
	struct waker *waker = context->data;

	waker->stop = true;
	pthread_join(waker->thread, NULL);
	free(waker);
}
