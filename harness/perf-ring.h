/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The ring buffer of a perf event (struct perf_event_mmap_page in
 * linux/perf_event.h): records that the kernel writes and one reader takes.
 * What stands in it is checked: nothing outside of it is ever read.
 */
#ifndef VMB_PERF_RING_H
#define VMB_PERF_RING_H

#include <linux/perf_event.h>
#include <stddef.h>
#include <stdint.h>

/* A PERF_RECORD_SAMPLE of sample_type PERF_SAMPLE_TIME | PERF_SAMPLE_RAW. */
struct perf_sample {
	uint64_t time; /* ns, of perf's clock */
	const void *raw; /* the tracepoint's record; until the next sample */
	size_t raw_size; /* bytes, padding included */
};

struct perf_ring {
	struct perf_event_mmap_page *page;
	const unsigned char *data;
	size_t size; /* of data, bytes: a power of two */
	uint64_t lost; /* records that the kernel says it dropped */
	uint64_t bad; /* records that made no sense */
	uint64_t throttles; /* PERF_RECORD_THROTTLE: an event was stopped */
	/* The present one, in one piece; its header's size has 16 bits. */
	_Alignas(8) unsigned char record[65536];
};

/* @mapping: one page and then @size bytes of data. Owned by the caller. */
void perf_ring_init(struct perf_ring *ring, void *mapping, size_t page_size,
		    size_t size);

/*
 * Hand every sample that is there to @take, and free its place: their number.
 * Where no record can begin, nobody can say where the next does: all that is
 * there is dropped.
 */
uint64_t perf_ring_drain(struct perf_ring *ring,
			 void (*take)(const struct perf_sample *sample,
				      void *data),
			 void *data);

#endif
