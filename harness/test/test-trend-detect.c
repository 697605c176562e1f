// SPDX-License-Identifier: GPL-2.0-or-later
/* What is a change of a series, and what must never be taken for one. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include <gsl/gsl_randist.h>
#include <gsl/gsl_rng.h>

#include "trend-detect.h"
#include "trend-energy.h"
#include "trend-levels.h"
#include "util.h"

#define NIGHTS 200

static const struct trend_detect_options options = TREND_DETECT_DEFAULTS;

/* A level of 1000 with 1 % of noise, the same in each test. */
static void fill(double *x, size_t n, double percent)
{
	gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);

	gsl_rng_set(rng, 42);
	for (size_t i = 0; i < n; i++)
		x[i] = 1000 + gsl_ran_gaussian(rng, 10 * percent);
	gsl_rng_free(rng);
}

static void scale(double *x, size_t from, size_t end, double factor)
{
	for (size_t i = from; i < end; i++)
		x[i] *= factor;
}

static struct trend_verdict detect_with(const struct trend_detect_options *o,
					const double *x, size_t n, bool exact)
{
	struct nonparam *np = nonparam_new();
	struct trend_verdict v;

	trend_detect(np, x, n, exact, "test", o, &v);
	nonparam_free(np);
	return v;
}

static struct trend_verdict detect(const double *x, size_t n, bool exact)
{
	return detect_with(&options, x, n, exact);
}

static void expect_changes(const double *x, size_t n, const size_t *at,
			   size_t n_at)
{
	struct trend_verdict v = detect(x, n, false);

	assert_int_equal(v.n_changes, n_at);
	for (size_t i = 0; i < n_at; i++)
		assert_int_equal(v.changes[i].at, at[i]);
	trend_verdict_free(&v);
}

static void test_noise_is_no_change(void **state)
{
	double x[NIGHTS];

	(void)state;
	fill(x, NIGHTS, 1);
	for (size_t n = 0; n <= NIGHTS; n++)
		expect_changes(x, n, NULL, 0);
}

static void test_constant(void **state)
{
	double x[NIGHTS];

	(void)state;
	fill(x, NIGHTS, 0);
	expect_changes(x, NIGHTS, NULL, 0);
	/* A step of a series without any noise. */
	scale(x, 100, NIGHTS, 1.05);
	expect_changes(x, NIGHTS, &(size_t){ 100 }, 1);
	expect_changes(x, 103, &(size_t){ 100 }, 1);
	expect_changes(x, 102, NULL, 0);
	/* One that is below the threshold. */
	fill(x, NIGHTS, 0);
	scale(x, 100, NIGHTS, 1.004);
	expect_changes(x, NIGHTS, NULL, 0);
	/* From nothing to something: without a percentage. */
	scale(x, 0, 100, 0);
	expect_changes(x, NIGHTS, &(size_t){ 100 }, 1);
}

static void test_outliers_are_no_changes(void **state)
{
	double x[NIGHTS];

	(void)state;
	fill(x, NIGHTS, 1);
	scale(x, 60, 61, 1.5);
	scale(x, 100, 102, 1.3);
	scale(x, 140, 141, 0.7);
	for (size_t n = 0; n <= NIGHTS; n++)
		expect_changes(x, n, NULL, 0);
}

static void test_outliers_hide_no_change(void **state)
{
	double x[NIGHTS];

	(void)state;
	fill(x, NIGHTS, 1);
	scale(x, 60, NIGHTS, 1.05);
	scale(x, 61, 62, 1.5);
	scale(x, 40, 41, 1.5);
	expect_changes(x, 63, &(size_t){ 60 }, 1);
	expect_changes(x, NIGHTS, &(size_t){ 60 }, 1);
}

static void test_step_is_told_with_its_third_night(void **state)
{
	struct trend_verdict v;
	double x[NIGHTS];

	(void)state;
	fill(x, NIGHTS, 1);
	scale(x, 60, NIGHTS, 1.05);
	v = detect(x, 61, false);
	assert_int_equal(v.n_changes, 0);
	assert_int_equal(v.n_pending, 1);
	assert_true(fabs(v.pending_percent - 5) < 3);
	trend_verdict_free(&v);
	v = detect(x, 62, false);
	assert_int_equal(v.n_changes, 0);
	assert_int_equal(v.n_pending, 2);
	trend_verdict_free(&v);
	v = detect(x, NIGHTS, false);
	assert_int_equal(v.n_changes, 1);
	assert_int_equal(v.n_pending, 0);
	assert_int_equal(v.changes[0].at, 60);
	assert_int_equal(v.changes[0].told, 62);
	assert_true(v.changes[0].p > 0 && v.changes[0].p <= TREND_P);
	assert_true(v.changes[0].percent.ci.lo < 5 &&
		    v.changes[0].percent.ci.hi > 5);
	assert_true(fabs(v.changes[0].shift.value - 50) < 5);
	trend_verdict_free(&v);
}

static void test_several_changes(void **state)
{
	static const size_t at[] = { 60, 66, 150 };
	double x[NIGHTS];

	(void)state;
	fill(x, NIGHTS, 0.5);
	scale(x, 60, 66, 1.05);
	scale(x, 150, NIGHTS, 0.9);
	expect_changes(x, NIGHTS, at, ARRAY_SIZE(at));
	/* What has been told stays told while nights are added. */
	expect_changes(x, 63, at, 1);
	expect_changes(x, 69, at, 2);
}

static void test_small_change_has_an_interval(void **state)
{
	struct trend_verdict v;
	double x[NIGHTS];

	(void)state;
	fill(x, NIGHTS, 1);
	scale(x, 100, NIGHTS, 1.02);
	v = detect(x, NIGHTS, false);
	assert_int_equal(v.n_changes, 1);
	assert_true(v.changes[0].at_first <= 100);
	assert_true(v.changes[0].at_last >= 100);
	assert_true(v.changes[0].at_first < v.changes[0].at_last);
	trend_verdict_free(&v);
}

static void test_exact(void **state)
{
	double x[] = { 20, 20, 20, 21, 20, 20 };
	struct trend_verdict v = detect(x, ARRAY_SIZE(x), true);

	(void)state;
	assert_int_equal(v.n_changes, 2);
	assert_int_equal(v.changes[0].at, 3);
	assert_int_equal(v.changes[0].told, 3);
	assert_true(v.changes[0].shift.value == 1);
	assert_true(v.changes[0].percent.value == 5);
	assert_true(v.changes[0].p == 0);
	assert_int_equal(v.changes[1].at, 4);
	assert_true(v.changes[1].shift.value == -1);
	trend_verdict_free(&v);
	/* A change with the last night is told at once. */
	v = detect(x, 4, true);
	assert_int_equal(v.n_changes, 1);
	trend_verdict_free(&v);
	v = detect(x, 0, true);
	assert_int_equal(v.n_changes, 0);
	trend_verdict_free(&v);
}

/* A threshold counts for exact values only where a user sets it. */
static void test_exact_threshold(void **state)
{
	double x[] = { 10000, 10001, 11001, 11000, 0, 1 };
	struct trend_detect_options wanted = options;
	struct trend_verdict v = detect(x, ARRAY_SIZE(x), true);

	(void)state;
	assert_int_equal(v.n_changes, 5);
	trend_verdict_free(&v);
	wanted.exact_percent = 9;
	v = detect_with(&wanted, x, ARRAY_SIZE(x), true);
	assert_int_equal(v.n_changes, 3);
	assert_int_equal(v.changes[0].at, 2);
	assert_int_equal(v.changes[1].at, 4);
	/* Of nothing, there is no percentage that could be too small. */
	assert_int_equal(v.changes[2].at, 5);
	trend_verdict_free(&v);
}

/* What is not told yet, of a level and of nothing. */
static void test_pending(void **state)
{
	double x[20];
	struct trend_verdict v;

	(void)state;
	fill(x, 20, 1);
	x[18] = x[19] = 1200;
	v = detect(x, 20, false);
	assert_int_equal(v.n_changes, 0);
	assert_int_equal(v.n_pending, 2);
	assert_true(fabs(v.pending_shift - 200) < 10);
	assert_true(fabs(v.pending_percent - 20) < 1);
	trend_verdict_free(&v);
	for (size_t i = 0; i < 20; i++)
		x[i] = i < 18 ? 0 : 4;
	v = detect(x, 20, false);
	assert_int_equal(v.n_pending, 2);
	assert_true(v.pending_shift == 4);
	assert_true(isnan(v.pending_percent));
	trend_verdict_free(&v);
}

static void test_same_seed_same_verdict(void **state)
{
	double x[NIGHTS];
	struct trend_verdict a, b;

	(void)state;
	fill(x, NIGHTS, 1);
	scale(x, 60, NIGHTS, 1.03);
	a = detect(x, NIGHTS, false);
	b = detect(x, NIGHTS, false);
	assert_int_equal(a.n_changes, 1);
	assert_int_equal(b.n_changes, 1);
	assert_true(a.changes[0].p == b.changes[0].p);
	assert_int_equal(a.changes[0].told, b.changes[0].told);
	trend_verdict_free(&a);
	trend_verdict_free(&b);
}

/* By hand: X = {0, 0}, Y = {2, 2}: 2 E|X - Y| = 4, times 2 2 / 4. */
static void test_energy(void **state)
{
	static const double x[] = { 0, 0, 2, 2 };
	struct energy *e = energy_new(4);
	size_t at = 0;

	(void)state;
	energy_fill(e, x, 4, 0);
	assert_true(fabs(energy_split(e, 2, 2, &at) - 4) < 1e-6);
	assert_int_equal(at, 2);
	/* Distances cut off at 1. */
	energy_fill(e, x, 4, 1);
	assert_true(fabs(energy_split(e, 2, 2, &at) - 2) < 1e-6);
	energy_free(e);
}

/*
 * Of the 20 ways to choose 3 of 6, two split as well: one in ten. Of those to
 * choose 10 of 20, two in 184,756.
 */
static void test_energy_p(void **state)
{
	static const double few[] = { 1, 1, 1, 2, 2, 2 };
	gsl_rng *rng = gsl_rng_alloc(gsl_rng_taus2);
	struct energy *e = energy_new(20);
	double many[20];

	(void)state;
	energy_fill(e, few, 6, 0);
	assert_true(energy_test(e, 3, 3, 9999, 0.05, rng) > 0.05);
	for (size_t i = 0; i < 20; i++)
		many[i] = i < 10 ? 1 : 2;
	energy_fill(e, many, 20, 0);
	assert_true(energy_test(e, 3, 3, 9999, 0.001, rng) <= 0.001);
	energy_free(e);
	gsl_rng_free(rng);
}

/* What trend-energy.h and results/README.md say of the level. */
static void test_energy_level(void **state)
{
	double all = TREND_PERMUTATIONS, early = round(1 / TREND_P) - 1;
	double most = round(TREND_P * (all + 1)) - 1;
	double level = 1 / (early + 1) + (most + 1) / (all + 1), both = 1;

	(void)state;
	assert_true(early == 999 && most == 4);
	for (int j = 0; j <= (int)most; j++) {
		level -= both / (all + 1);
		both *= (all - early - j) / (all - j);
	}
	assert_true(fabs(level - 0.00133) < 0.000005);
}

static void test_levels(void **state)
{
	double odd[] = { 5, 1, 3 }, even[] = { 4, 1, 3, 100 };
	double off[] = { 1, -1, 1, -1, 1, -1, 1, -1, 1, 50 };
	static const double same[] = { 1, 1, 1, 1, 1, -1, -1, -1, -1, -1 };
	static const double turns[] = { 1, -1, 1, -1, 1, -1 };
	static const double side[] = { 10, 10, 10, 0 };

	(void)state;
	assert_true(level_median(odd, 3) == 3);
	assert_true(level_median(even, 4) == 3.5);
	/* The one that is far off does not count. */
	assert_true(fabs(level_scatter(off, 10) - 1 / 1.2815515655446) < 1e-9);
	assert_true(level_correlation(same, 10, 1) > 0);
	assert_true(level_correlation(turns, 6, 1) == 0);
	assert_true(level_error(10, 10, 0) < level_error(10, 3, 0));
	assert_true(level_error(10, 10, 0) < level_error(10, 10, 0.5));
	assert_true(level_supported(side, 3, 10, 0));
	assert_true(level_supported(side, 4, 10, 0));
	assert_false(level_supported(side + 1, 3, 10, 0));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_noise_is_no_change),
		cmocka_unit_test(test_constant),
		cmocka_unit_test(test_outliers_are_no_changes),
		cmocka_unit_test(test_outliers_hide_no_change),
		cmocka_unit_test(test_step_is_told_with_its_third_night),
		cmocka_unit_test(test_several_changes),
		cmocka_unit_test(test_small_change_has_an_interval),
		cmocka_unit_test(test_exact),
		cmocka_unit_test(test_exact_threshold),
		cmocka_unit_test(test_pending),
		cmocka_unit_test(test_same_seed_same_verdict),
		cmocka_unit_test(test_energy),
		cmocka_unit_test(test_energy_p),
		cmocka_unit_test(test_energy_level),
		cmocka_unit_test(test_levels),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
