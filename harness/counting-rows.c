// SPDX-License-Identifier: GPL-2.0-or-later
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "counting.h"
#include "counting-rows.h"
#include "exit-names.h"
#include "launch-rows.h"
#include "msr-names.h"

static const char no_exits_traced[] =
	"did not fire, though KVM counted exits: this KVM back end does not trace them";

static bool is_exit_tracepoint(const struct perf_event *event)
{
	return perf_event_is_tracepoint(event) &&
	       (!strcmp(event->metric, "kvm:kvm_exit") ||
		!strcmp(event->metric, "kvm:kvm_entry"));
}

static uint64_t moved(const struct counted_pass *pass, size_t index)
{
	return pass->end.value[index] - pass->begin.value[index];
}

/* False, and @reason, when the event's numbers mean nothing. */
static bool event_counted(const struct counting *counting,
			  const struct counted_event *slot, char *reason,
			  size_t size)
{
	const struct counted_pass *boundary = &counting->boundary;
	const struct counted_pass *counted = &counting->counted;

	if (slot->reason[0]) {
		snprintf(reason, size, "%s", slot->reason);
		return false;
	}
	if (boundary->failed || counted->failed) {
		snprintf(reason, size, "perf's counters could not be read");
		return false;
	}
	return perf_group_counted_all(&counted->begin, &counted->end, reason,
				      size) &&
	       perf_group_counted_all(&boundary->begin, &boundary->end, reason,
				      size);
}

static void store_events(const struct counting *counting, uint64_t ops,
			 int64_t exits, struct launch_result *result)
{
	const struct counted_event *slot = counting->event;
	char reason[PERF_REASON_SIZE];
	uint64_t counted, boundary;

	for (; slot < counting->event + counting->nr_events; slot++) {
		if (!event_counted(counting, slot, reason, sizeof(reason))) {
			launch_rows_skip(result, slot->event->metric, reason);
			continue;
		}
		counted = moved(&counting->counted, slot->index);
		boundary = moved(&counting->boundary, slot->index);
		if (!counted && exits > 0 && is_exit_tracepoint(slot->event))
			launch_rows_skip(result, slot->event->metric,
					 no_exits_traced);
		else
			launch_rows_add(result, slot->event->metric,
					(double)counted - (double)boundary,
					ops);
	}
}

/* Events that this launch does not count: those that none does. */
static void store_uncounted(const struct counting *counting,
			    struct launch_result *result)
{
	const struct perf_events *events = &counting->counters->events;
	const struct perf_event *event = events->event;
	char reason[PERF_REASON_SIZE];
	int turn;

	for (; event < events->event + events->count; event++) {
		turn = counters_event_turn(counting->counters, event);
		if (turn < 0) {
			launch_rows_skip(result, event->metric, event->reason);
		} else if ((uint64_t)turn >= counting->launches) {
			snprintf(
				reason, sizeof(reason),
				"counted by launch %d only: give --launches %d or more",
				turn + 1, turn + 1);
			launch_rows_skip(result, event->metric, reason);
		}
	}
}

/* Records that the kernel counted and that did not come to a tally. */
static uint64_t lost(const struct counting *counting,
		     const struct counted_pass *pass)
{
	uint64_t counted = 0, good = pass->tally.samples - pass->tally.bad;

	for (size_t i = 0; i < counting->sampler.group.count; i++)
		counted += pass->sampler_end.value[i] -
			   pass->sampler_begin.value[i];
	return (counted > good ? counted - good : 0) + pass->tally.msr.dropped +
	       pass->tally.exit.dropped + pass->tally.nmi.dropped;
}

static void store_msr(struct launch_result *result, const char *prefix,
		      uint32_t index, int64_t count, uint64_t ops,
		      const char *reason)
{
	char msr[64], name[96];

	if (!count)
		return;
	msr_name(index, msr, sizeof(msr));
	snprintf(name, sizeof(name), "%s:%s", prefix, msr);
	if (reason[0])
		launch_rows_skip(result, name, reason);
	else
		launch_rows_add(result, name, (double)count, ops);
}

static void store_msrs(const struct counting *counting, uint64_t ops,
		       const char *reason, struct launch_result *result)
{
	const struct msr_tally *tally = &counting->counted.tally.msr;
	struct msr_count boundary;

	for (size_t i = 0; i < tally->count; i++) {
		boundary = msr_tally_find(&counting->boundary.tally.msr,
					  tally->msr[i].index);
		store_msr(result, "msr_writes", tally->msr[i].index,
			  (int64_t)(tally->msr[i].writes - boundary.writes),
			  ops, reason);
		store_msr(result, "msr_reads", tally->msr[i].index,
			  (int64_t)(tally->msr[i].reads - boundary.reads), ops,
			  reason);
	}
}

static void store_times(const struct ns_list *times, const char *name,
			struct launch_result *result)
{
	struct summary ns;

	samples_summarize(times->ns, times->count, &ns);
	launch_rows_add_ns(result, name, &ns);
}

static void store_exit(struct launch_result *result,
		       const struct exit_count *exit, uint64_t boundary,
		       uint64_t ops, const char *reason)
{
	int64_t count = (int64_t)(exit->count - boundary);
	char exit_text[64], name[96];

	exit_name(exit->isa, exit->reason, exit_text, sizeof(exit_text));
	if (count) {
		snprintf(name, sizeof(name), "exit_reason:%s", exit_text);
		if (reason[0])
			launch_rows_skip(result, name, reason);
		else
			launch_rows_add(result, name, (double)count, ops);
	}
	if (exit->times.count && !reason[0]) {
		snprintf(name, sizeof(name), "exit_time:%s", exit_text);
		store_times(&exit->times, name, result);
	}
}

static void store_exits(const struct counting *counting, uint64_t ops,
			int64_t exits, const char *reason,
			struct launch_result *result)
{
	const struct exit_tally *tally = &counting->counted.tally.exit;
	const struct exit_count *exit;

	if (!tally->count && !reason[0] && exits > 0)
		launch_rows_skip(result, "exit_reason", no_exits_traced);
	for (size_t i = 0; i < tally->count; i++) {
		exit = &tally->exit[i];
		store_exit(result, exit,
			   exit_tally_find(&counting->boundary.tally.exit,
					   exit->isa, exit->reason),
			   ops, reason);
	}
}

/* Handlers that were called; all of their records are there, or none counts. */
static void store_nmis(const struct counting *counting, const char *reason,
		       struct launch_result *result)
{
	const struct nmi_tally *tally = &counting->counted.tally.nmi;
	const struct nmi_handler *handler = tally->handler;
	struct summary ns;

	if (reason[0])
		return;
	for (; handler < tally->handler + tally->count; handler++) {
		samples_summarize(handler->times.ns, handler->times.count, &ns);
		launch_rows_add_function_ns(result, "nmi_time",
					    handler->address, &ns);
	}
}

/* There is no ring to read: one row each says why. */
static void store_unsampled(const struct counting *counting,
			    struct launch_result *result)
{
	const struct trace_format *format = &counting->counters->format;
	const char *msr = format->msr_why, *exit = format->exit_why;
	char reason[PERF_REASON_SIZE] = "tracepoints cannot be opened";

	if (counting->counters->traces &&
	    counters_trace_turn(counting->counters) >= counting->launches)
		snprintf(reason, sizeof(reason),
			 "traced by launch %" PRIu64
			 " only: give --launches %" PRIu64 " or more",
			 counters_trace_turn(counting->counters) + 1,
			 counters_trace_turn(counting->counters) + 1);
	else if (counting->reason[0])
		memcpy(reason, counting->reason, sizeof(reason));
	launch_rows_skip(result, "msr_tally_lost", msr[0] ? msr : reason);
	launch_rows_skip(result, "exit_reason", exit[0] ? exit : reason);
}

static void store_samples(const struct counting *counting, uint64_t ops,
			  int64_t exits, struct launch_result *result)
{
	const struct trace_format *format = &counting->counters->format;
	uint64_t missing = lost(counting, &counting->boundary) +
			   lost(counting, &counting->counted);
	char reason[PERF_REASON_SIZE] = "";

	if (missing)
		snprintf(reason, sizeof(reason),
			 "%" PRIu64 " trace records were lost", missing);
	else if (counting->boundary.failed || counting->counted.failed)
		snprintf(reason, sizeof(reason),
			 "perf's counters could not be read");
	launch_rows_add(result, "msr_tally_lost", (double)missing, ops);
	if (format->msr_why[0])
		launch_rows_skip(result, "msr_writes:*", format->msr_why);
	else
		store_msrs(counting, ops, reason, result);
	if (format->exit_why[0])
		launch_rows_skip(result, "exit_reason", format->exit_why);
	else
		store_exits(counting, ops, exits, reason, result);
	store_nmis(counting, reason, result);
}

void counting_store(struct counting *counting, uint64_t ops, int64_t exits,
		    struct launch_result *result)
{
	const struct counters *counters;

	if (!counting)
		return;
	counters = counting->counters;
	store_events(counting, ops, exits, result);
	store_uncounted(counting, result);
	if (counting->samples)
		store_samples(counting, ops, exits, result);
	else if (!counters->traces || counting_traces(counting) ||
		 counters_trace_turn(counters) >= counting->launches)
		store_unsampled(counting, result);
}
