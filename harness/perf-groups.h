/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Groups of perf events on the calling thread: they count together or not at
 * all, so that numbers of one group can be divided by each other.
 */
#ifndef VMB_PERF_GROUPS_H
#define VMB_PERF_GROUPS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "perf-backend.h"
#include "perf-events.h"

#define PERF_GROUP_MAX 64

struct perf_group {
	const struct perf_backend *backend;
	int fd[PERF_GROUP_MAX]; /* the leader first */
	size_t count;
};

struct perf_group_values {
	uint64_t enabled, running; /* ns */
	uint64_t value[PERF_GROUP_MAX]; /* in the order of the group */
};

/* Add an event, stopped. -1 and errno when the kernel does not want it. */
int perf_group_add(struct perf_group *group, struct perf_event_attr *attr);
int perf_group_start(const struct perf_group *group);
int perf_group_stop(const struct perf_group *group);
/* -1 and errno; EIO when the kernel's answer is not one. */
int perf_group_read(const struct perf_group *group,
		    struct perf_group_values *values);
void perf_group_close(struct perf_group *group);

/*
 * What was counted between two reads. False unless the group counted all of
 * the time: then @reason says so. Nothing is ever scaled.
 */
bool perf_group_counted_all(const struct perf_group_values *before,
			    const struct perf_group_values *after, char *reason,
			    size_t size);

/*
 * Give the events of @events that are no tracepoints their groups, from 0, by
 * trying: opened, started and counting. What does not fit beside the others,
 * by the kernel's word or because the PMU does not schedule it, begins
 * another group. What cannot count alone gets the kernel's reason. The number
 * of groups.
 */
int perf_groups_plan(struct perf_events *events,
		     const struct perf_backend *backend);

#endif
