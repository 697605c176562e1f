// SPDX-License-Identifier: GPL-2.0-or-later
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "util.h"
#include "verify.h"

#define OPS 1000

static char reason[256];

static enum row_status check_facts(const struct expectation *expect,
				   const struct verify_facts *facts)
{
	enum row_status status;

	memset(reason, 'x', sizeof(reason));
	status = verify(expect, facts, reason, sizeof(reason));
	assert_non_null(memchr(reason, '\0', sizeof(reason)));
	/* A reason, if and only if something is wrong. */
	assert_int_equal(status == STATUS_OK, !*reason);
	return status;
}

/* One expectation of one statistic that counted @count in @ops. */
static enum row_status check_one(enum expect_rule rule, const char *stat,
				 double per_op, int64_t count, uint64_t ops)
{
	const struct expectation expect[] = { { rule, stat, per_op }, { 0 } };
	const struct verify_count counts[] = { { stat, count } };
	const struct verify_facts facts = { .count = counts,
					    .nr_counts = 1,
					    .ops = ops };

	return check_facts(expect, &facts);
}

/* What another back end than VMX or SVM does not intercept is no failure. */
static void test_other_backend(void **state)
{
	static const struct expectation expect[] = {
		{ EXPECT_EACH, "exits", 1 },
		{ 0 },
	};
	struct verify_count count = { "exits", 0 };
	struct verify_facts facts = { .count = &count,
				      .nr_counts = 1,
				      .ops = OPS,
				      .other_backend = true };

	(void)state;
	assert_int_equal(check_facts(expect, &facts), STATUS_UNVERIFIED);
	count.count = OPS;
	assert_int_equal(check_facts(expect, &facts), STATUS_OK);
	count.count = OPS / 2;
	assert_int_equal(check_facts(expect, &facts), STATUS_FAIL);
	count.count = 0;
	facts.other_backend = false;
	assert_int_equal(check_facts(expect, &facts), STATUS_FAIL);
}

/* All of the exits are missing, or the count has to be right. */
static void test_idle_hlt(void **state)
{
	static const struct {
		const char *stat;
		int64_t count;
		bool idle_hlt;
		enum row_status status;
	} cases[] = {
		{ "halt_exits", OPS, true, STATUS_OK },
		{ "halt_exits", 0, true, STATUS_UNVERIFIED },
		{ "halt_exits", OPS / 2, true, STATUS_FAIL },
		{ "halt_exits", 0, false, STATUS_FAIL },
		{ "irq_injections", 0, true, STATUS_FAIL },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		const struct verify_count count = { cases[i].stat,
						    cases[i].count };
		const struct expectation expect[] = {
			{ EXPECT_EACH, cases[i].stat, 1, NULL },
			{ 0 },
		};
		const struct verify_facts facts = {
			.count = &count,
			.nr_counts = 1,
			.ops = OPS,
			.variant = "",
			.idle_hlt = cases[i].idle_hlt,
		};

		if (check_facts(expect, &facts) != cases[i].status)
			fail_msg("case %zu: '%s'", i, reason);
	}
}

/* What the host's interrupts break off is injected, and counted, again. */
static void test_repeated_injections(void **state)
{
	static const struct {
		const char *stat, *irqs;
		int64_t count, irq_exits;
		enum row_status status;
	} cases[] = {
		{ "nmi_injections", "irq_exits", OPS + 30, 30, STATUS_OK },
		{ "nmi_injections", "irq_exits", OPS + 40, 30, STATUS_OK },
		{ "nmi_injections", "irq_exits", OPS + 41, 30, STATUS_FAIL },
		{ "irq_injections", "irq_exits", OPS + 30, 30, STATUS_OK },
		{ "irq_injections", "irq_exits", OPS + 30, 0, STATUS_FAIL },
		{ "irq_injections", "vcpu1.irq_exits", OPS + 30, 30,
		  STATUS_FAIL },
		{ "vcpu1.irq_injections", "vcpu1.irq_exits", OPS + 30, 30,
		  STATUS_OK },
		{ "vcpu1.irq_injections", "irq_exits", OPS + 30, 30,
		  STATUS_FAIL },
		/* None that is missing is made up for, nor any other event. */
		{ "nmi_injections", "irq_exits", OPS - 30, 30, STATUS_FAIL },
		{ "halt_exits", "irq_exits", OPS + 30, 30, STATUS_FAIL },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		const struct verify_count counts[] = {
			{ cases[i].stat, cases[i].count },
			{ cases[i].irqs, cases[i].irq_exits },
		};
		const struct expectation expect[] = {
			{ EXPECT_EACH, cases[i].stat, 1, NULL },
			{ 0 },
		};
		const struct verify_facts facts = {
			.count = counts,
			.nr_counts = ARRAY_SIZE(counts),
			.ops = OPS,
			.variant = "",
		};

		if (check_facts(expect, &facts) != cases[i].status)
			fail_msg("case %zu: '%s'", i, reason);
	}
}

static void test_names(void **state)
{
	(void)state;
	assert_string_equal(row_status_name(STATUS_OK), "ok");
	assert_string_equal(row_status_name(STATUS_SKIP), "skip");
	assert_string_equal(row_status_name(STATUS_FAIL), "fail");
	assert_string_equal(row_status_name(STATUS_UNVERIFIED), "unverified");
}

static void test_names_back(void **state)
{
	static const char *const none[] = { "", "o", "okay", "OK" };
	enum row_status status;
	struct csv_field field;

	(void)state;
	for (int i = 0; i < ROW_STATUSES; i++) {
		field.text = row_status_name((enum row_status)i);
		field.len = strlen(field.text);
		assert_int_equal(row_status_parse(&field, &status), 0);
		assert_int_equal(status, i);
	}
	for (size_t i = 0; i < ARRAY_SIZE(none); i++) {
		field = (struct csv_field){ none[i], strlen(none[i]) };
		assert_int_equal(row_status_parse(&field, &status), -1);
	}
}

static void test_each(void **state)
{
	static const struct {
		double per_op;
		int64_t count;
		uint64_t ops;
		enum row_status status;
	} cases[] = {
		{ 1, 1000, 1000, STATUS_OK },
		/* 1 % of 1000 ops is 10 events */
		{ 1, 1010, 1000, STATUS_OK },
		{ 1, 1011, 1000, STATUS_FAIL },
		{ 1, 990, 1000, STATUS_OK },
		{ 1, 989, 1000, STATUS_FAIL },
		{ 1, 0, 1000, STATUS_FAIL },
		{ 1, -1000, 1000, STATUS_FAIL },
		{ 2, 2010, 1000, STATUS_OK },
		{ 2, 2011, 1000, STATUS_FAIL },
		{ 2, 1000, 1000, STATUS_FAIL },
		{ 0.5, 510, 1000, STATUS_OK },
		{ 0.5, 511, 1000, STATUS_FAIL },
		{ 0, 0, 1000, STATUS_OK },
		{ 0, 10, 1000, STATUS_OK },
		{ 0, 11, 1000, STATUS_FAIL },
		{ 0, -11, 1000, STATUS_FAIL },
		/* but 2 events are forgiven, unless they are a quarter */
		{ 1, 12, 10, STATUS_OK },
		{ 1, 13, 10, STATUS_FAIL },
		{ 1, 8, 10, STATUS_OK },
		{ 1, 7, 10, STATUS_FAIL },
		{ 1, 5, 4, STATUS_OK },
		{ 1, 6, 4, STATUS_FAIL },
		{ 1, 0, 2, STATUS_FAIL },
		{ 1, 1, 1, STATUS_OK },
		{ 1, 2, 1, STATUS_FAIL },
		{ 1, 0, 1, STATUS_FAIL },
		{ 1, 202, 200, STATUS_OK }, /* where both are the same */
		{ 1, 203, 200, STATUS_FAIL },
		{ 1, 1000000000000, 1000000000000, STATUS_OK },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
		if (check_one(EXPECT_EACH, "exits", cases[i].per_op,
			      cases[i].count, cases[i].ops) != cases[i].status)
			fail_msg("case %zu: '%s'", i, reason);
}

static void test_all_or_none(void **state)
{
	static const struct {
		int64_t count;
		enum row_status status;
	} cases[] = {
		{ 1000, STATUS_OK },   { 1010, STATUS_OK },
		{ 1011, STATUS_FAIL }, { 990, STATUS_OK },
		{ 989, STATUS_FAIL },  { 500, STATUS_FAIL },
		{ 11, STATUS_FAIL },   { 10, STATUS_OK },
		{ 0, STATUS_OK },      { -11, STATUS_FAIL },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
		if (check_one(EXPECT_ALL_OR_NONE, "exits", 1, cases[i].count,
			      OPS) != cases[i].status)
			fail_msg("case %zu: '%s'", i, reason);
}

static void test_reasons(void **state)
{
	(void)state;
	check_one(EXPECT_EACH, "halt_exits", 1, 1500, OPS);
	assert_string_equal(reason, "halt_exits per op is 1.5, 1 was expected");
	check_one(EXPECT_ALL_OR_NONE, "exits", 1, 500, OPS);
	assert_string_equal(reason,
			    "exits per op is 0.5, 1 was expected (or none)");
	check_one(EXPECT_EACH, "exits", 1, 0, 0);
	assert_string_equal(reason, "no op was counted");
}

static void test_reason_is_cut(void **state)
{
	const struct expectation expect[] = { { EXPECT_EACH, "exits", 1 },
					      { 0 } };
	const struct verify_facts facts = { .ops = OPS };
	char small[8] = "zzzzzzz";

	(void)state;
	assert_int_equal(verify(expect, &facts, small, sizeof(small)),
			 STATUS_UNVERIFIED);
	assert_string_equal(small, "this ke");
}

static void test_nothing_expected(void **state)
{
	const struct expectation none[] = { { 0 } };
	const struct verify_facts facts = { .ops = 1 };
	const struct verify_facts no_ops = { .ops = 0 };

	(void)state;
	assert_int_equal(check_facts(none, &facts), STATUS_OK);
	assert_int_equal(check_facts(none, &no_ops), STATUS_FAIL);
	assert_int_equal(check_one(EXPECT_EACH, "exits", 0, 0, 0), STATUS_FAIL);
}

static void test_missing_statistic(void **state)
{
	const struct expectation expect[] = { { EXPECT_EACH, "exits", 1 },
					      { 0 } };
	const struct verify_count counts[] = { { "exits2", OPS },
					       { "exit", OPS } };
	const struct verify_facts facts = { .count = counts,
					    .nr_counts = 2,
					    .ops = OPS };

	(void)state;
	assert_int_equal(check_facts(expect, &facts), STATUS_UNVERIFIED);
	assert_string_equal(reason, "this kernel has no statistic 'exits'");
}

/* The host's own interrupts cause exits that the guest did not. */
static void test_host_interrupts(void **state)
{
	const struct expectation exits[] = { { EXPECT_EACH, "exits", 1 },
					     { 0 } };
	const struct expectation others[] = {
		{ EXPECT_EACH, "userspace_exits", 1 }, { 0 }
	};
	struct verify_count counts[] = { { "irq_exits", 300 },
					 { "exits", 1310 },
					 { "userspace_exits", 1000 } };
	const struct verify_facts facts = { .count = counts,
					    .nr_counts = 3,
					    .ops = OPS };

	(void)state;
	assert_int_equal(check_facts(exits, &facts), STATUS_OK);
	counts[1].count = 1311;
	assert_int_equal(check_facts(exits, &facts), STATUS_FAIL);
	assert_string_equal(reason, "exits per op is 1.011, 1 was expected");
	counts[1].count = 1000; /* 700 of our own: not enough */
	assert_int_equal(check_facts(exits, &facts), STATUS_FAIL);
	/* Nothing is taken off any other statistic. */
	assert_int_equal(check_facts(others, &facts), STATUS_OK);
	counts[2].count = 1300;
	assert_int_equal(check_facts(others, &facts), STATUS_FAIL);
}

static void test_emulated(void **state)
{
	const struct expectation exits[] = { { EXPECT_EACH, "exits", 1 },
					     { 0 } };
	const struct expectation others[] = { { EXPECT_EACH, "halt_exits", 1 },
					      { 0 } };
	const struct verify_count counts[] = { { "exits", OPS },
					       { "halt_exits", 5 } };
	const struct verify_facts facts = {
		.count = counts, .nr_counts = 2, .ops = OPS, .emulated = true
	};

	(void)state;
	/* Not even when the number happens to be right. */
	assert_int_equal(check_facts(exits, &facts), STATUS_UNVERIFIED);
	assert_string_equal(
		reason, "guest code is emulated: there is no exit to count");
	assert_int_equal(check_facts(others, &facts), STATUS_FAIL);
}

static void test_apicv(void **state)
{
	const struct expectation injections[] = {
		{ EXPECT_EACH, "irq_injections", 1 }, { 0 }
	};
	const struct expectation nmis[] = {
		{ EXPECT_EACH, "nmi_injections", 1 }, { 0 }
	};
	const struct expectation others[] = {
		{ EXPECT_EACH, "vcpu1.irq_injections", 1 }, { 0 }
	};
	struct verify_count counts[] = { { "irq_injections", 0 },
					 { "nmi_injections", 0 },
					 { "vcpu1.irq_injections", 0 } };
	struct verify_facts facts = {
		.count = counts, .nr_counts = 3, .ops = OPS, .apicv = true
	};

	(void)state;
	assert_int_equal(check_facts(injections, &facts), STATUS_UNVERIFIED);
	assert_non_null(strstr(reason, "APICv or AVIC is on"));
	assert_int_equal(check_facts(others, &facts), STATUS_UNVERIFIED);
	counts[0].count = OPS;
	assert_int_equal(check_facts(injections, &facts), STATUS_OK);
	counts[0].count = 2 * OPS; /* too many: no excuse */
	assert_int_equal(check_facts(injections, &facts), STATUS_FAIL);
	assert_int_equal(check_facts(nmis, &facts), STATUS_FAIL);
	facts.apicv = false;
	counts[0].count = 0;
	assert_int_equal(check_facts(injections, &facts), STATUS_FAIL);
}

static void test_worst_counts(void **state)
{
	static const struct expectation good = { EXPECT_EACH, "exits", 1 };
	static const struct expectation unknown = { EXPECT_EACH, "none", 1 };
	static const struct expectation unknown2 = { EXPECT_EACH, "none2", 1 };
	static const struct expectation bad = { EXPECT_EACH, "halt_exits", 1 };
	static const struct expectation bad2 = { EXPECT_EACH, "hypercalls", 1 };
	const struct {
		struct expectation expect[4];
		enum row_status status;
		const char *named;
	} cases[] = {
		{ { good, good, good }, STATUS_OK, "" },
		{ { good, unknown, unknown2 }, STATUS_UNVERIFIED, "'none'" },
		{ { unknown, good }, STATUS_UNVERIFIED, "'none'" },
		{ { unknown, bad, good }, STATUS_FAIL, "halt_exits" },
		{ { bad, unknown, good }, STATUS_FAIL, "halt_exits" },
		{ { good, bad, bad2 }, STATUS_FAIL, "halt_exits" },
	};
	const struct verify_count counts[] = { { "exits", OPS },
					       { "halt_exits", 0 },
					       { "hypercalls", 0 } };
	const struct verify_facts facts = { .count = counts,
					    .nr_counts = 3,
					    .ops = OPS };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
		if (check_facts(cases[i].expect, &facts) != cases[i].status ||
		    !strstr(reason, cases[i].named))
			fail_msg("case %zu: '%s'", i, reason);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_other_backend),
		cmocka_unit_test(test_idle_hlt),
		cmocka_unit_test(test_repeated_injections),
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_names_back),
		cmocka_unit_test(test_each),
		cmocka_unit_test(test_all_or_none),
		cmocka_unit_test(test_reasons),
		cmocka_unit_test(test_reason_is_cut),
		cmocka_unit_test(test_nothing_expected),
		cmocka_unit_test(test_missing_statistic),
		cmocka_unit_test(test_host_interrupts),
		cmocka_unit_test(test_emulated),
		cmocka_unit_test(test_apicv),
		cmocka_unit_test(test_worst_counts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
