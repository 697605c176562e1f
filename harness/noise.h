/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How long the host takes a pCPU away from a thread that never gives it up, as
 * oslat (rt-tests) measures it: a loop reads the TSC, and what lies between two
 * reads is a gap when it is longer than NOISE_THRESHOLD_US.
 */
#ifndef VMB_NOISE_H
#define VMB_NOISE_H

#include <stdbool.h>
#include <stdint.h>

#include "error.h"
#include "topology.h"

#define NOISE_THRESHOLD_US 1
/* Bucket i counts gaps of 2^i to 2^(i+1) us, the last one all longer ones. */
#define NOISE_BUCKETS 16

struct noise {
	int cpu;
	uint64_t duration; /* TSC ticks, as all below */
	uint64_t ticks_per_us;
	uint64_t gaps;
	uint64_t lost; /* sum of the gaps */
	uint64_t longest;
	uint64_t bucket[NOISE_BUCKETS];
};

/* Count a gap of @ticks, unless it is below the threshold. Pure. */
void noise_add(struct noise *noise, uint64_t ticks);

/*
 * Measure on pCPU @cpu for @seconds, at SCHED_FIFO if @fifo, in a thread of its
 * own. -1: the pCPU cannot be had so.
 */
int noise_measure(const struct topology *topology, int cpu, bool fifo,
		  double seconds, struct noise *noise, struct error *err);

#endif
