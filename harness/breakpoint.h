/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A hardware breakpoint of the calling thread on a byte of its memory
 * (perf_event_open(2), PERF_TYPE_BREAKPOINT): each instruction that reads or
 * writes the byte, in the kernel too, raises #DB when it is done (SDM vol. 3,
 * 18.2.4). Nobody is signalled; the kernel counts.
 */
#ifndef VMB_BREAKPOINT_H
#define VMB_BREAKPOINT_H

#include <stdint.h>

#include "error.h"

struct perf_backend;
struct perf_group;

struct breakpoint {
	struct perf_group *group; /* owned; NULL: not open */
};

/*
 * Armed from here to breakpoint_close(). -1, and nothing to close, when the
 * kernel refuses: @err has its reason.
 */
int breakpoint_open(struct breakpoint *breakpoint,
		    const struct perf_backend *backend, const void *byte,
		    struct error *err);

/* Since breakpoint_open(). -1 when it was not armed all of the time. */
int breakpoint_hits(const struct breakpoint *breakpoint, uint64_t *hits,
		    struct error *err);

void breakpoint_close(struct breakpoint *breakpoint);

#endif
