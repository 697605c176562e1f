// SPDX-License-Identifier: GPL-2.0-or-later
/* How counts are judged: the rules of expectations, and emulated guests. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "util.h"
#include "verify.h"

#define OPS 1000

static const struct {
	struct expectation expect;
	int64_t count;
	bool emulated;
	enum row_status want;
	const char *reason;
} cases[] = {
	{ { EXPECT_EACH, "exits", 1 }, OPS, false, STATUS_OK, "" },
	{ { EXPECT_EACH, "exits", 1 }, OPS + 10, false, STATUS_OK, "" },
	{ { EXPECT_EACH, "exits", 1 },
	  OPS + 11,
	  false,
	  STATUS_FAIL,
	  "exits per op is 1.011, 1 was expected" },
	{ { EXPECT_EACH, "exits", 1 },
	  0,
	  false,
	  STATUS_FAIL,
	  "exits per op is 0, 1 was expected" },
	{ { EXPECT_EXACTLY, "hits", 1 }, OPS, false, STATUS_OK, "" },
	{ { EXPECT_EXACTLY, "hits", 1 },
	  OPS + 1,
	  false,
	  STATUS_FAIL,
	  "hits is 1001 after 1000 ops, not exactly 1 per op" },
	{ { EXPECT_EXACTLY, "hits", 1 },
	  OPS - 1,
	  false,
	  STATUS_FAIL,
	  "hits is 999 after 1000 ops, not exactly 1 per op" },
	{ { EXPECT_ALL_OR_NONE, "exits", 1 }, 0, false, STATUS_OK, "" },
	{ { EXPECT_ALL_OR_NONE, "exits", 1 },
	  OPS / 2,
	  false,
	  STATUS_FAIL,
	  "exits per op is 0.5, 1 was expected (or none)" },
	{ { EXPECT_AT_MOST, "exits", 4 },
	  0,
	  false,
	  STATUS_UNVERIFIED,
	  "KVM's exits counted no event" },
	{ { EXPECT_AT_MOST, "exits", 4 }, 2 * OPS, false, STATUS_OK, "" },
	{ { EXPECT_AT_MOST, "exits", 4 }, 4 * OPS, false, STATUS_OK, "" },
	{ { EXPECT_AT_MOST, "exits", 4 },
	  5 * OPS,
	  false,
	  STATUS_FAIL,
	  "exits per op is 5, 4 was expected at most" },
	{ { EXPECT_EACH, "exits", 1 },
	  0,
	  true,
	  STATUS_UNVERIFIED,
	  "guest code is emulated: there is no exit to count" },
	{ { EXPECT_EACH, "pf_fixed", 1 },
	  0,
	  true,
	  STATUS_UNVERIFIED,
	  "guest code is emulated: there is no exit to count" },
	{ { EXPECT_EACH, "userspace_exits", 1 },
	  0,
	  true,
	  STATUS_FAIL,
	  "userspace_exits per op is 0, 1 was expected" },
};

static void test_rules(void **state)
{
	char reason[128];

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		const struct expectation expect[] = { cases[i].expect, { 0 } };
		const struct verify_count count = { cases[i].expect.stat,
						    cases[i].count };
		const struct verify_facts facts = {
			.count = &count,
			.nr_counts = 1,
			.ops = OPS,
			.emulated = cases[i].emulated,
		};

		assert_int_equal(verify(expect, &facts, reason, sizeof(reason)),
				 cases[i].want);
		assert_string_equal(reason, cases[i].reason);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rules),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
