// SPDX-License-Identifier: GPL-2.0-or-later
/* Results of a made-up machine get their names. */
#include <jansson.h>

#include "csv.h"
#include "csv-read.h"
#include "fixture.h"
#include "json-path.h"
#include "lab/identity.h"

/* printf 'not much of a kernel' | sha256sum */
#define KERNEL "not much of a kernel"
#define KERNEL_SHA256 \
	"ddf54cac5fab828c5be62c133b64b3bdb4fe882b97e9b72051ab7dc8456a59d0"

#define RUN_ID "20260101T000000Z-lab-6.1.0"

#define MACHINE_TIME "2026-01-01T00:00:08Z"
#define STARTED	     "2026-03-04T05:06:07Z" /* by this host's clock */

static const char env[] = "{\"run\": {\"run_id\": \"" RUN_ID "\", "
			  "\"label\": \"lab\", \"seed\": 1, "
			  "\"started_utc\": \"" MACHINE_TIME "\", "
			  "\"finished_utc\": \"" MACHINE_TIME "\"}, "
			  "\"cpu\": {\"flags\": [\"fpu\", \"svm\"]}}";

#define ROW_END "host,6.1.0,boot,1,exit/cpuid,cpl=0,latency,tsc,ok,,9,"
#define ROW	RUN_ID ",2026-01-01T00:00:01Z,lab," ROW_END

/* A job whose machine has ended; the fixture's /out is what it brought out. */
struct ended {
	struct lab_machine machine;
	struct lab_job job;
	char *kernel, *output;
};

static struct ended ended(const struct fixture *f, const char *label)
{
	struct ended e = { .kernel = host_path(&f->root, "/my.bzImage"),
			   .output = host_path(&f->root, "/out") };
	char *text =
		xasprintf("svm,memory=1024,emulator=%s/emulator", f->directory);
	struct error err;

	if (lab_machine_parse(&e.machine, text, &err))
		fail_msg("%s", err.text);
	put(f, "/emulator", "#!/bin/sh\necho \"an emulator $*\"\necho more\n");
	assert_int_equal(chmod(e.machine.emulator, 0755), 0);
	free(text);
	put(f, "/my.bzImage", KERNEL);
	e.job = (struct lab_job){ .kernel = e.kernel,
				  .output = e.output,
				  .label = label,
				  .started_utc = STARTED,
				  .number = 2 };
	return e;
}

static int name(struct ended *e, struct error *err)
{
	e->job.machine = &e->machine;
	return lab_identity_write(&e->job, err);
}

static void drop(struct ended *e)
{
	lab_machine_free(&e->machine);
	free(e->kernel);
	free(e->output);
}

static void put_summary(const struct fixture *f, const char *rows)
{
	char *text = xasprintf("%s\n%s", summary_csv_header, rows);

	put(f, "/out/summary.csv", text);
	free(text);
}

static char *summary_of(const struct fixture *f)
{
	char *path = host_path(&f->root, "/out/summary.csv");
	char *text = read_file(path, NULL);

	free(path);
	assert_non_null(text);
	return text;
}

static json_t *env_of(const struct fixture *f)
{
	char *path = host_path(&f->root, "/out/env.json");
	json_t *json = json_load_file(path, 0, NULL);

	free(path);
	assert_non_null(json);
	return json;
}

static void expect_text(const json_t *json, const char *path,
			const char *expected)
{
	const char *text = json_text_at(json, path);

	if (!text)
		fail_msg("no %s", path);
	assert_string_equal(text, expected);
}

/* "YYYYMMDDTHHMMSSZ-lab-LABEL-2" */
static void expect_run_id(const char *id, const char *label)
{
	char *end = xasprintf("-lab-%s-2", label);

	assert_int_equal(strspn(id, "0123456789TZ"), 16);
	assert_string_equal(id + 16, end);
	free(end);
}

/* --- rows ---------------------------------------------------------------------- */

static void expect_named(const struct fixture *f, const char *label)
{
	struct ended e = ended(f, label);
	const struct csv_field *fields;
	struct csv_reader *reader;
	struct csv_fault fault;
	struct error err;
	size_t rows = 0;
	json_t *json;
	char *path;

	put(f, "/out/env.json", env);
	put_summary(f, ROW "1,2,3,4,5,6,7,8,9,10,11\n" ROW
			   "1,2,3,4,5,6,7,8,9,10,11\n");
	if (name(&e, &err))
		fail_msg("%s", err.text);
	json = env_of(f);
	expect_text(json, "run.label", label);
	expect_run_id(json_text_at(json, "run.run_id"), label);
	expect_text(json, "run.started_utc", STARTED);
	assert_string_not_equal(json_text_at(json, "run.finished_utc"),
				MACHINE_TIME);
	path = host_path(&f->root, "/out/summary.csv");
	reader = csv_open(path, &err);
	assert_non_null(reader);
	assert_int_equal(csv_columns(reader), 25);
	while (csv_next(reader, &fields, &fault, &err) == CSV_ROW) {
		rows++;
		assert_true(csv_equals(&fields[0],
				       json_text_at(json, "run.run_id")));
		assert_true(csv_equals(&fields[1], "2026-01-01T00:00:01Z"));
		assert_true(csv_equals(&fields[2], label));
		assert_true(csv_equals(&fields[3], "host"));
		assert_true(csv_equals(&fields[24], "11"));
	}
	assert_int_equal(rows, 2);
	csv_close(reader);
	free(path);
	json_decref(json);
	drop(&e);
}

static void test_names(void **state)
{
	expect_named(*state, "patched");
}

static void test_labels_to_be_quoted(void **state)
{
	expect_named(*state, "patched, \"v2\"");
	expect_named(*state, "two\nlines");
	expect_named(*state, "lab");
	expect_named(*state, "100%s \xc3\xa9");
}

/* Nothing else of a row moves, and no line's end. */
static void test_rest_of_the_rows(void **state)
{
	const struct fixture *f = *state;
	struct ended e = ended(f, "p");
	struct error err;
	json_t *json;
	char *expected;
	const char *id;

	put(f, "/out/env.json", env);
	put_summary(f, ROW ",lab,,\"lab,\",\r\n" ROW "cut off");
	if (name(&e, &err))
		fail_msg("%s", err.text);
	json = env_of(f);
	id = json_text_at(json, "run.run_id");
	expected = xasprintf("%s\n%s,2026-01-01T00:00:01Z,p," ROW_END
			     ",lab,,\"lab,\",\r\n"
			     "%s,2026-01-01T00:00:01Z,p," ROW_END "cut off",
			     summary_csv_header, id, id);
	assert_text(summary_of(f), expected);
	free(expected);
	json_decref(json);
	drop(&e);
}

/* Reasons are errors' texts, which may have more lines than one. */
static void test_rows_of_many_lines(void **state)
{
	const struct fixture *f = *state;
	struct ended e = ended(f, "p");
	struct error err;
	char *text;

	put(f, "/out/env.json", env);
	put_summary(f, ROW "\"first, \"\"so\"\"\nsecond\n\nthird\",1\n" ROW
			   "\"a\n\"\"\n\"\"\"\n" ROW "2\n");
	if (name(&e, &err))
		fail_msg("%s", err.text);
	text = summary_of(f);
	assert_non_null(strstr(text, "p," ROW_END "\"first, \"\"so\"\"\n"
				     "second\n\nthird\",1\n"));
	assert_non_null(strstr(text, "p," ROW_END "\"a\n\"\"\n\"\"\"\n"));
	assert_non_null(strstr(text, "p," ROW_END "2\n"));
	assert_null(strstr(text, RUN_ID));
	free(text);
	drop(&e);
}

static void test_no_rows(void **state)
{
	const struct fixture *f = *state;
	struct ended e = ended(f, "p");
	struct error err;
	char *expected = xasprintf("%s\n", summary_csv_header);

	put(f, "/out/env.json", env);
	put_summary(f, "");
	if (name(&e, &err))
		fail_msg("%s", err.text);
	assert_text(summary_of(f), expected);
	free(expected);
	drop(&e);
}

static void expect_refused(const struct fixture *f, const char *row)
{
	struct ended e = ended(f, "p");
	char *rows = xasprintf(ROW "1\n%s\n", row);
	char *path = host_path(&f->root, "/out/summary.csv");
	char *new_path = xasprintf("%s.new", path);
	char *expected = xasprintf("'%s' has a row of another run", path);
	json_t *json;
	struct error err;
	char *text;

	put(f, "/out/env.json", env);
	put_summary(f, rows);
	assert_int_equal(name(&e, &err), -1);
	assert_string_equal(err.text, expected);
	/* What was brought out stays as it is, and nothing half done. */
	text = summary_of(f);
	assert_non_null(strstr(text, rows));
	free(text);
	assert_int_equal(access(new_path, F_OK), -1);
	json = env_of(f);
	expect_text(json, "run.run_id", RUN_ID);
	json_decref(json);
	free(expected);
	free(new_path);
	free(path);
	free(rows);
	drop(&e);
}

static void test_rows_of_another_run(void **state)
{
	expect_refused(*state, "20260101T000000Z-lab-6.1.1,t,lab," ROW_END);
	expect_refused(*state, RUN_ID "1,2026-01-01T00:00:01Z,lab," ROW_END);
	expect_refused(*state, RUN_ID ",2026-01-01T00:00:01Z,lob," ROW_END);
	expect_refused(*state, RUN_ID ",2026-01-01T00:00:01Z,lab2," ROW_END);
	expect_refused(*state, RUN_ID);
	expect_refused(*state, RUN_ID ",");
	expect_refused(*state, "");
}

/* --- env.json --------------------------------------------------------------------- */

static void test_machine(void **state)
{
	const struct fixture *f = *state;
	struct ended e = ended(f, "p");
	struct error err;
	json_t *json;

	put(f, "/out/env.json", env);
	put_summary(f, ROW "1\n");
	if (name(&e, &err))
		fail_msg("%s", err.text);
	json = env_of(f);
	expect_text(json, "lab.machine", e.machine.text);
	expect_text(json, "lab.accel", "tcg");
	assert_true(json_is_true(json_at(json, "lab.deterministic")));
	expect_text(json, "lab.emulator", "an emulator --version");
	expect_text(json, "lab.kernel.file", "my.bzImage");
	expect_text(json, "lab.kernel.sha256", KERNEL_SHA256);
	assert_null(json_at(json, "lab.kernel.recipe"));
	/* What is there already stays. */
	assert_int_equal(json_integer_value(json_at(json, "run.seed")), 1);
	assert_int_equal(json_array_size(json_at(json, "cpu.flags")), 2);
	json_decref(json);
	drop(&e);
}

static void test_recipe(void **state)
{
	const struct fixture *f = *state;
	struct ended e = ended(f, "p");
	struct error err;
	json_t *json;

	put(f, "/my.bzImage.json", "{\"source\": \"linux\"}");
	put(f, "/out/env.json", env);
	put_summary(f, ROW "1\n");
	if (name(&e, &err))
		fail_msg("%s", err.text);
	json = env_of(f);
	expect_text(json, "lab.kernel.recipe.source", "linux");
	json_decref(json);
	drop(&e);
}

/* "true", "false" or "null", of a CPU with these flags. */
static void expect_nrips(const struct fixture *f, const char *flags,
			 const char *expected)
{
	struct ended e = ended(f, "p");
	char *text = xasprintf("{\"run\": {\"run_id\": \"" RUN_ID "\"}, "
			       "\"cpu\": {\"flags\": [%s]}}",
			       flags),
	     *got;
	struct error err;
	json_t *json;

	put(f, "/out/env.json", text);
	put_summary(f, "");
	if (name(&e, &err))
		fail_msg("%s", err.text);
	json = env_of(f);
	got = json_dumps(json_object_get(json_object_get(json, "lab"), "nrips"),
			 JSON_ENCODE_ANY);
	assert_text(got, expected);
	json_decref(json);
	free(text);
	drop(&e);
}

static void test_nrips(void **state)
{
	expect_nrips(*state, "\"svm\", \"nrip_save\"", "true");
	expect_nrips(*state, "\"nrip_save\", \"svm\"", "true");
	expect_nrips(*state, "\"svm\", \"nrip\"", "false");
	expect_nrips(*state, "\"vmx\"", "null");
	expect_nrips(*state, "", "null");
}

/* A suite that measured nothing leaves none: nothing is to be named. */
static void test_no_env(void **state)
{
	const struct fixture *f = *state;
	struct ended e = ended(f, "p");
	struct error err;
	char *path;

	put_directory(f, "/out");
	assert_int_equal(name(&e, &err), 0);
	path = host_path(&f->root, "/out/summary.csv");
	assert_int_equal(access(path, F_OK), -1);
	free(path);
	drop(&e);
}

static void expect_error(const struct fixture *f, const char *format)
{
	struct ended e = ended(f, "p");
	char *path = host_path(&f->root, "/out/env.json");
	struct error err, expected;

	error_set(&expected, format, path);
	assert_int_equal(name(&e, &err), -1);
	if (strncmp(err.text, expected.text, strlen(expected.text)))
		fail_msg("%s", err.text);
	free(path);
	drop(&e);
}

static void test_bad_env(void **state)
{
	const struct fixture *f = *state;

	put_summary(f, "");
	put(f, "/out/env.json", "{\"run\": ");
	expect_error(f, "cannot read '%s': ");
	put(f, "/out/env.json", "{}");
	expect_error(f, "'%s' has no run id");
	put(f, "/out/env.json", "{\"run\": {\"run_id\": 5}}");
	expect_error(f, "'%s' has no run id");
}

static void test_no_summary(void **state)
{
	const struct fixture *f = *state;
	struct ended e = ended(f, "p");
	char *path = host_path(&f->root, "/out/summary.csv");
	char *new_path = xasprintf("%s.new", path);
	char *expected = xasprintf("cannot open '%s': "
				   "No such file or directory",
				   path);
	struct error err;

	put(f, "/out/env.json", env);
	assert_int_equal(name(&e, &err), -1);
	assert_string_equal(err.text, expected);
	assert_int_equal(access(new_path, F_OK), -1);
	free(expected);
	free(new_path);
	free(path);
	drop(&e);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		FIXTURE_TEST(test_names),
		FIXTURE_TEST(test_labels_to_be_quoted),
		FIXTURE_TEST(test_rest_of_the_rows),
		FIXTURE_TEST(test_rows_of_many_lines),
		FIXTURE_TEST(test_no_rows),
		FIXTURE_TEST(test_rows_of_another_run),
		FIXTURE_TEST(test_machine),
		FIXTURE_TEST(test_recipe),
		FIXTURE_TEST(test_nrips),
		FIXTURE_TEST(test_no_env),
		FIXTURE_TEST(test_bad_env),
		FIXTURE_TEST(test_no_summary),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
