/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The order of a run's launches. Pure. */
#ifndef VMB_SCHEDULE_H
#define VMB_SCHEDULE_H

#include <stddef.h>
#include <stdint.h>

struct scheduled_launch {
	uint64_t launch; /* from 1 */
	size_t variant;
};

/*
 * Round after round, each variant once a round, in an order that @seed
 * shuffles anew (GSL's mt19937): a drift of the host spreads over all variants
 * instead of looking like a difference between them. @variants * @launches
 * entries; the caller frees them.
 */
struct scheduled_launch *schedule_build(size_t variants, uint64_t launches,
					uint64_t seed);

#endif
