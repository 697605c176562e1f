// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "counting.h"
#include "counting-rows.h"
#include "util.h"

struct counting *counting_create(const struct counters *counters,
				 uint64_t launch, uint64_t launches,
				 int helper_cpu)
{
	struct counting *counting = xcalloc(1, sizeof(*counting));

	counting->counters = counters;
	counting->launches = launches;
	counting->turn = counters_turn(counters, launch);
	counting->helper_cpu = helper_cpu;
	counting->group.backend = counters->backend;
	return counting;
}

void counting_free(struct counting *counting)
{
	if (!counting)
		return;
	if (counting->samples)
		sampler_close(&counting->sampler);
	perf_group_close(&counting->group);
	trace_tally_free(&counting->boundary.tally);
	trace_tally_free(&counting->counted.tally);
	free(counting);
}

bool counting_traces(const struct counting *counting)
{
	return counters_turn_group(counting->counters, counting->turn) ==
	       COUNTERS_TRACE;
}

static void open_events(struct counting *counting)
{
	const struct perf_events *events = &counting->counters->events;
	struct counted_event *slot;
	struct perf_event_attr attr;

	for (size_t i = 0; i < events->count; i++) {
		if (counting->nr_events == PERF_GROUP_MAX)
			break;
		if (!counters_turn_counts(counting->counters, counting->turn,
					  &events->event[i]))
			continue;
		slot = &counting->event[counting->nr_events++];
		slot->event = &events->event[i];
		slot->index = counting->group.count;
		attr = slot->event->attr;
		if (perf_group_add(&counting->group, &attr))
			perf_event_explain(errno, slot->reason,
					   sizeof(slot->reason));
	}
}

static void open_all(struct counting *counting)
{
	open_events(counting);
	if (counting_traces(counting))
		counting->samples = !sampler_open(
			&counting->sampler, &counting->counters->format,
			counting->counters->backend, counting->helper_cpu,
			counting->reason, sizeof(counting->reason));
}

static struct counted_pass *pass_of(struct counting *counting,
				    enum abi_pass pass)
{
	if (!counting)
		return NULL;
	if (pass == ABI_PASS_BOUNDARY)
		return &counting->boundary;
	return pass == ABI_PASS_COUNTED ? &counting->counted : NULL;
}

void counting_begin(struct counting *counting, enum abi_pass pass)
{
	struct counted_pass *counts = pass_of(counting, pass);

	if (!counts)
		return;
	if (pass == ABI_PASS_BOUNDARY)
		open_all(counting);
	counts->failed = perf_group_read(&counting->group, &counts->begin);
	if (counting->samples) {
		sampler_into(&counting->sampler, &counts->tally);
		counts->failed |= perf_group_read(&counting->sampler.group,
						  &counts->sampler_begin);
		counts->failed |= perf_group_start(&counting->sampler.group);
	}
	counts->failed |= perf_group_start(&counting->group);
}

void counting_end(struct counting *counting, enum abi_pass pass)
{
	struct counted_pass *counts = pass_of(counting, pass);

	if (!counts)
		return;
	counts->failed |= perf_group_stop(&counting->group);
	if (counting->samples) {
		counts->failed |= perf_group_stop(&counting->sampler.group);
		counts->failed |= perf_group_read(&counting->sampler.group,
						  &counts->sampler_end);
		sampler_take(&counting->sampler);
	}
	counts->failed |= perf_group_read(&counting->group, &counts->end);
}
