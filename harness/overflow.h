/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A counter of the PMU that overflows every so many cycles of the calling
 * thread, host and guest, each time with an NMI. The kernel leaves a record of
 * each in perf's ring buffer: nothing is signalled, nobody woken.
 */
#ifndef VMB_OVERFLOW_H
#define VMB_OVERFLOW_H

#include <stdint.h>

#include "error.h"
#include "nmi-sweep.h"

struct perf_backend;

/* So many cycles that no NMI comes, or one in a while: a third of a second. */
#define OVERFLOW_SELDOM (1ul << 30)

struct overflow;

/*
 * Started, with period OVERFLOW_SELDOM. The caller closes it. NULL: this machine
 * has no such counter for us, @err says why.
 */
struct overflow *overflow_open(const struct perf_backend *backend,
			       struct error *err);

/* From now on, and from 0: @cycles from one overflow to the next. */
int overflow_set_period(struct overflow *overflow, uint64_t cycles,
			struct error *err);

/*
 * Set @run's nmis, throttles and lost to what came since the last call. -1 when
 * the counter did not count all of the time.
 */
int overflow_take(struct overflow *overflow, struct nmi_run *run,
		  struct error *err);

void overflow_close(struct overflow *overflow);

#endif
