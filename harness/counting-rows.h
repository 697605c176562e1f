/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Inside counting.h: what counting.c collects and counting-rows.c reports. */
#ifndef VMB_COUNTING_ROWS_H
#define VMB_COUNTING_ROWS_H

#include <stdbool.h>

#include "counters.h"
#include "perf-groups.h"
#include "sampler.h"

struct counted_event {
	const struct perf_event *event;
	size_t index; /* in the group */
	char reason[PERF_REASON_SIZE]; /* why it could not be opened */
};

struct counted_pass {
	struct perf_group_values begin, end;
	struct perf_group_values sampler_begin, sampler_end;
	struct trace_tally tally;
	bool failed; /* the kernel refused to start, stop or tell */
};

struct counting {
	const struct counters *counters;
	uint64_t launches;
	int turn;
	int helper_cpu;
	struct perf_group group;
	struct counted_event event[PERF_GROUP_MAX];
	size_t nr_events;
	struct sampler sampler;
	bool samples; /* the sampler is open */
	char reason[PERF_REASON_SIZE]; /* why it is not */
	struct counted_pass boundary, counted;
};

/* Is it the turn of the tracepoints? */
bool counting_traces(const struct counting *counting);

#endif
