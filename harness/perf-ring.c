// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdbool.h>
#include <string.h>

#include "perf-ring.h"

void perf_ring_init(struct perf_ring *ring, void *mapping, size_t page_size,
		    size_t size)
{
	ring->page = mapping;
	ring->data = (unsigned char *)mapping + page_size;
	ring->size = size;
	ring->lost = 0;
	ring->bad = 0;
	ring->throttles = 0;
}

/* [@at, @at + @len) of the endless stream, which the ring holds in part. */
static void copy(const struct perf_ring *ring, uint64_t at, void *to,
		 size_t len)
{
	size_t start = at & (ring->size - 1);
	size_t first = len < ring->size - start ? len : ring->size - start;

	memcpy(to, ring->data + start, first);
	memcpy((unsigned char *)to + first, ring->data, len - first);
}

/*
 * Copy the record at @tail, which must end at @head or before, into
 * ring->record: its header, or NULL when it cannot be one.
 */
static const struct perf_event_header *take_record(struct perf_ring *ring,
						   uint64_t tail, uint64_t head)
{
	const struct perf_event_header *header = (const void *)ring->record;

	if (head - tail < sizeof(*header) || head - tail > ring->size)
		return NULL;
	copy(ring, tail, ring->record, sizeof(*header));
	if (header->size < sizeof(*header) || header->size > head - tail)
		return NULL;
	copy(ring, tail, ring->record, header->size);
	return header;
}

/* struct { header; u64 time; u32 size; char data[size]; } */
static bool parse_sample(const struct perf_event_header *header,
			 struct perf_sample *sample)
{
	const unsigned char *body = (const unsigned char *)(header + 1);
	size_t left = header->size - sizeof(*header);
	uint32_t raw_size;

	if (left < sizeof(sample->time) + sizeof(raw_size))
		return false;
	memcpy(&sample->time, body, sizeof(sample->time));
	memcpy(&raw_size, body + sizeof(sample->time), sizeof(raw_size));
	left -= sizeof(sample->time) + sizeof(raw_size);
	sample->raw = body + sizeof(sample->time) + sizeof(raw_size);
	sample->raw_size = raw_size;
	return raw_size <= left;
}

/* struct { header; u64 id; u64 lost; ... } */
static bool parse_lost(const struct perf_event_header *header, uint64_t *lost)
{
	uint64_t body[2];

	if (header->size < sizeof(*header) + sizeof(body))
		return false;
	memcpy(body, header + 1, sizeof(body));
	*lost += body[1];
	return true;
}

/* True when @sample is one. */
static bool read_record(struct perf_ring *ring,
			const struct perf_event_header *header,
			struct perf_sample *sample)
{
	bool good = true;

	if (header->type == PERF_RECORD_LOST)
		good = parse_lost(header, &ring->lost);
	else if (header->type == PERF_RECORD_SAMPLE)
		good = parse_sample(header, sample);
	else if (header->type == PERF_RECORD_THROTTLE)
		ring->throttles++;
	ring->bad += !good;
	return good && header->type == PERF_RECORD_SAMPLE;
}

uint64_t perf_ring_drain(struct perf_ring *ring,
			 void (*take)(const struct perf_sample *sample,
				      void *data),
			 void *data)
{
	uint64_t head =
		__atomic_load_n(&ring->page->data_head, __ATOMIC_ACQUIRE);
	uint64_t tail = ring->page->data_tail, taken = 0;
	const struct perf_event_header *header;
	struct perf_sample sample;

	while (tail != head) {
		header = take_record(ring, tail, head);
		if (!header) {
			ring->bad++;
			tail = head;
			break;
		}
		if (read_record(ring, header, &sample)) {
			take(&sample, data);
			taken++;
		}
		tail += header->size;
	}
	__atomic_store_n(&ring->page->data_tail, tail, __ATOMIC_RELEASE);
	return taken;
}
