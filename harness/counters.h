/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a run counts besides KVM's statistics, settled once for all of its
 * launches: events of the PMU, tracepoints, which MSRs the host touches and
 * why the guest was left.
 *
 * Launches take turns. In one they count a group of PMU events; what does not
 * fit the PMU at once is counted by another group in another launch. In one
 * they trace: a traced op takes longer, which cycles and instructions must not
 * show, and to stop tracing takes a quarter of a second, so that only every
 * third launch traces at most. Launch N has turn (N - 1) modulo the number of
 * turns.
 */
#ifndef VMB_COUNTERS_H
#define VMB_COUNTERS_H

#include <jansson.h>
#include <stdint.h>

#include "error.h"
#include "perf-backend.h"
#include "perf-events.h"
#include "trace-format.h"

struct counters {
	struct perf_events events;
	int groups; /* of PMU events: their turns are 0, 2, 3, ... */
	struct trace_format format;
	bool traces; /* there is a turn that traces */
	const struct perf_backend *backend;
};

/* What counters_turn_group() says of the turn that traces. */
#define COUNTERS_TRACE (-1)

/*
 * The default events and those of @list, which may be NULL. -1: @list names
 * what does not exist. What this machine cannot count is no error.
 */
int counters_open(struct counters *counters, const char *list,
		  const struct perf_backend *backend, struct error *err);

/* The same with tracefs at @root, or -1 and @why. */
int counters_open_at(struct counters *counters, const char *list, int root,
		     const char *why, const struct perf_backend *backend,
		     struct error *err);
void counters_close(struct counters *counters);

/* Number of turns. */
int counters_turns(const struct counters *counters);
int counters_turn(const struct counters *counters, uint64_t launch);
/* The turn that traces, if there is one. */
uint64_t counters_trace_turn(const struct counters *counters);
/* The group of PMU events of turn @turn, or COUNTERS_TRACE. */
int counters_turn_group(const struct counters *counters, int turn);
/* Is @event counted in turn @turn? */
bool counters_turn_counts(const struct counters *counters, int turn,
			  const struct perf_event *event);
/* The first turn in which @event is counted; -1: it never is. */
int counters_event_turn(const struct counters *counters,
			const struct perf_event *event);

/*
 * For env.json, one object an event: "metric", "event" (in full), "turn" (from
 * 0), "reason" why it is not counted.
 */
json_t *counters_json(const struct counters *counters);

#endif
