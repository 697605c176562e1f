// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Resuming a run that was killed anywhere: a run of a few launches is written
 * by the code that writes real ones, and cut at every byte. Whatever is left,
 * the launches that were whole stay, to the byte, the others go, and when they
 * have run again the files are those of a run that was never killed.
 */
#include <math.h>

#include "csv.h"
#include "resume.h"
#include "results-fixture.h"

static const struct fixture_launch {
	uint64_t launch;
	size_t variant;
	enum row_status status;
} launches[] = {
	{ 1, 0, STATUS_OK },	     { 1, 2, STATUS_FAIL },
	{ 1, 1, STATUS_SKIP },	     { 2, 1, STATUS_SKIP },
	{ 2, 0, STATUS_UNVERIFIED }, { 2, 2, STATUS_FAIL },
	{ 11, 0, STATUS_OK },
};

#define LAUNCHES ARRAY_SIZE(launches)

struct file {
	char *text;
	size_t size;
	size_t end[LAUNCHES + 1]; /* after that many launches */
};

struct fixture {
	struct scratch scratch;
	struct file summary, histogram; /* of the whole run */
};

static void note_ends(const struct scratch *scratch, struct fixture *f,
		      size_t whole)
{
	free(f->summary.text);
	free(f->histogram.text);
	f->summary.text =
		scratch_read(scratch->path, "summary.csv", &f->summary.size);
	f->histogram.text = scratch_read(scratch->path, "histogram.csv",
					 &f->histogram.size);
	f->summary.end[whole] = f->summary.size;
	f->histogram.end[whole] = f->histogram.size;
}

static void append(struct results_dir *dir, size_t i)
{
	fixture_append(dir, launches[i].launch, launches[i].variant,
		       launches[i].status);
}

static int setup(void **state)
{
	struct fixture *f = xcalloc(1, sizeof(*f));
	struct scratch whole = scratch_make();
	struct results_dir dir;
	struct error err;

	assert_int_equal(results_dir_create(&dir, whole.path, &err), 0);
	note_ends(&whole, f, 0);
	for (size_t i = 0; i < LAUNCHES; i++) {
		append(&dir, i);
		note_ends(&whole, f, i + 1);
	}
	results_dir_close(&dir);
	scratch_remove(&whole);
	f->scratch = scratch_make();
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	scratch_remove(&f->scratch);
	free(f->summary.text);
	free(f->histogram.text);
	free(f);
	return 0;
}

/* How many launches the first @size bytes of @file hold. */
static size_t whole_launches(const struct file *file, size_t size)
{
	size_t n = 0;

	while (n < LAUNCHES && file->end[n + 1] <= size)
		n++;
	return n;
}

static void expect_start(const char *dir, const char *name,
			 const struct file *whole, size_t kept)
{
	size_t size;
	char *text = scratch_read(dir, name, &size);

	if (size != whole->end[kept] || memcmp(text, whole->text, size))
		fail_msg("%s is not that of %zu launches:\n%s", name, kept,
			 text);
	free(text);
}

static bool found(const struct resume *resume, size_t i,
		  struct launch_result *result)
{
	return resume_find(resume, launches[i].launch,
			   &fixture_variants[launches[i].variant], result);
}

static void expect_found(const struct resume *resume, size_t kept)
{
	static struct launch_result result;

	for (size_t i = 0; i < LAUNCHES; i++)
		if (found(resume, i, &result) != (i < kept))
			fail_msg("launch %zu of %zu is %s", i, kept,
				 i < kept ? "lost" : "found");
}

/* Equal but for the times at which the rows were written. */
static bool same_but_times(const char *a, const char *b, size_t size)
{
	static const char time[] = "dddd-dd-ddTdd:dd:ddZ";
	size_t i = 0, j;

	while (i < size) {
		for (j = 0; time[j] && i + j < size; j++)
			if (time[j] == 'd' ? a[i + j] < '0' || a[i + j] > '9'
					   : a[i + j] != time[j])
				break;
		if (!time[j])
			i += j; /* a time: any other will do */
		else if (a[i] != b[i])
			return false;
		else
			i++;
	}
	return true;
}

static void expect_finished(const struct fixture *f)
{
	size_t size;
	char *text = scratch_read(f->scratch.path, "summary.csv", &size);

	if (size != f->summary.size ||
	    !same_but_times(text, f->summary.text, size))
		fail_msg("summary.csv is not that of the whole run:\n%s", text);
	free(text);
	expect_start(f->scratch.path, "histogram.csv", &f->histogram, LAUNCHES);
}

static struct resume *open_cut(const struct fixture *f, size_t summary,
			       size_t histogram, struct results_dir *dir,
			       struct error *err)
{
	scratch_write(f->scratch.path, "summary.csv", f->summary.text, summary);
	scratch_write(f->scratch.path, "histogram.csv", f->histogram.text,
		      histogram);
	return resume_open(dir, f->scratch.path, err);
}

/* Cut, resume, look, and finish the run. */
static void check_cut(const struct fixture *f, size_t summary, size_t histogram)
{
	size_t kept = whole_launches(&f->summary, summary);
	struct results_dir dir;
	struct resume *resume;
	struct error err;

	resume = open_cut(f, summary, histogram, &dir, &err);
	if (!resume)
		fail_msg("cut at %zu: %s", summary, err.text);
	expect_found(resume, kept);
	expect_start(f->scratch.path, "summary.csv", &f->summary, kept);
	expect_start(f->scratch.path, "histogram.csv", &f->histogram, kept);
	for (size_t i = kept; i < LAUNCHES; i++)
		append(&dir, i);
	resume_free(resume);
	results_dir_close(&dir);
	expect_finished(f);
}

/* Killed while it wrote summary.csv; the launch's histogram is written. */
static void test_every_cut_of_summary(void **state)
{
	const struct fixture *f = *state;
	size_t kept, next;

	for (size_t cut = f->summary.end[0]; cut <= f->summary.size; cut++) {
		kept = whole_launches(&f->summary, cut);
		next = kept < LAUNCHES ? kept + 1 : kept;
		check_cut(f, cut, f->histogram.end[next]);
	}
}

/* Killed while it wrote the histogram, before the rows of the launch. */
static void test_every_cut_of_histogram(void **state)
{
	const struct fixture *f = *state;
	size_t kept;

	for (size_t cut = f->histogram.end[0]; cut <= f->histogram.size;
	     cut++) {
		kept = whole_launches(&f->histogram, cut);
		check_cut(f, f->summary.end[kept], cut);
	}
}

/* A histogram that reached the disk when much of summary.csv did not. */
static void test_histogram_ahead(void **state)
{
	const struct fixture *f = *state;

	for (size_t kept = 0; kept <= LAUNCHES; kept++)
		check_cut(f, f->summary.end[kept], f->histogram.size);
}

/* Without a whole header there is nothing to go on with, nor to destroy. */
static void test_every_cut_of_header(void **state)
{
	const struct fixture *f = *state;
	struct results_dir dir;
	struct resume *resume;
	struct error err;
	size_t size;
	char *text;

	for (size_t cut = 0; cut < f->summary.end[0]; cut++) {
		resume = open_cut(f, cut, f->histogram.end[0], &dir, &err);
		if (resume)
			fail_msg("resumed with %zu bytes of the header", cut);
		text = scratch_read(f->scratch.path, "summary.csv", &size);
		assert_int_equal(size, cut);
		free(text);
		results_dir_close(&dir);
	}
}

static void test_gives_results_back(void **state)
{
	const struct fixture *f = *state;
	static struct launch_result result;
	struct launch_result *expected;
	struct results_dir dir;
	struct resume *resume;
	struct error err;

	resume = open_cut(f, f->summary.size, f->histogram.size, &dir, &err);
	assert_non_null(resume);
	for (size_t i = 0; i < LAUNCHES; i++) {
		memset(&result, 0, sizeof(result));
		assert_true(found(resume, i, &result));
		expected = fixture_result(launches[i].status);
		assert_int_equal(result.status, expected->status);
		assert_string_equal(result.reason, expected->reason);
		assert_int_equal(result.latency.n, expected->latency.n);
		assert_true(result.latency.p50 == expected->latency.p50);
		assert_true(result.latency.p99 == expected->latency.p99);
		if (expected->latency.n)
			assert_true(result.overhead == expected->overhead);
		else
			assert_true(isnan(result.overhead));
		free(expected);
	}
	/* What no row tells of: 1 is not 11, and names must be equal. */
	assert_false(resume_find(resume, 12, &fixture_variants[0], &result));
	assert_false(resume_find(resume, 11, &fixture_variants[1], &result));
	assert_false(resume_find(resume, 0, &fixture_variants[0], &result));
	resume_free(resume);
	results_dir_close(&dir);
}

/* A second resume of a finished run changes nothing. */
static void test_finished(void **state)
{
	const struct fixture *f = *state;

	check_cut(f, f->summary.size, f->histogram.size);
	check_cut(f, f->summary.size, f->histogram.size);
}

/* What a crash of the machine may leave: a hole of zeros. */
static void test_damage_inside(void **state)
{
	const struct fixture *f = *state;
	size_t from = f->summary.end[1], to = f->summary.end[2];
	static struct launch_result result;
	char *damaged = malloc(f->summary.size);
	struct results_dir dir;
	struct resume *resume;
	struct error err;

	assert_non_null(damaged);
	memcpy(damaged, f->summary.text, f->summary.size);
	memset(damaged + from + 5, 0, to - from - 6);
	scratch_write(f->scratch.path, "summary.csv", damaged, f->summary.size);
	scratch_write(f->scratch.path, "histogram.csv", f->histogram.text,
		      f->histogram.size);
	resume = resume_open(&dir, f->scratch.path, &err);
	assert_non_null(resume);
	for (size_t i = 0; i < LAUNCHES; i++)
		assert_int_equal(found(resume, i, &result), i != 1);
	resume_free(resume);
	results_dir_close(&dir);
	free(damaged);
}

/* The same launch twice, as when two files were joined by hand. */
static void test_launch_twice(void **state)
{
	const struct fixture *f = *state;
	size_t from = f->summary.end[2], to = f->summary.end[3];
	char *text = malloc(f->summary.size + to - from);
	struct results_dir dir;
	struct resume *resume;
	struct error err;

	assert_non_null(text);
	memcpy(text, f->summary.text, to);
	memcpy(text + to, f->summary.text + from, f->summary.size - from);
	scratch_write(f->scratch.path, "summary.csv", text,
		      f->summary.size + to - from);
	scratch_write(f->scratch.path, "histogram.csv", f->histogram.text,
		      f->histogram.size);
	resume = resume_open(&dir, f->scratch.path, &err);
	assert_non_null(resume);
	expect_found(resume, LAUNCHES);
	resume_free(resume);
	results_dir_close(&dir);
	free(text);
}

/* In the first latency row, in the place of its number of samples. */
static char *with_samples(const struct fixture *f, const char *number)
{
	static const char before[] = ",latency,tsc,ok,,";
	const char *at = strstr(f->summary.text, before);

	assert_non_null(at);
	at += strlen(before);
	return xasprintf("%.*s%s%s", (int)(at - f->summary.text),
			 f->summary.text, number, at + strcspn(at, ","));
}

/* A number that no integer holds is none. */
static void test_impossible_samples(void **state)
{
	static const char *const numbers[] = { "-1", "1e300", "-1e300",
					       "1e10" };
	const struct fixture *f = *state;
	static struct launch_result result;
	struct results_dir dir;
	struct resume *resume;
	struct error err;
	char *text;

	for (size_t i = 0; i < ARRAY_SIZE(numbers); i++) {
		text = with_samples(f, numbers[i]);
		scratch_write(f->scratch.path, "summary.csv", text,
			      strlen(text));
		scratch_write(f->scratch.path, "histogram.csv",
			      f->histogram.text, f->histogram.size);
		resume = resume_open(&dir, f->scratch.path, &err);
		assert_non_null(resume);
		assert_true(found(resume, 0, &result));
		assert_int_equal(result.latency.n, 0);
		resume_free(resume);
		results_dir_close(&dir);
		free(text);
	}
}

static void refuse(const struct fixture *f, const char *reason)
{
	struct results_dir dir;
	struct error err;

	assert_null(resume_open(&dir, f->scratch.path, &err));
	if (!strstr(err.text, reason))
		fail_msg("'%s' instead of '%s'", err.text, reason);
	results_dir_close(&dir);
}

static void remove_file(const struct fixture *f, const char *name)
{
	char *path = xasprintf("%s/%s", f->scratch.path, name);

	remove(path);
	free(path);
}

static void test_refuses(void **state)
{
	static const char other[] = "launch,bench,variant,metric\n";
	const struct fixture *f = *state;

	remove_file(f, "summary.csv");
	remove_file(f, "histogram.csv");
	refuse(f, "summary.csv': No such file");
	scratch_write(f->scratch.path, "summary.csv", f->summary.text,
		      f->summary.size);
	refuse(f, "histogram.csv': No such file");
	/* That has not cost us the rows that are there. */
	expect_start(f->scratch.path, "summary.csv", &f->summary, LAUNCHES);
	scratch_write(f->scratch.path, "histogram.csv", f->histogram.text,
		      f->histogram.size);
	scratch_write(f->scratch.path, "summary.csv", other, strlen(other));
	refuse(f, "summary.csv' has no column 'status'");
	expect_start(f->scratch.path, "histogram.csv", &f->histogram, LAUNCHES);
}

static void test_refuses_locked(void **state)
{
	const struct fixture *f = *state;
	struct results_dir first;
	struct resume *resume;
	struct error err;

	resume = open_cut(f, f->summary.size, f->histogram.size, &first, &err);
	assert_non_null(resume);
	refuse(f, "another run is writing to");
	resume_free(resume);
	results_dir_close(&first);
	expect_start(f->scratch.path, "summary.csv", &f->summary, LAUNCHES);
}

/* No file beside the two is left over by any of this. */
static void test_leaves_nothing_behind(void **state)
{
	const struct fixture *f = *state;
	char *temporary;

	test_finished(state);
	temporary = xasprintf("%s/summary.csv.resume", f->scratch.path);
	assert_int_equal(access(temporary, F_OK), -1);
	free(temporary);
	temporary = xasprintf("%s/histogram.csv.resume", f->scratch.path);
	assert_int_equal(access(temporary, F_OK), -1);
	free(temporary);
	remove_file(f, "summary.csv");
	remove_file(f, "histogram.csv");
	assert_int_equal(rmdir(f->scratch.path), 0);
	assert_int_equal(mkdir(f->scratch.path, 0700), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_cut_of_summary),
		cmocka_unit_test(test_every_cut_of_histogram),
		cmocka_unit_test(test_histogram_ahead),
		cmocka_unit_test(test_every_cut_of_header),
		cmocka_unit_test(test_gives_results_back),
		cmocka_unit_test(test_finished),
		cmocka_unit_test(test_damage_inside),
		cmocka_unit_test(test_launch_twice),
		cmocka_unit_test(test_impossible_samples),
		cmocka_unit_test(test_refuses),
		cmocka_unit_test(test_refuses_locked),
		cmocka_unit_test(test_leaves_nothing_behind),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
