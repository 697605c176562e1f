/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What `--fifo` and `--mlock` ask for. Neither implies the other, so that the
 * effect of each can be measured.
 */
#ifndef VMB_REALTIME_H
#define VMB_REALTIME_H

#include <stdbool.h>

#include "error.h"

/*
 * Run the calling thread at SCHED_FIFO, at the lowest such priority: above all
 * ordinary tasks, below what the kernel runs for its own work. Threads that it
 * starts are ordinary ones: a helper that spins must not take a pCPU from
 * everything else.
 */
int realtime_set_fifo(struct error *err);

/* Lock all memory that the process has and will have. */
int realtime_lock_memory(struct error *err);

/* Would they work? Tried in a child process, so that nothing changes here. */
int realtime_try(bool fifo, bool mlock, struct error *err);

#endif
