// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "perf-events.h"
#include "pfm-encode.h"
#include "tracefs.h"
#include "util.h"

struct named_event {
	const char *metric;
	const char *name;
};

/*
 * libpfm4's names for what the kernel maps to any PMU. u, k: rings 3 and 0;
 * mh, mg: host and guest. Both u and k, and one of mh and mg, always stand
 * there: the defaults are not to be relied on.
 */
static const struct named_event pmu_events[] = {
	{ "cycles:host-kernel", "perf::CYCLES:k:mh" },
	{ "instructions:host-kernel", "perf::INSTRUCTIONS:k:mh" },
	{ "cycles:host-user", "perf::CYCLES:u:mh" },
	{ "instructions:host-user", "perf::INSTRUCTIONS:u:mh" },
	{ "cycles:guest", "perf::CYCLES:u:k:mg" },
	{ "instructions:guest", "perf::INSTRUCTIONS:u:k:mg" },
	{ "branch-misses:host-kernel", "perf::BRANCH-MISSES:k:mh" },
	{ "l1i-misses:host-kernel", "perf::L1-ICACHE-LOAD-MISSES:k:mh" },
	{ "dtlb-misses:host-kernel", "perf::DTLB-LOAD-MISSES:k:mh" },
};

/*
 * Few: to close one takes the kernel two RCU grace periods, 10 to 40 ms,
 * whether others are closed with it or not.
 */
static const struct named_event tracepoints[] = {
	{ "msr_writes", "msr:write_msr" },
	{ "msr_reads", "msr:read_msr" },
	{ "kvm:kvm_entry", "kvm:kvm_entry" },
	{ "kvm:kvm_exit", "kvm:kvm_exit" },
	{ "kvm:kvm_msr", "kvm:kvm_msr" },
	{ "kvm:kvm_pio", "kvm:kvm_pio" },
	{ "kvm:kvm_apic_accept_irq", "kvm:kvm_apic_accept_irq" },
	{ "nmi:nmi_handler", "nmi:nmi_handler" },
};

static struct perf_event *add(struct perf_events *events, const char *metric)
{
	struct perf_event *event;

	for (size_t i = 0; i < events->count; i++)
		if (!strcmp(events->event[i].metric, metric))
			return NULL;
	events->event = xrealloc(events->event, events->count + 1,
				 sizeof(*events->event));
	event = &events->event[events->count++];
	*event = (struct perf_event){ .group = -1 };
	snprintf(event->metric, sizeof(event->metric), "%s", metric);
	return event;
}

static void set_attr(struct perf_event *event)
{
	event->attr.disabled = 1;
	event->attr.read_format = PERF_FORMAT_GROUP |
				  PERF_FORMAT_TOTAL_TIME_ENABLED |
				  PERF_FORMAT_TOTAL_TIME_RUNNING;
}

int perf_event_encode(struct perf_event *event, const char *metric,
		      const char *name, struct error *err)
{
	*event = (struct perf_event){ .group = -1 };
	snprintf(event->metric, sizeof(event->metric), "%s", metric);
	event->attr.size = sizeof(event->attr);
	if (pfm_encode(name, &event->attr, &event->text, err))
		return -1;
	set_attr(event);
	return 0;
}

void perf_events_add_pmu(struct perf_events *events)
{
	struct perf_event *event;
	struct error err;

	for (size_t i = 0; i < ARRAY_SIZE(pmu_events); i++) {
		event = add(events, pmu_events[i].metric);
		if (event && perf_event_encode(event, pmu_events[i].metric,
					       pmu_events[i].name, &err))
			snprintf(event->reason, sizeof(event->reason), "%.127s",
				 err.text);
	}
}

static int encode_tracepoint(struct perf_event *event, const char *name,
			     int root, const char *why, struct error *err)
{
	uint64_t id;

	event->attr.type = PERF_TYPE_TRACEPOINT;
	event->attr.size = sizeof(event->attr);
	if (root < 0)
		return error_set(err, "%s", why);
	if (tracefs_id(root, name, &id, err))
		return -1;
	event->attr.config = id;
	event->text = xasprintf("tracepoint:%s", name);
	set_attr(event);
	return 0;
}

void perf_events_add_tracepoints(struct perf_events *events, int root,
				 const char *why)
{
	struct perf_event *event;
	struct error err;

	for (size_t i = 0; i < ARRAY_SIZE(tracepoints); i++) {
		event = add(events, tracepoints[i].metric);
		if (event && encode_tracepoint(event, tracepoints[i].name, root,
					       why, &err))
			snprintf(event->reason, sizeof(event->reason), "%.127s",
				 err.text);
	}
}

static int add_named(struct perf_events *events, const char *name, int root,
		     const char *why, struct error *err)
{
	static const char prefix[] = "tracepoint:";
	bool tracepoint = !strncmp(name, prefix, sizeof(prefix) - 1);
	struct perf_event *event;
	size_t len;
	int ret;

	if (tracepoint)
		name += sizeof(prefix) - 1;
	if (strlen(name) >= PERF_METRIC_SIZE)
		return error_set(err, "the name of event '%s' is too long",
				 name);
	tracepoint = tracepoint || (root >= 0 && tracefs_has(root, name));
	event = add(events, name);
	if (!event)
		return 0; /* it is counted already */
	if (tracepoint)
		return encode_tracepoint(event, name, root, why, err);
	ret = perf_event_encode(event, name, name, err);
	/* It may be one that nobody could look up. */
	if (ret && root < 0 && *why && strchr(name, ':')) {
		len = strlen(err->text);
		snprintf(err->text + len, sizeof(err->text) - len,
			 "; as a tracepoint: %.200s", why);
	}
	return ret;
}

int perf_events_add_list(struct perf_events *events, const char *list, int root,
			 const char *why, struct error *err)
{
	char *copy = xstrdup(list), *rest = copy, *name;
	int ret = 0;

	while (!ret && (name = strsep(&rest, ",")))
		ret = *name ? add_named(events, name, root, why, err)
			    : error_set(err, "empty name in events '%s'", list);
	free(copy);
	return ret;
}

void perf_events_free(struct perf_events *events)
{
	for (size_t i = 0; i < events->count; i++)
		free(events->event[i].text);
	free(events->event);
	*events = (struct perf_events){ 0 };
}

void perf_event_explain(int number, char *reason, size_t size)
{
	static const struct {
		int number;
		const char *hint;
	} hints[] = {
		{ ENOENT, "this machine has no PMU for it" },
		{ ENODEV, "this machine has no PMU for it" },
		{ EACCES, "needs CAP_PERFMON or less perf_event_paranoid" },
		{ EPERM, "needs CAP_PERFMON or less perf_event_paranoid" },
		{ EOPNOTSUPP, "its PMU cannot do that" },
		{ EINVAL, "the kernel or its PMU refuses it" },
		{ EBUSY, "another user has its PMU for himself" },
		{ EMFILE, "too many open files: see ulimit -n" },
	};

	snprintf(reason, size, "perf_event_open: %s", strerror(number));
	for (size_t i = 0; i < ARRAY_SIZE(hints); i++)
		if (hints[i].number == number)
			snprintf(reason, size, "perf_event_open: %s: %s",
				 strerror(number), hints[i].hint);
}
