// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Jobs and series of them, on an emulator that is a script: it writes what the
 * test has put down for it to the console and to the stream.
 */
#include <fcntl.h>

#include "csv.h"
#include "fixture.h"
#include "json-path.h"
#include "lab/job.h"
#include "lab/series.h"

static const char emulator[] =
	"#!/bin/sh\n"
	"here=${0%/*}\n"
	"[ \"$1\" = --version ] && { echo an emulator; exit; }\n"
	"while [ $# -gt 0 ]; do\n"
	"	case $1 in\n"
	"	-serial) console=${2#file:} ;;\n"
	"	-debugcon) stream=${2#file:} ;;\n"
	"	-kernel) kernel=${2##*/} ;;\n"
	"	-initrd) [ -s \"$2\" ] || exit 9 ;;\n"
	"	esac\n"
	"	shift\n"
	"done\n"
	"echo \"$kernel\" >>\"$here/booted\"\n"
	"cat \"$here/console\" >\"$console\"\n"
	"cat \"$here/$kernel.stream\" >\"$stream\"\n"
	". \"$here/end\"\n";

#define RUN_ID "20260101T000000Z-lab-6.1.0"

struct lab {
	const struct fixture *f;
	struct lab_machine machine;
	char *kernel, *output;
	struct argv args;
	struct lab_job job;
	struct error err;
};

static char *in_fixture(const struct fixture *f, const char *name)
{
	return xasprintf("%s/%s", f->directory, name);
}

/* --- what the machine sends ------------------------------------------------------ */

static void put_frame(FILE *to, char type, const char *text)
{
	size_t n = strlen(text);
	const char header[] = { type, (char)n, (char)(n >> 8), 0, 0 };

	fwrite(header, 1, sizeof(header), to);
	fwrite(text, 1, n, to);
}

/* Texts by turns: a type's letter, then what is sent. NULL ends them. */
static void put_stream(const struct fixture *f, const char *kernel,
		       const char *const *frames)
{
	char *name = xasprintf("%s.stream", kernel);
	char *path = in_fixture(f, name);
	FILE *to = fopen(path, "w");

	assert_non_null(to);
	fprintf(to, "SeaBIOS\n%s", LAB_STREAM_MAGIC);
	for (; *frames; frames += 2)
		put_frame(to, *frames[0], frames[1]);
	assert_int_equal(fclose(to), 0);
	free(path);
	free(name);
}

#define PUT_STREAM(f, kernel, ...) \
	put_stream(f, kernel, (const char *const[]){ __VA_ARGS__, NULL })

static void put_results(const struct fixture *f, const char *kernel,
			const char *status)
{
	char *rows = xasprintf("%s\n" RUN_ID ",t,lab,host,6.1,boot,1,b,,"
			       "latency,tsc,ok,,9,1,1,1,1,1,1,1,1,1,0,0\n",
			       summary_csv_header);

	PUT_STREAM(f, kernel, "o", "measuring\n", "f", "env.json", "d",
		   "{\"run\": {\"run_id\": \"" RUN_ID "\", ", "d",
		   "\"label\": \"lab\"}}", "f", "summary.csv", "d", rows, "f",
		   "plots/a/b.svg", "d", "<svg/>", "f", "empty", "x", status);
	free(rows);
}

/* --- one job ----------------------------------------------------------------------- */

static void put_kernel(const struct fixture *f, const char *name)
{
	char bytes[0x206] = "";
	char *path = xasprintf("/%s", name);

	memcpy(bytes + 0x202, "HdrS", 4);
	put_bytes(f, path, bytes, sizeof(bytes));
	free(path);
}

static struct lab *begin(const struct fixture *f)
{
	struct lab *l = xcalloc(1, sizeof(*l));
	char *text = xasprintf("svm,emulator=%s/emulator", f->directory);

	l->f = f;
	if (lab_machine_parse(&l->machine, text, &l->err))
		fail_msg("%s", l->err.text);
	put(f, "/emulator", emulator);
	assert_int_equal(chmod(l->machine.emulator, 0755), 0);
	put(f, "/console", "Linux version 6.1\nline\n");
	put(f, "/end", "exit 0\n");
	put_kernel(f, "a.bzImage");
	put_results(f, "a.bzImage", "0");
	l->kernel = in_fixture(f, "a.bzImage");
	l->output = in_fixture(f, "out");
	argv_add(&l->args, "run");
	l->job = (struct lab_job){ .machine = &l->machine,
				   .kernel = l->kernel,
				   .guest = { .args = &l->args, .limit = 5 },
				   .output = l->output,
				   .label = "patched",
				   .number = 1,
				   .wall_limit = 60 };
	free(text);
	return l;
}

static void drop(struct lab *l)
{
	lab_job_free(&l->job);
	/* Twice is fine, and no temporary file stays. */
	lab_job_free(&l->job);
	lab_machine_free(&l->machine);
	argv_free(&l->args);
	free(l->kernel);
	free(l->output);
	free(l);
}

/* The suite's status, or -1 with an error. */
static int run(struct lab *l)
{
	int ret = lab_job_start(&l->job, &l->err);

	if (ret)
		return ret;
	lab_job_wait(&l->job, NULL);
	return lab_job_finish(&l->job, &l->err);
}

static void expect_status(const struct fixture *f, int expected)
{
	struct lab *l = begin(f);
	char *text = xasprintf("%d", expected);
	int status;

	put_results(f, "a.bzImage", text);
	status = run(l);
	if (status < 0)
		fail_msg("%s", l->err.text);
	assert_int_equal(status, expected);
	free(text);
	drop(l);
}

static char *output_file(const struct lab *l, const char *name)
{
	char *path = xasprintf("%s/%s", l->output, name);
	char *text = read_file(path, NULL);

	free(path);
	return text;
}

static void test_results_come_out(void **state)
{
	struct lab *l = begin(*state);
	char *text, *work;

	if (run(l))
		fail_msg("%s", l->err.text);
	assert_text(output_file(l, "plots/a/b.svg"), "<svg/>");
	assert_text(output_file(l, "empty"), "");
	assert_text(output_file(l, "console.log"), "Linux version 6.1\nline\n");
	/* By the names of this host. */
	text = output_file(l, "summary.csv");
	assert_non_null(strstr(text, "-lab-patched-1,t,patched,host,6.1,"));
	free(text);
	text = output_file(l, "env.json");
	assert_non_null(strstr(text, "\"emulator\": \"an emulator\""));
	free(text);
	work = xstrdup(l->job.work);
	assert_int_equal(access(work, F_OK), 0);
	drop(l);
	assert_int_equal(access(work, F_OK), -1);
	free(work);
}

static void test_statuses(void **state)
{
	expect_status(*state, 0);
}

static void test_status_of_failures(void **state)
{
	expect_status(*state, 1);
}

static void test_status_of_skips(void **state)
{
	expect_status(*state, 77);
}

/* What has come when the end says what went wrong. */
static void expect_failure(struct lab *l, const char *expected)
{
	assert_int_equal(run(l), -1);
	assert_string_equal(l->err.text, expected);
	drop(l);
}

static void test_machine_tells_why(void **state)
{
	struct lab *l = begin(*state);

	PUT_STREAM(*state, "a.bzImage", "x", "cannot mount '/proc': why");
	expect_failure(l, "cannot mount '/proc': why");
}

static void test_no_number_at_the_end(void **state)
{
	struct lab *l = begin(*state);

	PUT_STREAM(*state, "a.bzImage", "x", "256");
	expect_failure(l, "256");
}

static void test_panic(void **state)
{
	struct lab *l = begin(*state);

	PUT_STREAM(*state, "a.bzImage", "o", "measuring\n");
	put(*state, "/console",
	    "[1.0] Kernel panic - not syncing: Attempted to kill init!\r\n"
	    "more\n");
	expect_failure(l, "the kernel panicked: Attempted to kill init!");
}

static void test_out_of_memory(void **state)
{
	struct lab *l = begin(*state);

	PUT_STREAM(*state, "a.bzImage", "o", "");
	put(*state, "/console",
	    "Kernel panic - not syncing: Out of memory: compulsory\n");
	expect_failure(l, "the kernel ran out of memory: compulsory");
}

static void test_deadlock_on_memory(void **state)
{
	struct lab *l = begin(*state);

	PUT_STREAM(*state, "a.bzImage", "o", "");
	put(*state, "/console",
	    "Kernel panic - not syncing: System is deadlocked on memory\n");
	expect_failure(l, "the kernel ran out of memory");
}

static void test_silent_machine(void **state)
{
	struct lab *l = begin(*state);

	put(*state, "/a.bzImage.stream", "");
	put(*state, "/console", "");
	expect_failure(l, "the machine stopped and said nothing: is the "
			  "kernel one that boots here?");
}

static void test_machine_that_stops(void **state)
{
	struct lab *l = begin(*state);

	put(*state, "/a.bzImage.stream", "");
	expect_failure(l, "the machine stopped before the suite ended");
}

static void test_emulator_that_fails(void **state)
{
	struct lab *l = begin(*state);

	put(*state, "/a.bzImage.stream", "");
	put(*state, "/end", "echo no such CPU >&2; kill -11 $$\n");
	assert_int_equal(run(l), -1);
	assert_non_null(strstr(l->err.text, "was killed by signal 11"));
	drop(l);
}

static void test_emulator_that_complains(void **state)
{
	struct lab *l = begin(*state);

	put(*state, "/a.bzImage.stream", "");
	put(*state, "/end", "echo no such CPU >&2; exit 1\n");
	assert_int_equal(run(l), -1);
	assert_non_null(strstr(l->err.text, "failed with exit status 1: "
					    "no such CPU"));
	drop(l);
}

static void test_no_emulator(void **state)
{
	struct lab *l = begin(*state);

	lab_machine_free(&l->machine);
	assert_int_equal(lab_machine_parse(&l->machine,
					   "svm,emulator=vmb-no-emulator",
					   &l->err),
			 0);
	expect_failure(l, "cannot run 'vmb-no-emulator': "
			  "No such file or directory");
}

static void test_wall_limit(void **state)
{
	struct lab *l = begin(*state);

	PUT_STREAM(*state, "a.bzImage", "o", "measuring\n");
	put(*state, "/end", "exec sleep 60\n");
	l->job.wall_limit = 0.2;
	expect_failure(l, "no end within 0.2 s: it hangs, or give a longer "
			  "'--wall-limit'");
}

static void test_interrupted(void **state)
{
	struct lab *l = begin(*state);
	bool stop = true;

	PUT_STREAM(*state, "a.bzImage", "o", "measuring\n");
	put(*state, "/end", "exec sleep 60\n");
	assert_int_equal(lab_job_start(&l->job, &l->err), 0);
	lab_job_wait(&l->job, &stop);
	assert_int_equal(lab_job_finish(&l->job, &l->err), -1);
	assert_string_equal(l->err.text, "interrupted");
	drop(l);
}

static void test_bad_streams(void **state)
{
	struct lab *l = begin(*state);

	PUT_STREAM(*state, "a.bzImage", "d", "bytes", "x", "0");
	expect_failure(l, "the machine sent bytes of no file");
}

static void test_paths_that_lead_elsewhere(void **state)
{
	struct lab *l = begin(*state);
	char *path = in_fixture(*state, "outside");

	PUT_STREAM(*state, "a.bzImage", "f", "../outside", "d", "x", "x", "0");
	expect_failure(l, "the machine sent a file without a name");
	assert_int_equal(access(path, F_OK), -1);
	free(path);
}

static void test_file_that_is_there(void **state)
{
	struct lab *l = begin(*state);
	char *expected =
		xasprintf("cannot create '%s/file': File exists", l->output);

	PUT_STREAM(*state, "a.bzImage", "f", "file", "d", "x", "f", "file", "d",
		   "y", "x", "0");
	expect_failure(l, expected);
	free(expected);
}

/* --- before the start ---------------------------------------------------------------- */

static void test_kernels_that_are_none(void **state)
{
	struct lab *l = begin(*state);
	char *expected = xasprintf("'%s' is no bzImage", l->kernel);

	put(*state, "/a.bzImage", "HdrS");
	expect_failure(l, expected);
	free(expected);
	l = begin(*state);
	expected = xasprintf("cannot open '%s': No such file or directory",
			     l->kernel);
	assert_int_equal(unlink(l->kernel), 0);
	expect_failure(l, expected);
	free(expected);
}

static void test_output_directories(void **state)
{
	struct lab *l = begin(*state);
	char *expected = xasprintf("'%s' is not empty: choose another "
				   "'--output'",
				   l->output);

	put(*state, "/out/precious", "precious");
	assert_int_equal(run(l), -1);
	assert_string_equal(l->err.text, expected);
	assert_text(output_file(l, "precious"), "precious");
	drop(l);
	free(expected);
}

static void test_empty_output_directory(void **state)
{
	struct lab *l = begin(*state);

	put_directory(*state, "/out");
	if (run(l))
		fail_msg("%s", l->err.text);
	drop(l);
}

/* Whose a directory is decides whether a failure may remove it. */
static void test_whose_output_directory(void **state)
{
	char *path = in_fixture(*state, "a/b");
	struct error err;
	bool made;

	assert_int_equal(lab_output_make(path, &made, &err), 0);
	assert_true(made);
	assert_int_equal(lab_output_make(path, &made, &err), 0);
	assert_false(made);
	put(*state, "/a/b/precious", "precious");
	assert_int_equal(lab_output_make(path, &made, &err), -1);
	assert_false(made);
	free(path);
}

/* --- the console ------------------------------------------------------------------------ */

static void expect_tail(const struct fixture *f, const char *text,
			unsigned int lines, const char *expected)
{
	char *path = in_fixture(f, "log");

	put(f, "/log", text);
	assert_text(lab_console_tail(path, lines), expected);
	free(path);
}

static void test_console_tail(void **state)
{
	expect_tail(*state, "", 2, "");
	expect_tail(*state, "\n\n", 2, "");
	expect_tail(*state, "a", 2, "a");
	expect_tail(*state, "a\nb\n", 2, "a\nb");
	expect_tail(*state, "a\nb\nc\n\n", 2, "b\nc");
	expect_tail(*state, "a\n\nb", 2, "\nb");
	expect_tail(*state, "a\nb", 1, "b");
	assert_text(lab_console_tail("/none/at/all", 2), "");
}

/* --- series -------------------------------------------------------------------------------- */

static void test_order_of_sides(void **state)
{
	static const char order[] = "ABBAABBAABBA";
	int n[LAB_SIDES] = { 0 };

	(void)state;
	for (size_t i = 0; i < strlen(order); i++)
		assert_int_equal(lab_series_side(i),
				 order[i] == 'A' ? LAB_BASE : LAB_NEW);
	/* After each pair both have had as many. */
	for (size_t i = 0; i < 1000; i++) {
		n[lab_series_side(i)]++;
		if (i % 2)
			assert_int_equal(n[LAB_BASE], n[LAB_NEW]);
	}
}

/* A series of both kernels, and the options it is of. */
struct two {
	struct lab *lab;
	struct lab_options options;
	struct lab_series series;
	char *new;
};

static struct two *begin_two(const struct fixture *f)
{
	struct two *t = xcalloc(1, sizeof(*t));

	t->lab = begin(f);
	t->new = in_fixture(f, "b.bzImage");
	put_kernel(f, "b.bzImage");
	put_results(f, "b.bzImage", "1");
	t->options =
		(struct lab_options){ .limit = 5, .wall_limit = 60, .jobs = 1 };
	t->series = (struct lab_series){ .options = &t->options,
					 .machine = &t->lab->machine,
					 .kernel = { t->lab->kernel, t->new },
					 .label = { "stock", "new" },
					 .output = t->lab->output };
	return t;
}

/* What boots say on stderr is not of these tests. */
static int run_two(struct two *t)
{
	int err = dup(STDERR_FILENO), null = open("/dev/null", O_WRONLY), ret;

	dup2(null, STDERR_FILENO);
	ret = lab_series_run(&t->series);
	dup2(err, STDERR_FILENO);
	close(null);
	close(err);
	return ret;
}

static void drop_two(struct two *t)
{
	lab_series_free(&t->series);
	drop(t->lab);
	free(t->new);
	free(t);
}

static void expect_path(const struct two *t, enum lab_side side, size_t i,
			const char *name, const char *label)
{
	char *path = xasprintf("%s/%s", t->lab->output, name);
	char *json_path = xasprintf("%s/env.json", path);
	json_t *env = json_load_file(json_path, 0, NULL);
	const char *id;

	assert_string_equal(t->series.paths[side][i], path);
	assert_non_null(env);
	assert_string_equal(json_text_at(env, "run.label"), label);
	/* Boots of one kernel are different runs. */
	id = json_text_at(env, "run.run_id");
	assert_int_equal(id[strlen(id) - 1], '1' + (int)i);
	json_decref(env);
	free(json_path);
	free(path);
}

static void test_series(void **state)
{
	struct two *t = begin_two(*state);
	char *path = in_fixture(*state, "booted");

	t->options.boots = 3;
	assert_int_equal(run_two(t), 0);
	assert_int_equal(t->series.boots, 3);
	assert_text(read_file(path, NULL), "a.bzImage\nb.bzImage\nb.bzImage\n"
					   "a.bzImage\na.bzImage\nb.bzImage\n");
	expect_path(t, LAB_BASE, 0, "base-1", "stock");
	expect_path(t, LAB_BASE, 1, "base-2", "stock");
	expect_path(t, LAB_BASE, 2, "base-3", "stock");
	expect_path(t, LAB_NEW, 0, "new-1", "new");
	expect_path(t, LAB_NEW, 2, "new-3", "new");
	free(path);
	drop_two(t);
}

static void test_series_side_by_side(void **state)
{
	struct two *t = begin_two(*state);

	t->options.boots = 2;
	t->options.jobs = 4;
	assert_int_equal(run_two(t), 0);
	expect_path(t, LAB_BASE, 1, "base-2", "stock");
	expect_path(t, LAB_NEW, 1, "new-2", "new");
	drop_two(t);
}

/* One boot each is enough where boots do not differ. */
static void test_number_of_boots(void **state)
{
	struct two *t = begin_two(*state);

	assert_int_equal(run_two(t), 0);
	assert_int_equal(t->series.boots, 1);
	lab_series_free(&t->series);
	t->series.output = t->new; /* no directory: ends at once */
	t->lab->machine.accel = LAB_ACCEL_KVM;
	assert_int_equal(run_two(t), -1);
	assert_int_equal(t->series.boots, 2);
	drop_two(t);
}

static void test_series_that_fails(void **state)
{
	struct two *t = begin_two(*state);
	char *path = in_fixture(*state, "booted");

	t->options.boots = 3;
	put_results(*state, "b.bzImage", "cannot mount '/proc': why");
	assert_int_equal(run_two(t), -1);
	/* Nothing boots after it. */
	assert_text(read_file(path, NULL), "a.bzImage\nb.bzImage\n");
	free(path);
	drop_two(t);
}

static void test_series_that_measures_nothing(void **state)
{
	static const char *const statuses[] = { "2", "77" };

	for (size_t i = 0; i < ARRAY_SIZE(statuses); i++) {
		struct two *t = begin_two(*state);
		char *output = xasprintf("%s-%zu", t->lab->output, i);

		t->series.output = output;
		put_results(*state, "a.bzImage", statuses[i]);
		assert_int_equal(run_two(t), -1);
		drop_two(t);
		free(output);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		FIXTURE_TEST(test_results_come_out),
		FIXTURE_TEST(test_statuses),
		FIXTURE_TEST(test_status_of_failures),
		FIXTURE_TEST(test_status_of_skips),
		FIXTURE_TEST(test_machine_tells_why),
		FIXTURE_TEST(test_no_number_at_the_end),
		FIXTURE_TEST(test_panic),
		FIXTURE_TEST(test_out_of_memory),
		FIXTURE_TEST(test_deadlock_on_memory),
		FIXTURE_TEST(test_silent_machine),
		FIXTURE_TEST(test_machine_that_stops),
		FIXTURE_TEST(test_emulator_that_fails),
		FIXTURE_TEST(test_emulator_that_complains),
		FIXTURE_TEST(test_no_emulator),
		FIXTURE_TEST(test_wall_limit),
		FIXTURE_TEST(test_interrupted),
		FIXTURE_TEST(test_bad_streams),
		FIXTURE_TEST(test_paths_that_lead_elsewhere),
		FIXTURE_TEST(test_file_that_is_there),
		FIXTURE_TEST(test_kernels_that_are_none),
		FIXTURE_TEST(test_output_directories),
		FIXTURE_TEST(test_empty_output_directory),
		FIXTURE_TEST(test_whose_output_directory),
		FIXTURE_TEST(test_console_tail),
		FIXTURE_TEST(test_order_of_sides),
		FIXTURE_TEST(test_series),
		FIXTURE_TEST(test_series_side_by_side),
		FIXTURE_TEST(test_number_of_boots),
		FIXTURE_TEST(test_series_that_fails),
		FIXTURE_TEST(test_series_that_measures_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
