// SPDX-License-Identifier: GPL-2.0-or-later
#include <fcntl.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

#include <gsl/gsl_randist.h>
#include <gsl/gsl_rng.h>

#include "command.h"
#include "compare-cells.h"
#include "compare-print.h"
#include "csv.h"
#include "csv-read.h"
#include "util.h"

/* A directory with the results "base" and "new" in it. */
static char top[] = "/tmp/test-compare-XXXXXX";
static const char *const sides[] = { "base", "new" };

static char *side_file(int side, const char *file)
{
	return xasprintf("%s/%s%s%s", top, sides[side], *file ? "/" : "", file);
}

static int make_sides(void **state)
{
	(void)state;
	if (!mkdtemp(top))
		return -1;
	for (int i = 0; i < 2; i++) {
		char *dir = side_file(i, "");
		int ret = mkdir(dir, 0777);

		free(dir);
		if (ret)
			return -1;
	}
	return 0;
}

static int remove_sides(void **state)
{
	static const char *const files[] = { "summary.csv", "env.json",
					     "errors", "" };

	(void)state;
	for (int i = 0; i < 2; i++)
		for (size_t k = 0; k < ARRAY_SIZE(files); k++) {
			char *path = side_file(i, files[k]);

			remove(path);
			free(path);
		}
	return rmdir(top);
}

/* Writes one side; each row is one call. */
struct writer {
	FILE *f;
	const char *label;
	const char *boot;
	int launch;
};

static struct writer begin(int side)
{
	char *csv = side_file(side, "summary.csv");
	char *env = side_file(side, "env.json");
	struct writer w = { .label = sides[side], .boot = "boot1" };

	w.f = fopen(csv, "w");
	assert_non_null(w.f);
	fprintf(w.f, "%s\n", summary_csv_header);
	unlink(env);
	free(csv);
	free(env);
	return w;
}

static void end(struct writer *w)
{
	assert_int_equal(fclose(w->f), 0);
}

/* A latency row whose samples spread from min to max about p50. */
static void latency(struct writer *w, const char *bench, const char *variant,
		    double p50, double spread)
{
	fprintf(w->f,
		"run-%s,2026-01-31T12:00:00Z,%s,host,6.1-%s,%s,%d,%s,\"%s\","
		"latency,tsc,ok,,1000,%.2f,%.2f,%.2f,%.2f,%.2f,%.2f,%.2f,%.2f,"
		"%.2f,%.2f,30\n",
		w->label, w->label, w->label, w->boot, ++w->launch, bench,
		variant, p50 - spread, p50, p50, p50 + spread / 10, p50,
		p50 + spread / 2, p50 + spread, p50 + 2 * spread,
		p50 + 3 * spread, spread);
}

/* Of the launch whose latency was written last. */
static void counter(struct writer *w, const char *bench, const char *metric,
		    double value)
{
	fprintf(w->f,
		"run-%s,2026-01-31T12:00:00Z,%s,host,6.1-%s,%s,%d,%s,,%s,"
		"per_op,ok,,1000,,,%.6f,%.6f,,,,,,,\n",
		w->label, w->label, w->label, w->boot, w->launch, bench, metric,
		value, value);
}

static void status(struct writer *w, const char *bench, const char *status,
		   const char *reason)
{
	fprintf(w->f,
		"run-%s,2026-01-31T12:00:00Z,%s,host,6.1-%s,%s,%d,%s,,latency,"
		"tsc,%s,%s,,,,,,,,,,,,\n",
		w->label, w->label, w->label, w->boot, ++w->launch, bench,
		status, reason);
}

static void raw(struct writer *w, const char *line)
{
	fputs(line, w->f);
}

/* Both sides loaded and compared. */
struct pair {
	struct results base, new;
	struct comparison c;
	struct error err;
	int ret;
};

static void load(struct pair *p, const char *metric)
{
	struct results_query query = { RESULT_P50, metric };
	char *base = side_file(0, ""), *new = side_file(1, "summary.csv");
	const char *const paths[] = { base, new };
	struct error err;

	if (results_load(&p->base, &paths[0], 1, &query, &err) ||
	    results_load(&p->new, &paths[1], 1, &query, &err))
		fail_msg("%s", err.text);
	results_imply_across(&p->base, &p->new);
	free(base);
	free(new);
}

static struct pair *compare(const char *metric, double threshold)
{
	struct compare_options options = { RESULT_P50, threshold, 1, 2000 };
	struct pair *p = xcalloc(1, sizeof(*p));

	load(p, metric);
	p->ret = compare_sides(&p->c, &p->base, &p->new, &options, &p->err);
	return p;
}

static void drop(struct pair *p)
{
	compare_free(&p->c);
	results_free(&p->base);
	results_free(&p->new);
	free(p);
}

static const struct compare_row *row(const struct pair *p, const char *name)
{
	for (size_t i = 0; i < p->c.n_rows; i++) {
		char *own = compare_name(p->c.rows[i].base.group);
		bool same = !strcmp(own, name);

		free(own);
		if (same)
			return &p->c.rows[i];
	}
	fail_msg("no row '%s'", name);
	return NULL;
}

static void assert_note(const struct pair *p, const char *text)
{
	for (size_t i = 0; i < p->c.n_notes; i++)
		if (strstr(p->c.notes[i].text, text))
			return;
	for (size_t i = 0; i < p->c.n_notes; i++)
		print_message("note: %s\n", p->c.notes[i].text);
	fail_msg("no note '%s'", text);
}

static void assert_no_note(const struct pair *p, const char *text)
{
	for (size_t i = 0; i < p->c.n_notes; i++)
		if (strstr(p->c.notes[i].text, text))
			fail_msg("note: %s", p->c.notes[i].text);
}

/* Twenty benchmarks, ten launches; exit/cpuid times @factor. */
static void write_noisy(int side, unsigned long seed, double factor)
{
	gsl_rng *rng = gsl_rng_alloc(gsl_rng_taus2);
	struct writer w = begin(side);
	char name[32];

	gsl_rng_set(rng, seed);
	for (int launch = 0; launch < 10; launch++) {
		latency(&w, "exit/cpuid", "",
			factor * (1000 + gsl_ran_gaussian(rng, 5)), 50);
		for (int i = 1; i < 20; i++) {
			snprintf(name, sizeof(name), "%s/op%d",
				 i % 2 ? "exit" : "timer", i);
			latency(&w, name, i % 3 ? "" : "delay=10us,wait=hlt",
				1000 + 100 * i + gsl_ran_gaussian(rng, 5), 50);
		}
	}
	end(&w);
	gsl_rng_free(rng);
}

static void test_with_itself(void **state)
{
	struct pair *p;

	(void)state;
	write_noisy(0, 1, 1);
	write_noisy(1, 1, 1);
	p = compare("latency", 0);
	assert_int_equal(p->ret, 0);
	assert_int_equal(p->c.n_rows, 20);
	assert_int_equal(p->c.n_tested, 20);
	for (size_t i = 0; i < p->c.n_rows; i++) {
		assert_int_equal(p->c.rows[i].verdict, COMPARE_SAME);
		assert_int_equal(p->c.rows[i].method, COMPARE_RANKS);
		assert_true(p->c.rows[i].shift.value == 0);
		assert_true(p->c.rows[i].q > 0.99);
	}
	drop(p);
}

static void test_one_slower(void **state)
{
	const struct compare_row *r;
	struct pair *p;

	(void)state;
	write_noisy(0, 1, 1);
	write_noisy(1, 1, 1.05);
	p = compare("latency", 0);
	r = row(p, "exit/cpuid");
	assert_int_equal(r->verdict, COMPARE_HIGHER);
	assert_float_equal(r->percent, 5, 0.5);
	assert_true(r->shift.ci.lo > 40 && r->shift.ci.hi < 60);
	assert_true(r->q < 0.001);
	/* 2 in (20 over 10), and the smallest of 20 rows. */
	assert_float_equal((r->q / r->p), 20, 1e-3);
	assert_float_equal((r->p * 184756), 2, 1e-3);
	assert_true(compare_is_regression(r, 4));
	assert_false(compare_is_regression(r, 6));
	for (size_t i = 0; i < p->c.n_rows; i++)
		if (&p->c.rows[i] != r)
			assert_int_equal(p->c.rows[i].verdict, COMPARE_SAME);
	assert_int_equal(p->c.n_means, 2);
	assert_string_equal(p->c.means[0].family, "exit");
	assert_int_equal(p->c.means[0].n_rows, 11);
	/* The eleventh root of 1.05. */
	assert_float_equal(p->c.means[0].percent,
			   (100 * (pow(1.05, 1 / 11.0) - 1)), 0.01);
	assert_string_equal(p->c.means[1].family, "timer");
	assert_float_equal(p->c.means[1].percent, 0, 1e-6);
	drop(p);
	p = compare("latency", 6);
	assert_int_equal(row(p, "exit/cpuid")->verdict, COMPARE_SAME);
	drop(p);
}

static void test_deterministic(void **state)
{
	struct pair *p;
	const struct compare_row *r;

	(void)state;
	for (int side = 0; side < 2; side++) {
		struct writer w = begin(side);

		latency(&w, "same", "", 100, 0);
		latency(&w, "more", "", 100 + side, 0);
		latency(&w, "less", "", 1000001 - side, 0);
		/* All launches equal, but not their samples. */
		for (int i = 0; i < 5; i++)
			latency(&w, "spread", "", 200, 10);
		/* The samples are, but the launches are not. */
		for (int i = 0; i < 5; i++)
			latency(&w, "steps", "", 200 + i, 0);
		end(&w);
	}
	p = compare("latency", 0);
	r = row(p, "same");
	assert_int_equal(r->method, COMPARE_EXACT);
	assert_int_equal(r->verdict, COMPARE_SAME);
	assert_true(isnan(r->p) && isnan(r->q));
	r = row(p, "more");
	assert_int_equal(r->method, COMPARE_EXACT);
	assert_int_equal(r->verdict, COMPARE_HIGHER);
	assert_true(r->shift.value == 1 && r->percent == 1);
	assert_int_equal(row(p, "less")->verdict, COMPARE_LOWER);
	assert_true(row(p, "less")->shift.value == -1);
	assert_int_equal(row(p, "spread")->method, COMPARE_RANKS);
	assert_int_equal(row(p, "steps")->method, COMPARE_RANKS);
	assert_int_equal(p->c.n_tested, 2);
	drop(p);
}

/* One sample a launch is constant, which says nothing of the next one. */
static void test_few_samples(void **state)
{
	static const char row_text[] =
		"r-%s,t,%s,h,k,b,%d,%s,,latency,tsc,ok,,%d,%d,%d,%d,%d,%d,%d,"
		"%d,%d,%d,0,30\n";
	static const struct {
		const char *name;
		int launches, samples;
		enum compare_method method;
	} cases[] = {
		{ "one", 1, 1, COMPARE_RANKS },
		{ "seven", 1, 7, COMPARE_RANKS },
		{ "eight", 1, 8, COMPARE_EXACT },
		{ "three-of-one", 3, 1, COMPARE_RANKS },
		{ "four-of-one", 4, 1, COMPARE_EXACT },
	};
	struct pair *p;

	(void)state;
	for (int side = 0; side < 2; side++) {
		struct writer w = begin(side);
		int v = 1000 + 30 * side;

		for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
			for (int k = 1; k <= cases[i].launches; k++)
				fprintf(w.f, row_text, sides[side], sides[side],
					k, cases[i].name, cases[i].samples, v,
					v, v, v, v, v, v, v, v);
		end(&w);
	}
	p = compare("latency", 0);
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		const struct compare_row *r = row(p, cases[i].name);

		assert_int_equal(r->method, cases[i].method);
		assert_int_equal(r->verdict, r->method == COMPARE_EXACT
						     ? COMPARE_HIGHER
						     : COMPARE_SAME);
		assert_int_equal(!!(r->marks & COMPARE_FEW),
				 r->method == COMPARE_RANKS);
	}
	drop(p);
}

/* What an empty pass counts is taken off, so that a counter may be below 0. */
static void test_base_below_zero(void **state)
{
	struct pair *p;

	(void)state;
	for (int side = 0; side < 2; side++) {
		struct writer w = begin(side);

		for (int i = 0; i < 8; i++) {
			latency(&w, "exit/cpuid", "", 1000, 10);
			counter(&w, "exit/cpuid", "more",
				-0.002 + 2 * side + 1e-4 * i);
			counter(&w, "exit/cpuid", "less",
				-0.5 - side + 1e-4 * i);
		}
		end(&w);
	}
	p = compare("more", 0);
	assert_int_equal(p->c.rows[0].verdict, COMPARE_HIGHER);
	assert_true(p->c.rows[0].percent > 1e4);
	assert_true(compare_is_regression(&p->c.rows[0], 50));
	drop(p);
	p = compare("less", 0);
	assert_int_equal(p->c.rows[0].verdict, COMPARE_LOWER);
	assert_true(p->c.rows[0].percent < -100);
	drop(p);
}

static void test_counters(void **state)
{
	struct pair *p;

	(void)state;
	for (int side = 0; side < 2; side++) {
		struct writer w = begin(side);

		for (int i = 0; i < 6; i++) {
			latency(&w, "exit/cpuid", "", 1000 + i, 10);
			counter(&w, "exit/cpuid", "exits", 1);
			counter(&w, "exit/cpuid", "write_msr", 2 * side);
			counter(&w, "exit/cpuid", "cycles",
				4000 + i + 100 * side);
		}
		counter(&w, "exit/rdmsr", "exits", 1);
		end(&w);
	}
	p = compare("latency", 0);
	assert_int_equal(p->c.n_rows, 1);
	drop(p);
	p = compare(NULL, 0);
	assert_int_equal(p->c.n_rows, 5);
	/* Latency first, then by name. */
	assert_string_equal(p->c.rows[0].base.group->metric, "latency");
	assert_string_equal(p->c.rows[1].base.group->metric, "cycles");
	assert_int_equal(p->c.rows[1].verdict, COMPARE_HIGHER);
	assert_int_equal(p->c.rows[2].method, COMPARE_EXACT);
	assert_int_equal(p->c.rows[2].verdict, COMPARE_SAME);
	/* One launch without a range proves nothing. */
	assert_int_equal(p->c.rows[3].method, COMPARE_RANKS);
	assert_true(p->c.rows[3].marks & COMPARE_FEW);
	/* From 0 to 2: higher, by no percentage. */
	assert_int_equal(p->c.rows[4].verdict, COMPARE_HIGHER);
	assert_true(isnan(p->c.rows[4].percent));
	assert_true(compare_is_regression(&p->c.rows[4], 50));
	drop(p);
	p = compare("write_*", 0);
	assert_int_equal(p->c.n_rows, 1);
	drop(p);
}

/* A row of the launch whose latency was written last. */
static void traced(struct writer *w, const char *metric, const char *unit,
		   const char *status, const char *mean)
{
	fprintf(w->f,
		"run-%s,2026-01-31T12:00:00Z,%s,host,6.1-%s,%s,%d,exit/cpuid,,"
		"%s,%s,%s,,9,,,%s,%s,,,,,,,\n",
		w->label, w->label, w->label, w->boot, w->launch, metric, unit,
		status, mean, mean);
}

/*
 * Eight launches: of the statistics, "often" moved in six, "seldom" in the
 * second only; the third launch failed, the fourth counts an event, and the
 * fifth and sixth trace.
 */
static void write_counters_with_gaps(int side)
{
	struct writer w = begin(side);

	for (int i = 1; i <= 8; i++) {
		if (i == 3)
			status(&w, "exit/cpuid", "fail", "stuck");
		else
			latency(&w, "exit/cpuid", "", 1000 + i, 10);
		if (i != 3 && i != 7)
			counter(&w, "exit/cpuid", "often", i);
		if (i == 2)
			counter(&w, "exit/cpuid", "seldom", 0.5);
		if (i == 2)
			traced(&w, "odd", "per_op", "skip", "");
		if (i == 4)
			counter(&w, "exit/cpuid", "event", 5);
		if (i == 5 || i == 6)
			traced(&w, "msr_tally_lost", "per_op", "ok",
			       i == 6 && side ? "1" : "0");
		if (i == 5)
			traced(&w, "msr_writes:TSC_AUX", "per_op", "ok", "2");
		if (i == 5)
			traced(&w, "cycles:guest", "per_op", "ok", "9");
	}
	end(&w);
}

static const struct result_group *group(const struct results *r,
					const char *metric)
{
	for (size_t i = 0; i < r->n_groups; i++)
		if (!strcmp(r->groups[i].metric, metric))
			return &r->groups[i];
	fail_msg("no metric '%s'", metric);
	return NULL;
}

static void assert_zeros(const struct pair *p)
{
	static const double often[] = { 1, 2, 4, 5, 6, 0, 8 };
	const struct result_group *g = group(&p->new, "often");

	assert_int_equal(g->n_values, 7);
	assert_int_equal(g->n_implied, 1);
	assert_int_equal(g->n_rows[STATUS_OK], 7);
	/* In the order of launches; the failed one says nothing. */
	for (size_t k = 0; k < 7; k++)
		assert_true(g->values[k].value == often[k]);
	assert_int_equal(group(&p->new, "seldom")->n_values, 7);
	assert_int_equal(group(&p->new, "seldom")->n_implied, 6);
	/* Never counted, and counted in turns. */
	assert_int_equal(group(&p->new, "odd")->n_values, 0);
	assert_int_equal(group(&p->new, "event")->n_values, 1);
	assert_int_equal(group(&p->new, "cycles:guest")->n_values, 1);
	/* The sixth launch traced too, on the new side in vain. */
	g = group(&p->base, "msr_writes:TSC_AUX");
	assert_int_equal(g->n_values, 2);
	assert_true(g->values[0].value == 2 && g->values[1].value == 0);
	g = group(&p->new, "msr_writes:TSC_AUX");
	assert_int_equal(g->n_values, 1);
}

static void test_zeros_not_written(void **state)
{
	/* With other metrics loaded, and without. */
	static const char *const metrics[] = { NULL, "[!l]*" };

	(void)state;
	for (int side = 0; side < 2; side++) {
		char *env = side_file(side, "env.json");
		FILE *f;

		write_counters_with_gaps(side);
		f = fopen(env, "w");
		assert_non_null(f);
		fputs("{\"events\": [{\"metric\": \"event\"}]}", f);
		assert_int_equal(fclose(f), 0);
		free(env);
	}
	for (size_t i = 0; i < ARRAY_SIZE(metrics); i++) {
		struct pair *p = xcalloc(1, sizeof(*p));

		load(p, metrics[i]);
		assert_zeros(p);
		drop(p);
	}
}

/* On the base side exit/cpuid has no counter; exit/other has some. */
static void write_counters_of_base(void)
{
	struct writer w = begin(0);

	for (int i = 0; i < 6; i++) {
		if (i == 2)
			status(&w, "exit/cpuid", "fail", "stuck");
		else
			latency(&w, "exit/cpuid", "", 1000 + i, 10);
		/* In two launches every record of the trace came through. */
		if (i == 3 || i == 4 || i == 5)
			traced(&w, "msr_tally_lost", "per_op", "ok",
			       i == 5 ? "1" : "0");
		if (i == 3)
			traced(&w, "msr_reads:EFER", "per_op", "ok", "1");
		if (i == 3)
			traced(&w, "own", "per_op", "skip", "");
	}
	w.launch = 0;
	latency(&w, "exit/other", "", 1000, 10);
	counter(&w, "exit/other", "moved", 0.5);
	counter(&w, "exit/other", "event", 0.5);
	counter(&w, "exit/other", "own", 0.5);
	end(&w);
}

static void write_counters_of_new(void)
{
	static const char *const metrics[] = {
		"moved",	   "unknown", "vcpu1.moved",
		"userspace_exits", "event",   "own",
	};
	struct writer w = begin(1);

	for (int i = 0; i < 6; i++) {
		latency(&w, "exit/cpuid", "", 1000 + i, 10);
		for (size_t k = 0; k < ARRAY_SIZE(metrics); k++)
			counter(&w, "exit/cpuid", metrics[k], 1);
		traced(&w, "msr_tally_lost", "per_op", "ok", "0");
		traced(&w, "msr_writes:TSC_AUX", "per_op", "ok", "2");
		traced(&w, "exit_reason:CPUID", "per_op", "ok", "1");
		traced(&w, "cycles:guest", "per_op", "ok", "9");
	}
	w.launch = 0;
	latency(&w, "exit/new", "", 1000, 10);
	counter(&w, "exit/new", "moved", 0.5);
	end(&w);
}

/* @metric of exit/cpuid has @n zeros on base, and values on new. */
static void assert_from_zero(const struct pair *p, const char *metric, size_t n)
{
	for (size_t i = 0; i < p->c.n_rows; i++) {
		const struct compare_row *r = &p->c.rows[i];

		if (strcmp(r->base.group->metric, metric) ||
		    strcmp(r->base.group->bench, "exit/cpuid"))
			continue;
		assert_int_equal(r->base.group->n_values, n);
		assert_int_equal(r->base.group->n_implied, n);
		assert_int_equal(r->base.n_boots, 1);
		for (size_t k = 0; k < n; k++)
			assert_true(r->base.group->values[k].value == 0);
		assert_true(isnan(r->percent));
		if (n >= 4) {
			assert_int_equal(r->verdict, COMPARE_HIGHER);
			assert_true(compare_is_regression(r, 50));
		}
		return;
	}
	fail_msg("no row of '%s'", metric);
}

/* What moved on one side only was 0 on the other, if that kernel counts it. */
static void test_zeros_of_the_other_side(void **state)
{
	char *env = side_file(0, "env.json");
	struct pair *p;
	FILE *f;

	(void)state;
	write_counters_of_base();
	write_counters_of_new();
	f = fopen(env, "w");
	assert_non_null(f);
	fputs("{\"events\": [{\"metric\": \"event\"}]}", f);
	assert_int_equal(fclose(f), 0);
	free(env);
	p = compare(NULL, 0);
	assert_from_zero(p, "moved", 5);
	assert_from_zero(p, "vcpu1.moved", 5);
	assert_from_zero(p, "userspace_exits", 5);
	assert_from_zero(p, "msr_writes:TSC_AUX", 2);
	/* latency, msr_tally_lost, these four, and the other way round */
	assert_int_equal(p->c.n_rows, 7);
	assert_int_equal(group(&p->new, "msr_reads:EFER")->n_implied, 6);
	assert_note(p, "2 rows only in new (no row shows that base's kernel "
		       "counts it: no 0 is claimed): exit/cpuid "
		       "exit_reason:CPUID, exit/cpuid unknown");
	assert_note(p, "4 rows only in new: exit/new, exit/cpuid cycles:guest, "
		       "exit/cpuid event, exit/new moved");
	assert_note(p, "1 row skipped in base: exit/cpuid own");
	drop(p);
	/* Without the latencies among the metrics asked for. */
	p = compare("moved", 0);
	assert_from_zero(p, "moved", 5);
	assert_int_equal(p->c.n_rows, 1);
	drop(p);
}

static void test_few_launches(void **state)
{
	struct pair *p;

	(void)state;
	for (int side = 0; side < 2; side++) {
		struct writer w = begin(side);

		latency(&w, "one", "", 100 + 50 * side, 10);
		for (int i = 0; i < 3; i++)
			latency(&w, "three", "", 100 + i + 50 * side, 10);
		for (int i = 0; i < 4; i++)
			latency(&w, "four", "", 100 + i + 50 * side, 10);
		end(&w);
	}
	p = compare("latency", 0);
	assert_true(row(p, "one")->marks & COMPARE_FEW);
	assert_true(row(p, "three")->marks & COMPARE_FEW);
	assert_int_equal(row(p, "three")->verdict, COMPARE_SAME);
	assert_false(row(p, "four")->marks & COMPARE_FEW);
	assert_int_equal(row(p, "four")->verdict, COMPARE_HIGHER);
	/* Rows that cannot be tested do not burden the one that can. */
	assert_int_equal(p->c.n_tested, 1);
	assert_note(p, "2 rows with too few launches");
	drop(p);
}

static void test_boots(void **state)
{
	gsl_rng *rng = gsl_rng_alloc(gsl_rng_taus2);
	char boot[32];
	struct pair *p;

	(void)state;
	for (int side = 0; side < 2; side++) {
		struct writer w = begin(side);

		for (int b = 0; b < 5; b++) {
			double effect = gsl_ran_gaussian(rng, 20);

			snprintf(boot, sizeof(boot), "%d-%d", side, b);
			w.boot = boot;
			for (int i = 0; i < 8; i++) {
				double noise = gsl_ran_gaussian(rng, 1);

				latency(&w, "boots", "", 1000 + effect + noise,
					10);
				latency(&w, "shift", "",
					1000 + noise + 20 * side, 10);
				if (b < 3)
					latency(&w, "pooled", "",
						1000 + effect + noise, 10);
			}
		}
		end(&w);
	}
	p = compare("latency", 0);
	assert_int_equal(row(p, "boots")->method, COMPARE_BOOTS);
	assert_int_equal(row(p, "boots")->base.n_boots, 5);
	assert_int_equal(row(p, "boots")->verdict, COMPARE_SAME);
	assert_int_equal(row(p, "shift")->verdict, COMPARE_HIGHER);
	assert_float_equal(row(p, "shift")->shift.value, 20, 1);
	assert_int_equal(row(p, "pooled")->method, COMPARE_RANKS);
	assert_int_equal(row(p, "pooled")->base.n_boots, 3);
	assert_true(row(p, "pooled")->marks & COMPARE_BOOT_SPREAD);
	assert_note(p, "2 rows by resampling boots");
	drop(p);
	gsl_rng_free(rng);
}

static void test_order_marks(void **state)
{
	gsl_rng *rng = gsl_rng_alloc(gsl_rng_taus2);
	struct pair *p;

	(void)state;
	for (int side = 0; side < 2; side++) {
		struct writer w = begin(side);

		for (int i = 0; i < 20; i++) {
			double noise = gsl_ran_gaussian(rng, 1);

			latency(&w, "steady", "", 1000 + noise, 10);
			latency(&w, "drift", "", 1000 + noise + i, 10);
			latency(&w, "waves", "",
				1000 + noise + 20 * sin(i * 0.9), 10);
		}
		end(&w);
	}
	p = compare("latency", 0);
	assert_int_equal(row(p, "steady")->marks, 0);
	assert_true(row(p, "drift")->marks & COMPARE_DRIFT);
	assert_true(row(p, "waves")->marks & COMPARE_SERIAL);
	assert_note(p, "1 of 3 rows drift");
	drop(p);
	gsl_rng_free(rng);
}

/*
 * Thirty rows whose launches are weakly like the one before: hardly one shows
 * it alone. On the other side all of them have half of their noise in common,
 * which is no order.
 */
static void write_order(int side, double correlation, double drift)
{
	gsl_rng *rng = gsl_rng_alloc(gsl_rng_taus2);
	struct writer w = begin(side);
	double last[30] = { 0 };

	gsl_rng_set(rng, 7 + (unsigned long)side);
	for (int launch = 0; launch < 20; launch++) {
		double common = gsl_ran_gaussian(rng, 1);

		w.launch = launch;
		for (int i = 0; i < 30; i++) {
			char name[16];

			last[i] = correlation * last[i] +
				  gsl_ran_gaussian(rng, 1);
			snprintf(name, sizeof(name), "row/%d", i);
			latency(&w, name, "",
				1000 + last[i] + common + drift * launch, 10);
			w.launch = launch;
		}
	}
	end(&w);
	gsl_rng_free(rng);
}

static void test_order_of_all_rows(void **state)
{
	struct pair *p;

	(void)state;
	write_order(0, 0.5, 0);
	write_order(1, 0, 0);
	p = compare("latency", 0);
	assert_int_equal(p->c.order[0].n_rows, 30);
	assert_true(p->c.order[0].serial_p < 0.005);
	assert_float_equal(p->c.order[0].correlation, 0.25, 0.15);
	assert_true(p->c.order[1].serial_p > 0.005);
	assert_float_equal(p->c.order[1].correlation, 0, 0.3);
	for (size_t i = 0; i < p->c.n_rows; i++)
		assert_true(p->c.rows[i].marks & COMPARE_SERIAL);
	assert_note(p, "base: launches are like the one before, by all 30 rows "
		       "together");
	assert_no_note(p, "new: launches are like");
	assert_no_note(p, "together drift");
	drop(p);

	write_order(0, 0, 0);
	write_order(1, 0, 0.3);
	p = compare("latency", 0);
	assert_true(p->c.order[0].drift_p > 0.005);
	assert_true(p->c.order[1].drift_p < 0.005);
	assert_note(p, "new: the launches of all 30 rows together drift");
	for (size_t i = 0; i < p->c.n_rows; i++)
		assert_true(p->c.rows[i].marks & COMPARE_DRIFT);
	drop(p);
}

/* Boots that differ by as much as launches do: too little for one row. */
static void test_boots_of_all_rows(void **state)
{
	static const char *const boots[] = { "boot1", "boot2", "boot3" };
	gsl_rng *rng = gsl_rng_alloc(gsl_rng_taus2);
	struct pair *p;

	(void)state;
	for (int side = 0; side < 2; side++) {
		struct writer w = begin(side);
		double of_boot[3][30];

		for (int i = 0; i < 90; i++)
			of_boot[i / 30][i % 30] =
				side ? gsl_ran_gaussian(rng, 0.7) : 0;
		for (int launch = 0; launch < 24; launch++)
			for (int i = 0; i < 30; i++) {
				char name[16];

				w.boot = boots[launch / 8];
				w.launch = launch;
				snprintf(name, sizeof(name), "row/%d", i);
				latency(&w, name, "",
					1000 + gsl_ran_gaussian(rng, 1) +
						of_boot[launch / 8][i],
					10);
			}
		end(&w);
	}
	p = compare("latency", 0);
	assert_true(p->c.order[0].boots_p > 0.005);
	assert_true(p->c.order[1].boots_p < 0.005);
	assert_note(p, "new: boots differ, by all rows together");
	assert_no_note(p, "base: boots differ");
	for (size_t i = 0; i < p->c.n_rows; i++)
		assert_true(p->c.rows[i].marks & COMPARE_BOOT_SPREAD);
	drop(p);
	gsl_rng_free(rng);
}

static void test_one_side_only(void **state)
{
	struct writer w = begin(0);
	struct pair *p;

	(void)state;
	latency(&w, "both", "", 100, 10);
	latency(&w, "lost", "x=1", 100, 10);
	latency(&w, "broken", "", 100, 10);
	status(&w, "nowhere", "skip", "no PMU");
	end(&w);
	w = begin(1);
	latency(&w, "both", "", 100, 10);
	latency(&w, "fresh", "", 100, 10);
	status(&w, "broken", "fail", "exits: 0.5 per op");
	status(&w, "both", "fail", "timeout");
	status(&w, "nowhere", "skip", "no PMU");
	end(&w);
	p = compare("latency", 0);
	assert_int_equal(p->c.n_rows, 1);
	assert_true(row(p, "both")->marks & COMPARE_LOST);
	assert_note(p, "1 row only in base: lost[x=1]");
	assert_note(p, "1 row only in new: fresh");
	assert_note(p, "1 row failed in new: broken (exits: 0.5 per op)");
	assert_note(p, "without values on both sides: nowhere (no PMU)");
	assert_note(p, "0 base and 1 new launches failed, and do not count, "
		       "the first: timeout");
	for (size_t i = 0; i < p->c.n_unpaired; i++) {
		const struct compare_unpaired *u = &p->c.unpaired[i];

		assert_int_equal(compare_is_broken(u),
				 u->base && !strcmp(u->base->bench, "broken"));
	}
	drop(p);
}

/* Each status has its own reason, whichever row comes first. */
static void test_reasons(void **state)
{
	struct pair *p;

	(void)state;
	for (int side = 0; side < 2; side++) {
		struct writer w = begin(side);

		fputs("r,t,l,h,k,b,1,exit/x,,latency,tsc,unverified,emulated,"
		      "9,1,1,1,1,1,1,1,1,1,0,30\n",
		      w.f);
		if (side) {
			status(&w, "exit/x", "fail", "triple fault");
			status(&w, "exit/y", "skip", "no PMU");
			status(&w, "exit/y", "fail", "watchdog");
		} else {
			latency(&w, "exit/y", "", 100, 10);
		}
		end(&w);
	}
	p = compare("latency", 0);
	assert_note(p, "0 base and 1 new launches failed, and do not count, "
		       "the first: triple fault");
	assert_note(p, "1 base and 1 new launches are unverified, and do "
		       "count, the first: emulated");
	assert_note(p, "1 row failed in new: exit/y (watchdog)");
	drop(p);
}

static void test_nothing_in_common(void **state)
{
	struct pair *p;

	(void)state;
	for (int side = 0; side < 2; side++) {
		struct writer w = begin(side);

		latency(&w, sides[side], "", 100, 10);
		end(&w);
	}
	p = compare("latency", 0);
	assert_int_equal(p->ret, -1);
	assert_string_equal(p->err.text, "no row has values on both sides");
	assert_note(p, "only in base: base");
	drop(p);
}

static void write_env(int side, const char *json)
{
	char *path = side_file(side, "env.json");
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	fputs(json, f);
	assert_int_equal(fclose(f), 0);
	free(path);
}

static void test_hosts(void **state)
{
	struct pair *p;

	(void)state;
	write_noisy(0, 1, 1);
	write_noisy(1, 2, 1);
	p = compare("latency", 0);
	assert_note(p, "base/env.json': cannot tell whether the hosts agree");
	drop(p);
	write_env(0, "{\"cpu\": {\"model_name\": \"A\", \"family\": 6},"
		     "\"kernel\": {\"release\": \"1\", \"debug_options\": []},"
		     "\"mitigations\": {\"mds\": \"off\", \"l1tf\": \"PTE\"},"
		     "\"smt\": {\"active\": false},"
		     "\"placement\": {\"cpu\": 3}}");
	write_env(1, "{\"cpu\": {\"model_name\": \"B\", \"family\": 6},"
		     "\"kernel\": {\"release\": \"2\","
		     " \"debug_options\": [\"KASAN\", \"LOCKDEP\"]},"
		     "\"mitigations\": {\"mds\": \"Clear\", \"l1tf\": \"PTE\","
		     " \"its\": \"none\"}, \"smt\": null,"
		     "\"placement\": {\"cpu\": 5}}");
	p = compare("latency", 0);
	assert_note(p, "cpu.model_name differs: base 'A', new 'B'");
	assert_note(p, "mitigations.mds differs: base 'off', new 'Clear'");
	assert_note(p, "mitigations.its differs: base 'not listed', new "
		       "'none'");
	assert_note(p, "kernel.debug_options differs: base 'none'");
	assert_note(p, "placement.cpu differs: base '3', new '5'");
	assert_note(p, "new is a debug kernel: KASAN, LOCKDEP");
	assert_no_note(p, "base is a debug kernel");
	assert_no_note(p, "l1tf");
	assert_no_note(p, "family");
	assert_no_note(p, "release");
	assert_no_note(p, "smt");
	assert_no_note(p, "cannot tell");
	drop(p);
	write_env(1, "{ \"cpu\": ");
	p = compare("latency", 0);
	assert_note(p, "new/env.json':");
	drop(p);
}

static void test_unusable_rows(void **state)
{
	struct writer w = begin(0);
	struct pair *p;

	(void)state;
	latency(&w, "good", "", 100, 10);
	latency(&w, "", "", 100, 10);
	raw(&w, "r,t,l,h,k,b,1,good,,latency,tsc,ok,,9,1,1,nan,1,1,1,1,1,1,0,"
		"30\n");
	raw(&w,
	    "r,t,l,h,k,b,1,good,,latency,tsc,ok,,9,1,1,,1,1,1,1,1,1,0,30\n");
	raw(&w,
	    "r,t,l,h,k,b,1,good,,latency,tsc,ok,,9,1,1,,1,1,1,1,1,1,0,30\n");
	raw(&w, "r,t,l,h,k,b,1,good,,latency,tsc,fine,,9,1,1,1,1,1,1,1,1,1,0,"
		"30\n");
	raw(&w, "r,t,l,h,k,b,1,good,,latency,tsc,ok,,9,1,1,1,1,1,1,1,1,1e999,"
		"0,30\n");
	raw(&w, "r,t,l,h,k,b,1,good,,latency\n");
	raw(&w, "r,t,l,h,k,b,1,good,,latency,tsc,ok,,9,1,1,1,1,1,1,1,1,1,0,3");
	end(&w);
	w = begin(1);
	latency(&w, "good", "", 100, 10);
	end(&w);
	p = compare("latency", 0);
	assert_int_equal(p->base.n_unused, 8);
	assert_int_equal(p->base.sources[0].n_rows, 9);
	assert_int_equal(row(p, "good")->base.group->n_values, 1);
	assert_note(p, "1 row not used");
	assert_note(p, "column 'bench' is empty (line 3)");
	assert_note(p, "column 'p50' is not a finite decimal number (line 4)");
	assert_note(p, "2 rows not used");
	assert_note(p, "column 'p50' is empty (the first is line 5)");
	assert_note(p, "column 'status' is no status (line 7)");
	assert_note(p, "column 'max' is a number that overflows (line 8)");
	assert_note(p, "fewer fields than the header has (line 9)");
	assert_note(p, "cut off: the file ends before its line does (line 10)");
	drop(p);
}

static void assert_not_loaded(const char *const *paths, size_t n,
			      const char *why)
{
	struct results_query query = { RESULT_P50, "latency" };
	struct results r;
	struct error err = { "" };

	assert_int_equal(results_load(&r, paths, n, &query, &err), -1);
	if (!strstr(err.text, why))
		fail_msg("'%s' lacks '%s'", err.text, why);
	results_free(&r);
}

static void test_unusable_files(void **state)
{
	char *base = side_file(0, ""), *file = side_file(0, "summary.csv");
	const char *paths[] = { base, file };
	FILE *f;

	(void)state;
	write_noisy(0, 1, 1);
	assert_not_loaded(paths, 2, "is there twice on one side");
	f = fopen(file, "w");
	assert_non_null(f);
	fputs("run_id,label,bench,p50\n", f);
	assert_int_equal(fclose(f), 0);
	assert_not_loaded(paths, 1, "no column 'host' in");
	assert_not_loaded(paths, 1,
			  "line 1: not a summary.csv of this version");
	unlink(file);
	assert_not_loaded(paths, 1, "summary.csv': No such file or directory");
	free(base);
	free(file);
}

/* Columns in another order, and one more: by name all the same. */
static void test_other_columns(void **state)
{
	struct writer w = begin(1);
	char *base = side_file(0, "summary.csv");
	FILE *f = fopen(base, "w");
	struct pair *p;

	(void)state;
	assert_non_null(f);
	fputs("overhead,max,p999,p99,p90,p75,mean,p50,p25,min,n,reason,status,"
	      "unit,extra,metric,variant,bench,launch,boot_id,kernel,host,"
	      "label,time_utc,run_id,stddev\r\n"
	      "30,400,300,200,110,105,101,100,95,90,9,,ok,tsc,\"a,\"\"b\"\"\","
	      "latency,,good,1,b,k,h,l,t,r,5\r\n",
	      f);
	assert_int_equal(fclose(f), 0);
	free(base);
	latency(&w, "good", "", 110, 10);
	end(&w);
	p = compare("latency", 0);
	assert_int_equal(p->base.n_unused, 0);
	assert_true(row(p, "good")->shift.value == 10);
	drop(p);
}

static char *printed(const struct comparison *c, enum compare_format format)
{
	char *text = NULL;
	size_t size;
	FILE *f = open_memstream(&text, &size);

	assert_non_null(f);
	compare_print(f, c, format);
	assert_int_equal(fclose(f), 0);
	return text;
}

static void assert_contains(const char *text, const char *part)
{
	if (!strstr(text, part))
		fail_msg("'%s' is not in:\n%s", part, text);
}

/* Names as long as they get, values from 1 to 10^15, every kind of row. */
static void write_wide(void)
{
	static const char name[] = "timer/a-benchmark-with-quite-a-long-name";
	static const char variant[] =
		"delay=1000us,wait=hlt,apicv=on,advance=on,"
		"a=a-very-long-value-without-a-blank-or-"
		"comma-that-does-not-fit-any-line-at-all";

	for (int side = 0; side < 2; side++) {
		struct writer w = begin(side);

		for (int i = 0; i < 6; i++) {
			double v = 10;

			for (int digits = 1; digits <= 15; digits++, v *= 10)
				latency(&w, name, variant,
					v * (1 + side) + i * v / 50, v / 10);
			latency(&w, "x\001\xc3\xbc|y", "", 1e3 + i, 10);
			counter(&w, "exit/cpuid", "exits-and-more", 1 + side);
			counter(&w, "exit/cpuid", "many-digits",
				123456.7890 + 1e-6 * i + 2e-5 * side);
		}
		end(&w);
	}
}

static void test_text_width(void **state)
{
	struct pair *p;
	char *text;

	(void)state;
	write_wide();
	p = compare(NULL, 0);
	text = printed(&p->c, COMPARE_TEXT);
	for (char *line = strtok(text, "\n"); line; line = strtok(NULL, "\n")) {
		if (strlen(line) > 72)
			fail_msg("%zu columns: %s", strlen(line), line);
		for (char *c = line; *c; c++)
			assert_in_range(*c, ' ', '~');
		assert_true(line[strlen(line) - 1] != ' ');
	}
	free(text);
	drop(p);
}

/* Numbers with the digits that their intervals support. */
static void test_digits(void **state)
{
	static const struct {
		const char *name;
		double middle, half;
		const char *text;
	} cases[] = {
		{ "a", 1018.37, 2.2, "1018 +-2\n" },
		{ "b", 25.4567, 0.031, "25.46 +-0.03\n" },
		{ "c", 2919.4, 13.4, "2919 +-13\n" },
		{ "d", 123456, 404, "123500 +-400\n" },
		{ "e", 1018.37, 1.2, "1018 +-1\n" },
		{ "f", 500, 97, "500 +-100\n" },
		{ "g", 0.5, 0.14, "0.50 +-0.14\n" },
	};
	struct pair *p;
	char *text;

	(void)state;
	for (int side = 0; side < 2; side++) {
		struct writer w = begin(side);

		for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
			for (int k = -3; k <= 3; k++)
				latency(&w, cases[i].name, "",
					cases[i].middle +
						cases[i].half * (k > 0	 ? 1
								 : k < 0 ? -1
									 : 0),
					cases[i].half);
		end(&w);
	}
	p = compare("latency", 0);
	text = printed(&p->c, COMPARE_MARKDOWN);
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		char *cell = xasprintf("| %s | %.*s | ", cases[i].name,
				       (int)strlen(cases[i].text) - 1,
				       cases[i].text);

		assert_contains(text, cell);
		free(cell);
	}
	free(text);
	drop(p);
}

/* So many launches a side, ten ticks apart, the new ones 100 higher. */
static struct pair *compare_launches(int n)
{
	for (int side = 0; side < 2; side++) {
		struct writer w = begin(side);

		for (int i = 0; i < n; i++)
			latency(&w, "exit/x", "", 1000 + 100 * side + 10 * i,
				50);
		end(&w);
	}
	return compare("latency", 0);
}

/* What is below 95 % is no interval: 75 % of 3 launches, 93.75 of 5. */
static void test_unknown_intervals(void **state)
{
	static const char legend[] = "+-? fewer than 6 launches: no interval "
				     "at 95% (1 row)\n";
	struct pair *p = compare_launches(3);
	char *text = printed(&p->c, COMPARE_TEXT);

	(void)state;
	assert_contains(text, " 1010 +-?  1110 +-?      ~   f\n");
	assert_contains(text, legend);
	/* The shift's is of 90 % at the most, and so is the mean's. */
	assert_false(p->c.means[0].known);
	assert_null(strchr(text, '['));
	free(text);
	text = printed(&p->c, COMPARE_CSV);
	assert_contains(text, ",3,1,1010,,,3,1,1110,,,100,,,10,,,");
	free(text);
	drop(p);
	p = compare_launches(5);
	text = printed(&p->c, COMPARE_TEXT);
	assert_contains(text, " 1020 +-?  1120 +-?   +10% [+7,+13] p=0.008\n");
	assert_contains(text, " (1 row)         1020      1120       +10% "
			      "[+7,+13]\n");
	assert_contains(text, legend);
	free(text);
	drop(p);
	p = compare_launches(6);
	text = printed(&p->c, COMPARE_TEXT);
	assert_null(strstr(text, "+-?"));
	free(text);
	drop(p);
}

/* The last bits of a double are no distance from zero. */
static void test_mean_from_zero(void **state)
{
	const struct compare_mean mean = { .percent = 0.1 + 0.2,
					   .half = 0.3,
					   .known = true };
	struct estimate e = compare_mean_percent(&mean);

	(void)state;
	assert_true(mean.percent > mean.half);
	assert_true(e.ci.lo == 0 && e.ci.hi > 0.5);
	assert_true(interval_is_known(&e.ci));
}

/* Below the threshold there is no difference, in all formats. */
static void test_threshold_of_exact_rows(void **state)
{
	struct pair *p;
	char *text;

	(void)state;
	for (int side = 0; side < 2; side++) {
		struct writer w = begin(side);

		latency(&w, "exit/x", "", 1000 + 21 * side, 0);
		latency(&w, "exit/y", "", 1000, 0);
		end(&w);
	}
	p = compare("latency", 10);
	text = printed(&p->c, COMPARE_MARKDOWN);
	assert_contains(text, "| exit/x | 1000  | 1021  | \\~  |  |  |");
	assert_contains(text, "| exit/y | 1000  | 1000  | =  | exact |  |");
	assert_contains(text, "exact: every sample is the same on each side "
			      "(1 row): no p");
	free(text);
	drop(p);
}

/* Logarithms are of what is above 0; the rows that have none are told. */
static void test_means_of_positive_rows(void **state)
{
	struct pair *p;
	char *text;

	(void)state;
	for (int side = 0; side < 2; side++) {
		struct writer w = begin(side);

		for (int i = 0; i < 6; i++) {
			latency(&w, "exit/a", "", 1000 + i, 10);
			latency(&w, "exit/b", "", side ? 9 : 0, 0);
			latency(&w, "insn/c", "", -5 + i, 10);
		}
		end(&w);
	}
	p = compare("latency", 0);
	assert_int_equal(p->c.n_means, 1);
	text = printed(&p->c, COMPARE_TEXT);
	assert_contains(text, "geomean exit (1 of 2 rows)");
	assert_null(strstr(text, "geomean insn"));
	free(text);
	text = printed(&p->c, COMPARE_CSV);
	assert_contains(text, ",geomean exit (1 of 2 rows)\n");
	assert_null(strstr(text, "nan"));
	free(text);
	drop(p);
}

/* However far three launches scatter, no mean and no change of one is 0. */
static void test_means_of_few(void **state)
{
	static const double values[] = { 3000, 250000, 9000000 };
	struct pair *p;
	char *text;

	(void)state;
	for (int side = 0; side < 2; side++) {
		struct writer w = begin(side);

		for (size_t i = 0; i < ARRAY_SIZE(values); i++) {
			latency(&w, "exit/a", "", values[i], 10);
			latency(&w, "exit/b", "", values[i] * (1 - side * 0.04),
				10);
		}
		end(&w);
	}
	p = compare("latency", 0);
	text = printed(&p->c, COMPARE_TEXT);
	assert_contains(text, "geomean exit (2 rows)");
	assert_contains(text, " 250000 ");
	assert_contains(text, "-2%\n");
	free(text);
	drop(p);
}

static void test_text(void **state)
{
	struct pair *p;
	char *text;

	(void)state;
	write_noisy(0, 1, 1);
	write_noisy(1, 2, 1.05);
	p = compare("latency", 0);
	text = printed(&p->c, COMPARE_TEXT);
	assert_contains(text,
			"base: base, kernel 6.1-base, host host, launches: "
			"10, boots: 1\n");
	assert_contains(text, "latency, TSC ticks");
	assert_contains(text, "p<0.001\n");
	assert_contains(text, "+5.0% [+4.");
	assert_contains(text, "\ntimer/op2 ");
	assert_contains(text, "timer/op6[delay=10us,wait=hlt]");
	assert_contains(text, "geomean exit (11 rows)");
	assert_contains(text, "~ no difference at 5%, p corrected for 20 rows");
	/* A natural order: op2 before op10. */
	assert_true(strstr(text, "timer/op2 ") < strstr(text, "timer/op10 "));
	free(text);
	drop(p);
}

/* Every row, mean, note and legend of the text stands in the other formats. */
static void test_same_content(void **state)
{
	char *csv = side_file(0, "compare.csv");
	size_t rows = 0, warnings = 0, means = 0, legends = 0;
	const struct csv_field *f;
	struct csv_reader *r;
	struct csv_fault fault;
	struct pair *p;
	char *markdown;
	FILE *out = fopen(csv, "w");

	(void)state;
	assert_non_null(out);
	write_noisy(0, 1, 1);
	write_noisy(1, 2, 1.05);
	p = compare("latency", 0);
	compare_print(out, &p->c, COMPARE_CSV);
	assert_int_equal(fclose(out), 0);
	r = csv_open(csv, NULL);
	assert_non_null(r);
	while (csv_next(r, &f, &fault, NULL) == CSV_ROW) {
		double p50, q;

		rows += csv_equals(&f[0], "row");
		means += csv_equals(&f[0], "geomean");
		warnings += csv_equals(&f[0], "warning");
		legends += csv_equals(&f[0], "legend");
		if (!csv_equals(&f[0], "row") ||
		    !csv_equals(&f[1], "exit/cpuid"))
			continue;
		assert_null(csv_number(&f[csv_column(r, "percent")], &p50));
		assert_null(csv_number(&f[csv_column(r, "p_corrected")], &q));
		assert_float_equal(p50, 5, 1);
		assert_true(q < 0.001);
		assert_true(csv_equals(&f[csv_column(r, "verdict")], "higher"));
	}
	csv_close(r);
	assert_int_equal(rows, 20);
	assert_int_equal(means, 2);
	assert_int_equal(warnings, 2);
	assert_true(legends >= 1);
	markdown = printed(&p->c, COMPARE_MARKDOWN);
	for (size_t i = 0; i < p->c.n_rows; i++)
		assert_contains(markdown, p->c.rows[i].base.group->bench);
	assert_contains(markdown, "geomean timer (9 rows)");
	assert_contains(markdown, "| p<0.001 |");
	free(markdown);
	unlink(csv);
	free(csv);
	drop(p);
}

/* The exit status of the command, its errors in base/errors. */
static int run(const char *const *arguments)
{
	char *argv[16] = { NULL };
	int argc = 0, out = dup(STDOUT_FILENO), err = dup(STDERR_FILENO), ret;
	int null = open("/dev/null", O_WRONLY);
	char *errors = side_file(0, "errors");
	int to = open(errors, O_WRONLY | O_CREAT | O_TRUNC, 0666);

	fflush(NULL);
	dup2(null, STDOUT_FILENO);
	dup2(to, STDERR_FILENO);
	argv[argc++] = xstrdup("compare");
	while (arguments[argc - 1]) {
		argv[argc] = xstrdup(arguments[argc - 1]);
		argc++;
	}
	ret = cmd_compare(argc, argv);
	fflush(NULL);
	dup2(out, STDOUT_FILENO);
	dup2(err, STDERR_FILENO);
	close(out);
	close(err);
	close(null);
	close(to);
	free(errors);
	/* getopt may have moved them about, but not away. */
	for (int i = 0; i < argc; i++)
		free(argv[i]);
	return ret;
}

#define RUN(...) run((const char *const[]){ __VA_ARGS__, NULL })

static void test_exit_status(void **state)
{
	char *base = side_file(0, ""), *new = side_file(1, "");
	struct writer w;

	(void)state;
	write_noisy(0, 1, 1);
	write_noisy(1, 2, 1.05);
	assert_int_equal(RUN(base, new), EXIT_DONE);
	assert_int_equal(RUN(base, "--", new), EXIT_DONE);
	assert_int_equal(RUN("--fail-on-regression", "3", base, new),
			 EXIT_REGRESSION);
	assert_int_equal(RUN("--fail-on-regression=8", base, new), EXIT_DONE);
	/* The other way round it is an improvement. */
	assert_int_equal(RUN("--fail-on-regression=3", new, base), EXIT_DONE);
	assert_int_equal(RUN(base, new, "--format", "csv", "--stat", "p99",
			     "--seed", "7", "--all-metrics"),
			 EXIT_DONE);
	assert_int_equal(RUN("--metric", "cycles", base, new), EXIT_FAILED);
	assert_int_equal(RUN("--help"), EXIT_DONE);
	assert_int_equal(RUN(base), EXIT_USAGE);
	assert_int_equal(RUN(base, new, new), EXIT_USAGE);
	assert_int_equal(RUN(base, "--"), EXIT_USAGE);
	assert_int_equal(RUN("--format", "xml", base, new), EXIT_USAGE);
	assert_int_equal(RUN("--stat", "p42", base, new), EXIT_USAGE);
	assert_int_equal(RUN("--threshold", "-1", base, new), EXIT_USAGE);
	assert_int_equal(RUN("--threshold", "nan", base, new), EXIT_USAGE);
	assert_int_equal(RUN("--what", base, new), EXIT_USAGE);
	assert_int_equal(RUN(base, new, "--seed"), EXIT_USAGE);
	assert_int_equal(RUN(base, "/nonexistent"), EXIT_FAILED);
	/* The side twice: its launches would count twice. */
	assert_int_equal(RUN(base, base, "--", new), EXIT_FAILED);
	/* The table is printed, but not everything is in it. */
	w = begin(1);
	latency(&w, "exit/cpuid", "", 1000, 10);
	raw(&w, "one field\n");
	end(&w);
	assert_int_equal(RUN(base, new), EXIT_FAILED);
	/* A benchmark that only fails now is a regression. */
	w = begin(1);
	latency(&w, "exit/op1", "", 1000, 10);
	status(&w, "exit/cpuid", "fail", "watchdog");
	end(&w);
	assert_int_equal(RUN(base, new), EXIT_DONE);
	assert_int_equal(RUN("--fail-on-regression=3", base, new),
			 EXIT_REGRESSION);
	free(base);
	free(new);
}

static void test_regression_of_unprintable_names(void **state)
{
	char *base = side_file(0, ""), *new = side_file(1, "");
	char *path = side_file(0, "errors"), *text;

	(void)state;
	for (int side = 0; side < 2; side++) {
		struct writer w = begin(side);

		for (int i = 0; i < 8; i++)
			latency(&w, "exit/x\033[2J", "", 1000 + 100 * side + i,
				10);
		if (side)
			status(&w, "exit/y\033", "fail", "why");
		else
			latency(&w, "exit/y\033", "", 1000, 10);
		end(&w);
	}
	assert_int_equal(RUN("--fail-on-regression", "3", base, new),
			 EXIT_REGRESSION);
	text = read_file(path, NULL);
	assert_contains(text, "regression of 'exit/x?[2J' (latency): +9.97%");
	assert_contains(text, "regression of 'exit/y?': it fails in new");
	assert_null(strchr(text, '\033'));
	free(text);
	free(path);
	free(base);
	free(new);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_with_itself),
		cmocka_unit_test(test_one_slower),
		cmocka_unit_test(test_deterministic),
		cmocka_unit_test(test_few_samples),
		cmocka_unit_test(test_base_below_zero),
		cmocka_unit_test(test_counters),
		cmocka_unit_test(test_zeros_not_written),
		cmocka_unit_test(test_zeros_of_the_other_side),
		cmocka_unit_test(test_few_launches),
		cmocka_unit_test(test_boots),
		cmocka_unit_test(test_order_marks),
		cmocka_unit_test(test_order_of_all_rows),
		cmocka_unit_test(test_boots_of_all_rows),
		cmocka_unit_test(test_one_side_only),
		cmocka_unit_test(test_reasons),
		cmocka_unit_test(test_nothing_in_common),
		cmocka_unit_test(test_hosts),
		cmocka_unit_test(test_unusable_rows),
		cmocka_unit_test(test_unusable_files),
		cmocka_unit_test(test_other_columns),
		cmocka_unit_test(test_text_width),
		cmocka_unit_test(test_digits),
		cmocka_unit_test(test_unknown_intervals),
		cmocka_unit_test(test_mean_from_zero),
		cmocka_unit_test(test_threshold_of_exact_rows),
		cmocka_unit_test(test_means_of_positive_rows),
		cmocka_unit_test(test_means_of_few),
		cmocka_unit_test(test_text),
		cmocka_unit_test(test_same_content),
		cmocka_unit_test(test_exit_status),
		cmocka_unit_test(test_regression_of_unprintable_names),
	};

	return cmocka_run_group_tests(tests, make_sides, remove_sides);
}
