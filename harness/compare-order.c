// SPDX-License-Identifier: GPL-2.0-or-later
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <gsl/gsl_randist.h>
#include <gsl/gsl_rng.h>

#include "boots.h"
#include "compare-order.h"
#include "util.h"

#define PERMUTATIONS 1999

/* Fewer rounds than this in a boot have too few orders. */
#define ROUNDS_MIN 8

/* Of fewer rows than this, one that is odd by itself could speak for all. */
#define ROWS_MIN 8

/* Time and memory grow with the square: such a row speaks for itself. */
#define ROUNDS_MAX 400

/* Of all boots together: this test takes the square of it each time. */
#define LAUNCHES_MAX 150

/* The rounds of one boot. */
struct rounds {
	size_t n, rows;
	double *products; /* n x n: of the rows' scores in two rounds, summed */
	double *scores; /* of a round, over all rows */
};

/* The values of @g in @boot. */
static const struct result_value *in_boot(const struct result_group *g,
					  uint32_t boot, size_t *n)
{
	size_t first = 0, end;

	while (first < g->n_values && g->values[first].boot != boot)
		first++;
	for (end = first; end < g->n_values && g->values[end].boot == boot;)
		end++;
	*n = end - first;
	return g->values + first;
}

/* Ranks, of mean 0 and variance 1. False when all are equal. */
static bool score(const struct result_value *values, size_t n, double *raw,
		  double *scores)
{
	double square = 0;

	for (size_t i = 0; i < n; i++)
		raw[i] = values[i].value;
	midranks(raw, n, scores);
	for (size_t i = 0; i < n; i++) {
		scores[i] -= (double)(n + 1) / 2;
		square += scores[i] * scores[i];
	}
	for (size_t i = 0; i < n && square > 0; i++)
		scores[i] /= sqrt(square / (double)n);
	return square > 0;
}

static void add_row(struct rounds *r, const double *scores)
{
	for (size_t i = 0; i < r->n; i++) {
		r->scores[i] += scores[i];
		for (size_t k = 0; k < r->n; k++)
			r->products[i * r->n + k] += scores[i] * scores[k];
	}
	r->rows++;
}

/* Rows that lack a launch cannot be told which: they are passed over. */
static struct rounds collect(const struct result_group *const *groups,
			     size_t n_groups, uint32_t boot)
{
	struct rounds r = { 0 };
	double *raw, *scores;
	size_t n;

	for (size_t i = 0; i < n_groups; i++) {
		in_boot(groups[i], boot, &n);
		r.n = n > r.n ? n : r.n;
	}
	if (r.n < ROUNDS_MIN || r.n > ROUNDS_MAX)
		return (struct rounds){ 0 };
	r.products = xcalloc(r.n * r.n, sizeof(double));
	r.scores = xcalloc(r.n, sizeof(double));
	raw = xcalloc(r.n, sizeof(double));
	scores = xcalloc(r.n, sizeof(double));
	for (size_t i = 0; i < n_groups; i++) {
		const struct result_value *v = in_boot(groups[i], boot, &n);

		if (n == r.n && score(v, n, raw, scores))
			add_row(&r, scores);
	}
	free(raw);
	free(scores);
	return r;
}

/* Both statistics of the rounds in the order @order. */
static void add_statistics(const struct rounds *r, const size_t *order,
			   double *drift, double *serial)
{
	double middle = (double)(r->n - 1) / 2;

	for (size_t i = 0; i < r->n; i++) {
		*drift += ((double)i - middle) * r->scores[order[i]];
		if (i)
			*serial += r->products[order[i - 1] * r->n + order[i]];
	}
}

static size_t *identity(size_t n)
{
	size_t *order = xcalloc(n, sizeof(*order));

	for (size_t i = 0; i < n; i++)
		order[i] = i;
	return order;
}

/* How many of the permutations are as extreme as what was seen, and it. */
static void permute(struct order_test *t, const struct rounds *boots,
		    size_t n_boots, uint64_t seed)
{
	gsl_rng *rng = gsl_rng_alloc(gsl_rng_taus2);
	size_t **orders = xcalloc(n_boots, sizeof(*orders));
	double drift = 0, serial = 0, all = PERMUTATIONS + 1;
	size_t drifts = 1, serials = 1;

	gsl_rng_set(rng, seed);
	for (size_t b = 0; b < n_boots; b++) {
		orders[b] = identity(boots[b].n);
		add_statistics(&boots[b], orders[b], &drift, &serial);
	}
	for (size_t i = 0; i < PERMUTATIONS; i++) {
		double d = 0, s = 0;

		for (size_t b = 0; b < n_boots; b++) {
			gsl_ran_shuffle(rng, orders[b], boots[b].n,
					sizeof(size_t));
			add_statistics(&boots[b], orders[b], &d, &s);
		}
		drifts += fabs(d) >= fabs(drift) * (1 - 1e-12);
		serials += s >= serial - fabs(serial) * 1e-12;
	}
	t->drift_p = (double)drifts / all;
	t->serial_p = (double)serials / all;
	for (size_t b = 0; b < n_boots; b++)
		free(orders[b]);
	free(orders);
	gsl_rng_free(rng);
}

/*
 * The mean correlation, its bias taken off: in n launches it is by
 * (1 + 3 rho) / n too low (Kendall, Biometrika 41, 1954).
 */
static double correlation(const struct rounds *boots, size_t n_boots)
{
	double sum = 0, weight = 0, r, n;
	size_t rows = 0;

	for (size_t b = 0; b < n_boots; b++) {
		const struct rounds *at = &boots[b];

		for (size_t i = 1; i < at->n; i++)
			sum += at->products[(i - 1) * at->n + i];
		weight += (double)(at->rows * at->n);
		rows += at->rows;
	}
	if (!rows)
		return 0;
	n = weight / (double)rows;
	r = sum / weight;
	return r + (1 + 3 * r) / n;
}

/* Rows by the launches of all boots, in the order of boots. */
struct all_boots {
	size_t n, rows, n_boots;
	size_t *boot; /* of each launch */
	double *products; /* n x n, as in struct rounds */
};

/* Rows that have the same launches in the same boots. */
static bool same_boots(const struct result_group *g,
		       const struct result_group *like)
{
	for (size_t i = 0; i < g->n_values; i++)
		if (g->n_values != like->n_values ||
		    g->values[i].boot != like->values[i].boot)
			return false;
	return g->n_values > 0;
}

static struct all_boots collect_boots(const struct result_group *const *groups,
				      size_t n_groups)
{
	struct all_boots a = { 0 };
	struct rounds r = { 0 };
	double *raw, *scores;

	/* The first row is taken to be whole: if not, there is no test. */
	r.n = a.n = groups[0]->n_values;
	if (a.n < ROUNDS_MIN || a.n > LAUNCHES_MAX)
		return a;
	a.boot = xcalloc(a.n, sizeof(*a.boot));
	for (size_t i = 1; i < a.n; i++)
		a.boot[i] = a.boot[i - 1] + (groups[0]->values[i].boot !=
					     groups[0]->values[i - 1].boot);
	a.n_boots = a.boot[a.n - 1] + 1;
	r.products = xcalloc(a.n * a.n, sizeof(double));
	r.scores = xcalloc(a.n, sizeof(double));
	raw = xcalloc(a.n, sizeof(double));
	scores = xcalloc(a.n, sizeof(double));
	for (size_t i = 0; i < n_groups; i++)
		if (same_boots(groups[i], groups[0]) &&
		    score(groups[i]->values, a.n, raw, scores))
			add_row(&r, scores);
	a.rows = r.rows;
	a.products = r.products;
	free(r.scores);
	free(raw);
	free(scores);
	return a;
}

/* The scores' variance between boots, of all rows: Kruskal and Wallis's sum. */
static double between_boots(const struct all_boots *a, const size_t *order,
			    const double *weights)
{
	double sum = 0;

	for (size_t i = 0; i < a->n; i++) {
		const double *row = a->products + order[i] * a->n;
		double own = row[order[i]] / 2;

		for (size_t k = i; k-- > 0 && a->boot[k] == a->boot[i];)
			own += row[order[k]];
		sum += weights[a->boot[i]] * own;
	}
	return 2 * sum;
}

static double permute_boots(const struct all_boots *a, uint64_t seed)
{
	gsl_rng *rng = gsl_rng_alloc(gsl_rng_taus2);
	double *weights = xcalloc(a->n_boots, sizeof(*weights)), seen;
	size_t *order = identity(a->n), as_far = 1;

	for (size_t i = 0; i < a->n; i++)
		weights[a->boot[i]]++;
	for (size_t b = 0; b < a->n_boots; b++)
		weights[b] = 1 / weights[b];
	gsl_rng_set(rng, seed);
	seen = between_boots(a, order, weights);
	for (size_t i = 0; i < PERMUTATIONS; i++) {
		gsl_ran_shuffle(rng, order, a->n, sizeof(size_t));
		as_far += between_boots(a, order, weights) >=
			  seen - fabs(seen) * 1e-12;
	}
	free(order);
	free(weights);
	gsl_rng_free(rng);
	return (double)as_far / (PERMUTATIONS + 1);
}

/* 1 when there are too few boots or rows for a test. */
static double boots_p(const struct result_group *const *groups, size_t n_groups,
		      uint64_t seed)
{
	struct all_boots a = { 0 };
	double p = 1;

	if (n_groups)
		a = collect_boots(groups, n_groups);
	if (a.rows >= ROWS_MIN && a.n_boots > 1 && a.n_boots < a.n)
		p = permute_boots(&a, seed);
	free(a.boot);
	free(a.products);
	return p;
}

static uint32_t boots_of(const struct result_group *const *groups,
			 size_t n_groups)
{
	uint32_t n = 0;

	for (size_t i = 0; i < n_groups; i++)
		for (size_t k = 0; k < groups[i]->n_values; k++)
			if (groups[i]->values[k].boot >= n)
				n = groups[i]->values[k].boot + 1;
	return n;
}

struct order_test order_test(const struct result_group *const *groups,
			     size_t n_groups, uint64_t seed)
{
	uint32_t n_boots = boots_of(groups, n_groups);
	struct rounds *boots = xcalloc(n_boots, sizeof(*boots));
	struct order_test t = { .drift_p = 1, .serial_p = 1, .boots_p = 1 };

	for (uint32_t b = 0; b < n_boots; b++) {
		boots[b] = collect(groups, n_groups, b);
		if (boots[b].rows > t.n_rows)
			t.n_rows = boots[b].rows;
	}
	t.boots_p = boots_p(groups, n_groups, seed);
	if (t.n_rows < ROWS_MIN)
		t.n_rows = 0;
	if (t.n_rows) {
		permute(&t, boots, n_boots, seed);
		t.correlation = correlation(boots, n_boots);
	}
	for (uint32_t b = 0; b < n_boots; b++) {
		free(boots[b].products);
		free(boots[b].scores);
	}
	free(boots);
	return t;
}

/* By how much such a correlation makes the interval of a mean too narrow. */
static double narrowing(const struct order_test *t)
{
	double r = fmin(fmax(t->correlation, 0), 0.95);

	return sqrt((1 + r) / (1 - r));
}

char *order_drift_text(const struct order_test *t, double level,
		       const char *side)
{
	if (!t->n_rows || t->drift_p >= level)
		return NULL;
	return xasprintf("%sthe launches of all %zu rows together drift "
			 "(p=%.3g): the host was not steady",
			 side, t->n_rows, t->drift_p);
}

char *order_boots_text(const struct order_test *t, double level,
		       const char *side)
{
	if (t->boots_p >= level)
		return NULL;
	return xasprintf("%sboots differ, by all rows together (p=%.3g): take "
			 "five boots or more a side",
			 side, t->boots_p);
}

char *order_serial_text(const struct order_test *t, double level,
			const char *side)
{
	if (!t->n_rows || t->serial_p >= level)
		return NULL;
	return xasprintf("%slaunches are like the one before, by all %zu rows "
			 "together (correlation %.2f, p=%.3g): intervals are "
			 "too narrow by a factor of about %.1f",
			 side, t->n_rows, t->correlation, t->serial_p,
			 narrowing(t));
}
