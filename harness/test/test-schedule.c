// SPDX-License-Identifier: GPL-2.0-or-later
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "schedule.h"
#include "util.h"

#define VARIANTS 12
#define LAUNCHES 40
#define ENTRIES	 (VARIANTS * LAUNCHES)

static bool same(const struct scheduled_launch *a,
		 const struct scheduled_launch *b, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (a[i].launch != b[i].launch || a[i].variant != b[i].variant)
			return false;
	return true;
}

static bool same_schedules(uint64_t seed_a, uint64_t seed_b)
{
	struct scheduled_launch *a = schedule_build(VARIANTS, LAUNCHES, seed_a);
	struct scheduled_launch *b = schedule_build(VARIANTS, LAUNCHES, seed_b);
	bool result = same(a, b, ENTRIES);

	free(a);
	free(b);
	return result;
}

static void test_each_variant_once_a_round(void **state)
{
	struct scheduled_launch *s = schedule_build(VARIANTS, LAUNCHES, 1);
	unsigned int seen[VARIANTS];

	(void)state;
	for (size_t round = 0; round < LAUNCHES; round++) {
		memset(seen, 0, sizeof(seen));
		for (size_t i = 0; i < VARIANTS; i++) {
			const struct scheduled_launch *next =
				&s[round * VARIANTS + i];

			assert_int_equal(next->launch, round + 1);
			assert_true(next->variant < VARIANTS);
			seen[next->variant]++;
		}
		for (size_t v = 0; v < VARIANTS; v++)
			assert_int_equal(seen[v], 1);
	}
	free(s);
}

static void test_seed_decides(void **state)
{
	(void)state;
	assert_true(same_schedules(7, 7));
	assert_true(same_schedules(UINT32_MAX, UINT32_MAX));
	assert_false(same_schedules(7, 8));
	assert_false(same_schedules(1, UINT32_MAX));
}

/* Rounds differ from one another, and no place belongs to one variant. */
static void test_rounds_are_shuffled_anew(void **state)
{
	struct scheduled_launch *s = schedule_build(VARIANTS, LAUNCHES, 3);
	bool first[VARIANTS] = { false };
	size_t firsts = 0, sorted = 0;

	(void)state;
	for (size_t round = 0; round < LAUNCHES; round++) {
		const struct scheduled_launch *r = &s[round * VARIANTS];
		size_t rises = 0;

		firsts += !first[r->variant];
		first[r->variant] = true;
		for (size_t i = 1; i < VARIANTS; i++)
			rises += r[i].variant > r[i - 1].variant;
		sorted += rises == VARIANTS - 1;
	}
	/* By chance: 12 * (1 - (11/12)^40) = 11.6 and 40 / 12! */
	assert_true(firsts > VARIANTS / 2);
	assert_int_equal(sorted, 0);
	free(s);
}

static void test_small(void **state)
{
	struct scheduled_launch *s;

	(void)state;
	s = schedule_build(1, 3, 5);
	for (size_t i = 0; i < 3; i++) {
		assert_int_equal(s[i].variant, 0);
		assert_int_equal(s[i].launch, i + 1);
	}
	free(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_each_variant_once_a_round),
		cmocka_unit_test(test_seed_decides),
		cmocka_unit_test(test_rounds_are_shuffled_anew),
		cmocka_unit_test(test_small),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
