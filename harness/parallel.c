// SPDX-License-Identifier: GPL-2.0-or-later
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>

#include "parallel.h"

#define THREADS_MAX 64

struct work {
	void (*job)(void *ctx, size_t i);
	void *ctx;
	size_t n;
	atomic_size_t next;
};

static void *worker(void *arg)
{
	struct work *w = arg;
	size_t i;

	while ((i = atomic_fetch_add(&w->next, 1)) < w->n)
		w->job(w->ctx, i);
	return NULL;
}

static size_t cpus(void)
{
	cpu_set_t set;

	if (sched_getaffinity(0, sizeof(set), &set))
		return 1;
	return CPU_COUNT(&set) > 0 ? (size_t)CPU_COUNT(&set) : 1;
}

void parallel_for(size_t n, void (*job)(void *ctx, size_t i), void *ctx)
{
	struct work w = { .job = job, .ctx = ctx, .n = n };
	size_t most = cpus(), started = 0;
	pthread_t threads[THREADS_MAX];

	most = most < n ? most : n;
	most = most < THREADS_MAX ? most : THREADS_MAX;
	while (started + 1 < most &&
	       !pthread_create(&threads[started], NULL, worker, &w))
		started++;
	worker(&w);
	for (size_t i = 0; i < started; i++)
		pthread_join(threads[i], NULL);
}
