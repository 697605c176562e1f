// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <time.h>

#include "perf-groups.h"

/* How long a trial counts: a PMU that schedules a group does it at once. */
#define TRIAL_NS 200000

int perf_group_add(struct perf_group *group, struct perf_event_attr *attr)
{
	int fd;

	if (group->count == PERF_GROUP_MAX) {
		errno = ENOSPC;
		return -1;
	}
	fd = group->backend->open(attr, group->count ? group->fd[0] : -1);
	if (fd < 0)
		return -1;
	group->fd[group->count++] = fd;
	return 0;
}

static int control(const struct perf_group *group, unsigned long request)
{
	return group->backend->control(group->fd[0], request,
				       PERF_IOC_FLAG_GROUP);
}

int perf_group_start(const struct perf_group *group)
{
	return group->count ? control(group, PERF_EVENT_IOC_ENABLE) : 0;
}

int perf_group_stop(const struct perf_group *group)
{
	return group->count ? control(group, PERF_EVENT_IOC_DISABLE) : 0;
}

int perf_group_read(const struct perf_group *group,
		    struct perf_group_values *values)
{
	/* perf_event_open(2): nr, time_enabled, time_running, values. */
	uint64_t answer[3 + PERF_GROUP_MAX];
	ssize_t got;

	if (!group->count) {
		*values = (struct perf_group_values){ 0 };
		return 0;
	}
	got = group->backend->read(group->fd[0], answer, sizeof(answer));
	if (got < 0)
		return -1;
	if ((size_t)got != (3 + group->count) * sizeof(answer[0]) ||
	    answer[0] != group->count) {
		errno = EIO;
		return -1;
	}
	values->enabled = answer[1];
	values->running = answer[2];
	for (size_t i = 0; i < group->count; i++)
		values->value[i] = answer[3 + i];
	return 0;
}

void perf_group_close(struct perf_group *group)
{
	/* The leader last: without it the others would become leaders. */
	while (group->count)
		group->backend->close(group->fd[--group->count]);
}

bool perf_group_counted_all(const struct perf_group_values *before,
			    const struct perf_group_values *after, char *reason,
			    size_t size)
{
	uint64_t enabled = after->enabled - before->enabled;
	uint64_t running = after->running - before->running;

	if (enabled && running == enabled)
		return true;
	if (!running)
		snprintf(reason, size,
			 "never counted: the PMU had no counter free");
	else
		snprintf(
			reason, size,
			"multiplexed: counted for %.1f %% of the time, not scaled",
			100.0 * (double)running / (double)enabled);
	return false;
}

static void spin(void)
{
	struct timespec start, now;

	clock_gettime(CLOCK_MONOTONIC, &start);
	do
		clock_gettime(CLOCK_MONOTONIC, &now);
	while ((now.tv_sec - start.tv_sec) * 1000000000 + now.tv_nsec -
		       start.tv_nsec <
	       TRIAL_NS);
}

/* 0, or -1 with the kernel's or our own reason. */
static int try_counting(const struct perf_group *group, char *reason,
			size_t size)
{
	static const struct perf_group_values zero;
	struct perf_group_values values;
	int ret;

	ret = perf_group_start(group);
	if (!ret) {
		spin();
		ret = perf_group_stop(group);
	}
	if (!ret)
		ret = perf_group_read(group, &values);
	if (ret) {
		perf_event_explain(errno, reason, size);
		return -1;
	}
	return perf_group_counted_all(&zero, &values, reason, size) ? 0 : -1;
}

/* Would group @number count with @event in it? */
static bool fits(struct perf_events *events, struct perf_event *event,
		 int number, const struct perf_backend *backend)
{
	struct perf_group group = { .backend = backend };
	bool opened = true;
	int ret = -1;

	for (size_t i = 0; i < events->count && opened; i++)
		if (events->event[i].group == number ||
		    &events->event[i] == event)
			opened =
				!perf_group_add(&group, &events->event[i].attr);
	if (!opened)
		perf_event_explain(errno, event->reason, sizeof(event->reason));
	else
		ret = try_counting(&group, event->reason,
				   sizeof(event->reason));
	perf_group_close(&group);
	if (ret)
		return false;
	event->reason[0] = '\0';
	return true;
}

int perf_groups_plan(struct perf_events *events,
		     const struct perf_backend *backend)
{
	struct perf_event *event;
	int groups = 0;

	for (size_t i = 0; i < events->count; i++) {
		event = &events->event[i];
		if (event->reason[0] || perf_event_is_tracepoint(event))
			continue;
		if (groups && fits(events, event, groups - 1, backend)) {
			event->group = groups - 1;
			continue;
		}
		/* Alone: in a group whose number nobody has. */
		if (fits(events, event, groups, backend))
			event->group = groups++;
	}
	return groups;
}
