// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * How good are the verdicts of compare? Three experiments, printed as Markdown
 * tables; scripts/validate-statistics runs this. Not a test: what it measures
 * are rates, to be read and published.
 *
 *	validate-statistics [RESULTS]
 *
 * A/A and power use the recorded launches of RESULTS (a results directory), or
 * made-up ones. Coverage is of simulated data, whose true shift is known.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <gsl/gsl_randist.h>
#include <gsl/gsl_rng.h>

#include "compare.h"
#include "compare-order.h"
#include "error.h"
#include "util.h"

#define TRIES		 200
#define COMPARISONS	 100 /* of each scenario */
#define BOOT_COMPARISONS 40 /* they take longer */
#define ROWS_TOGETHER	 50 /* in one comparison */
#define MADE_ROWS	 60
#define MADE_LAUNCHES	 40

static const struct compare_options options = {
	.stat = RESULT_P50,
	.seed = COMPARE_SEED,
	.resamples = COMPARE_RESAMPLES,
};

/* A side made here: @n_groups groups of up to @most values each. */
static struct results side_new(size_t n_groups, size_t most)
{
	struct results r = {
		.n_groups = n_groups,
		.runs = intern_new(),
		.labels = intern_new(),
		.hosts = intern_new(),
		.kernels = intern_new(),
		.boots = intern_new(),
		.keys = intern_new(),
		.reasons = intern_new(),
	};

	r.groups = xcalloc(n_groups, sizeof(*r.groups));
	r.values = xcalloc(n_groups * most, sizeof(*r.values));
	for (size_t i = 0; i < n_groups; i++) {
		char name[32];
		int len = snprintf(name, sizeof(name), "row/%zu", i);
		uint32_t key = intern(r.keys, name, (size_t)len);

		r.groups[i] = (struct result_group){
			.bench = intern_bytes(r.keys, key),
			.variant = "",
			.metric = "latency",
			.unit = "tsc",
			.values = r.values + i * most,
		};
	}
	return r;
}

static struct result_value *values_of(const struct results *r, size_t group)
{
	return r->values + (r->groups[group].values - r->values);
}

static void set_values(struct results *r, size_t group, const double *from,
		       size_t n, size_t per_boot)
{
	struct result_value *to = values_of(r, group);

	for (size_t i = 0; i < n; i++)
		to[i] = (struct result_value){ from[i], 0,
					       (uint32_t)(i / per_boot) };
	r->groups[group].n_values = n;
}

/* --- A/A and power: launches of one run, split at random ----------------- */

static size_t most_launches(const struct results *run)
{
	size_t most = 0;

	for (size_t g = 0; g < run->n_groups; g++)
		if (run->groups[g].n_values > most)
			most = run->groups[g].n_values;
	return most;
}

/* By turns, in the order of @order, of which @from may lack some. */
static void split_group(const struct result_group *from, const size_t *order,
			size_t most, struct results *base, struct results *new,
			size_t g, size_t take)
{
	struct result_value *to[2] = { values_of(base, g), values_of(new, g) };
	size_t half = from->n_values / 2 < take ? from->n_values / 2 : take;
	size_t n = 0;

	for (size_t i = 0; i < most && n < 2 * half; i++) {
		if (order[i] >= from->n_values)
			continue;
		to[n % 2][n / 2] = from->values[order[i]];
		n++;
	}
	base->groups[g].n_values = new->groups[g].n_values = half;
}

/*
 * Give each side @take launches of every row, the same positions in all rows:
 * what moved all rows of a launch together stays together.
 */
static void split(const struct results *run, struct results *base,
		  struct results *new, size_t take, gsl_rng *rng)
{
	size_t most = most_launches(run);
	size_t *order = xcalloc(most, sizeof(*order));

	for (size_t i = 0; i < most; i++)
		order[i] = i;
	gsl_ran_shuffle(rng, order, most, sizeof(*order));
	for (size_t g = 0; g < run->n_groups; g++)
		split_group(&run->groups[g], order, most, base, new, g, take);
	free(order);
}

/* How many rows of a comparison are not "~", and is @row one of them? */
static size_t differing(const struct results *base, const struct results *new,
			size_t row, bool *row_differs)
{
	struct comparison c;
	size_t n = 0;

	*row_differs = false;
	if (!compare_sides(&c, base, new, &options, NULL))
		for (size_t i = 0; i < c.n_rows; i++) {
			const struct result_group *g = c.rows[i].base.group;

			if (c.rows[i].verdict == COMPARE_SAME)
				continue;
			n++;
			if (g == &base->groups[row])
				*row_differs = true;
		}
	compare_free(&c);
	return n;
}

/* "3.5% (1.7 to 6.8)", Wilson's 95 % interval of @hits among @n. */
static void print_share(size_t hits, size_t n)
{
	double all = (double)n, share = (double)hits / all, z = 1.959964;
	double middle = (share + z * z / (2 * all)) / (1 + z * z / all);
	double half = z / (1 + z * z / all) *
		      sqrt(share * (1 - share) / all + z * z / (4 * all * all));

	printf(" %.1f%% (%.1f to %.1f) |", 100 * share,
	       100 * fmax(0, middle - half), 100 * fmin(1, middle + half));
}

/* The first launches of a run against the last: a drift is a difference. */
static void measure_halves(const struct results *run)
{
	size_t most = most_launches(run);
	struct results base = side_new(run->n_groups, most);
	struct results new = side_new(run->n_groups, most);
	size_t *order = xcalloc(most, sizeof(*order)), n;
	bool unused;

	/* Split by turns: 0, most / 2, 1, most / 2 + 1, ... */
	for (size_t i = 0; i < most; i++)
		order[i] = i / 2 + i % 2 * (most / 2);
	for (size_t g = 0; g < run->n_groups; g++)
		split_group(&run->groups[g], order, most, &base, &new, g, most);
	n = differing(&base, &new, 0, &unused);
	printf("The first half of the launches against the second: %zu of %zu "
	       "rows are not\n`~`.\n\n",
	       n, run->n_groups);
	free(order);
	results_free(&base);
	results_free(&new);
}

static void print_order(const struct results *run)
{
	const struct result_group **groups =
		xcalloc(run->n_groups, sizeof(*groups));
	struct order_test t;

	for (size_t g = 0; g < run->n_groups; g++)
		groups[g] = &run->groups[g];
	t = order_test(groups, run->n_groups, 1);
	printf("All rows together: drift p = %.3g, correlation from launch to "
	       "launch %.2f\n(p = %.3g).\n\n",
	       t.drift_p, t.correlation, t.serial_p);
	free(groups);
}

static void measure_false_alarms(const struct results *run, gsl_rng *rng)
{
	size_t most = most_launches(run), alarms = 0, rows = 0;
	struct results base = side_new(run->n_groups, most);
	struct results new = side_new(run->n_groups, most);
	bool unused;

	for (size_t i = 0; i < TRIES; i++) {
		size_t n;

		split(run, &base, &new, most, rng);
		n = differing(&base, &new, 0, &unused);
		alarms += n > 0;
		rows += n;
	}
	printf("### A/A: one run's launches against each other\n\n"
	       "%d random splits, %zu rows, %zu launches a side.\n\n"
	       "| | share (95%% CI) | wanted |\n|---|--:|--:|\n"
	       "| comparisons with a row that is not `~` |",
	       TRIES, run->n_groups, most / 2);
	print_share(alarms, TRIES);
	printf(" at most 5%% |\n| rows that are not `~` |");
	print_share(rows, TRIES * run->n_groups);
	printf(" |\n\n");
	results_free(&base);
	results_free(&new);
}

/* How often is a shift of one row found, all others being as they were? */
static size_t count_found(const struct results *run, struct results *base,
			  struct results *new, size_t launches, double factor,
			  gsl_rng *rng)
{
	size_t found = 0;

	for (size_t i = 0; i < TRIES; i++) {
		size_t row = gsl_rng_uniform_int(rng, run->n_groups);
		struct result_value *values = values_of(new, row);
		bool row_differs;

		split(run, base, new, launches, rng);
		for (size_t k = 0; k < new->groups[row].n_values; k++)
			values[k].value *= factor;
		differing(base, new, row, &row_differs);
		found += row_differs;
	}
	return found;
}

static void measure_power(const struct results *run, gsl_rng *rng)
{
	static const size_t launches[] = { 4, 5, 6, 8, 10, 15, 20, 30, 50 };
	static const double factors[] = { 1.01, 1.02, 1.05 };
	size_t most = most_launches(run);
	struct results base = side_new(run->n_groups, most);
	struct results new = side_new(run->n_groups, most);

	printf("### Power: a shift of one row among %zu, share found\n\n"
	       "%d tries each; the row differs from try to try.\n\n"
	       "| launches a side | 1%% | 2%% | 5%% |\n|--:|--:|--:|--:|\n",
	       run->n_groups, TRIES);
	for (size_t i = 0; i < ARRAY_SIZE(launches); i++) {
		if (launches[i] > most / 2)
			break;
		printf("| %zu |", launches[i]);
		for (size_t k = 0; k < ARRAY_SIZE(factors); k++)
			print_share(count_found(run, &base, &new, launches[i],
						factors[k], rng),
				    TRIES);
		printf("\n");
		fflush(stdout);
	}
	printf("\n");
	results_free(&base);
	results_free(&new);
}

/* --- coverage: simulated launches whose true shift is zero --------------- */

struct scenario {
	const char *name;
	size_t boots, launches; /* launches of one boot */
	double boot_spread; /* standard deviation, of the launches' scale */
	double drift; /* from first to last launch of a boot */
	double correlation; /* of a launch with the one before */
	double shared; /* of the noise's variance, by all rows of a round */
	double (*noise)(gsl_rng *rng);
};

static double normal(gsl_rng *rng)
{
	return gsl_ran_gaussian(rng, 1);
}

static double heavy(gsl_rng *rng)
{
	return gsl_ran_tdist(rng, 2);
}

/* One launch in ten is disturbed, and then only ever slower. */
static double disturbed(gsl_rng *rng)
{
	double noise = gsl_ran_gaussian(rng, 1);

	return gsl_rng_uniform(rng) < 0.1 ? noise + gsl_ran_pareto(rng, 1, 5)
					  : noise;
}

static double skewed(gsl_rng *rng)
{
	return gsl_ran_lognormal(rng, 0, 1);
}

/* Medians of ticks come in steps, and tie. */
static double stepped(gsl_rng *rng)
{
	return round(gsl_ran_gaussian(rng, 1));
}

static const struct scenario scenarios[] = {
	{ "normal", 1, 10, 0, 0, 0, 0, normal },
	{ "normal", 1, 30, 0, 0, 0, 0, normal },
	{ "heavy tails (t, 2 degrees)", 1, 10, 0, 0, 0, 0, heavy },
	{ "heavy tails (t, 2 degrees)", 1, 30, 0, 0, 0, 0, heavy },
	{ "log-normal", 1, 10, 0, 0, 0, 0, skewed },
	{ "log-normal", 1, 30, 0, 0, 0, 0, skewed },
	{ "1 of 10 disturbed", 1, 10, 0, 0, 0, 0, disturbed },
	{ "1 of 10 disturbed", 1, 30, 0, 0, 0, 0, disturbed },
	{ "normal in steps of 1 sd", 1, 10, 0, 0, 0, 0, stepped },
	{ "normal in steps of 1 sd", 1, 30, 0, 0, 0, 0, stepped },
	{ "normal", 1, 100, 0, 0, 0, 0, normal },
	{ "drift of 1 sd", 1, 10, 0, 1, 0, 0, normal },
	{ "drift of 1 sd", 1, 30, 0, 1, 0, 0, normal },
	{ "drift of 3 sd", 1, 10, 0, 3, 0, 0, normal },
	{ "drift of 3 sd", 1, 30, 0, 3, 0, 0, normal },
	{ "correlated 0.3", 1, 10, 0, 0, 0.3, 0, normal },
	{ "correlated 0.3", 1, 30, 0, 0, 0.3, 0, normal },
	{ "correlated 0.6", 1, 10, 0, 0, 0.6, 0, normal },
	{ "correlated 0.6", 1, 30, 0, 0, 0.6, 0, normal },
	{ "correlated 0.9", 1, 30, 0, 0, 0.9, 0, normal },
	{ "half of the noise shared", 1, 10, 0, 0, 0, 0.5, normal },
	{ "half of the noise shared", 1, 30, 0, 0, 0, 0.5, normal },
	{ "half shared, correlated 0.3", 1, 10, 0, 0, 0.3, 0.5, normal },
	{ "half shared, correlated 0.3", 1, 30, 0, 0, 0.3, 0.5, normal },
	{ "half shared, drift of 1 sd", 1, 10, 0, 1, 0, 0.5, normal },
	{ "half shared, drift of 1 sd", 1, 30, 0, 1, 0, 0.5, normal },
	{ "boots pooled, spread 0", 3, 10, 0, 0, 0, 0, normal },
	{ "boots pooled, spread 1 sd", 3, 10, 1, 0, 0, 0, normal },
	{ "boots pooled, spread 3 sd", 3, 10, 3, 0, 0, 0, normal },
	{ "boots, spread 0", 5, 10, 0, 0, 0, 0, normal },
	{ "boots, spread 0.5 sd", 5, 10, 0.5, 0, 0, 0, normal },
	{ "boots, spread 1 sd", 5, 10, 1, 0, 0, 0, normal },
	{ "boots, spread 3 sd", 5, 10, 3, 0, 0, 0, normal },
	{ "boots, spread 1 sd, heavy tails", 5, 10, 1, 0, 0, 0, heavy },
	{ "boots, spread 1 sd, drift of 3 sd", 5, 10, 1, 3, 0, 0, normal },
	{ "boots, spread 0", 10, 10, 0, 0, 0, 0, normal },
	{ "boots, spread 1 sd", 10, 10, 1, 0, 0, 0, normal },
	{ "boots, spread 3 sd", 10, 10, 3, 0, 0, 0, normal },
};

/* The noise of @n launches, each like the one before as @s says. */
static void make_noise(const struct scenario *s, double *noise, gsl_rng *rng)
{
	double fresh = sqrt(1 - s->correlation * s->correlation), last = 0;

	for (size_t i = 0; i < s->boots * s->launches; i++) {
		if (i % s->launches == 0)
			last = s->noise(rng);
		last = s->correlation * last + fresh * s->noise(rng);
		noise[i] = last;
	}
}

/* Every row of one side of one comparison. */
static void simulate_side(const struct scenario *s, struct results *side,
			  gsl_rng *rng)
{
	size_t n = s->boots * s->launches;
	double *values = xcalloc(3 * n, sizeof(*values));
	double *own = values + n, *common = values + 2 * n, boot = 0;
	double part = sqrt(s->shared), rest = sqrt(1 - s->shared);

	make_noise(s, common, rng);
	for (size_t row = 0; row < side->n_groups; row++) {
		make_noise(s, own, rng);
		for (size_t k = 0; k < n; k++) {
			size_t i = k % s->launches;
			double at = (double)i / (double)(s->launches - 1);

			if (!i)
				boot = gsl_ran_gaussian(rng, s->boot_spread);
			values[k] = 100 + boot + part * common[k] +
				    rest * own[k] + s->drift * at;
		}
		set_values(side, row, values, n, s->launches);
	}
	free(values);
}

struct coverage {
	enum compare_method method;
	size_t comparisons, warned;
	size_t rows, covered, rejected, alone;
};

static void count_coverage(struct coverage *sum, const struct comparison *c)
{
	const unsigned int warnings = COMPARE_DRIFT | COMPARE_SERIAL |
				      COMPARE_BOOT_SPREAD;
	size_t marked = 0;

	for (size_t i = 0; i < c->n_rows; i++) {
		const struct compare_row *r = &c->rows[i];

		sum->covered += r->shift.ci.lo <= 0 && r->shift.ci.hi >= 0;
		sum->rejected += r->p < 0.05;
		marked += !!(r->marks & warnings);
		sum->alone += !!(r->marks_alone & warnings);
	}
	sum->rows += c->n_rows;
	sum->comparisons++;
	sum->warned += marked == c->n_rows;
	sum->method = c->rows[0].method;
}

static void print_coverage(const struct scenario *s, const struct coverage *sum)
{
	printf("| %s | %zu | %zu | %s |", s->name, s->boots, s->launches,
	       compare_method_name(sum->method));
	print_share(sum->covered, sum->rows);
	print_share(sum->rejected, sum->rows);
	print_share(sum->alone, sum->rows);
	print_share(sum->warned, sum->comparisons);
	printf("\n");
	fflush(stdout);
}

static void measure_scenario(const struct scenario *s, gsl_rng *rng)
{
	size_t comparisons = s->boots < 5 ? COMPARISONS : BOOT_COMPARISONS;
	size_t n = s->boots * s->launches;
	struct results base = side_new(ROWS_TOGETHER, n);
	struct results new = side_new(ROWS_TOGETHER, n);
	struct coverage sum = { 0 };

	while (sum.comparisons < comparisons) {
		struct comparison c;

		simulate_side(s, &base, rng);
		simulate_side(s, &new, rng);
		if (!compare_sides(&c, &base, &new, &options, NULL))
			count_coverage(&sum, &c);
		compare_free(&c);
	}
	print_coverage(s, &sum);
	results_free(&base);
	results_free(&new);
}

static void measure_coverage(gsl_rng *rng)
{
	printf("### Coverage of the 95%% intervals of the shift\n\n"
	       "Simulated sides that do not differ, in comparisons of %d rows, "
	       "%d of a line (%d\nfrom five boots on): each row alone, "
	       "before the correction for the number of\nrows. *Rows marked*: "
	       "for drift, correlation or differing boots, by what they show\n"
	       "alone; chance does that to some 2%% of rows. *Comparisons "
	       "marked*: all rows, by\nwhat the rows of a side show "
	       "together.\n\n"
	       "| launches | boots | per boot | method | covered | p < 0.05 | "
	       "rows marked | comparisons marked |\n"
	       "|---|--:|--:|---|--:|--:|--:|--:|\n",
	       ROWS_TOGETHER, COMPARISONS, BOOT_COMPARISONS);
	for (size_t i = 0; i < ARRAY_SIZE(scenarios); i++)
		measure_scenario(&scenarios[i], rng);
}

/* Medians of about 1 % noise, in whole ticks, some launches disturbed. */
static struct results make_run(gsl_rng *rng)
{
	struct results run = side_new(MADE_ROWS, MADE_LAUNCHES);
	double values[MADE_LAUNCHES];

	for (size_t g = 0; g < MADE_ROWS; g++) {
		double middle = gsl_ran_flat(rng, 1000, 5000);

		for (size_t i = 0; i < MADE_LAUNCHES; i++)
			values[i] = round(middle * (1 + 0.01 * disturbed(rng)));
		set_values(&run, g, values, MADE_LAUNCHES, MADE_LAUNCHES);
	}
	return run;
}

static int load_run(struct results *run, const char *path)
{
	struct results_query query = { RESULT_P50, "latency" };
	struct error err;
	size_t kept = 0;

	if (results_load(run, &path, 1, &query, &err)) {
		fprintf(stderr, "validate-statistics: %s\n", err.text);
		return -1;
	}
	/* Only rows that were measured can be split. */
	for (size_t g = 0; g < run->n_groups; g++)
		if (run->groups[g].n_values >= 8)
			run->groups[kept++] = run->groups[g];
	run->n_groups = kept;
	if (!run->n_groups) {
		fprintf(stderr,
			"validate-statistics: too few launches in '%s'\n",
			path);
		return -1;
	}
	return 0;
}

int main(int argc, char **argv)
{
	gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);
	struct results run;

	if (argc < 2)
		run = make_run(rng);
	else if (load_run(&run, argv[1]))
		return EXIT_FAILED;
	printf("Launches of %s.\n\n",
	       argc < 2 ? "a made-up run (1% noise, 1 of 10 disturbed)"
			: "a recorded run");
	print_order(&run);
	measure_false_alarms(&run, rng);
	measure_halves(&run);
	measure_power(&run, rng);
	/* Simulated: the same whatever the run is. */
	gsl_rng_set(rng, 1);
	measure_coverage(rng);
	results_free(&run);
	gsl_rng_free(rng);
	return EXIT_DONE;
}
