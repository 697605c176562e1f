/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A kernel with perf events whose counts the test knows: for struct
 * perf_backend. It has so many hardware counters, refuses events by a list,
 * and fills a ring buffer with what it is given.
 */
#ifndef VMB_TEST_FAKE_PERF_H
#define VMB_TEST_FAKE_PERF_H

#include <errno.h>
#include <linux/perf_event.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "perf-backend.h"
#include "util.h"

#define FAKE_EVENTS 128

/* Events of @type, @config: refused with @error, or counting @step a pass. */
struct fake_rule {
	uint32_t type;
	uint64_t config;
	int error; /* errno of open; 0: it opens */
	uint64_t step; /* by which the count grows from start to stop */
};

struct fake_event {
	bool open, started;
	struct perf_event_attr attr;
	int leader; /* index */
	uint64_t count;
	uint64_t enabled, running;
	uint64_t period; /* as set by an ioctl */
};

struct fake_perf {
	const struct fake_rule *rules;
	size_t nr_rules;
	int counters; /* hardware events of a group that open; 0: any */
	int scheduled; /* hardware events of a group that run; 0: any */
	int percent; /* of the time that groups run; 0: all of it */
	struct fake_event event[FAKE_EVENTS];
	size_t nr_events;
	int nr_open;
	void *ring; /* what map() returned last */
	size_t ring_size; /* with its first page */
};

/* The functions of a backend have no argument of their own. */
static struct fake_perf fake;

static inline void fake_reset(const struct fake_rule *rules, size_t nr_rules)
{
	fake = (struct fake_perf){ .rules = rules, .nr_rules = nr_rules };
}

static inline const struct fake_rule *
fake_find(const struct perf_event_attr *attr)
{
	for (size_t i = 0; i < fake.nr_rules; i++)
		if (fake.rules[i].type == attr->type &&
		    fake.rules[i].config == attr->config)
			return &fake.rules[i];
	return NULL;
}

static inline int fake_hardware(int leader)
{
	int count = 0;

	for (size_t i = 0; i < fake.nr_events; i++)
		count += fake.event[i].open && fake.event[i].leader == leader &&
			 fake.event[i].attr.type != PERF_TYPE_TRACEPOINT &&
			 fake.event[i].attr.type != PERF_TYPE_SOFTWARE;
	return count;
}

/* Descriptors begin at 1000: nothing of the real kernel's. */
static inline int fake_open(struct perf_event_attr *attr, int group_fd)
{
	const struct fake_rule *rule = fake_find(attr);
	int index = (int)fake.nr_events;
	int leader = group_fd < 0 ? index : group_fd - 1000;

	errno = 0;
	if (!rule)
		errno = ENOENT;
	else if (rule->error)
		errno = rule->error;
	else if (fake.counters && fake_hardware(leader) >= fake.counters)
		errno = EINVAL;
	else if (index == FAKE_EVENTS)
		errno = EMFILE;
	if (errno)
		return -1;
	fake.event[index] = (struct fake_event){
		.open = true,
		.attr = *attr,
		.leader = leader,
	};
	fake.nr_events++;
	fake.nr_open++;
	return 1000 + index;
}

static inline void fake_stop(int leader)
{
	bool runs = !fake.scheduled || fake_hardware(leader) <= fake.scheduled;
	struct fake_event *event;

	for (event = fake.event; event < fake.event + fake.nr_events; event++) {
		if (!event->open || event->leader != leader)
			continue;
		event->enabled += 1000;
		if (!runs)
			continue;
		event->running +=
			(uint64_t)(fake.percent ? 10 * fake.percent : 1000);
		event->count += fake_find(&event->attr)->step;
	}
}

static inline int fake_control(int fd, unsigned long request, unsigned long arg)
{
	if (request == PERF_EVENT_IOC_DISABLE)
		fake_stop(fd - 1000);
	if (request == PERF_EVENT_IOC_PERIOD)
		memcpy(&fake.event[fd - 1000].period, (const void *)arg,
		       sizeof(uint64_t));
	return 0;
}

static inline ssize_t fake_read(int fd, void *to, size_t size)
{
	struct fake_event *leader = &fake.event[fd - 1000];
	uint64_t *answer = to;
	size_t count = 0;

	for (size_t i = 0; i < fake.nr_events; i++)
		if (fake.event[i].open && fake.event[i].leader == fd - 1000 &&
		    (3 + count) * sizeof(*answer) < size)
			answer[3 + count++] = fake.event[i].count;
	answer[0] = count;
	answer[1] = leader->enabled;
	answer[2] = leader->running;
	return (ssize_t)((3 + count) * sizeof(*answer));
}

static inline void *fake_map(int fd, size_t size)
{
	(void)fd;
	fake.ring = xcalloc(1, size);
	fake.ring_size = size;
	return fake.ring;
}

static inline void fake_unmap(void *mapping, size_t size)
{
	(void)size;
	free(mapping);
	fake.ring = NULL;
}

static inline void fake_close(int fd)
{
	fake.event[fd - 1000].open = false;
	fake.nr_open--;
}

static const struct perf_backend fake_backend = {
	.open = fake_open,
	.control = fake_control,
	.read = fake_read,
	.map = fake_map,
	.unmap = fake_unmap,
	.close = fake_close,
};

#endif
