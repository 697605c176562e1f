// SPDX-License-Identifier: GPL-2.0-or-later
#include <signal.h>
#include <string.h>

#include "cpu-mask.h"
#include "pinned-thread.h"

int pinned_thread_start(pthread_t *thread, int cpu, void *(*function)(void *),
			void *arg, struct error *err)
{
	sigset_t watchdog, old;
	pthread_attr_t attr;
	struct cpu_mask mask;
	int ret;

	cpu_mask_set_only(&mask, cpu);
	pthread_attr_init(&attr);
	pthread_attr_setaffinity_np(&attr, sizeof(mask.set), mask.set);
	/* Threads inherit the mask. */
	sigemptyset(&watchdog);
	sigaddset(&watchdog, SIGALRM);
	pthread_sigmask(SIG_BLOCK, &watchdog, &old);
	ret = pthread_create(thread, &attr, function, arg);
	pthread_sigmask(SIG_SETMASK, &old, NULL);
	pthread_attr_destroy(&attr);
	if (ret)
		return error_set(err, "cannot start a thread on pCPU %d: %s",
				 cpu, strerror(ret));
	return 0;
}
