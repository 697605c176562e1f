/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Every record of the tracepoints of trace-format.h that the calling thread
 * causes, through one ring buffer into tallies.
 *
 * A thread on another pCPU empties the ring every millisecond, so that the
 * number of ops is not limited by its size. The kernel is told to wake nobody:
 * its wake-up is an IPI to itself, an MSR write that the tally would show.
 */
#ifndef VMB_SAMPLER_H
#define VMB_SAMPLER_H

#include <pthread.h>
#include <stdatomic.h>

#include "perf-backend.h"
#include "perf-groups.h"
#include "trace-format.h"

struct sampler {
	const struct trace_format *format;
	struct perf_group group;
	void *mapping;
	size_t mapping_size;
	struct perf_ring ring;
	struct trace_tally *tally; /* where samples go now */
	pthread_mutex_t lock; /* of ring and tally */
	pthread_t thread;
	bool has_thread;
	atomic_bool stop;
};

/*
 * Open the tracepoints that @format says are usable, stopped, on the calling
 * thread; @cpu: pCPU of the helper thread, or -1 for none, and then the ring
 * is emptied by sampler_take() alone. -1: @reason says why, and there is
 * nothing to close.
 */
int sampler_open(struct sampler *sampler, const struct trace_format *format,
		 const struct perf_backend *backend, int cpu, char *reason,
		 size_t size);

/*
 * While it is started samples go to @tally, which the caller zeroed and frees
 * with trace_tally_free(). The caller starts, stops and reads sampler->group.
 */
void sampler_into(struct sampler *sampler, struct trace_tally *tally);

/* After it was stopped: what is left in the ring goes to the tally, too. */
void sampler_take(struct sampler *sampler);

void sampler_close(struct sampler *sampler);

#endif
