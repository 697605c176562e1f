// SPDX-License-Identifier: GPL-2.0-or-later
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "samples.h"
#include "util.h"

static void check_near(double a, double b, int line)
{
	if (!(fabs(a - b) <= 1e-9 * fmax(1, fabs(b))))
		fail_msg("line %d: %.17g is not %.17g", line, a, b);
}

#define assert_near(a, b) check_near(a, b, __LINE__)

/* Type 7: with h = (n - 1) f, between order statistics floor(h) and the next */
static void test_quantiles(void **state)
{
	/* Sorted: 10 20 30 40 100 */
	uint64_t samples[] = { 40, 10, 100, 20, 30 };
	const uint64_t sorted[] = { 10, 20, 30, 40, 100 };
	struct summary s;

	(void)state;
	samples_summarize(samples, 5, &s);
	assert_int_equal(s.n, 5);
	assert_near(s.min, 10);
	assert_near(s.p25, 20); /* h = 1 */
	assert_near(s.p50, 30);
	assert_near(s.mean, 40);
	assert_near(s.p75, 40);
	assert_near(s.p90, 76); /* h = 3.6: 40 + 0.6 * 60 */
	assert_near(s.p99, 97.6); /* h = 3.96 */
	assert_near(s.p999, 99.76); /* h = 3.996 */
	assert_near(s.max, 100);
	/* 900 + 400 + 100 + 0 + 3600, over 4 */
	assert_near(s.stddev, sqrt(1250));
	assert_memory_equal(samples, sorted, sizeof(sorted));
}

static void test_interpolates(void **state)
{
	uint64_t samples[] = { 4, 1, 3, 2 };
	struct summary s;

	(void)state;
	samples_summarize(samples, 4, &s);
	assert_near(s.p25, 1.75);
	assert_near(s.p50, 2.5);
	assert_near(s.p75, 3.25);
	assert_near(s.p90, 3.7);
	assert_near(s.stddev, sqrt(5.0 / 3));
}

static void test_few(void **state)
{
	uint64_t samples[] = { 9, 5 };
	struct summary s;

	(void)state;
	memset(&s, 0xff, sizeof(s));
	samples_summarize(samples, 0, &s);
	assert_int_equal(s.n, 0);
	samples_summarize(samples, 1, &s);
	assert_int_equal(s.n, 1);
	assert_near(s.min, 9);
	assert_near(s.p25, 9);
	assert_near(s.p50, 9);
	assert_near(s.mean, 9);
	assert_near(s.p999, 9);
	assert_near(s.max, 9);
	assert_near(s.stddev, 0);
	samples_summarize(samples, 2, &s);
	assert_near(s.min, 5);
	assert_near(s.p50, 7);
	assert_near(s.max, 9);
	assert_near(s.stddev, sqrt(8));
}

static void test_equal_and_large(void **state)
{
	uint64_t equal[] = { 77, 77, 77 };
	uint64_t large[] = { UINT64_MAX, 1ull << 62, 0 };
	struct summary s;

	(void)state;
	samples_summarize(equal, 3, &s);
	assert_true(s.min == 77 && s.p50 == 77 && s.p999 == 77 && s.max == 77);
	assert_true(s.mean == 77 && s.stddev == 0);
	samples_summarize(large, 3, &s);
	assert_true(s.min == 0);
	assert_true(s.p50 == 0x1p62);
	assert_true(s.max == 0x1p64);
}

/* --- histogram ------------------------------------------------------------ */

static void check_value(uint64_t value)
{
	unsigned int bucket = histogram_bucket(value);
	uint64_t lo, hi;

	assert_true(bucket < HISTOGRAM_BUCKETS);
	histogram_bounds(bucket, &lo, &hi);
	if (value < lo || value > hi ||
	    (value == hi && bucket != HISTOGRAM_BUCKETS - 1))
		fail_msg("0x%llx is not in bucket %u, 0x%llx to 0x%llx",
			 (unsigned long long)value, bucket,
			 (unsigned long long)lo, (unsigned long long)hi);
}

static void test_buckets_are_contiguous(void **state)
{
	uint64_t lo, hi, end = 0;

	(void)state;
	for (unsigned int b = 0; b < HISTOGRAM_BUCKETS; b++) {
		histogram_bounds(b, &lo, &hi);
		assert_int_equal(lo, end);
		assert_true(hi > lo);
		assert_int_equal(histogram_bucket(lo), b);
		assert_int_equal(histogram_bucket(hi - 1), b);
		end = hi;
	}
	assert_int_equal(end, UINT64_MAX);
	assert_int_equal(histogram_bucket(UINT64_MAX), HISTOGRAM_BUCKETS - 1);
}

static void test_buckets_are_narrow(void **state)
{
	uint64_t lo, hi;

	(void)state;
	for (unsigned int b = 0; b < HISTOGRAM_BUCKETS; b++) {
		histogram_bounds(b, &lo, &hi);
		if (b < HISTOGRAM_LINEAR)
			assert_int_equal(hi - lo, 1);
		else
			assert_true(hi - lo <= lo / 100);
	}
}

static void test_known_buckets(void **state)
{
	uint64_t lo, hi;

	(void)state;
	assert_int_equal(histogram_bucket(0), 0);
	assert_int_equal(histogram_bucket(127), 127);
	assert_int_equal(histogram_bucket(128), 128);
	assert_int_equal(histogram_bucket(255), 255);
	assert_int_equal(histogram_bucket(256), 256); /* now two a bucket */
	assert_int_equal(histogram_bucket(257), 256);
	assert_int_equal(histogram_bucket(258), 257);
	histogram_bounds(256, &lo, &hi);
	assert_int_equal(lo, 256);
	assert_int_equal(hi, 258);
	histogram_bounds(HISTOGRAM_BUCKETS - 1, &lo, &hi);
	assert_int_equal(lo, 255ull << 56);
}

static void test_values_are_in_their_buckets(void **state)
{
	uint64_t random = 88172645463325252ull; /* xorshift64 */

	(void)state;
	for (unsigned int bit = 0; bit < 64; bit++) {
		check_value(1ull << bit);
		check_value((1ull << bit) - 1);
		check_value((1ull << bit) + 1);
		check_value(UINT64_MAX >> bit);
	}
	check_value(UINT64_MAX - 1);
	for (unsigned int i = 0; i < 200000; i++) {
		random ^= random << 13;
		random ^= random >> 7;
		random ^= random << 17;
		check_value(random >> i % 64); /* all magnitudes */
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_quantiles),
		cmocka_unit_test(test_interpolates),
		cmocka_unit_test(test_few),
		cmocka_unit_test(test_equal_and_large),
		cmocka_unit_test(test_buckets_are_contiguous),
		cmocka_unit_test(test_buckets_are_narrow),
		cmocka_unit_test(test_known_buckets),
		cmocka_unit_test(test_values_are_in_their_buckets),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
