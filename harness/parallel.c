// SPDX-License-Identifier: GPL-2.0-or-later
#include <pthread.h>
#include <stdatomic.h>

#include "cpu-mask.h"
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

void parallel_for(size_t n, void (*job)(void *ctx, size_t i), void *ctx)
{
	struct work w = { .job = job, .ctx = ctx, .n = n };
	size_t most = cpu_mask_usable(), started = 0;
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
