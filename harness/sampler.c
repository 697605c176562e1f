// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include "pinned-thread.h"
#include "sampler.h"

/* Root may have as much; others get perf_event_mlock_kb, 516 by default. */
#define RING_SIZE     (4ul << 20)
#define RING_SIZE_MIN (64ul << 10)
#define DRAIN_NS      1000000

static int open_points(struct sampler *sampler)
{
	struct perf_event_attr attr = {
		.type = PERF_TYPE_TRACEPOINT,
		.size = sizeof(attr),
		.sample_period = 1,
		.sample_type = PERF_SAMPLE_TIME | PERF_SAMPLE_RAW,
		.read_format = PERF_FORMAT_GROUP |
			       PERF_FORMAT_TOTAL_TIME_ENABLED |
			       PERF_FORMAT_TOTAL_TIME_RUNNING,
		.disabled = 1,
		.watermark = 1,
		.wakeup_watermark = UINT32_MAX, /* a full ring, at most */
	};

	for (unsigned int i = 0; i < TRACE_POINTS; i++) {
		attr.config = sampler->format->id[i];
		if (sampler->format->usable[i] &&
		    perf_group_add(&sampler->group, &attr))
			return -1;
	}
	return 0;
}

static int map_ring(struct sampler *sampler)
{
	const struct perf_backend *backend = sampler->group.backend;
	size_t page = (size_t)sysconf(_SC_PAGESIZE), size = RING_SIZE;

	do {
		sampler->mapping_size = page + size;
		sampler->mapping = backend->map(sampler->group.fd[0],
						sampler->mapping_size);
		if (sampler->mapping != MAP_FAILED) {
			perf_ring_init(&sampler->ring, sampler->mapping, page,
				       size);
			return 0;
		}
		size /= 2;
	} while (size >= RING_SIZE_MIN && (errno == EPERM || errno == ENOMEM));
	sampler->mapping = NULL;
	return -1;
}

static int share_ring(const struct sampler *sampler)
{
	const struct perf_group *group = &sampler->group;

	for (size_t i = 1; i < group->count; i++)
		if (group->backend->control(group->fd[i],
					    PERF_EVENT_IOC_SET_OUTPUT,
					    (unsigned long)group->fd[0]))
			return -1;
	return 0;
}

static void take(const struct perf_sample *sample, void *data)
{
	struct sampler *sampler = data;

	if (sampler->tally)
		trace_tally_add(sampler->tally, sampler->format, sample);
}

static void drain(struct sampler *sampler)
{
	pthread_mutex_lock(&sampler->lock);
	perf_ring_drain(&sampler->ring, take, sampler);
	pthread_mutex_unlock(&sampler->lock);
}

static void *drain_repeatedly(void *arg)
{
	static const struct timespec pause = { .tv_nsec = DRAIN_NS };
	struct sampler *sampler = arg;

	while (!sampler->stop) {
		drain(sampler);
		nanosleep(&pause, NULL);
	}
	return NULL;
}

/* Without the thread the ring may overflow, which is noticed: no error. */
static void start_thread(struct sampler *sampler, int cpu)
{
	sampler->has_thread = !pinned_thread_start(
		&sampler->thread, cpu, drain_repeatedly, sampler, NULL);
}

int sampler_open(struct sampler *sampler, const struct trace_format *format,
		 const struct perf_backend *backend, int cpu, char *reason,
		 size_t size)
{
	int ret;

	memset(sampler, 0, sizeof(*sampler));
	sampler->format = format;
	sampler->group.backend = backend;
	pthread_mutex_init(&sampler->lock, NULL);
	ret = open_points(sampler);
	if (ret)
		perf_event_explain(errno, reason, size);
	else if (!sampler->group.count)
		ret = -1;
	else if (map_ring(sampler) || share_ring(sampler)) {
		snprintf(reason, size, "cannot map perf's ring buffer: %s",
			 strerror(errno));
		ret = -1;
	}
	if (ret)
		sampler_close(sampler);
	else if (cpu >= 0)
		start_thread(sampler, cpu);
	return ret;
}

void sampler_into(struct sampler *sampler, struct trace_tally *tally)
{
	pthread_mutex_lock(&sampler->lock);
	sampler->tally = tally;
	pthread_mutex_unlock(&sampler->lock);
}

void sampler_take(struct sampler *sampler)
{
	drain(sampler);
}

void sampler_close(struct sampler *sampler)
{
	sampler->stop = true;
	if (sampler->has_thread)
		pthread_join(sampler->thread, NULL);
	if (sampler->mapping)
		sampler->group.backend->unmap(sampler->mapping,
					      sampler->mapping_size);
	perf_group_close(&sampler->group);
	pthread_mutex_destroy(&sampler->lock);
}
