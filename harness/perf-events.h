/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Events to count, by name, in the form perf_event_open() takes: the PMU's and
 * the kernel's software events by libpfm4, tracepoints by their ids.
 *
 * libpfm4 (4.13) knows tracepoints too, but only those below a debugfs that
 * /proc/mounts lists; many systems mount tracefs alone, or nothing. So their
 * ids are read through tracefs.h, which gives the same perf_event_attr.
 */
#ifndef VMB_PERF_EVENTS_H
#define VMB_PERF_EVENTS_H

#include <linux/perf_event.h>
#include <stddef.h>

#include "error.h"

#define PERF_METRIC_SIZE 96
#define PERF_REASON_SIZE 128

struct perf_event {
	char metric[PERF_METRIC_SIZE]; /* name of its row */
	/* In full, modifiers and all: libpfm4's words, or tracepoint:NAME. */
	char *text; /* owned; NULL when it could not be encoded */
	struct perf_event_attr attr;
	char reason[PERF_REASON_SIZE]; /* why it is not counted, or empty */
	int group; /* see perf-groups.h; -1: none */
};

struct perf_events {
	struct perf_event *event;
	size_t count;
};

static inline int perf_event_is_tracepoint(const struct perf_event *event)
{
	return event->attr.type == PERF_TYPE_TRACEPOINT;
}

/* --- in lists; what cannot be encoded gets a reason --- */

/* Cycles, instructions and misses, split by host kernel, host user, guest. */
void perf_events_add_pmu(struct perf_events *events);

/*
 * Tracepoints that tell what an exit costs. @root: tracefs.h, or -1 and then
 * @why says why there is none.
 */
void perf_events_add_tracepoints(struct perf_events *events, int root,
				 const char *why);

/*
 * The user's: @list is NAME,NAME,... where NAME is an event as libpfm4 writes
 * it (CYCLES:k:mh, skl::INST_RETIRED:ANY:u:mg, PAGE-FAULTS) or a tracepoint
 * ([tracepoint:]SYSTEM:EVENT). Without modifiers an event counts the host,
 * kernel and user. -1, @err: libpfm4 or tracefs does not know one of them.
 */
int perf_events_add_list(struct perf_events *events, const char *list, int root,
			 const char *why, struct error *err);

void perf_events_free(struct perf_events *events);

/*
 * Encode one event of libpfm4's into @event, metric and all but the group:
 * -1 and @err with the event's name and libpfm4's text.
 */
int perf_event_encode(struct perf_event *event, const char *metric,
		      const char *name, struct error *err);

/* What @number, an errno of perf_event_open(), says of an event. */
void perf_event_explain(int number, char *reason, size_t size);

#endif
