// SPDX-License-Identifier: GPL-2.0-or-later
#include "fixture.h"

#include "version-compare.h"

static int sign(int order)
{
	return (order > 0) - (order < 0);
}

static void versions_are_in_order(void **state)
{
	/* Each is older than the next one. */
	static const char *const versions[] = {
		"",
		"0.9",
		"1~rc1",
		"1",
		"1.0~~",
		"1.0~rc1",
		"1.0",
		"1.0a",
		"1.0ab",
		"1.0-1",
		"1.0.0",
		"1.0.1",
		"1.0.9",
		"1.0.10",
		"1.2",
		"1.2.0",
		"2",
		"10",
		"123456789012345678901",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(versions); i++)
		for (size_t j = 0; j < ARRAY_SIZE(versions); j++)
			if (sign(version_compare(versions[i], versions[j])) !=
			    (i > j) - (i < j))
				fail_msg("'%s' and '%s' are in wrong order",
					 versions[i], versions[j]);
}

static void leading_zeros_do_not_count(void **state)
{
	(void)state;
	assert_int_equal(version_compare("1.01", "1.1"), 0);
	assert_int_equal(version_compare("1.000", "1.0"), 0);
	assert_true(version_compare("1.010", "1.9") > 0);
}

static void releases_count_by_their_number(void **state)
{
	static const struct {
		const char *a, *b;
		int order;
	} cases[] = {
		{ "6.1.0-18-amd64", "6.1", 0 },
		{ "6.1.0-18-amd64", "6.1.0", 0 },
		{ "6.1.0-18-amd64", "6", 1 },
		{ "6.1.0-18-amd64", "6.0.99", 1 },
		{ "6.1.0-18-amd64", "6.1.1", -1 },
		{ "6.1.0-18-amd64", "6.2", -1 },
		{ "6.18.44-fc-v669", "6.9", 1 },
		{ "6.18.44-fc-v669", "6.18.44", 0 },
		{ "6.18.44-fc-v669", "6.18.44.1", -1 },
		{ "6.1.0-rc3", "6.1", 0 },
		{ "6.1-rc3+", "6.1.0", 0 },
		{ "6.1.", "6.1", 0 },
		{ "6.12.1+", "6.12.1", 0 },
		{ "5.10.0", "5.9.200", 1 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		int order = release_compare(cases[i].a, cases[i].b);
		int back = release_compare(cases[i].b, cases[i].a);

		if (sign(order) != cases[i].order ||
		    sign(back) != -cases[i].order)
			fail_msg("'%s' and '%s': %d and %d", cases[i].a,
				 cases[i].b, order, back);
	}
}

static void operators(void **state)
{
	static const struct {
		const char *text;
		enum version_operator op;
		size_t at;
		const char *version;
	} cases[] = {
		{ "a>=1", VERSION_GE, 1, "1" },	 { "a<=1", VERSION_LE, 1, "1" },
		{ "ab>1", VERSION_GT, 2, "1" },	 { "ab<1", VERSION_LT, 2, "1" },
		{ "a=1", VERSION_EQ, 1, "1" },	 { ">=", VERSION_GE, 0, "" },
		{ "a==1", VERSION_EQ, 1, "=1" },
	};
	const char *version, *at;
	enum version_operator op;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		at = version_operator_find(cases[i].text, &op, &version);
		assert_ptr_equal(at, cases[i].text + cases[i].at);
		assert_int_equal(op, cases[i].op);
		assert_string_equal(version, cases[i].version);
	}
	assert_null(version_operator_find("a", &op, &version));
}

static void operators_hold(void **state)
{
	static const struct {
		enum version_operator op;
		bool below, same, above;
	} cases[] = {
		{ VERSION_GE, false, true, true },
		{ VERSION_LE, true, true, false },
		{ VERSION_GT, false, false, true },
		{ VERSION_LT, true, false, false },
		{ VERSION_EQ, false, true, false },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		assert_int_equal(version_order_is(-7, cases[i].op),
				 cases[i].below);
		assert_int_equal(version_order_is(0, cases[i].op),
				 cases[i].same);
		assert_int_equal(version_order_is(7, cases[i].op),
				 cases[i].above);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(versions_are_in_order),
		cmocka_unit_test(leading_zeros_do_not_count),
		cmocka_unit_test(releases_count_by_their_number),
		cmocka_unit_test(operators),
		cmocka_unit_test(operators_hold),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
