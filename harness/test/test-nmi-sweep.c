// SPDX-License-Identifier: GPL-2.0-or-later
/* The arithmetic of nmi/host-pmi, on sweeps whose slope is known. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include <gsl/gsl_randist.h>
#include <gsl/gsl_rng.h>
#include <gsl/gsl_sort_double.h>
#include <gsl/gsl_statistics_double.h>

#include "nmi-sweep.h"
#include "report-rows.h"
#include "util.h"

#define WORK	 1000000
#define COST	 3000 /* ticks of an NMI */
#define RUNS	 4
#define SWEEPS	 60
#define LAUNCHES 10
#define TRIES	 400

static void assert_says(const struct error *err, const char *what)
{
	if (!strstr(err->text, what))
		fail_msg("'%s' does not say '%s'", err->text, what);
}

static void test_line(void **state)
{
	const struct nmi_run runs[] = {
		{ .ticks = WORK },
		{ .ticks = WORK + 4 * COST, .nmis = 4 },
		{ .ticks = WORK + 9 * COST, .nmis = 9 },
		{ .ticks = WORK + 16 * COST, .nmis = 16 },
	};
	struct error err;
	double slope;

	(void)state;
	assert_int_equal(nmi_sweep_slope(runs, RUNS, &slope, &err), 0);
	assert_float_equal(slope, COST, 1e-6);
	assert_int_equal(nmi_sweep_slope(runs + 1, 2, &slope, &err), 0);
	assert_float_equal(slope, COST, 1e-6);
}

/* By hand: x = 0, 1, 2; y = 0, 4, 5. The slope is 2.5. */
static void test_least_squares(void **state)
{
	const struct nmi_run runs[] = {
		{ .ticks = 100 },
		{ .ticks = 104, .nmis = 1 },
		{ .ticks = 105, .nmis = 2 },
	};
	struct error err;
	double slope;

	(void)state;
	assert_int_equal(nmi_sweep_slope(runs, 3, &slope, &err), 0);
	assert_float_equal(slope, 2.5, 1e-9);
}

static void test_noise_may_turn_it_round(void **state)
{
	const struct nmi_run runs[] = { { .ticks = 500 },
					{ .ticks = 100, .nmis = 4 } };
	struct error err;
	double slope;

	(void)state;
	assert_int_equal(nmi_sweep_slope(runs, 2, &slope, &err), 0);
	assert_float_equal(slope, -100, 1e-9);
}

static void test_what_says_nothing(void **state)
{
	struct nmi_run runs[] = { { .ticks = WORK }, { .ticks = WORK + COST } };
	struct error err;
	double slope;

	(void)state;
	assert_int_equal(nmi_sweep_slope(runs, 2, &slope, &err), -1);
	assert_says(&err, "no NMI came");
	assert_int_equal(nmi_sweep_slope(runs, 0, &slope, &err), -1);
	runs[0].nmis = runs[1].nmis = 3;
	assert_int_equal(nmi_sweep_slope(runs, 2, &slope, &err), -1);
	assert_says(&err, "as many NMIs");
	runs[1].nmis = 5;
	assert_int_equal(nmi_sweep_slope(runs, 2, &slope, &err), 0);
	runs[0].lost = 2;
	assert_int_equal(nmi_sweep_slope(runs, 2, &slope, &err), -1);
	assert_says(&err, "the records of 2 NMIs");
	runs[0].lost = 0;
	runs[1].throttles = 1;
	assert_int_equal(nmi_sweep_slope(runs, 2, &slope, &err), -1);
	assert_says(&err, "throttled");
}

/* A host's interrupt hits one run of five, and takes as long as ten NMIs. */
static double noisy_slope(gsl_rng *rng)
{
	static const uint64_t nmis[RUNS] = { 0, 4, 8, 16 };
	struct nmi_run runs[RUNS] = { 0 };
	struct error err;
	double slope, noise;

	for (int i = 0; i < RUNS; i++) {
		noise = gsl_ran_gaussian(rng, 2000);
		if (gsl_rng_uniform(rng) < 0.2)
			noise += gsl_ran_exponential(rng, 10 * COST);
		runs[i].nmis = nmis[i] + gsl_rng_uniform_int(rng, 2);
		runs[i].ticks =
			WORK + COST * runs[i].nmis + (uint64_t)(int64_t)noise;
	}
	assert_int_equal(nmi_sweep_slope(runs, RUNS, &slope, &err), 0);
	return slope;
}

static double launch_median(gsl_rng *rng)
{
	double slopes[SWEEPS];

	for (int i = 0; i < SWEEPS; i++)
		slopes[i] = noisy_slope(rng);
	gsl_sort(slopes, 1, SWEEPS);
	return gsl_stats_median_from_sorted_data(slopes, 1, SWEEPS);
}

/*
 * The interval that reports give of ten launches holds the true cost as often
 * as its level says: 400 tries have a standard error of 1.1 %.
 */
static void test_coverage(void **state)
{
	gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);
	double values[LAUNCHES], sum = 0;
	struct estimate estimate;
	int covered = 0;

	(void)state;
	gsl_rng_set(rng, 20201);
	for (int i = 0; i < TRIES; i++) {
		for (int j = 0; j < LAUNCHES; j++)
			values[j] = launch_median(rng);
		estimate = report_estimate(values, LAUNCHES);
		covered += estimate.ci.lo <= COST && COST <= estimate.ci.hi;
		sum += estimate.value;
	}
	gsl_rng_free(rng);
	assert_true(fabs(sum / TRIES - COST) < 0.01 * COST);
	if (covered < 0.93 * TRIES)
		fail_msg("%d of %d intervals hold the cost", covered, TRIES);
	/* Nor is it so wide that it says nothing. */
	assert_true(estimate.ci.hi - estimate.ci.lo < 0.3 * COST);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_line),
		cmocka_unit_test(test_least_squares),
		cmocka_unit_test(test_noise_may_turn_it_round),
		cmocka_unit_test(test_what_says_nothing),
		cmocka_unit_test(test_coverage),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
