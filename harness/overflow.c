// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "overflow.h"
#include "perf-groups.h"
#include "perf-ring.h"
#include "util.h"

/* A record has 24 bytes: room for 2,730 of them. */
#define RING_SIZE (64ul << 10)

/*
 * Where handlers of NMIs take long, the kernel lowers this for all of the system
 * and for good (perf_sample_event_took() in kernel/events/core.c).
 */
#define MAX_RATE "/proc/sys/kernel/perf_event_max_sample_rate"

struct overflow {
	unsigned long max_rate; /* before; 0: not known */
	struct perf_group group;
	struct perf_group_values last; /* as of the last overflow_take() */
	void *mapping;
	size_t mapping_size;
	struct perf_ring ring;
};

static int encode(struct perf_event_attr *attr, struct error *err)
{
	struct perf_event event;

	if (perf_event_encode(&event, "cycles", "perf::CYCLES:u:k:mh:mg", err))
		return -1;
	*attr = event.attr;
	free(event.text);
	attr->pinned = 1;
	attr->sample_period = OVERFLOW_SELDOM;
	attr->sample_type = PERF_SAMPLE_TIME | PERF_SAMPLE_RAW;
	/* A full ring wakes somebody, nothing before. */
	attr->watermark = 1;
	attr->wakeup_watermark = UINT32_MAX;
	return 0;
}

static unsigned long read_max_rate(void)
{
	FILE *file = fopen(MAX_RATE, "re");
	unsigned long rate = 0;

	if (!file)
		return 0;
	if (fscanf(file, "%lu", &rate) != 1)
		rate = 0;
	fclose(file);
	return rate;
}

/* As far as we may. */
static void restore_max_rate(unsigned long rate)
{
	FILE *file = read_max_rate() < rate ? fopen(MAX_RATE, "we") : NULL;

	if (!file)
		return;
	fprintf(file, "%lu\n", rate);
	fclose(file);
}

static int map_ring(struct overflow *overflow, struct error *err)
{
	const size_t page = (size_t)sysconf(_SC_PAGESIZE);

	overflow->mapping_size = page + RING_SIZE;
	overflow->mapping = overflow->group.backend->map(
		overflow->group.fd[0], overflow->mapping_size);
	if (overflow->mapping == MAP_FAILED) {
		overflow->mapping = NULL;
		return error_set_errno(err, "cannot map perf's ring buffer");
	}
	perf_ring_init(&overflow->ring, overflow->mapping, page, RING_SIZE);
	return 0;
}

static int start(struct overflow *overflow, struct error *err)
{
	char reason[PERF_REASON_SIZE];
	struct perf_event_attr attr;

	if (encode(&attr, err))
		return -1;
	if (perf_group_add(&overflow->group, &attr)) {
		perf_event_explain(errno, reason, sizeof(reason));
		return error_set(err, "%s", reason);
	}
	if (map_ring(overflow, err))
		return -1;
	if (perf_group_start(&overflow->group))
		return error_set_errno(err, "cannot start a counter");
	return 0;
}

struct overflow *overflow_open(const struct perf_backend *backend,
			       struct error *err)
{
	struct overflow *overflow = xcalloc(1, sizeof(*overflow));

	overflow->group.backend = backend;
	overflow->max_rate = read_max_rate();
	if (!start(overflow, err))
		return overflow;
	overflow_close(overflow);
	return NULL;
}

int overflow_set_period(struct overflow *overflow, uint64_t cycles,
			struct error *err)
{
	if (overflow->group.backend->control(overflow->group.fd[0],
					     PERF_EVENT_IOC_PERIOD,
					     (unsigned long)&cycles))
		return error_set_errno(err, "the kernel refused a period");
	return 0;
}

/* Records are counted, not looked into. */
static void ignore(const struct perf_sample *sample, void *data)
{
	(void)sample;
	(void)data;
}

int overflow_take(struct overflow *overflow, struct nmi_run *run,
		  struct error *err)
{
	struct perf_ring *ring = &overflow->ring;
	struct perf_group_values now;
	char reason[PERF_REASON_SIZE];

	run->nmis = perf_ring_drain(ring, ignore, NULL);
	run->throttles = ring->throttles;
	run->lost = ring->lost + ring->bad;
	ring->throttles = ring->lost = ring->bad = 0;
	/* A pinned event that lost its counter reads as the end of a file. */
	if (perf_group_read(&overflow->group, &now))
		return error_set_errno(err, "cannot read a counter");
	if (!perf_group_counted_all(&overflow->last, &now, reason,
				    sizeof(reason)))
		return error_set(err, "cycles: %s", reason);
	overflow->last = now;
	return 0;
}

void overflow_close(struct overflow *overflow)
{
	if (overflow->mapping)
		overflow->group.backend->unmap(overflow->mapping,
					       overflow->mapping_size);
	perf_group_close(&overflow->group);
	restore_max_rate(overflow->max_rate);
	free(overflow);
}
