// SPDX-License-Identifier: GPL-2.0-or-later
/* Comparisons of what a machine repeats, and the lab's verdict on them. */
#include <math.h>

#include "compare-print.h"
#include "csv-read.h"
#include "csv.h"
#include "fixture.h"
#include "lab/verdict.h"

#define COUNTED_ON(machine, emulator)                                 \
	"{\"lab\": {\"deterministic\": true, \"machine\": \"" machine \
	"\", \"emulator\": \"" emulator "\"}}"
#define COUNTED	    COUNTED_ON("svm", "QEMU 7.2")
#define NOT_COUNTED "{\"lab\": {\"deterministic\": false}}"

/* One side's rows, in memory until they are put. */
struct side {
	const struct fixture *f;
	const char *name;
	FILE *rows;
	char *text;
	size_t size;
};

static struct side begin(const struct fixture *f, const char *name)
{
	return (struct side){ .f = f, .name = name };
}

static void open_rows(struct side *s)
{
	s->rows = open_memstream(&s->text, &s->size);
	assert_non_null(s->rows);
	fprintf(s->rows, "%s\n", summary_csv_header);
}

/* A launch: @n samples, the middle half of them from @p25 to @p75. */
struct launch {
	const char *bench;
	unsigned int number, n;
	double p25, p50, p75, max;
};

static void put_launch(struct side *s, const struct launch *l)
{
	fprintf(s->rows,
		"run-%s,2026-01-31T12:00:00Z,%s,host,6.1,boot,%u,%s,,latency,"
		"tsc,ok,,%u,%.9g,%.9g,%.9g,%.9g,%.9g,%.9g,%.9g,%.9g,%.9g,1,30\n",
		s->name, s->name, l->number, l->bench, l->n, l->p25, l->p25,
		l->p50, l->p50, l->p75, l->p75, l->p75, l->p75, l->max);
}

/* Six launches of equal medians; but for the tick of a timer all is equal. */
static void steady(struct side *s, const char *bench, double value)
{
	for (unsigned int i = 1; i <= 6; i++)
		put_launch(s, &(struct launch){ bench, i, 100, value, value,
						value, value + 1000 * i });
}

static void finish(struct side *s, const char *env)
{
	char *csv = xasprintf("/%s/summary.csv", s->name);
	char *json = xasprintf("/%s/env.json", s->name);

	assert_int_equal(fclose(s->rows), 0);
	put_bytes(s->f, csv, s->text, s->size);
	if (env)
		put(s->f, json, env);
	free(s->text);
	free(json);
	free(csv);
}

/* The rows of both sides, named as what is wrong with them. */
static void put_sides(const struct fixture *f, const char *base_env,
		      const char *new_env)
{
	const char *const envs[] = { base_env, new_env };
	static const char *const names[] = { "base", "new" };

	for (unsigned int side = 0; side < 2; side++) {
		struct side s = begin(f, names[side]);

		open_rows(&s);
		steady(&s, "exit/same", 1000);
		steady(&s, "exit/more", 1000 + 20 * side);
		steady(&s, "exit/less", 1000 - 3 * side);
		for (unsigned int i = 1; i <= 6; i++) {
			/* Its samples differ. */
			put_launch(&s,
				   &(struct launch){ "timer/wide", i, 100, 1000,
						     1010, 1020, 9999 });
			/* Its launches do. */
			put_launch(&s, &(struct launch){ "timer/apart", i, 100,
							 1000 + i, 1000 + i,
							 1000 + i, 9999 });
		}
		finish(&s, envs[side]);
	}
}

/* Both sides of the fixture, loaded and compared. */
static struct lab_verdict *judge(const struct fixture *f)
{
	struct lab_verdict *v = xcalloc(1, sizeof(*v));
	char *base = xasprintf("%s/base", f->directory);
	char *new = xasprintf("%s/new", f->directory);
	struct error err;

	if (lab_verdict_load(v, &base, &new, 1, &err))
		fail_msg("%s", err.text);
	free(new);
	free(base);
	return v;
}

static void drop(struct lab_verdict *v)
{
	lab_verdict_free(v);
	free(v);
}

static const struct compare_row *row(const struct lab_verdict *v,
				     const char *bench)
{
	for (size_t i = 0; i < v->comparison.n_rows; i++)
		if (!strcmp(v->comparison.rows[i].base.group->bench, bench))
			return &v->comparison.rows[i];
	fail_msg("no row '%s'", bench);
	return NULL;
}

static enum compare_method method(const struct lab_verdict *v,
				  const char *bench)
{
	return row(v, bench)->method;
}

static char *printed(const struct lab_verdict *v)
{
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);

	assert_non_null(out);
	lab_verdict_print(out, v);
	assert_int_equal(fclose(out), 0);
	return text;
}

/* --- rows --------------------------------------------------------------------- */

static void test_steady_rows(void **state)
{
	const struct compare_row *r;
	struct lab_verdict *v;

	put_sides(*state, COUNTED, COUNTED);
	v = judge(*state);
	assert_true(v->comparison.counted);
	assert_int_equal(v->comparison.n_rows, 5);
	r = row(v, "exit/same");
	assert_int_equal(r->method, COMPARE_COUNTED);
	assert_int_equal(r->verdict, COMPARE_SAME);
	assert_true(r->shift.value == 0 && r->percent == 0);
	assert_true(isnan(r->p) && isnan(r->q));
	r = row(v, "exit/more");
	assert_int_equal(r->method, COMPARE_COUNTED);
	assert_int_equal(r->verdict, COMPARE_HIGHER);
	assert_true(r->base.median.value == 1000);
	assert_true(r->new.median.value == 1020);
	assert_true(r->shift.value == 20 && r->percent == 2);
	assert_true(r->shift.ci.lo == 20 && r->shift.ci.hi == 20);
	r = row(v, "exit/less");
	assert_int_equal(r->verdict, COMPARE_LOWER);
	assert_true(r->shift.value == -3);
	assert_text(lab_shift_text(row(v, "exit/same")), "0 instructions/op");
	assert_text(lab_shift_text(row(v, "exit/more")), "+20 instructions/op");
	assert_text(lab_shift_text(row(v, "exit/less")), "-3 instructions/op");
	drop(v);
}

static void test_rows_that_vary(void **state)
{
	static const char *const benches[] = { "timer/wide", "timer/apart" };
	struct lab_verdict *v;

	put_sides(*state, COUNTED, COUNTED);
	v = judge(*state);
	for (size_t i = 0; i < ARRAY_SIZE(benches); i++) {
		const struct compare_row *r = row(v, benches[i]);

		assert_int_equal(r->method, COMPARE_VARIES);
		assert_int_equal(r->verdict, COMPARE_SAME);
		assert_true(r->marks & COMPARE_PHASE);
		assert_true(isnan(r->p) && isnan(r->q));
	}
	assert_false(row(v, "exit/more")->marks & COMPARE_PHASE);
	assert_int_equal(v->comparison.n_tested, 0);
	drop(v);
}

static void test_machines_that_do_not_repeat(void **state)
{
	static const char *const envs[][2] = {
		{ COUNTED, NOT_COUNTED },
		{ NOT_COUNTED, COUNTED },
		{ COUNTED, NULL },
		{ NULL, COUNTED },
		{ NULL, NULL },
		{ COUNTED, "{}" },
		{ COUNTED, "{\"lab\": {\"deterministic\": null}}" },
		{ COUNTED, "{\"lab\": {\"deterministic\": \"true\"}}" },
		{ COUNTED, "{\"lab\": {}}" },
		{ COUNTED, "{\"lab\": true" },
		/* Each repeats itself, but not the other. */
		{ COUNTED, COUNTED_ON("vmx", "QEMU 7.2") },
		{ COUNTED, COUNTED_ON("svm", "QEMU 8.0") },
		{ COUNTED_ON("vmx", "Bochs 3.0"), COUNTED },
		{ COUNTED, "{\"lab\": {\"deterministic\": true}}" },
	};
	const struct fixture *f = *state;
	char *path[] = { xasprintf("%s/base/env.json", f->directory),
			 xasprintf("%s/new/env.json", f->directory) };
	struct lab_verdict *v;

	for (size_t i = 0; i < ARRAY_SIZE(envs); i++) {
		unlink(path[0]);
		unlink(path[1]);
		put_sides(f, envs[i][0], envs[i][1]);
		v = judge(f);
		assert_false(v->comparison.counted);
		for (size_t k = 0; k < v->comparison.n_rows; k++)
			assert_int_equal(v->comparison.rows[k].method,
					 COMPARE_RANKS);
		drop(v);
	}
	free(path[0]);
	free(path[1]);
}

/* Both sides: one row of launches @a on base and @b on new. */
static struct lab_verdict *judge_row(const struct fixture *f,
				     const struct launch *a, size_t n_a,
				     const struct launch *b, size_t n_b)
{
	struct side base = begin(f, "base"), new = begin(f, "new");

	open_rows(&base);
	for (size_t i = 0; i < n_a; i++)
		put_launch(&base, &a[i]);
	finish(&base, COUNTED);
	open_rows(&new);
	for (size_t i = 0; i < n_b; i++)
		put_launch(&new, &b[i]);
	finish(&new, COUNTED);
	return judge(f);
}

/*
 * Fewer samples of a launch than eight may agree by chance: other launches, which
 * may be those of another boot that repeats this one, make them no more.
 */
static void test_few_samples(void **state)
{
	static const struct launch eight[] = {
		{ "b", 1, 8, 10, 10, 10, 50 },
		{ "b", 2, 8, 10, 10, 10, 60 },
	};
	static const struct launch seven[] = {
		{ "b", 1, 100, 12, 12, 12, 50 },
		{ "b", 2, 7, 12, 12, 12, 60 },
	};
	struct lab_verdict *v;

	v = judge_row(*state, eight, 2, eight, 2);
	assert_int_equal(method(v, "b"), COMPARE_COUNTED);
	drop(v);
	v = judge_row(*state, eight, 2, seven, 2);
	assert_int_equal(method(v, "b"), COMPARE_VARIES);
	drop(v);
	v = judge_row(*state, seven, 2, eight, 2);
	assert_int_equal(method(v, "b"), COMPARE_VARIES);
	drop(v);
	v = judge_row(*state, seven, 2, seven, 2);
	assert_int_equal(method(v, "b"), COMPARE_VARIES);
	drop(v);
}

/* A counter that all launches agree on, of which the ops are not known. */
static void put_counter(struct side *s, unsigned int number, double value)
{
	fprintf(s->rows,
		"run-%s,2026-01-31T12:00:00Z,%s,host,6.1,boot,%u,b,,latency,"
		"per_op,ok,,500,,,%.9g,%.9g,,,,,,,\n",
		s->name, s->name, number, value, value);
}

static struct lab_verdict *judge_counter(const struct fixture *f, double a,
					 double b)
{
	struct side base = begin(f, "base"), new = begin(f, "new");

	open_rows(&base);
	put_counter(&base, 1, a);
	put_counter(&base, 2, a);
	finish(&base, COUNTED);
	open_rows(&new);
	put_counter(&new, 1, b);
	put_counter(&new, 2, b);
	finish(&new, COUNTED);
	return judge(f);
}

static void test_counters(void **state)
{
	struct lab_verdict *v;

	v = judge_counter(*state, 1, 3);
	assert_int_equal(method(v, "b"), COMPARE_COUNTED);
	assert_true(row(v, "b")->shift.value == 2);
	drop(v);
	/* A tick of the host's timer among 500 ops, in each launch. */
	v = judge_counter(*state, 1, 1.002);
	assert_int_equal(method(v, "b"), COMPARE_VARIES);
	assert_int_equal(row(v, "b")->verdict, COMPARE_SAME);
	drop(v);
}

/* One launch that is another than the rest, on one side. */
static void test_one_other_launch(void **state)
{
	static const struct launch equal[] = {
		{ "b", 1, 100, 10, 10, 10, 10 },
		{ "b", 2, 100, 10, 10, 10, 99 },
		{ "b", 3, 100, 10, 10, 10, 99 },
	};
	static const struct launch wide[] = {
		{ "b", 1, 100, 10, 10, 10, 99 },
		{ "b", 2, 100, 10, 10, 11, 99 },
		{ "b", 3, 100, 10, 10, 10, 99 },
	};
	static const struct launch other[] = {
		{ "b", 1, 100, 10, 10, 10, 99 },
		{ "b", 2, 100, 10, 10, 10, 99 },
		{ "b", 3, 100, 11, 11, 11, 99 },
	};
	struct lab_verdict *v;

	v = judge_row(*state, equal, 3, equal, 3);
	assert_int_equal(method(v, "b"), COMPARE_COUNTED);
	drop(v);
	v = judge_row(*state, equal, 3, wide, 3);
	assert_int_equal(method(v, "b"), COMPARE_VARIES);
	drop(v);
	v = judge_row(*state, other, 3, equal, 3);
	assert_int_equal(method(v, "b"), COMPARE_VARIES);
	drop(v);
	/* The number of launches does not matter. */
	v = judge_row(*state, equal, 3, equal, 1);
	assert_int_equal(method(v, "b"), COMPARE_COUNTED);
	drop(v);
}

/* Launches that all moved by as much prove nothing: it may be a phase. */
static void test_shift_of_what_varies(void **state)
{
	static const char *const names[] = { "base", "new" };
	struct lab_verdict *v;

	for (unsigned int i = 0; i < 2; i++) {
		struct side s = begin(*state, names[i]);

		open_rows(&s);
		for (unsigned int k = 1; k <= 10; k++)
			put_launch(&s, &(struct launch){
					       "b", k, 100, 1000 + k + 500 * i,
					       1000 + k + 500 * i,
					       1000 + k + 500 * i, 9999 });
		finish(&s, COUNTED);
	}
	v = judge(*state);
	assert_int_equal(method(v, "b"), COMPARE_VARIES);
	assert_int_equal(row(v, "b")->verdict, COMPARE_SAME);
	assert_true(row(v, "b")->shift.value == 500);
	assert_null(lab_verdict_worst(&v->comparison, NAN));
	assert_null(lab_verdict_worst(&v->comparison, 100));
	drop(v);
}

/* A timer of some milliseconds: millions of instructions, to the last one. */
static void test_large_numbers(void **state)
{
	const struct launch base[] = { { "b", 1, 9, 4000001, 4000001, 4000001,
					 4000001 } };
	const struct launch new[] = { { "b", 1, 9, 5234568, 5234568, 5234568,
					5234568 } };
	struct lab_verdict *v = judge_row(*state, base, 1, new, 1);

	assert_text(printed(v),
		    "1 of 1 rows moved:\n"
		    "  b  4000001 -> 5234568  +1234567 instructions/op\n"
		    "0 rows: 0 instructions/op, exactly\n");
	drop(v);
}

/* --- as CSV, and as text --------------------------------------------------------- */

static void expect_csv_row(const char *path, const char *name,
			   const char *method_name, const char *verdict,
			   const char *shift)
{
	struct csv_reader *r = csv_open(path, NULL);
	const struct csv_field *f;
	struct csv_fault fault;
	bool found = false;

	assert_non_null(r);
	while (csv_next(r, &f, &fault, NULL) == CSV_ROW) {
		if (!csv_equals(&f[0], "row") || !csv_equals(&f[1], name))
			continue;
		found = true;
		assert_true(
			csv_equals(&f[csv_column(r, "method")], method_name));
		assert_true(csv_equals(&f[csv_column(r, "verdict")], verdict));
		assert_true(csv_equals(&f[csv_column(r, "shift")], shift));
	}
	assert_true(found);
	csv_close(r);
}

static void test_csv(void **state)
{
	const struct fixture *f = *state;
	char *path = xasprintf("%s/compare.csv", f->directory);
	struct lab_verdict *v;
	FILE *out;

	put_sides(f, COUNTED, COUNTED);
	v = judge(f);
	out = fopen(path, "w");
	assert_non_null(out);
	compare_print(out, &v->comparison, COMPARE_CSV);
	assert_int_equal(fclose(out), 0);
	expect_csv_row(path, "exit/same", "counted", "~", "0");
	expect_csv_row(path, "exit/more", "counted", "higher", "20");
	expect_csv_row(path, "exit/less", "counted", "lower", "-3");
	expect_csv_row(path, "timer/wide", "varies", "~", "0");
	free(path);
	drop(v);
}

/* The line of the table that begins with @name holds @text. */
static void expect_in_line(const char *table, const char *name,
			   const char *text)
{
	char *start = xasprintf("\n%s ", name), *line;
	const char *at = strstr(table, start);

	if (!at)
		fail_msg("no line '%s' in:\n%s", name, table);
	line = xasprintf("%.*s ", (int)strcspn(at + 1, "\n"), at + 1);
	if (!strstr(line, text))
		fail_msg("no '%s' in '%s'", text, line);
	free(line);
	free(start);
}

static void test_text(void **state)
{
	struct lab_verdict *v;
	size_t size = 0;
	char *text = NULL;
	FILE *out = open_memstream(&text, &size);

	assert_non_null(out);
	put_sides(*state, COUNTED, COUNTED);
	v = judge(*state);
	compare_print(out, &v->comparison, COMPARE_TEXT);
	assert_int_equal(fclose(out), 0);
	expect_in_line(text, "exit/same", " 0 ");
	expect_in_line(text, "exit/more", " +20 ");
	expect_in_line(text, "exit/more", " exact ");
	expect_in_line(text, "exit/less", " -3 ");
	expect_in_line(text, "timer/wide", " ~ ");
	free(text);
	drop(v);
}

/* --- the verdict -------------------------------------------------------------------- */

static void test_verdict(void **state)
{
	struct lab_verdict *v;

	put_sides(*state, COUNTED, COUNTED);
	v = judge(*state);
	assert_text(printed(v),
		    "2 of 5 rows moved:\n"
		    "  exit/less  1000 -> 997  -3 instructions/op\n"
		    "  exit/more  1000 -> 1020  +20 instructions/op\n"
		    "1 rows: 0 instructions/op, exactly\n"
		    "2 rows vary with when they are measured: no "
		    "verdict\n");
	drop(v);
}

static void test_verdict_of_nothing(void **state)
{
	static const struct launch launch[] = {
		{ "b", 1, 100, 10, 10, 10, 99 },
	};
	struct lab_verdict *v = judge_row(*state, launch, 1, launch, 1);

	assert_text(printed(v), "0 of 1 rows moved\n"
				"1 rows: 0 instructions/op, exactly\n");
	assert_null(lab_verdict_worst(&v->comparison, NAN));
	drop(v);
}

/* By ranks, what moved has an interval and its p, and nothing is exact. */
static void test_verdict_by_ranks(void **state)
{
	struct lab_verdict *v;
	char *text;

	put_sides(*state, NOT_COUNTED, NOT_COUNTED);
	v = judge(*state);
	text = printed(v);
	assert_int_equal(strncmp(text, "2 of 5 rows moved:\n", 19), 0);
	assert_non_null(strstr(text, "  exit/more  1000 -> 1020  +2"));
	assert_non_null(strstr(text, "p=0.0"));
	assert_null(strstr(text, "instructions"));
	assert_null(strstr(text, "exactly"));
	assert_null(strstr(text, "vary"));
	free(text);
	drop(v);
}

static void test_verdict_fits(void **state)
{
	static const char bench[] =
		"family/a-name-that-is-so-long-that-the-line-does-not-hold-it-"
		"and-its-numbers";
	const struct launch base[] = { { bench, 1, 9, 10, 10, 10, 10 } };
	const struct launch new[] = { { bench, 1, 9, 12, 12, 12, 12 } };
	struct lab_verdict *v = judge_row(*state, base, 1, new, 1);
	char *text = printed(v);

	for (const char *at = text; *at; at += strspn(at, "\n")) {
		size_t n = strcspn(at, "\n");

		assert_true(n <= 72);
		at += n;
	}
	free(text);
	drop(v);
}

static void test_worst(void **state)
{
	struct lab_verdict *v;

	put_sides(*state, COUNTED, COUNTED);
	v = judge(*state);
	assert_ptr_equal(lab_verdict_worst(&v->comparison, NAN),
			 row(v, "exit/more"));
	assert_ptr_equal(lab_verdict_worst(&v->comparison, 0),
			 row(v, "exit/more"));
	assert_ptr_equal(lab_verdict_worst(&v->comparison, 20),
			 row(v, "exit/more"));
	assert_null(lab_verdict_worst(&v->comparison, 20.5));
	/* What became cheaper is good, whatever the threshold. */
	assert_null(lab_verdict_worst(&v->comparison, INFINITY));
	assert_ptr_equal(lab_verdict_worst(&v->comparison, -100),
			 row(v, "exit/more"));
	drop(v);
}

static void test_worst_of_many(void **state)
{
	static const char *const names[] = { "base", "new" };
	struct lab_verdict *v;

	for (unsigned int i = 0; i < 2; i++) {
		struct side s = begin(*state, names[i]);

		open_rows(&s);
		steady(&s, "exit/a", 10 + 5 * i);
		steady(&s, "exit/b", 100000 + 30 * i);
		steady(&s, "exit/c", 500 + 7 * i);
		finish(&s, COUNTED);
	}
	v = judge(*state);
	/* In ticks, not in percent. */
	assert_ptr_equal(lab_verdict_worst(&v->comparison, NAN),
			 row(v, "exit/b"));
	assert_ptr_equal(lab_verdict_worst(&v->comparison, 6),
			 row(v, "exit/b"));
	drop(v);
}

static void test_load_errors(void **state)
{
	const struct fixture *f = *state;
	char *base = xasprintf("%s/base", f->directory), *none = "/none";
	struct lab_verdict v;
	struct error err;

	put_sides(f, COUNTED, COUNTED);
	assert_int_equal(lab_verdict_load(&v, &base, &none, 1, &err), -1);
	assert_non_null(strstr(err.text, "'/none"));
	lab_verdict_free(&v);
	assert_int_equal(lab_verdict_load(&v, &none, &base, 1, &err), -1);
	lab_verdict_free(&v);
	free(base);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		FIXTURE_TEST(test_steady_rows),
		FIXTURE_TEST(test_rows_that_vary),
		FIXTURE_TEST(test_machines_that_do_not_repeat),
		FIXTURE_TEST(test_few_samples),
		FIXTURE_TEST(test_counters),
		FIXTURE_TEST(test_one_other_launch),
		FIXTURE_TEST(test_shift_of_what_varies),
		FIXTURE_TEST(test_large_numbers),
		FIXTURE_TEST(test_csv),
		FIXTURE_TEST(test_text),
		FIXTURE_TEST(test_verdict),
		FIXTURE_TEST(test_verdict_of_nothing),
		FIXTURE_TEST(test_verdict_by_ranks),
		FIXTURE_TEST(test_verdict_fits),
		FIXTURE_TEST(test_worst),
		FIXTURE_TEST(test_worst_of_many),
		FIXTURE_TEST(test_load_errors),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
