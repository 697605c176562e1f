// SPDX-License-Identifier: GPL-2.0-or-later
/* What a bisection says of kernels: results made up, with a base and without. */
#include <math.h>

#include "run-fixture.h"

#include "lab/judge.h"
#include "lab/verdict.h"

static const char lab_env[] =
	"{\"run\": {\"run_id\": \"r\"}, \"lab\": {\"machine\": \"svm\", "
	"\"deterministic\": true}}";

/* Two launches of each: what is steady, what differs, and what only fails. */
struct rows {
	double steady;
	double varying[2]; /* 0: not measured */
	bool fails;
};

static void write_rows(const struct fixture *f, enum run_side side,
		       const struct rows *rows)
{
	struct run_writer w = run_begin(f, side);

	for (w.launch = 1; w.launch <= 2; w.launch++) {
		if (rows->steady > 0)
			run_constant(&w, "exit/cpuid", rows->steady);
		if (rows->varying[0] > 0)
			run_constant(&w, "timer/one-shot",
				     rows->varying[w.launch - 1]);
		if (rows->fails)
			run_status(&w, "exit/xsetbv", "", "fail", "no exits");
		else
			run_constant(&w, "exit/xsetbv", 700);
	}
	run_end(&w);
	run_env(f, side, lab_env);
}

/* The same kernel by both rules: with a base of 1000 and 900, and above that. */
static void expect(const struct fixture *f, const struct rows *new,
		   enum lab_judgement expected)
{
	static const struct rows base = { 1000, { 900, 900 }, false };
	static const struct results_query query = { .stat = RESULT_P50,
						    .metric = "latency" };
	char *paths[] = { run_dir(f, RUN_BASE), run_dir(f, RUN_NEW) };
	struct lab_verdict verdict;
	struct results r = { 0 };
	FILE *null = fopen("/dev/null", "w");
	struct error err;

	assert_non_null(null);
	write_rows(f, RUN_BASE, &base);
	write_rows(f, RUN_NEW, new);
	/* Without a row on both sides there is nothing to judge. */
	if (lab_verdict_load(&verdict, &paths[0], &paths[1], 1, &err))
		assert_int_equal(expected, LAB_OPEN);
	else
		assert_int_equal(lab_judge_pair(&verdict.comparison, NAN),
				 expected);
	lab_verdict_free(&verdict);
	if (results_load(&r, (const char *const *)&paths[1], 1, &query, &err))
		fail_msg("%s", err.text);
	assert_int_equal(lab_judge_alone(&r, 1000, true, null), expected);
	results_free(&r);
	fclose(null);
	free(paths[0]);
	free(paths[1]);
}

static void test_both_rules_agree(void **state)
{
	static const struct {
		struct rows rows;
		enum lab_judgement expected;
	} cases[] = {
		{ { 1000, { 0 }, false }, LAB_GOOD },
		{ { 1001, { 0 }, false }, LAB_BAD },
		/* What varies has no verdict, whatever a launch of it took. */
		{ { 1000, { 900, 5000 }, false }, LAB_GOOD },
		{ { 1001, { 900, 5000 }, false }, LAB_BAD },
		/* What fails now leaves it open, unless another row is bad. */
		{ { 1000, { 0 }, true }, LAB_OPEN },
		{ { 1001, { 0 }, true }, LAB_BAD },
		{ { 0, { 0 }, true }, LAB_OPEN },
		{ { 0, { 900, 5000 }, true }, LAB_OPEN },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
		expect(*state, &cases[i].rows, cases[i].expected);
}

/* Where a tick is time, it is the median of launches that counts. */
static void test_median_of_launches(void **state)
{
	static const double ticks[] = { 900, 950, 5000 };
	const struct fixture *f = *state;
	static const struct results_query query = { .stat = RESULT_P50,
						    .metric = "latency" };
	const char *path = run_dir(f, RUN_NEW);
	struct run_writer w = run_begin(f, RUN_NEW);
	struct results r = { 0 };
	char *text = NULL;
	size_t size;
	FILE *out;

	for (w.launch = 1; w.launch <= 3; w.launch++)
		run_constant(&w, "exit/cpuid", ticks[w.launch - 1]);
	run_end(&w);
	assert_int_equal(results_load(&r, &path, 1, &query, NULL), 0);
	out = xmemstream(&text, &size);
	assert_int_equal(lab_judge_alone(&r, 950, false, out), LAB_GOOD);
	assert_int_equal(lab_judge_alone(&r, 949, false, out), LAB_BAD);
	/* Of a machine that counts instructions, such a row varies. */
	assert_int_equal(lab_judge_alone(&r, 949, true, out), LAB_OPEN);
	xmemstream_close(out);
	assert_text(text, "exit/cpuid  950 ticks\n"
			  "exit/cpuid  950 ticks\n"
			  "exit/cpuid  950 ticks, varies: no verdict\n");
	results_free(&r);
	free((char *)path);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		FIXTURE_TEST(test_both_rules_agree),
		FIXTURE_TEST(test_median_of_launches),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
