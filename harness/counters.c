// SPDX-License-Identifier: GPL-2.0-or-later
#include <unistd.h>

#include "counters.h"
#include "perf-groups.h"

/* The turn that traces is the second, or the first when there is no other. */
#define TRACE_TURN 1

/* So that to stop tracing, a quarter of a second, does not rule a run. */
#define MIN_TURNS 3

/*
 * Whether the kernel lets this process have them shows when a launch opens
 * them: to try takes as long as perf-events.c says of closing.
 */
static bool may_trace(const struct perf_events *events)
{
	for (size_t i = 0; i < events->count; i++)
		if (perf_event_is_tracepoint(&events->event[i]) &&
		    !events->event[i].reason[0])
			return true;
	return false;
}

int counters_open_at(struct counters *counters, const char *list, int root,
		     const char *why, const struct perf_backend *backend,
		     struct error *err)
{
	struct perf_events *events = &counters->events;

	*counters = (struct counters){ .backend = backend };
	perf_events_add_pmu(events);
	perf_events_add_tracepoints(events, root, why);
	if (list && perf_events_add_list(events, list, root, why, err)) {
		counters_close(counters);
		return -1;
	}
	counters->groups = perf_groups_plan(events, backend);
	counters->traces = may_trace(events);
	trace_format_read(&counters->format, root, why);
	return 0;
}

int counters_open(struct counters *counters, const char *list,
		  const struct perf_backend *backend, struct error *err)
{
	struct error why = { "" };
	int root = tracefs_open(&why);
	int ret;

	ret = counters_open_at(counters, list, root, why.text, backend, err);
	if (root >= 0)
		close(root);
	return ret;
}

void counters_close(struct counters *counters)
{
	perf_events_free(&counters->events);
	*counters = (struct counters){ 0 };
}

int counters_turns(const struct counters *counters)
{
	int turns = counters->groups + counters->traces;

	return counters->traces && turns < MIN_TURNS ? MIN_TURNS : turns;
}

int counters_turn(const struct counters *counters, uint64_t launch)
{
	int turns = counters_turns(counters);

	return turns ? (int)((launch - 1) % (uint64_t)turns) : 0;
}

static int trace_turn(const struct counters *counters)
{
	return counters->groups < TRACE_TURN ? counters->groups : TRACE_TURN;
}

uint64_t counters_trace_turn(const struct counters *counters)
{
	return (uint64_t)trace_turn(counters);
}

int counters_turn_group(const struct counters *counters, int turn)
{
	int group = turn;

	if (counters->traces && turn == trace_turn(counters))
		return COUNTERS_TRACE;
	if (counters->traces && turn > trace_turn(counters))
		group--;
	/* Turns that are left over count the first groups again. */
	return counters->groups ? group % counters->groups : group;
}

bool counters_turn_counts(const struct counters *counters, int turn,
			  const struct perf_event *event)
{
	int group = counters_turn_group(counters, turn);

	if (event->reason[0])
		return false;
	return perf_event_is_tracepoint(event) ? group == COUNTERS_TRACE
					       : group == event->group;
}

int counters_event_turn(const struct counters *counters,
			const struct perf_event *event)
{
	if (event->reason[0])
		return -1;
	if (perf_event_is_tracepoint(event))
		return trace_turn(counters);
	if (!counters->traces || event->group < trace_turn(counters))
		return event->group;
	return event->group + 1;
}

json_t *counters_json(const struct counters *counters)
{
	json_t *list = json_array();
	const struct perf_event *event;
	int turn;

	for (size_t i = 0; i < counters->events.count; i++) {
		event = &counters->events.event[i];
		turn = counters_event_turn(counters, event);
		json_array_append_new(
			list,
			json_pack("{s:s, s:s?, s:o, s:s?}", "metric",
				  event->metric, "event", event->text, "turn",
				  turn < 0 ? json_null() : json_integer(turn),
				  "reason",
				  event->reason[0] ? event->reason : NULL));
	}
	return list;
}
