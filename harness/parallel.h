/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Independent jobs on all CPUs. */
#ifndef VMB_PARALLEL_H
#define VMB_PARALLEL_H

#include <stddef.h>

/*
 * Call @job for 0 to @n - 1, in any order, by as many threads as this process
 * has CPUs, and return when all are done. Jobs share nothing but @ctx. Without
 * threads to be had, the caller's does it all.
 */
void parallel_for(size_t n, void (*job)(void *ctx, size_t i), void *ctx);

#endif
