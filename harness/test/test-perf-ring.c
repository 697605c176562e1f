// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Reads ring buffers made by hand, among them ones that no kernel would make.
 * The data lie at the end of a page that is followed by an inaccessible one:
 * a read outside of them ends the test.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include <cmocka.h>

#include "perf-ring.h"
#include "util.h"

#define PAGE 4096u
#define SIZE 4096u

struct fixture {
	unsigned char *pages; /* control page, data, guard */
	struct perf_event_mmap_page *control;
	unsigned char *data;
	struct perf_ring ring;
};

struct seen {
	uint64_t samples;
	uint64_t sum; /* of the first 4 bytes of all raw records */
	uint64_t last_time;
	size_t last_size;
};

static int setup(void **state)
{
	struct fixture *f = xcalloc(1, sizeof(*f));

	f->pages = mmap(NULL, 3 * PAGE, PROT_READ | PROT_WRITE,
			MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (f->pages == MAP_FAILED || mprotect(f->pages + 2 * PAGE, PAGE, 0))
		return -1;
	f->control = (void *)f->pages;
	f->data = f->pages + PAGE;
	perf_ring_init(&f->ring, f->pages, PAGE, SIZE);
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	munmap(f->pages, 3 * PAGE);
	free(f);
	return 0;
}

static void note(const struct perf_sample *sample, void *data)
{
	struct seen *seen = data;
	uint32_t first = 0;

	if (sample->raw_size >= sizeof(first))
		memcpy(&first, sample->raw, sizeof(first));
	seen->samples++;
	seen->sum += first;
	seen->last_time = sample->time;
	seen->last_size = sample->raw_size;
}

/* As the kernel does it, around the end where it comes. */
static void put(struct fixture *f, const void *bytes, size_t size)
{
	size_t at = f->control->data_head % SIZE;
	size_t first = size < SIZE - at ? size : SIZE - at;

	memcpy(f->data + at, bytes, first);
	memcpy(f->data, (const char *)bytes + first, size - first);
	f->control->data_head += size;
}

static void put_header(struct fixture *f, uint32_t type, size_t size)
{
	struct perf_event_header header = { .type = type,
					    .size = (uint16_t)size };

	put(f, &header, sizeof(header));
}

/* A sample whose raw record is @value and @more zero bytes. */
static void put_sample(struct fixture *f, uint64_t time, uint32_t value,
		       size_t more)
{
	unsigned char zeros[512] = { 0 };
	uint32_t raw_size = (uint32_t)(sizeof(value) + more);

	put_header(f, PERF_RECORD_SAMPLE,
		   8 + sizeof(time) + sizeof(raw_size) + raw_size);
	put(f, &time, sizeof(time));
	put(f, &raw_size, sizeof(raw_size));
	put(f, &value, sizeof(value));
	put(f, zeros, more);
}

static void put_lost(struct fixture *f, uint64_t lost)
{
	uint64_t body[2] = { 1, lost };

	put_header(f, PERF_RECORD_LOST, 8 + sizeof(body));
	put(f, body, sizeof(body));
}

static void test_samples(void **state)
{
	struct fixture *f = *state;
	struct seen seen = { 0 };

	put_sample(f, 100, 7, 24);
	put_sample(f, 200, 8, 8);
	assert_int_equal(perf_ring_drain(&f->ring, note, &seen), 2);
	assert_int_equal(seen.sum, 15);
	assert_int_equal(seen.last_time, 200);
	assert_int_equal(seen.last_size, 12);
	assert_int_equal(f->control->data_tail, f->control->data_head);
	assert_int_equal(perf_ring_drain(&f->ring, note, &seen), 0);
	assert_int_equal(f->ring.bad, 0);
}

/* Every offset at which a record can cross the end. */
static void test_wrap_around(void **state)
{
	struct fixture *f = *state;
	struct seen seen = { 0 };
	uint64_t expected = 0;

	for (uint32_t i = 0; i < 10000; i++) {
		put_sample(f, i, i, 4 * (i % 40));
		expected += i;
		if (i % 7 == 0)
			perf_ring_drain(&f->ring, note, &seen);
	}
	perf_ring_drain(&f->ring, note, &seen);
	assert_int_equal(seen.samples, 10000);
	assert_int_equal(seen.sum, expected);
	assert_int_equal(f->ring.bad, 0);
}

/* The head is a 64-bit counter: nothing happens at 32 bits. */
static void test_counters_beyond_32_bits(void **state)
{
	struct fixture *f = *state;
	struct seen seen = { 0 };

	f->control->data_head = 0xfffffff0;
	f->control->data_tail = 0xfffffff0;
	put_sample(f, 1, 5, 60);
	assert_int_equal(perf_ring_drain(&f->ring, note, &seen), 1);
	assert_int_equal(seen.sum, 5);
}

static void test_lost_records_are_counted(void **state)
{
	struct fixture *f = *state;
	struct seen seen = { 0 };

	put_sample(f, 1, 1, 0);
	put_lost(f, 17);
	put_sample(f, 2, 1, 0);
	put_lost(f, 3);
	assert_int_equal(perf_ring_drain(&f->ring, note, &seen), 2);
	assert_int_equal(f->ring.lost, 20);
}

static void test_other_records_are_passed_over(void **state)
{
	struct fixture *f = *state;
	struct seen seen = { 0 };
	uint64_t body[3] = { 0 };

	put_header(f, PERF_RECORD_THROTTLE, 8 + sizeof(body));
	put(f, body, sizeof(body));
	put_sample(f, 1, 1, 0);
	assert_int_equal(perf_ring_drain(&f->ring, note, &seen), 1);
	assert_int_equal(f->ring.bad, 0);
}

/* Records that cannot be: each drops the rest, and reading goes on behind. */
static void test_impossible_sizes(void **state)
{
	static const size_t sizes[] = { 0, 1, 7, 600, 65535 };
	struct fixture *f = *state;
	struct seen seen = { 0 };

	for (size_t i = 0; i < ARRAY_SIZE(sizes); i++) {
		put_header(f, PERF_RECORD_SAMPLE, sizes[i]);
		put_sample(f, 1, 1, 0);
		perf_ring_drain(&f->ring, note, &seen);
		assert_int_equal(f->ring.bad, i + 1);
		assert_int_equal(f->control->data_tail, f->control->data_head);
	}
	assert_int_equal(seen.samples, 0);
	put_sample(f, 1, 1, 0);
	assert_int_equal(perf_ring_drain(&f->ring, note, &seen), 1);
}

static void test_truncated_header(void **state)
{
	struct fixture *f = *state;
	struct seen seen = { 0 };

	put(f, "abc", 3);
	assert_int_equal(perf_ring_drain(&f->ring, note, &seen), 0);
	assert_int_equal(f->ring.bad, 1);
}

/* Every way to cut a sample's body short, right up to the guard page. */
static void test_truncated_samples(void **state)
{
	struct fixture *f = *state;
	struct seen seen = { 0 };
	unsigned char body[32];

	memset(body, 0xff, sizeof(body));
	for (size_t len = 0; len < sizeof(body); len++) {
		f->control->data_head = SIZE - 8 - len;
		f->control->data_tail = f->control->data_head;
		put_header(f, PERF_RECORD_SAMPLE, 8 + len);
		put(f, body, len);
		perf_ring_drain(&f->ring, note, &seen);
		assert_int_equal(f->ring.bad, len + 1);
	}
	put_header(f, PERF_RECORD_LOST, 8);
	put_sample(f, 1, 1, 0);
	/* Its header is sound, so that the sample behind it is found. */
	assert_int_equal(perf_ring_drain(&f->ring, note, &seen), 1);
}

static void test_more_than_the_ring_holds(void **state)
{
	struct fixture *f = *state;
	struct seen seen = { 0 };

	put_sample(f, 1, 1, 0);
	f->control->data_head += 2 * SIZE;
	assert_int_equal(perf_ring_drain(&f->ring, note, &seen), 0);
	assert_int_equal(f->ring.bad, 1);
	f->control->data_head = 0; /* behind the tail */
	assert_int_equal(perf_ring_drain(&f->ring, note, &seen), 0);
	assert_int_equal(f->ring.bad, 2);
}

#define TEST(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_samples),
		TEST(test_wrap_around),
		TEST(test_counters_beyond_32_bits),
		TEST(test_lost_records_are_counted),
		TEST(test_other_records_are_passed_over),
		TEST(test_impossible_sizes),
		TEST(test_truncated_header),
		TEST(test_truncated_samples),
		TEST(test_more_than_the_ring_holds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
