// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * How good is trend? Simulated series with planted changes, gone through as
 * they would come, night by night: after each night the history so far is
 * analysed, as `run-bench trend` would. Prints Markdown tables;
 * scripts/measure-trend runs this. Not a test: what it measures are rates, to
 * be read and published.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <gsl/gsl_randist.h>
#include <gsl/gsl_rng.h>

#include "nonparam.h"
#include "parallel.h"
#include "trend-detect.h"
#include "util.h"

#define STEP_SERIES   1000 /* of each noise and step */
#define QUIET_SERIES  600 /* of each noise, without a change */
#define QUIET_NIGHTS  200
#define BEFORE_NIGHTS 60 /* before a planted change */
#define AFTER_NIGHTS  30
#define NIGHTS_MOST   (BEFORE_NIGHTS + 2 * AFTER_NIGHTS + QUIET_NIGHTS)

/* A change that is found this many nights off the planted one is another. */
#define NEAR 3

static const struct trend_detect_options options = TREND_DETECT_DEFAULTS;

/*
 * Nights, relative to the level: normal noise of its own for each night; a
 * drift from night to night, an autoregression of first order; and disturbed
 * nights, 3 in 4 of them slower by 10 to 30 %, else faster by half of that.
 */
struct noise {
	const char *name;
	double night; /* standard deviation */
	double drift, memory; /* standard deviation, correlation of 1 night */
	double disturbed; /* share of the nights */
	double degrees; /* of Student's t; 0: normal */
};

static const struct noise noises[] = {
	{ "0.3 %", .night = 0.003, .disturbed = 0.02 },
	{ "0.5 %", .night = 0.005, .disturbed = 0.02 },
	{ "1 %", .night = 0.01, .disturbed = 0.02 },
	{ "1 %, heavy tails (t, 4 degrees)", .night = 0.01, .disturbed = 0.02,
	  .degrees = 4 },
	{ "1 %, and a drift of 0.3 %", .night = 0.01, .drift = 0.003,
	  .memory = 0.95, .disturbed = 0.02 },
	{ "1 %, one night in 20 disturbed", .night = 0.01, .disturbed = 0.05 },
	{ "1.5 %", .night = 0.015, .disturbed = 0.02 },
	{ "2 %", .night = 0.02, .disturbed = 0.02 },
	{ "1 %, and a drift of 0.5 %", .night = 0.01, .drift = 0.005,
	  .memory = 0.95, .disturbed = 0.02 },
	{ "0.5 %, and a drift of 0.5 %", .night = 0.005, .drift = 0.005,
	  .memory = 0.95, .disturbed = 0.02 },
};

static const double steps[] = { 0.01, 0.02, 0.03, 0.05, -0.05, 0.10, 0.20 };

/* What is simulated of one series. */
struct trial {
	const struct noise *noise;
	double step;
	size_t length; /* of the step in nights; 0: it stays */
	/* The results: */
	size_t delay; /* nights until it was told; 0: never */
	size_t delay_back; /* until its end was */
	bool exact, covered; /* the place, at the end */
	size_t alarms; /* told where nothing was planted */
	size_t nights; /* looked at */
};

static double draw_night(const struct noise *n, gsl_rng *rng)
{
	double scale = n->degrees > 0 ? sqrt((n->degrees - 2) / n->degrees) : 1;
	double x = n->degrees > 0 ? gsl_ran_tdist(rng, n->degrees)
				  : gsl_ran_ugaussian(rng);
	double off = 0;

	if (gsl_rng_uniform(rng) < n->disturbed) {
		off = 0.1 + 0.2 * gsl_rng_uniform(rng);
		if (gsl_rng_uniform(rng) < 0.25)
			off /= -2;
	}
	return 1 + n->night * scale * x + off;
}

static void simulate(const struct trial *t, gsl_rng *rng, double *x, size_t n)
{
	double keep = t->noise->memory;
	double drift = gsl_ran_gaussian(rng, t->noise->drift);

	for (size_t i = 0; i < n; i++) {
		bool in = i >= BEFORE_NIGHTS &&
			  (!t->length || i < BEFORE_NIGHTS + t->length);

		x[i] = 1000 * (draw_night(t->noise, rng) + drift) *
		       (in ? 1 + t->step : 1);
		drift = keep * drift +
			sqrt(1 - keep * keep) *
				gsl_ran_gaussian(rng, t->noise->drift);
	}
}

static const struct trend_change *find_near(const struct trend_verdict *v,
					    size_t at)
{
	for (size_t i = 0; i < v->n_changes; i++)
		if (v->changes[i].at + NEAR >= at &&
		    v->changes[i].at <= at + NEAR)
			return &v->changes[i];
	return NULL;
}

/* Changes of this night's report that no report so far has. */
static size_t count_new(const struct trend_verdict *v, size_t *known, size_t *n)
{
	size_t new = 0;

	for (size_t i = 0; i < v->n_changes; i++) {
		size_t at = v->changes[i].at, k = 0;

		while (k < *n && (known[k] + NEAR < at || known[k] > at + NEAR))
			k++;
		if (k < *n)
			continue;
		known[(*n)++] = at;
		new ++;
	}
	return new;
}

static void run_quiet(struct trial *t, struct nonparam *np, const double *x,
		      const char *name)
{
	size_t known[NIGHTS_MOST], n_known = 0;
	struct trend_verdict v;

	for (size_t n = 1; n <= QUIET_NIGHTS; n++) {
		trend_detect(np, x, n, false, name, &options, &v);
		t->alarms += count_new(&v, known, &n_known);
		trend_verdict_free(&v);
	}
	t->nights = QUIET_NIGHTS;
}

/* In how many nights from @at on it is told; 0: not by @end. */
static size_t delay_of(struct nonparam *np, const double *x, const char *name,
		       size_t at, size_t end)
{
	struct trend_verdict v;
	bool told = false;
	size_t n = at;

	while (n < end && !told) {
		trend_detect(np, x, ++n, false, name, &options, &v);
		told = find_near(&v, at);
		trend_verdict_free(&v);
	}
	return told ? n - at : 0;
}

static void run_step(struct trial *t, struct nonparam *np, const double *x,
		     const char *name)
{
	size_t at = BEFORE_NIGHTS, back = at + t->length;
	size_t end = (t->length ? back : at) + AFTER_NIGHTS;
	const struct trend_change *c;
	struct trend_verdict v;

	t->delay = delay_of(np, x, name, at, end);
	if (t->length)
		t->delay_back = delay_of(np, x, name, back, end);
	trend_detect(np, x, end, false, name, &options, &v);
	c = find_near(&v, at);
	t->exact = c && c->at == at;
	t->covered = c && c->at_first <= at && c->at_last >= at;
	trend_verdict_free(&v);
}

struct trials {
	struct trial *list;
	const char *kind;
};

/* Each series has a seed of its own, whichever thread it runs in. */
static void run_trial(void *ctx, size_t i)
{
	struct trials *all = ctx;
	struct trial *t = &all->list[i];
	gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);
	struct nonparam *np = nonparam_new();
	char *name = xasprintf("%s-%s-%g-%zu-%zu", all->kind, t->noise->name,
			       t->step, t->length, i);
	double x[NIGHTS_MOST];
	unsigned long seed = 5381;

	for (const char *c = name; *c; c++)
		seed = seed * 33 + (unsigned char)*c;
	gsl_rng_set(rng, seed & 0xffffffff);
	simulate(t, rng, x, NIGHTS_MOST);
	if (t->step == 0)
		run_quiet(t, np, x, name);
	else
		run_step(t, np, x, name);
	free(name);
	nonparam_free(np);
	gsl_rng_free(rng);
}

static struct trial *run_trials(const char *kind, const struct trial *like,
				size_t n)
{
	struct trials all = { xcalloc(n, sizeof(*all.list)), kind };

	for (size_t i = 0; i < n; i++)
		all.list[i] = *like;
	parallel_for(n, run_trial, &all);
	return all.list;
}

/* --- tables ---------------------------------------------------------------- */

/* Wilson's 95 % interval, in percent. */
static void put_share(size_t hits, size_t n)
{
	double z = 1.959964, p = (double)hits / (double)n, m = (double)n;
	double middle = (p + z * z / (2 * m)) / (1 + z * z / m);
	double half = z * sqrt(p * (1 - p) / m + z * z / (4 * m * m)) /
		      (1 + z * z / m);

	printf(" %.0f%% (%.0f to %.0f) |", 100 * p,
	       100 * fmax(0, middle - half), 100 * fmin(1, middle + half));
}

static void put_header(const char *title, const char *columns)
{
	printf("\n### %s\n\n", title);
	printf("%s\n", columns);
}

static size_t count_within(const struct trial *t, size_t n, size_t nights)
{
	size_t hits = 0;

	for (size_t i = 0; i < n; i++)
		hits += t[i].delay && t[i].delay <= nights;
	return hits;
}

static void table_steps(void)
{
	static const size_t within[] = { 3, 5, 10, 30 };
	size_t n = STEP_SERIES;

	put_header(
		"Changes found, by the nights that have them",
		"| noise | change | within 3 | within 5 | within 10 | within "
		"30 | placed to the night | in its interval |\n"
		"|---|--:|--:|--:|--:|--:|--:|--:|");
	for (size_t i = 0; i < ARRAY_SIZE(noises); i++)
		for (size_t k = 0; k < ARRAY_SIZE(steps); k++) {
			const struct trial like = { .noise = &noises[i],
						    .step = steps[k] };
			struct trial *t = run_trials("step", &like, n);
			size_t exact = 0, covered = 0, found;

			printf("| %s | %+.0f%% |", noises[i].name,
			       100 * steps[k]);
			for (size_t w = 0; w < ARRAY_SIZE(within); w++)
				put_share(count_within(t, n, within[w]), n);
			found = count_within(t, n, AFTER_NIGHTS);
			for (size_t s = 0; s < n; s++) {
				exact += t[s].exact;
				covered += t[s].covered;
			}
			found = found ? found : 1;
			printf(" %.0f%% | %.0f%% |\n",
			       100.0 * (double)exact / (double)found,
			       100.0 * (double)covered / (double)found);
			fflush(stdout);
			free(t);
		}
}

static void table_alarms(void)
{
	put_header("False alarms",
		   "| noise | series-nights | alarms | in 1,000 |\n"
		   "|---|--:|--:|--:|");
	for (size_t i = 0; i < ARRAY_SIZE(noises); i++) {
		const struct trial like = { .noise = &noises[i] };
		struct trial *t = run_trials("quiet", &like, QUIET_SERIES);
		size_t alarms = 0, nights = 0;

		for (size_t s = 0; s < QUIET_SERIES; s++) {
			alarms += t[s].alarms;
			nights += t[s].nights;
		}
		printf("| %s | %zu | %zu | %.2f |\n", noises[i].name, nights,
		       alarms, 1000 * (double)alarms / (double)nights);
		fflush(stdout);
		free(t);
	}
}

/* A change that is taken back after some nights; 2 are too few to be one. */
static void table_returns(void)
{
	static const size_t lengths[] = { 1, 2, 3, 5, 10, 20 };
	size_t n = STEP_SERIES;

	put_header(
		"Changes of +5% that are taken back, in noise of 0.5 %",
		"| after | told | told within 3 nights | its end told within "
		"3 | its end told within 5 |\n|--:|--:|--:|--:|--:|");
	for (size_t k = 0; k < ARRAY_SIZE(lengths); k++) {
		const struct trial like = { .noise = &noises[1],
					    .step = 0.05,
					    .length = lengths[k] };
		struct trial *t = run_trials("return", &like, n);
		size_t back3 = 0, back5 = 0;

		for (size_t i = 0; i < n; i++) {
			back3 += t[i].delay_back && t[i].delay_back <= 3;
			back5 += t[i].delay_back && t[i].delay_back <= 5;
		}
		printf("| %zu night%s |", lengths[k],
		       lengths[k] == 1 ? "" : "s");
		put_share(count_within(t, n, NIGHTS_MOST), n);
		put_share(count_within(t, n, 3), n);
		put_share(back3, n);
		put_share(back5, n);
		printf("\n");
		fflush(stdout);
		free(t);
	}
}

int main(void)
{
	table_steps();
	table_alarms();
	table_returns();
	return 0;
}
