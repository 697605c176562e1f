// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The reference values come from R 4.2.2 and the data sets it is shipped with:
 *	wilcox.test(y, x, conf.int = TRUE), the same with exact = FALSE,
 *	median(outer(y, x, "-")), p.adjust, kruskal.test, qbinom.
 * R approximates p where there are ties. The exact values for ties come from
 * counting all arrangements: r <- rank(c(x, y)); s <- combn(m + n, m,
 * function(i) sum(r[i])); mean(abs(s - E) >= abs(t - E)).
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

#include <gsl/gsl_randist.h>
#include <gsl/gsl_rng.h>
#include <gsl/gsl_sort.h>
#include <gsl/gsl_statistics.h>

#include "boots.h"
#include "network.h"
#include "resample.h"
#include "nonparam.h"
#include "util.h"

#define NONE (-1.0)

/* Six digits; cmocka's own comparison would round to float. */
static void check_near(double a, double b, int line)
{
	double off = b != 0 ? fabs(a / b - 1) : fabs(a);

	if (!(off <= 5e-7))
		fail_msg("line %d: %.10g is not %.10g", line, a, b);
}

#define assert_near(a, b) check_near(a, b, __LINE__)

struct sample {
	size_t n;
	double v[32];
};

struct reference {
	const char *name;
	struct sample x, y;
	double w, exact, normal, shift, lo, hi, level;
};

static const struct reference references[] = {
	{
		/* [HW] table 4.1, permeability of membranes */
		.name = "permeability",
		.x = { 5, { 1.15, 0.88, 0.90, 0.74, 1.21 } },
		.y = { 10,
		       { 0.80, 0.83, 1.89, 1.04, 1.45, 1.38, 1.91, 1.64, 0.73,
			 1.46 } },
		.w = 35,
		.exact = 0.2544122544,
		.normal = 0.2446236051,
		.shift = 0.305,
		.lo = -0.15,
		.hi = 0.76,
		.level = 0.96003996,
	},
	{
		.name = "sleep, extra by group (ties)",
		.x = { 10,
		       { 0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0, 2 } },
		.y = { 10,
		       { 1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4 } },
		.w = 74.5,
		.exact = 0.0658165364,
		.normal = 0.06932757543,
		.shift = 1.35,
		.lo = -0.1,
		.hi = 3.6,
		.level = 0.9567429475,
	},
	{
		.name = "mtcars, mpg by am (ties)",
		.x = { 19,
		       { 21.4, 18.7, 18.1, 14.3, 24.4, 22.8, 19.2, 17.8, 16.4,
			 17.3, 15.2, 10.4, 10.4, 14.7, 21.5, 15.5, 15.2, 13.3,
			 19.2 } },
		.y = { 13,
		       { 21.0, 21.0, 22.8, 32.4, 30.4, 33.9, 27.3, 26.0, 30.4,
			 15.8, 19.7, 15.0, 21.4 } },
		.w = 205,
		.exact = NONE,
		.normal = 0.001871391333,
		.shift = 6.8,
		.lo = 2.9,
		.hi = 11.3,
		.level = 0.9506540912,
	},
	{
		.name = "airquality, Ozone in May and August (ties)",
		.x = { 26,
		       { 41, 36, 12, 18, 28, 23, 19, 8, 7,  16, 11, 14,	 18,
			 14, 34, 6,  30, 11, 1,	 11, 4, 32, 23, 45, 115, 37 } },
		.y = { 26, { 39, 9,  16,  78, 35, 66,  122, 89, 110,
			     44, 28, 65,  22, 59, 23,  31,  44, 21,
			     9,	 45, 168, 73, 76, 118, 84,  85 } },
		.w = 548.5,
		.exact = NONE,
		.normal = 0.0001208078308,
		.shift = 32,
		.lo = 15,
		.hi = 53,
		.level = 0.9514572663,
	},
	{
		.name = "PlantGrowth, ctrl and trt1 (ties)",
		.x = { 10,
		       { 4.17, 5.58, 5.18, 6.11, 4.50, 4.61, 5.17, 4.53, 5.33,
			 5.14 } },
		.y = { 10,
		       { 4.81, 4.17, 4.41, 3.59, 5.87, 3.83, 6.03, 4.89, 4.32,
			 4.69 } },
		.w = 32.5,
		.exact = 0.1967568036,
		.normal = 0.1985957586,
		.shift = -0.405,
		.lo = -1.01,
		.hi = 0.29,
		.level = 0.9567429475,
	},
	{
		.name = "PlantGrowth, trt1 and trt2",
		.x = { 10,
		       { 4.81, 4.17, 4.41, 3.59, 5.87, 3.83, 6.03, 4.89, 4.32,
			 4.69 } },
		.y = { 10,
		       { 6.31, 5.12, 5.54, 5.50, 5.37, 5.29, 4.92, 6.15, 5.80,
			 5.26 } },
		.w = 84,
		.exact = 0.008930697785,
		.normal = 0.01132969668,
		.shift = 0.945,
		.lo = 0.31,
		.hi = 1.5,
		.level = 0.9567429475,
	},
	{
		.name = "InsectSprays, A and F (ties)",
		.x = { 12, { 10, 7, 20, 14, 14, 12, 10, 23, 17, 20, 14, 13 } },
		.y = { 12, { 11, 9, 15, 22, 15, 16, 13, 10, 26, 26, 24, 13 } },
		.w = 86,
		.exact = 0.4328877476,
		.normal = 0.4342281145,
		.shift = 2,
		.lo = -3,
		.hi = 7,
		.level = 0.9550980047,
	},
	{
		.name = "chickwts, casein and soybean (ties)",
		.x = { 12,
		       { 368, 390, 379, 260, 404, 318, 352, 359, 216, 222, 283,
			 332 } },
		.y = { 14,
		       { 243, 230, 248, 327, 329, 250, 193, 271, 316, 267, 199,
			 171, 158, 248 } },
		.w = 30,
		.exact = NONE,
		.normal = 0.005919390161,
		.shift = -84,
		.lo = -131,
		.hi = -29,
		.level = 0.9536461062,
	},
	{
		.name = "ticks in steps of two",
		.x = { 7, { 1018, 1020, 1018, 1022, 1020, 1018, 1020 } },
		.y = { 7, { 1020, 1022, 1022, 1024, 1020, 1026, 1022 } },
		.w = 42.5,
		.exact = 0.02797202797,
		.normal = 0.02009295226,
		.shift = 2,
		.lo = 0,
		.hi = 6,
		.level = 0.9621212121,
	},
	{
		.name = "two constants",
		.x = { 5, { 1, 1, 1, 1, 1 } },
		.y = { 5, { 2, 2, 2, 2, 2 } },
		.w = 25,
		.exact = 0.007936507937,
		.normal = 0.00397675171,
		.shift = 1,
		.lo = 1,
		.hi = 1,
		.level = 0.9682539683,
	},
	{
		.name = "three launches cannot reach 95 %",
		.x = { 3, { 1, 2, 3 } },
		.y = { 3, { 11, 12, 13 } },
		.w = 9,
		.exact = 0.1,
		.normal = 0.08085559837,
		.shift = 10,
		.lo = 8,
		.hi = 12,
		.level = 0.9,
	},
};

static void check_reference(struct nonparam *np, const struct reference *r)
{
	struct sample x = r->x, y = r->y;
	struct rank_test test;
	struct estimate shift;

	gsl_sort(x.v, 1, x.n);
	gsl_sort(y.v, 1, y.n);
	test = rank_test(np, x.v, x.n, y.v, y.n, RANK_NORMAL);
	assert_false(test.exact);
	assert_near(test.u, r->w);
	assert_near(test.p, r->normal);
	test = rank_test(np, x.v, x.n, y.v, y.n, RANK_AUTO);
	assert_int_equal(test.exact, r->exact != NONE);
	assert_near(test.p, test.exact ? r->exact : r->normal);
	/* The other way round, the same p. */
	test = rank_test(np, y.v, y.n, x.v, x.n, RANK_AUTO);
	assert_near(test.u, (double)(x.n * y.n) - r->w);
	assert_near(test.p, test.exact ? r->exact : r->normal);
	shift = shift_estimate(np, x.v, x.n, y.v, y.n);
	assert_near(shift.value, r->shift);
	assert_near(shift.ci.lo, r->lo);
	assert_near(shift.ci.hi, r->hi);
	assert_near(shift.ci.level, r->level);
}

static void test_references(void **state)
{
	struct nonparam *np = nonparam_new();

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(references); i++) {
		print_message("%s\n", references[i].name);
		check_reference(np, &references[i]);
	}
	nonparam_free(np);
}

/* x <- (1:60)^1.5; y <- 1.1 * (1:70)^1.5 + 0.123: too many for exact */
static void test_above_exact(void **state)
{
	struct nonparam *np = nonparam_new();
	double x[60], y[70];
	struct estimate shift;
	struct rank_test test;

	(void)state;
	for (size_t i = 0; i < 60; i++)
		x[i] = pow((double)i + 1, 1.5);
	for (size_t i = 0; i < 70; i++)
		y[i] = 1.1 * pow((double)i + 1, 1.5) + 0.123;
	test = rank_test(np, x, 60, y, 70, RANK_AUTO);
	assert_false(test.exact);
	assert_near(test.u, 2515);
	assert_near(test.p, 0.05289527058);
	shift = shift_estimate(np, x, 60, y, 70);
	assert_near(shift.value, 57.03402862);
	/* d <- sort(outer(y, x, "-")); d[c(1680, 4200 - 1680 + 1)] */
	assert_near(shift.ci.lo, -1.02302526121);
	assert_near(shift.ci.hi, 125.83154414206);
	/* wilcox.test(y, x, exact = TRUE) */
	test = rank_test(np, x, 60, y, 70, RANK_EXACT);
	assert_near(test.p, 0.0526854959177);
	nonparam_free(np);
}

/* The i-th least of all differences, listed and sorted here. */
static double listed(const double *x, size_t m, const double *y, size_t n,
		     size_t i)
{
	double *all = xcalloc(m * n, sizeof(*all)), found;

	for (size_t a = 0; a < m; a++)
		for (size_t b = 0; b < n; b++)
			all[a * n + b] = y[b] - x[a];
	gsl_sort(all, 1, m * n);
	found = all[i];
	free(all);
	return found;
}

/* Too many differences to list are counted instead: with the same result. */
static void test_counted_shift(void **state)
{
	gsl_rng *rng = gsl_rng_alloc(gsl_rng_taus2);
	struct nonparam *np = nonparam_new();
	static double x[151], y[203];
	size_t m = ARRAY_SIZE(x), n = ARRAY_SIZE(y), middle = m * n / 2;
	struct estimate e;

	(void)state;
	for (size_t i = 0; i < m; i++)
		x[i] = gsl_ran_tdist(rng, 2) - 0.2;
	for (size_t i = 0; i < n; i++)
		y[i] = gsl_ran_tdist(rng, 2);
	gsl_sort(x, 1, m);
	gsl_sort(y, 1, n);
	e = shift_estimate(np, x, m, y, n);
	assert_true(e.value == listed(x, m, y, n, middle));
	/* floor(m n / 2 - 1.959964 sqrt(m n (m + n + 1) / 12) + 0.5) = 13460 */
	assert_true(e.ci.lo == listed(x, m, y, n, 13459));
	assert_true(e.ci.hi == listed(x, m, y, n, m * n - 13460));
	assert_float_equal(e.ci.level, 0.95, 1e-3);
	/* An even number of differences: the mean of the middle two. */
	e = shift_estimate(np, x, m, y, n - 1);
	middle = m * (n - 1) / 2;
	assert_true(e.value == (listed(x, m, y, n - 1, middle) +
				listed(x, m, y, n - 1, middle - 1)) /
				       2);
	nonparam_free(np);
	gsl_rng_free(rng);
}

static void test_all_equal(void **state)
{
	struct nonparam *np = nonparam_new();
	double x[80];
	struct estimate e;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(x); i++)
		x[i] = 1018;
	for (size_t n = 1; n <= ARRAY_SIZE(x); n += 13) {
		assert_near(rank_test(np, x, n, x, n, RANK_AUTO).p, 1);
		e = shift_estimate(np, x, n, x, n);
		assert_true(e.value == 0 && e.ci.lo == 0 && e.ci.hi == 0);
	}
	nonparam_free(np);
}

static void test_least_p(void **state)
{
	(void)state;
	assert_near(rank_test_least_p(1, 1), 1);
	assert_near(rank_test_least_p(3, 3), 0.1);
	assert_near(rank_test_least_p(3, 5), 2 / 56.0);
	assert_near(rank_test_least_p(4, 4), 2 / 70.0);
	assert_near(rank_test_least_p(10, 10), 2 / 184756.0);
}

/* qbinom(0.025, n, 0.5) order statistics are left out at each end. */
static void test_median(void **state)
{
	static const struct {
		size_t n, out;
	} cases[] = {
		{ 6, 0 },  { 8, 0 },   { 9, 1 },      { 10, 1 },
		{ 20, 5 }, { 50, 17 }, { 1000, 468 }, { 100000, 49689 },
	};
	double *values = xcalloc(100000, sizeof(*values));
	struct estimate e;

	(void)state;
	for (size_t i = 0; i < 100000; i++)
		values[i] = (double)i;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		double out = (double)cases[i].out, n = (double)cases[i].n;

		e = median_estimate(values, cases[i].n);
		assert_near(e.value, (n - 1) / 2);
		assert_near(e.ci.lo, out);
		assert_near(e.ci.hi, n - 1 - out);
		assert_true(e.ci.level >= 0.95);
	}
	e = median_estimate(values, 5);
	assert_near(e.ci.lo, 0);
	assert_near(e.ci.hi, 4);
	assert_near(e.ci.level, 1 - 2 / 32.0);
	e = median_estimate(values, 1);
	assert_near(e.ci.level, 0);
	free(values);
}

/* The p-values of table 1 in [BH]'s tradition: p.adjust(p, "BH"). */
static void test_false_discovery(void **state)
{
	double p[] = { 0.205, 0.001, 0.06, 0.008, 0.041, 0.039, 0.042, 0.074 };
	static const double q[] = { 0.205,  0.008,  0.08,   0.032,
				    0.0672, 0.0672, 0.0672, 0.0845714285714 };

	(void)state;
	benjamini_hochberg(p, ARRAY_SIZE(p));
	for (size_t i = 0; i < ARRAY_SIZE(p); i++)
		assert_near(p[i], q[i]);
	benjamini_hochberg(p, 0);
}

/* Values in @boots boots of @n launches, with effects of boots and launches. */
struct made {
	double values[400];
	size_t start[41];
	struct nested nested;
};

static void make(struct made *m, gsl_rng *rng, size_t boots, size_t n,
		 double middle, double between)
{
	m->nested = (struct nested){ m->values, m->start, boots };
	for (size_t b = 0; b < boots; b++) {
		double boot = middle + gsl_ran_gaussian(rng, between);

		m->start[b + 1] = (b + 1) * n;
		for (size_t i = b * n; i < (b + 1) * n; i++)
			m->values[i] = boot + gsl_ran_gaussian(rng, 1);
	}
}

static void test_bootstrap_shift(void **state)
{
	gsl_rng *rng = gsl_rng_alloc(gsl_rng_taus2);
	struct nonparam *np = nonparam_new();
	struct resampler *re = resampler_new(np);
	static struct made x, y;
	struct bootstrap b, again;

	(void)state;
	make(&x, rng, 6, 10, 1000, 2);
	make(&y, rng, 7, 9, 1020, 2);
	b = boot_shift(np, re, &x.nested, &y.nested, 10000, 1);
	assert_float_equal(b.shift.value, 20, 3);
	assert_true(b.shift.ci.lo < 20 && b.shift.ci.hi > 20);
	assert_true(b.shift.ci.lo > 14 && b.shift.ci.hi < 26);
	assert_true(b.shift.ci.lo < b.shift.value);
	assert_float_equal(b.median[0].value, 1000, 3);
	assert_true(b.median[1].ci.lo < 1020 && b.median[1].ci.hi > 1020);
	assert_true(b.p > 0 && b.p < 1e-4);
	/* The same seed, the same numbers; another one, others. */
	again = boot_shift(np, re, &x.nested, &y.nested, 10000, 1);
	assert_memory_equal(&b, &again, sizeof(b));
	again = boot_shift(np, re, &x.nested, &y.nested, 10000, 2);
	assert_true(again.shift.ci.lo != b.shift.ci.lo);
	assert_float_equal(again.shift.ci.lo, b.shift.ci.lo, 0.5);
	resampler_free(re);
	nonparam_free(np);
	gsl_rng_free(rng);
}

/* Sixty launches a side differ, but only as boots of one kernel do. */
static void test_bootstrap_sees_boots(void **state)
{
	gsl_rng *rng = gsl_rng_alloc(gsl_rng_taus2);
	struct nonparam *np = nonparam_new();
	struct resampler *re = resampler_new(np);
	static struct made x, y;
	size_t rejected = 0, tries = 200;

	(void)state;
	for (size_t i = 0; i < tries; i++) {
		make(&x, rng, 5, 12, 1000, 5);
		make(&y, rng, 5, 12, 1000, 5);
		rejected +=
			boot_shift(np, re, &x.nested, &y.nested, 2000, i).p <
			0.05;
	}
	print_message("%zu of %zu rejected\n", rejected, tries);
	/* 10 expected; 1 to 22 is P = 0.9996. */
	assert_in_range(rejected, 1, 22);
	resampler_free(re);
	nonparam_free(np);
	gsl_rng_free(rng);
}

static void test_bootstrap_constant(void **state)
{
	struct nonparam *np = nonparam_new();
	struct resampler *re = resampler_new(np);
	double low[10], high[10];
	size_t start[] = { 0, 2, 4, 6, 8, 10 };
	struct nested x = { low, start, 5 }, y = { high, start, 5 };
	struct bootstrap b;

	(void)state;
	for (size_t i = 0; i < 10; i++) {
		low[i] = 10;
		high[i] = 12;
	}
	b = boot_shift(np, re, &x, &y, 1000, 1);
	assert_true(b.shift.value == 2 && b.shift.ci.lo == 2);
	assert_near(b.p, 2 / 252.0);
	b = boot_shift(np, re, &x, &x, 1000, 1);
	assert_true(b.shift.value == 0);
	assert_near(b.p, 1);
	resampler_free(re);
	nonparam_free(np);
}

static void test_networks_sort(void **state)
{
	gsl_rng *rng = gsl_rng_alloc(gsl_rng_taus2);

	(void)state;
	for (size_t n = 1; n <= 40; n++) {
		struct network net = network_sort(n), part = network_sort(n);
		double *a = aligned_alloc(64, n * NETWORK_LANES * 8);
		double *b = aligned_alloc(64, n * NETWORK_LANES * 8);
		size_t middle = n / 2 * NETWORK_LANES;

		network_prune(&part, n, n / 2, n / 2);
		assert_true(part.n <= net.n);
		for (size_t i = 0; i < n * NETWORK_LANES; i++)
			a[i] = b[i] = (double)gsl_rng_uniform_int(rng, n);
		network_apply(&net, a);
		network_apply(&part, b);
		for (size_t i = NETWORK_LANES; i < n * NETWORK_LANES; i++)
			assert_true(a[i - NETWORK_LANES] <= a[i]);
		for (size_t k = 0; k < NETWORK_LANES; k++)
			assert_true(a[middle + k] == b[middle + k]);
		network_free(&net);
		network_free(&part);
		free(a);
		free(b);
	}
	gsl_rng_free(rng);
}

#define POOL	  50
#define RESAMPLES 20 /* no multiple of the lanes */

/* Draw what resample_shifts() draws, and take shift and medians plainly. */
static void check_resamples(struct nonparam *np, struct resampler *re,
			    const struct resample_side sides[2])
{
	gsl_rng *rng = gsl_rng_alloc(gsl_rng_taus2);
	gsl_rng *same = gsl_rng_clone(rng);
	double shifts[RESAMPLES], medians[2][RESAMPLES];
	double *const to[2] = { medians[0], medians[1] };
	double drawn[2][NETWORK_LANES][20];

	resample_shifts(re, sides, rng, RESAMPLES, shifts, to);
	for (size_t at = 0; at < RESAMPLES; at++) {
		size_t lane = at % NETWORK_LANES;

		for (int s = 0; s < 2 && !lane; s++)
			for (size_t i = 0; i < sides[s].n * NETWORK_LANES; i++)
				drawn[s][i % NETWORK_LANES][i / NETWORK_LANES] =
					sides[s].pool[(uint64_t)gsl_rng_get(
							      same) *
							      POOL >>
						      32];
		for (int s = 0; s < 2; s++) {
			gsl_sort(drawn[s][lane], 1, sides[s].n);
			assert_near(medians[s][at],
				    gsl_stats_median_from_sorted_data(
					    drawn[s][lane], 1, sides[s].n));
		}
		assert_near(shifts[at],
			    shift_value(np, drawn[0][lane], sides[0].n,
					drawn[1][lane], sides[1].n));
	}
	gsl_rng_free(rng);
	gsl_rng_free(same);
}

static void test_resamples_are_plain(void **state)
{
	gsl_rng *rng = gsl_rng_alloc(gsl_rng_taus2);
	struct nonparam *np = nonparam_new();
	struct resampler *re = resampler_new(np);
	double pools[2][POOL];

	(void)state;
	for (size_t i = 0; i < POOL; i++) {
		pools[0][i] = 1000 + floor(gsl_ran_gaussian(rng, 9));
		pools[1][i] = 1010 + gsl_ran_gaussian(rng, 9);
	}
	for (size_t m = 2; m <= 20; m += 3)
		for (size_t n = 2; n <= 20; n++) {
			const struct resample_side sides[2] = {
				{ pools[0], POOL, m },
				{ pools[1], POOL, n },
			};

			check_resamples(np, re, sides);
		}
	resampler_free(re);
	nonparam_free(np);
	gsl_rng_free(rng);
}

static void test_drift(void **state)
{
	static const size_t one[] = { 0, 20 }, two[] = { 0, 10, 20 };
	double up[20], saw[20];
	struct nested x = { up, one, 1 };

	(void)state;
	for (size_t i = 0; i < 20; i++) {
		up[i] = (double)(i * i);
		saw[i] = (double)(i % 2 ? i : 20 - i);
	}
	/* One order of 20!, at either end. */
	assert_near(drift_test(&x), 8.22063524662e-19);
	assert_true(serial_test(&x) < 0.001);
	x.values = saw;
	assert_true(drift_test(&x) > 0.5);
	assert_true(serial_test(&x) > 0.5);
	/* A step between boots is no drift in either. */
	x = (struct nested){ up, two, 2 };
	for (size_t i = 0; i < 20; i++)
		up[i] = saw[i % 10] + (i < 10 ? 0 : 1000);
	assert_true(drift_test(&x) > 0.1);
	assert_true(boots_test(&x) < 0.001);
	/* cor.test(1:10, sleep$extra[1:10], method = "spearman", exact = F) */
	x = (struct nested){ references[1].x.v, two, 1 };
	assert_near(drift_test(&x), 0.0815528147726);
	/* Nothing to order. */
	x = (struct nested){ up, two, 2 };
	for (size_t i = 0; i < 20; i++)
		up[i] = 7;
	assert_near(drift_test(&x), 1);
	assert_near(serial_test(&x), 1);
	assert_near(boots_test(&x), 1);
}

/* How often a test at 1 % warns: rarely of noise, mostly of what it is for. */
static void test_serial_power(void **state)
{
	gsl_rng *rng = gsl_rng_alloc(gsl_rng_taus2);
	static const size_t start[] = { 0, 30 };
	size_t noise = 0, correlated = 0, drift = 0;

	(void)state;
	for (size_t i = 0; i < 1000; i++) {
		double white[30], ar[30], last = gsl_ran_gaussian(rng, 1);
		struct nested x = { white, start, 1 }, y = { ar, start, 1 };

		for (size_t k = 0; k < 30; k++) {
			white[k] = gsl_ran_gaussian(rng, 1);
			last = 0.7 * last + gsl_ran_gaussian(rng, 0.714);
			ar[k] = last;
		}
		noise += serial_test(&x) < 0.01;
		drift += drift_test(&x) < 0.01;
		correlated += serial_test(&y) < 0.01;
	}
	print_message("noise %zu, drift %zu, correlated %zu of 1000\n", noise,
		      drift, correlated);
	assert_in_range(noise, 1, 25);
	assert_in_range(drift, 1, 25);
	assert_in_range(correlated, 700, 1000);
	gsl_rng_free(rng);
}

/* kruskal.test(weight ~ group, PlantGrowth) */
static void test_kruskal(void **state)
{
	static const double weight[] = {
		4.17, 5.58, 5.18, 6.11, 4.50, 4.61, 5.17, 4.53, 5.33, 5.14,
		4.81, 4.17, 4.41, 3.59, 5.87, 3.83, 6.03, 4.89, 4.32, 4.69,
		6.31, 5.12, 5.54, 5.50, 5.37, 5.29, 4.92, 6.15, 5.80, 5.26,
	};
	static const size_t start[] = { 0, 10, 20, 30 };
	struct nested x = { weight, start, 3 };

	(void)state;
	assert_near(boots_test(&x), 0.0184237557315);
	x.n_boots = 1;
	assert_near(boots_test(&x), 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_references),
		cmocka_unit_test(test_above_exact),
		cmocka_unit_test(test_counted_shift),
		cmocka_unit_test(test_all_equal),
		cmocka_unit_test(test_least_p),
		cmocka_unit_test(test_median),
		cmocka_unit_test(test_false_discovery),
		cmocka_unit_test(test_bootstrap_shift),
		cmocka_unit_test(test_bootstrap_sees_boots),
		cmocka_unit_test(test_bootstrap_constant),
		cmocka_unit_test(test_networks_sort),
		cmocka_unit_test(test_resamples_are_plain),
		cmocka_unit_test(test_drift),
		cmocka_unit_test(test_serial_power),
		cmocka_unit_test(test_kruskal),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
