// SPDX-License-Identifier: GPL-2.0-or-later
/* Histories on disk: which nights count, digests, events of several hosts. */
#include <unistd.h>

#include "csv.h"
#include "directories.h"
#include "results-fixture.h"
#include "parallel.h"
#include "trend-digest.h"
#include "trend-plot.h"
#include "trend-print.h"
#include "trend-report.h"
#include "trend.h"

static const struct trend_detect_options detect = TREND_DETECT_DEFAULTS;

static struct scratch scratch;

static int set_up(void **state)
{
	(void)state;
	scratch = scratch_make();
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	scratch_remove(&scratch);
	return 0;
}

/* --- made-up nights -------------------------------------------------------- */

struct night {
	const char *host;
	int number;
	const char *cpu; /* NULL: "a CPU" */
	const char *label; /* NULL: the kernel's release */
	const char *machine; /* of the lab; NULL: none */
	const char *suite; /* commit; NULL: "c0ffee" */
	int kernel; /* 0: another one each night */
	bool unfinished;
};

static char *night_path(const struct night *n)
{
	return xasprintf("%s/%s/2026/run-%03d", scratch.path, n->host,
			 n->number);
}

static void write_env(const struct night *n, const char *dir)
{
	int day = n->number, kernel = n->kernel ? n->kernel : n->number;
	char *release = xasprintf("6.1.0-%05d-g%012d", kernel, kernel);
	char *lab = n->machine ? xasprintf(",\"lab\":{\"machine\":\"%s\","
					   "\"deterministic\":true}",
					   n->machine)
			       : xstrdup("");
	char *text = xasprintf(
		"{\"run\":{\"run_id\":\"2026%02d%02dT010000Z-%s\","
		"\"label\":\"%s\",\"host\":\"%s\",\"kernel\":\"%s\","
		"\"started_utc\":\"2026-%02d-%02dT01:00:00Z\"%s},"
		"\"cpu\":{\"model_name\":\"%s\"},"
		"\"tool\":{\"version\":\"0.1\",\"commit\":\"%s\"}%s}",
		1 + day / 28, 1 + day % 28, n->host,
		n->label ? n->label : release, n->host, release,
		n->machine ? 1 : 1 + day / 28, n->machine ? 1 : 1 + day % 28,
		n->unfinished ? ""
			      : ",\"finished_utc\":\"2026-01-01T02:00:00Z\"",
		n->cpu ? n->cpu : "a CPU", n->suite ? n->suite : "c0ffee", lab);

	scratch_write(dir, "env.json", text, strlen(text));
	free(release);
	free(lab);
	free(text);
}

static void put_value(FILE *f, const char *bench, int launch, double value)
{
	fprintf(f,
		"run,2026-01-31T12:00:00Z,label,host,kernel,boot,%d,%s,,"
		"latency,tsc,ok,,1000,%.2f,%.2f,%.2f,%.2f,%.2f,%.2f,%.2f,%.2f,"
		"%.2f,0,30\n",
		launch, bench, value, value, value, value, value, value, value,
		value, value);
}

static void put_status(FILE *f, const char *bench, const char *status,
		       const char *reason)
{
	fprintf(f,
		"run,2026-01-31T12:00:00Z,label,host,kernel,boot,1,%s,,"
		"latency,tsc,%s,%s,0,,,,,,,,,,,\n",
		bench, status, reason);
}

/* A night of one benchmark; some noise of nights, some of launches. */
static FILE *begin_night(const struct night *n)
{
	char *dir = night_path(n), *path = xasprintf("%s/summary.csv", dir);
	FILE *f;

	assert_int_equal(directories_make(dir, NULL), 0);
	write_env(n, dir);
	f = fopen(path, "w");
	assert_non_null(f);
	fprintf(f, "%s\n", summary_csv_header);
	free(dir);
	free(path);
	return f;
}

static void write_night(const struct night *n, const char *bench, double level)
{
	static const double off[] = { 0, 0.8, -0.5, 0.3, -0.9, 0.1, 0.6 };
	double noise = n->machine ? 0 : off[n->number % 7] * 0.01 * level;
	FILE *f = begin_night(n);

	for (int i = 1; i <= 3; i++)
		put_value(f, bench, i, level + noise + (n->machine ? 0 : i));
	assert_int_equal(fclose(f), 0);
}

/* @nights of @host, at 1000 until night @step, at 1050 from then on. */
static void write_history(struct night like, int nights, int step)
{
	for (int i = 0; i < nights; i++) {
		like.number = i;
		write_night(&like, "exit/cpuid", i < step ? 1000 : 1050);
	}
}

static struct trend load(const struct trend_query *query)
{
	struct error err = { "" };
	struct trend t;

	if (trend_load(&t, scratch.path, query, &err))
		fail_msg("%s", err.text);
	trend_analyse(&t, &detect);
	return t;
}

static struct trend load_all(void)
{
	return load(&(struct trend_query){ .metric = "latency" });
}

static char *text_of(const struct trend *t, const char *format, int64_t since)
{
	struct trend_report r;
	char *text = NULL;
	size_t size;
	FILE *f = open_memstream(&text, &size);

	trend_report_make(&r, t, since);
	trend_format_find(format)->print(f, &r);
	trend_report_free(&r);
	fclose(f);
	return text;
}

static void expect_text(const struct trend *t, const char *format,
			const char *part)
{
	char *text = text_of(t, format, INT64_MIN);

	if (!strstr(text, part))
		fail_msg("no '%s' in:\n%s", part, text);
	free(text);
}

/* --- tests ----------------------------------------------------------------- */

static void test_change_on_all_hosts(void **state)
{
	struct trend t;

	(void)state;
	write_history((struct night){ .host = "a" }, 50, 40);
	write_history((struct night){ .host = "b" }, 50, 41);
	t = load_all();
	assert_int_equal(t.n_hosts, 2);
	assert_int_equal(t.n_nights, 100);
	assert_int_equal(t.n_series, 2);
	assert_int_equal(t.n_events, 1);
	assert_int_equal(t.events[0].n_sightings, 2);
	assert_int_equal(t.events[0].n_hosts, 2);
	assert_int_equal(t.series[0].lost.absent, 0);
	expect_text(&t, "text", "all 2 hosts");
	expect_text(&t, "text", "slower");
	expect_text(&t, "text",
		    "kernel 6.1.0-00039-g000000000039 -> "
		    "6.1.0-00040-g000000000040");
	expect_text(&t, "text", "git bisect start 000000000040 000000000039\n");
	expect_text(&t, "markdown", "all 2 hosts; a");
	trend_free(&t);
}

static void test_change_on_one_host(void **state)
{
	struct trend t;

	(void)state;
	write_history((struct night){ .host = "a" }, 50, 40);
	write_history((struct night){ .host = "b" }, 50, 99);
	t = load_all();
	assert_int_equal(t.n_events, 1);
	assert_int_equal(t.events[0].n_sightings, 1);
	assert_int_equal(t.events[0].n_hosts, 2);
	expect_text(&t, "text", "host a only (1 of 2)");
	trend_free(&t);
}

static void test_hosts_are_told_apart(void **state)
{
	struct trend t;

	(void)state;
	/* The CPU was replaced, and is slower: no change of any series. */
	for (int i = 0; i < 60; i++) {
		struct night n = { .host = "a",
				   .number = i,
				   .cpu = i < 30 ? "old CPU" : "new CPU" };

		write_night(&n, "exit/cpuid", i < 30 ? 1000 : 1300);
	}
	t = load_all();
	assert_int_equal(t.n_hosts, 2);
	assert_string_equal(t.hosts[0].name, "a (new CPU)");
	assert_string_equal(t.hosts[1].name, "a (old CPU)");
	assert_int_equal(t.n_events, 0);
	trend_free(&t);
	t = load(&(struct trend_query){ .host = "*old*" });
	assert_int_equal(t.n_hosts, 1);
	assert_int_equal(t.n_nights, 30);
	assert_int_equal(t.n_series, 1);
	assert_int_equal(t.nights[0].host, 0);
	trend_free(&t);
}

static void test_labels_are_told_apart(void **state)
{
	struct trend t;

	(void)state;
	for (int i = 0; i < 60; i++) {
		struct night n = { .host = "a",
				   .number = i,
				   .label = i % 2 ? "mainline" : "next" };

		write_night(&n, "exit/cpuid", i % 2 ? 1000 : 1300);
	}
	t = load_all();
	assert_int_equal(t.n_hosts, 2);
	assert_string_equal(t.hosts[0].name, "a:mainline");
	assert_int_equal(t.n_events, 0);
	trend_free(&t);
}

static void test_exact_history(void **state)
{
	struct trend t;

	(void)state;
	write_history((struct night){ .host = "lab", .machine = "svm" }, 5, 4);
	t = load_all();
	assert_true(t.series[0].exact);
	assert_int_equal(t.n_events, 1);
	/* By the run id: the machine's own clock is the same each night. */
	assert_string_equal(t.nights[4].started, "2026-01-05T01:00:00Z");
	expect_text(&t, "text", "1000 -> 1050 ticks: +50 slower, exact");
	expect_text(&t, "text",
		    "git bisect run run-bench lab bisect --machine svm --above "
		    "1025 exit/cpuid\n");
	trend_free(&t);
}

/* Lines that are there to be copied must not do what a name says. */
static void test_names_in_commands(void **state)
{
	struct night n = { .host = "lab", .machine = "svm'\\u001b" };
	struct trend t;
	char *text;

	(void)state;
	for (n.number = 0; n.number < 5; n.number++)
		write_night(&n, "a'; touch x\033", n.number < 4 ? 1000 : 1050);
	t = load_all();
	expect_text(&t, "text",
		    "git bisect run run-bench lab bisect --machine "
		    "'svm'\\''?' --above 1025 'a'\\''; touch x?'\n");
	text = text_of(&t, "markdown", INT64_MIN);
	assert_non_null(strstr(text, "| a'; touch x? |"));
	assert_null(strchr(text, '\033'));
	free(text);
	trend_free(&t);
}

static void test_nights_left_out(void **state)
{
	struct night unfinished = { .host = "a",
				    .number = 5,
				    .unfinished = true };
	char *dir;
	struct trend t;

	(void)state;
	write_history((struct night){ .host = "a" }, 5, 99);
	write_night(&unfinished, "exit/cpuid", 1000);
	write_history((struct night){ .host = ".hidden" }, 3, 99);
	/* Without an env.json; and the same run once more. */
	write_history((struct night){ .host = "b" }, 1, 99);
	dir = xasprintf("%s/b/2026/run-000/env.json", scratch.path);
	assert_int_equal(unlink(dir), 0);
	free(dir);
	dir = xasprintf("cp -r '%s/a/2026/run-001' '%s/a/copy'", scratch.path,
			scratch.path);
	assert_int_equal(system(dir), 0);
	free(dir);
	t = load_all();
	assert_int_equal(t.n_nights, 5);
	assert_int_equal(t.n_left_out, 3);
	expect_text(&t, "text", "not finished");
	expect_text(&t, "text", "has the run id of");
	expect_text(&t, "text", "no change");
	expect_text(&t, "text", "too few to tell a change");
	trend_free(&t);
}

/* Of 50 nights some are missing, and some have no value of exit/cpuid. */
static void write_gaps(void)
{
	for (int i = 0; i < 50; i++) {
		struct night n = { .host = "a", .number = i };
		FILE *f;

		if (i % 10 == 3)
			continue; /* a missing night */
		f = begin_night(&n);
		put_value(f, "exit/old", 1, 1000 + i % 3);
		if (i == 20)
			put_status(f, "exit/cpuid", "fail", "no luck");
		else if (i == 21)
			put_status(f, "exit/cpuid", "skip", "no CPU");
		else if (i != 22)
			put_value(f, "exit/cpuid", 1,
				  (i < 40 ? 1000 : 1050) + i % 3);
		if (i > 30) /* appears */
			put_value(f, "exit/new", 1, 500 + i % 3);
		assert_int_equal(fclose(f), 0);
	}
}

static void test_nights_without_a_value(void **state)
{
	struct trend t;

	(void)state;
	write_gaps();
	t = load_all();
	assert_int_equal(t.n_nights, 45);
	assert_int_equal(t.n_series, 3);
	assert_string_equal(t.series[0].bench, "exit/cpuid");
	assert_int_equal(t.series[0].n_points, 42);
	assert_int_equal(t.series[0].lost.failed, 1);
	assert_int_equal(t.series[0].lost.skipped, 1);
	assert_string_equal(t.series[0].lost.reason, "no CPU");
	assert_string_equal(t.series[1].bench, "exit/new");
	assert_int_equal(t.series[1].lost.absent, 28);
	assert_int_equal(t.n_events, 1);
	assert_string_equal(trend_after(&t, t.events[0].sightings)->started,
			    "2026-02-13T01:00:00Z");
	/* Each with the reason that is its own, and of its series. */
	expect_text(&t, "text",
		    "1 night together, failed and do not count; the first is\n"
		    "  exit/cpuid (no luck)\n");
	expect_text(&t, "text",
		    "1 night together, were skipped; the first is exit/cpuid "
		    "(no\n  CPU)\n");
	expect_text(
		&t, "text",
		"have no row of the benchmark; the first\n  is exit/cpuid\n");
	trend_free(&t);
	t = load(&(struct trend_query){
		.patterns = (const char *const[]){ "exit/n*" },
		.n_patterns = 1 });
	assert_int_equal(t.n_series, 1);
	trend_free(&t);
}

static void test_digests(void **state)
{
	char *path =
		xasprintf("%s/a/2026/run-007/" TREND_DIGEST_NAME, scratch.path);
	char *text, *first, *second;
	struct night n = { .host = "a", .number = 7 };
	struct trend t;

	(void)state;
	write_history((struct night){ .host = "a" }, 50, 40);
	t = load_all();
	assert_int_equal(t.n_digests, 0);
	first = text_of(&t, "csv", INT64_MIN);
	trend_free(&t);
	t = load_all();
	assert_int_equal(t.n_digests, 50);
	second = text_of(&t, "csv", INT64_MIN);
	assert_string_equal(first, second);
	trend_free(&t);
	/* One that is cut off, and one whose results have changed since. */
	text = read_file(path, NULL);
	assert_non_null(text);
	assert_int_equal(truncate(path, (off_t)strlen(text) / 2), 0);
	free(text);
	n.number = 8;
	write_night(&n, "exit/other", 1000);
	t = load_all();
	assert_int_equal(t.n_digests, 48);
	assert_int_equal(t.n_series, 2);
	trend_free(&t);
	t = load(&(struct trend_query){ .metric = "latency",
					.no_digests = true });
	assert_int_equal(t.n_digests, 0);
	trend_free(&t);
	free(first);
	free(second);
	free(path);
}

/* A file of the user's that has the name stays, and is told of. */
static void test_foreign_digest(void **state)
{
	char *path =
		xasprintf("%s/a/2026/run-001/" TREND_DIGEST_NAME, scratch.path);
	char *dir = xasprintf("%s/a/2026/run-001", scratch.path);
	struct trend t;
	char *text;

	(void)state;
	write_history((struct night){ .host = "a" }, 3, 2);
	scratch_write(dir, TREND_DIGEST_NAME, "precious\n", 9);
	for (int again = 0; again < 2; again++) {
		t = load_all();
		assert_int_equal(t.n_nights, 3);
		assert_int_equal(t.n_digests, again ? 2 : 0);
		assert_int_equal(t.n_foreign, 1);
		text = text_of(&t, "text", INT64_MIN);
		assert_non_null(strstr(text, "! no digest is kept of 1 night"));
		free(text);
		trend_free(&t);
		text = read_file(path, NULL);
		assert_string_equal(text, "precious\n");
		free(text);
	}
	/* What a full disk left of ours is replaced. */
	scratch_write(dir, TREND_DIGEST_NAME, "bench,var", 9);
	t = load_all();
	assert_int_equal(t.n_foreign, 0);
	trend_free(&t);
	t = load_all();
	assert_int_equal(t.n_digests, 3);
	trend_free(&t);
	free(dir);
	free(path);
}

/* Put @with in the place of what stands behind @before up to the comma. */
static void falsify(const char *path, const char *before, const char *with)
{
	char *text = read_file(path, NULL), *at;
	FILE *file = fopen(path, "w");

	assert_non_null(text);
	assert_non_null(file);
	at = strstr(text, before);
	assert_non_null(at);
	at += strlen(before);
	fprintf(file, "%.*s%s%s", (int)(at - text), text, with,
		at + strcspn(at, ",\n"));
	assert_int_equal(fclose(file), 0);
	free(text);
}

/* A digest with a number that no digest has is made anew. */
static void test_impossible_digests(void **state)
{
	static const struct {
		const char *before, *with;
	} falses[] = {
		{ ",ok,", "-1" },
		{ ",ok,", "1e300" },
		{ ",rows,,,,,,,,", "1000000000" },
	};
	char *path =
		xasprintf("%s/a/2026/run-000/" TREND_DIGEST_NAME, scratch.path);
	struct trend t;

	(void)state;
	write_history((struct night){ .host = "a" }, 2, 1);
	for (size_t i = 0; i < ARRAY_SIZE(falses); i++) {
		t = load_all();
		trend_free(&t);
		falsify(path, falses[i].before, falses[i].with);
		t = load_all();
		assert_int_equal(t.n_digests, 1);
		assert_int_equal(t.series[0].n_points, 2);
		trend_free(&t);
	}
	free(path);
}

static void test_since_is_when_it_was_told(void **state)
{
	int64_t time;
	struct trend t;
	char *text;

	(void)state;
	write_history((struct night){ .host = "a" }, 50, 40);
	t = load_all();
	assert_int_equal(t.n_events, 1);
	/* Night 40 is the 13th of February; it is told on the 15th. */
	assert_int_equal(trend_parse_time("2026-02-15", &time), 0);
	text = text_of(&t, "csv", time);
	assert_non_null(strstr(text, "exit/cpuid"));
	free(text);
	assert_int_equal(trend_parse_time("2026-02-16", &time), 0);
	text = text_of(&t, "csv", time);
	assert_null(strstr(text, "exit/cpuid"));
	free(text);
	assert_int_equal(trend_parse_time("yesterday", &time), -1);
	assert_int_equal(trend_parse_time("2026-02-31", &time), -1);
	assert_int_equal(trend_parse_time("2026-02-29", &time), -1);
	assert_int_equal(trend_parse_time("2028-02-29", &time), 0);
	assert_int_equal(trend_parse_time("2026-02-30T01:00:00Z", &time), -1);
	trend_free(&t);
}

static void test_what_else_changed(void **state)
{
	struct trend t;

	(void)state;
	for (int i = 0; i < 50; i++) {
		struct night n = { .host = "a",
				   .number = i,
				   .kernel = 1,
				   .suite = i < 40 ? "aaaa" : "bbbb" };

		write_night(&n, "exit/cpuid", i < 40 ? 1000 : 1050);
	}
	t = load_all();
	expect_text(&t, "text",
		    "the suite changed too: 0.1 (aaaa) -> 0.1 "
		    "(bbbb)");
	expect_text(&t, "text", "before and after: the kernel did");
	expect_text(&t, "text", "no bisection: the kernel is the same");
	trend_free(&t);
}

static void test_plots(void **state)
{
	struct error err = { "" };
	struct trend t;
	char *dir, *csv;

	(void)state;
	write_history((struct night){ .host = "a" }, 50, 40);
	t = load_all();
	dir = xasprintf("%s/plots", scratch.path);
	/* Without gnuplot the data are there all the same. */
	if (trend_plot(&t, dir, true, &err))
		assert_non_null(strstr(err.text, "gnuplot"));
	csv = scratch_read(dir, "trend-a-exit-cpuid.csv", NULL);
	assert_non_null(strstr(csv, "\nchange,1770944400,"));
	assert_non_null(strstr(csv, ",\"+5.0%\"\n"));
	assert_non_null(strstr(csv, "\n\n\nkind,time,value,lo,hi,label\n"
				    "kernel,"));
	assert_non_null(strstr(csv, ",\"6.1.0-00040-g000000000040\"\n"));
	free(csv);
	free(dir);
	trend_free(&t);
}

static void count_job(void *ctx, size_t i)
{
	int *calls = ctx;

	calls[i]++;
}

static void test_parallel(void **state)
{
	int calls[1000] = { 0 };

	(void)state;
	parallel_for(0, count_job, calls);
	parallel_for(1000, count_job, calls);
	for (size_t i = 0; i < 1000; i++)
		assert_int_equal(calls[i], 1);
}

static void test_git_names(void **state)
{
	static const struct {
		const char *release, *commit, *name;
	} cases[] = {
		{ "6.1.0-rc2", "", "v6.1-rc2" },
		{ "6.1.0", "", "v6.1" },
		{ "6.1.7", "", "v6.1.7" },
		{ "6.1.0-18-amd64", "", NULL },
		{ "6.1.0-00012-g1234567", "1234567", "1234567" },
		{ "next", "", NULL },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		const struct trend_night night = { .kernel = cases[i].release,
						   .kernel_commit =
							   cases[i].commit };
		char *name = trend_git_name(&night);

		if (cases[i].name) {
			assert_non_null(name);
			assert_string_equal(name, cases[i].name);
		} else {
			assert_null(name);
		}
		free(name);
	}
}

static void test_nothing_to_read(void **state)
{
	const struct trend_query all = { 0 };
	struct error err;
	struct trend t;

	(void)state;
	assert_int_equal(trend_load(&t, scratch.path, &all, &err), -1);
	assert_non_null(strstr(err.text, "no results in"));
	trend_free(&t);
	assert_int_equal(trend_load(&t, "/nonexistent", &all, &err), -1);
	assert_non_null(strstr(err.text, "cannot read '/nonexistent'"));
	trend_free(&t);
	write_history((struct night){ .host = "a" }, 3, 99);
	assert_int_equal(trend_load(&t, scratch.path,
				    &(struct trend_query){ .metric = "none" },
				    &err),
			 -1);
	assert_non_null(strstr(err.text, "is selected"));
	trend_free(&t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
		TEST(test_change_on_all_hosts),
		TEST(test_change_on_one_host),
		TEST(test_hosts_are_told_apart),
		TEST(test_labels_are_told_apart),
		TEST(test_exact_history),
		TEST(test_names_in_commands),
		TEST(test_nights_left_out),
		TEST(test_nights_without_a_value),
		TEST(test_digests),
		TEST(test_foreign_digest),
		TEST(test_impossible_digests),
		TEST(test_since_is_when_it_was_told),
		TEST(test_what_else_changed),
		TEST(test_plots),
		TEST(test_parallel),
		TEST(test_git_names),
		TEST(test_nothing_to_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
