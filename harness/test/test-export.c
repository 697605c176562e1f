// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Exports, against the rules of who reads them: sel4bench's history of results
 * (seL4/sel4bench-results, README.md) and KCIDB's I/O schema v5.0
 * (kernelci/kcidb-io, kcidb_io/schema/v05_00.py, and what it inherits).
 */
#include "run-fixture.h"

#include <regex.h>

#include "export-json.h"
#include "export-kcidb.h"

static const char env[] =
	"{\"tool\": {\"version\": \"0.1\", \"commit\": \"1234567890ab\"},"
	"\"run\": {\"started_utc\": \"2026-01-31T12:00:00Z\"},"
	"\"cpu\": {\"model_name\": \"Some CPU\", \"microcode\": null},"
	"\"kernel\": {\"version\": \"#1 SMP\", \"debug\": false},"
	"\"kvm\": {\"backend\": \"svm\"}}";

static void write_run(const struct fixture *f)
{
	struct run_writer w = run_begin(f, RUN_BASE);

	for (w.launch = 1; w.launch <= 9; w.launch++) {
		run_latency(&w, "exit/cpuid", "cpl=0,x=a b", "ok",
			    1000 + 10 * w.launch);
		run_counter(&w, "exit/cpuid", "cpl=0,x=a b",
			    "msr_writes:TSC_AUX", 2);
		run_latency(&w, "nmi/self", "", "unverified", 500);
		run_status(&w, "msr/rd-spec-ctrl", "", "skip", "no such MSR");
		run_status(&w, "ipi/cross", "", "fail", "no end within 6 s");
	}
	run_end(&w);
	run_env(f, RUN_BASE, env);
}

/* Another host's run, of a kernel with the same release. */
static void write_other_host(const struct fixture *f, const char *version)
{
	struct run_writer w = run_begin(f, RUN_NEW);
	char *text = xasprintf("{\"kernel\": {\"version\": \"%s\"}}", version);

	fputs("run-other,2026-01-31T12:00:00Z,stock,lab2,6.1-stock,boot-b,1,"
	      "nmi/self,,latency,tsc,ok,,9,1,2,3,4,5,6,7,8,9,1,30\n",
	      w.summary);
	run_end(&w);
	run_env(f, RUN_NEW, text);
	free(text);
}

/* What was written is one line: parsed; the caller frees it. */
static json_t *parse_line(const char *text)
{
	json_t *json;

	assert_ptr_equal(strchr(text, '\n'), text + strlen(text) - 1);
	json = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
	assert_non_null(json);
	return json;
}

/* The base run's export; the caller frees it. */
static json_t *export(const struct fixture *f, const char *metric,
		      const struct kcidb_options *kcidb)
{
	const struct results_selection selection = { .metric = metric };
	char *dir = run_dir(f, RUN_BASE), *text = NULL;
	const char *const paths[] = { dir };
	struct error err = { "" };
	json_t *json;
	size_t len;
	FILE *out = open_memstream(&text, &len);
	int ret = kcidb ? export_kcidb(out, paths, 1, &selection, kcidb, &err)
			: export_json(out, dir, &selection, &err);

	assert_int_equal(fclose(out), 0);
	assert_string_equal(err.text, "");
	assert_int_equal(ret, 0);
	json = parse_line(text);
	free(text);
	free(dir);
	return json;
}

static void test_json_line(void **state)
{
	static const double wanted[] = {
		1010, 1030, 1050, 1050, 1070, 1090, 27.3861278752583, 9
	};
	json_t *line, *value, *numbers;
	const char *key;
	size_t metrics = 0;

	write_run(*state);
	line = export(*state, "msr_*", NULL);
	assert_string_equal(json_string_value(json_object_get(line, "ts")),
			    "2026-01-31T12:00:00Z");
	assert_string_equal(json_string_value(json_object_get(line, "sha")),
			    "1234567890ab");
	assert_string_equal(
		json_string_value(json_object_get(line, "sha_kernel")),
		"6.1-stock");
	assert_string_equal(json_string_value(json_object_get(line, "run_id")),
			    "run-stock");
	numbers = json_object_get(line, "exit/cpuid[cpl=0,x=a b]");
	assert_int_equal(json_array_size(numbers), 8);
	for (size_t i = 0; i < ARRAY_SIZE(wanted); i++)
		assert_float_equal(
			json_number_value(json_array_get(numbers, i)),
			wanted[i], 1e-9);
	json_object_foreach(line, key, value)
		metrics += json_is_array(value);
	/* Two latencies and a counter; no row of what gave no numbers. */
	assert_int_equal(metrics, 3);
	assert_true(json_is_array(json_object_get(
		line, "exit/cpuid[cpl=0,x=a b] msr_writes:TSC_AUX")));
	json_decref(line);
}

/* ---- KCIDB's rules ------------------------------------------------------ */

static void assert_match(const json_t *text, const char *pattern)
{
	const char *s = json_string_value(text);
	regex_t regex;

	assert_non_null(s);
	assert_int_equal(regcomp(&regex, pattern, REG_EXTENDED | REG_NOSUB), 0);
	if (regexec(&regex, s, 0, NULL, 0))
		fail_msg("'%s' does not match '%s'", s, pattern);
	regfree(&regex);
}

#define ORIGIN	  "^[a-z0-9_]+$"
#define ORIGIN_ID "^[a-z0-9_]+:.*$"
/* RFC 3339, as format date-time wants it. */
#define DATE_TIME                                        \
	"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:" \
	"[0-9]{2}(\\.[0-9]+)?(Z|[+-][0-9]{2}:[0-9]{2})$"

/* Members of an object: all they may be, and which must be there. */
struct rule {
	const char *key;
	json_type type;
	bool required;
	const char *pattern; /* of a text */
};

static const struct rule checkout_rules[] = {
	{ "id", JSON_STRING, true, ORIGIN_ID },
	{ "origin", JSON_STRING, true, ORIGIN },
	{ "git_commit_name", JSON_STRING, false, NULL },
	{ "comment", JSON_STRING, false, NULL },
	{ 0 },
};

static const struct rule build_rules[] = {
	{ "checkout_id", JSON_STRING, true, ORIGIN_ID },
	{ "id", JSON_STRING, true, ORIGIN_ID },
	{ "origin", JSON_STRING, true, ORIGIN },
	{ "architecture", JSON_STRING, false, "^[a-z0-9_]*$" },
	{ "comment", JSON_STRING, false, NULL },
	{ 0 },
};

static const struct rule test_rules[] = {
	{ "build_id", JSON_STRING, true, ORIGIN_ID },
	{ "id", JSON_STRING, true, ORIGIN_ID },
	{ "origin", JSON_STRING, true, ORIGIN },
	{ "path", JSON_STRING, false,
	  "^([a-zA-Z0-9_-]+(\\.[a-zA-Z0-9_-]+)*)?$" },
	{ "comment", JSON_STRING, false, NULL },
	{ "status", JSON_STRING, false, "^(FAIL|ERROR|MISS|PASS|DONE|SKIP)$" },
	{ "number", JSON_OBJECT, false, NULL },
	{ "start_time", JSON_STRING, false, DATE_TIME },
	{ "environment", JSON_OBJECT, false, NULL },
	{ "misc", JSON_OBJECT, false, NULL },
	{ 0 },
};

static const struct rule environment_rules[] = {
	{ "comment", JSON_STRING, false, NULL },
	{ "misc", JSON_OBJECT, false, NULL },
	{ 0 },
};

static const struct rule number_rules[] = {
	{ "value", JSON_REAL, true, NULL },
	{ "unit", JSON_STRING, false, NULL },
	{ 0 },
};

static const struct rule *find_rule(const struct rule *rules, const char *key)
{
	for (; rules->key; rules++)
		if (!strcmp(rules->key, key))
			return rules;
	fail_msg("'%s' may not be there", key);
	return NULL;
}

/* additionalProperties is false everywhere. */
static void assert_rules(json_t *object, const struct rule *rules)
{
	const char *key;
	json_t *value;

	assert_true(json_is_object(object));
	json_object_foreach(object, key, value) {
		const struct rule *r = find_rule(rules, key);

		assert_int_equal(json_typeof(value), r->type);
		if (r->pattern)
			assert_match(value, r->pattern);
	}
	for (; rules->key; rules++)
		if (rules->required && !json_object_get(object, rules->key))
			fail_msg("'%s' is missing", rules->key);
}

/* "no properties can be null" */
static void assert_no_null(json_t *json)
{
	const char *key;
	json_t *value;
	size_t i;

	assert_false(json_is_null(json));
	json_object_foreach(json, key, value)
		assert_no_null(value);
	json_array_foreach(json, i, value)
		assert_no_null(value);
}

/* IDs begin with the origin of their object, and no two are the same. */
static void assert_ids(json_t *list)
{
	json_t *a, *b;
	size_t i, k;

	json_array_foreach(list, i, a) {
		const char *id = json_string_value(json_object_get(a, "id"));
		const char *origin =
			json_string_value(json_object_get(a, "origin"));

		assert_memory_equal(id, origin, strlen(origin));
		assert_int_equal(id[strlen(origin)], ':');
		json_array_foreach(list, k, b)
			if (i != k)
				assert_false(
					json_equal(json_object_get(a, "id"),
						   json_object_get(b, "id")));
	}
}

static void assert_schema(json_t *report)
{
	static const struct {
		const char *key;
		const struct rule *rules;
	} lists[] = {
		{ "checkouts", checkout_rules },
		{ "builds", build_rules },
		{ "tests", test_rules },
	};
	json_t *item, *version = json_object_get(report, "version");
	size_t known = 1, k;

	assert_int_equal(json_object_size(version), 2);
	assert_int_equal(json_integer_value(json_object_get(version, "major")),
			 5);
	assert_int_equal(json_integer_value(json_object_get(version, "minor")),
			 0);
	for (size_t i = 0; i < ARRAY_SIZE(lists); i++) {
		json_t *list = json_object_get(report, lists[i].key);

		known += list != NULL;
		json_array_foreach(list, k, item)
			assert_rules(item, lists[i].rules);
		assert_ids(list);
	}
	assert_int_equal(json_object_size(report), known);
	json_array_foreach(json_object_get(report, "tests"), k, item) {
		assert_rules(json_object_get(item, "environment"),
			     environment_rules);
		if (json_object_get(item, "number"))
			assert_rules(json_object_get(item, "number"),
				     number_rules);
	}
	assert_no_null(report);
}

static json_t *find_test(json_t *report, const char *path)
{
	json_t *test;
	size_t k;

	json_array_foreach(json_object_get(report, "tests"), k, test) {
		const char *own =
			json_string_value(json_object_get(test, "path"));

		if (!strcmp(own, path))
			return test;
	}
	fail_msg("no test '%s'", path);
	return NULL;
}

static void assert_status(json_t *test, const char *status, bool number)
{
	assert_string_equal(json_string_value(json_object_get(test, "status")),
			    status);
	/* Only a test that ran may have one. */
	assert_int_equal(json_object_get(test, "number") != NULL, number);
}

static void test_kcidb(void **state)
{
	const struct kcidb_options options = { .origin = KCIDB_ORIGIN };
	json_t *report, *test, *number;

	write_run(*state);
	report = export(*state, "msr_*", &options);
	assert_schema(report);
	assert_int_equal(json_array_size(json_object_get(report, "tests")), 5);
	test = find_test(report, "vmentry-bench.exit.cpuid.cpl_0.x_a_b");
	assert_status(test, "DONE", true);
	number = json_object_get(test, "number");
	assert_float_equal(json_number_value(json_object_get(number, "value")),
			   1050, 1e-9);
	assert_string_equal(json_string_value(json_object_get(number, "unit")),
			    "ticks");
	find_test(report, "vmentry-bench.exit.cpuid.cpl_0.x_a_b.msr_writes_"
			  "TSC_AUX");
	test = find_test(report, "vmentry-bench.nmi.self");
	assert_status(test, "DONE", true);
	assert_true(json_is_false(
		json_object_get(json_object_get(test, "misc"), "verified")));
	assert_status(find_test(report, "vmentry-bench.msr.rd-spec-ctrl"),
		      "SKIP", false);
	assert_status(find_test(report, "vmentry-bench.ipi.cross"), "ERROR",
		      false);
	/* Tests are of the build that the report describes. */
	assert_true(json_equal(
		json_object_get(test, "build_id"),
		json_object_get(
			json_array_get(json_object_get(report, "builds"), 0),
			"id")));
	json_decref(report);
}

/* "ci95" is of 95 %: of six launches, and not of five. */
static void test_kcidb_interval(void **state)
{
	const struct kcidb_options options = { .origin = KCIDB_ORIGIN };

	for (int n = 5; n <= 6; n++) {
		struct run_writer w = run_begin(*state, RUN_BASE);
		json_t *report, *ci;

		for (w.launch = 1; w.launch <= n; w.launch++)
			run_latency(&w, "nmi/self", "", "ok", 100 + w.launch);
		run_end(&w);
		report = export(*state, NULL, &options);
		ci = json_object_get(
			json_object_get(find_test(report,
						  "vmentry-bench.nmi.self"),
					"misc"),
			"ci95");
		assert_int_equal(json_array_size(ci), n == 6 ? 2 : 0);
		json_decref(report);
	}
}

static void test_kcidb_of_a_known_build(void **state)
{
	const struct kcidb_options options = { "my_ci", "maestro:1234" };
	json_t *report, *test;

	write_run(*state);
	/* Also of a run that says nothing of itself. */
	run_env(*state, RUN_BASE, "{}");
	report = export(*state, NULL, &options);
	assert_schema(report);
	assert_null(json_object_get(report, "builds"));
	assert_null(json_object_get(report, "checkouts"));
	test = find_test(report, "vmentry-bench.nmi.self");
	assert_match(json_object_get(test, "build_id"), "^maestro:1234$");
	assert_match(json_object_get(test, "id"), "^my_ci:run-stock/nmi/self$");
	json_decref(report);
}

/* Both hosts' runs in one report; the caller frees it. */
static json_t *export_night(const struct fixture *f)
{
	const struct kcidb_options options = { .origin = KCIDB_ORIGIN };
	const struct results_selection selection = { 0 };
	char *base = run_dir(f, RUN_BASE), *new = run_dir(f, RUN_NEW);
	const char *const paths[] = { base, new };
	struct error err = { "" };
	char *text = NULL;
	json_t *report;
	size_t len;
	FILE *out = open_memstream(&text, &len);
	int ret = export_kcidb(out, paths, 2, &selection, &options, &err);

	assert_int_equal(fclose(out), 0);
	assert_string_equal(err.text, "");
	assert_int_equal(ret, 0);
	report = parse_line(text);
	free(text);
	free(base);
	free(new);
	return report;
}

static void assert_counts(json_t *report, size_t checkouts, size_t builds,
			  size_t tests)
{
	assert_int_equal(json_array_size(json_object_get(report, "checkouts")),
			 checkouts);
	assert_int_equal(json_array_size(json_object_get(report, "builds")),
			 builds);
	assert_int_equal(json_array_size(json_object_get(report, "tests")),
			 tests);
}

/* @build is one of the report's. */
static void assert_known_build(json_t *report, json_t *build)
{
	json_t *other;
	size_t i;

	json_array_foreach(json_object_get(report, "builds"), i, other)
		if (json_equal(json_object_get(other, "id"), build))
			return;
	fail_msg("no build '%s'", json_string_value(build));
}

static void test_kcidb_of_a_night(void **state)
{
	json_t *report, *test;
	size_t i;

	write_run(*state);
	write_other_host(*state, "#1 SMP");
	report = export_night(*state);
	assert_schema(report);
	assert_counts(report, 1, 1, 5);
	test = json_array_get(json_object_get(report, "tests"), 4);
	assert_string_equal(
		json_string_value(json_object_get(
			json_object_get(test, "environment"), "comment")),
		"lab2");
	json_decref(report);
	/* The same release, built another time. */
	write_other_host(*state, "#2 SMP");
	report = export_night(*state);
	assert_schema(report);
	assert_counts(report, 1, 2, 5);
	json_array_foreach(json_object_get(report, "tests"), i, test)
		assert_known_build(report, json_object_get(test, "build_id"));
	json_decref(report);
}

/* Two tests with one id would be no report. */
static void test_kcidb_of_the_same_run(void **state)
{
	const struct kcidb_options options = { .origin = KCIDB_ORIGIN };
	const struct results_selection selection = { 0 };
	char *dir = run_dir(*state, RUN_BASE), *text = NULL;
	const char *const paths[] = { dir, dir };
	struct error err;
	size_t len;
	FILE *out = open_memstream(&text, &len);

	write_run(*state);
	assert_int_equal(
		export_kcidb(out, paths, 2, &selection, &options, &err), -1);
	assert_int_equal(fclose(out), 0);
	assert_int_equal(len, 0);
	assert_non_null(strstr(err.text, "are both the run 'run-stock'"));
	free(text);
	free(dir);
}

static void test_kcidb_names(void **state)
{
	struct error err;

	(void)state;
	assert_int_equal(kcidb_check_origin("my_ci2", &err), 0);
	assert_int_equal(kcidb_check_origin("", &err), -1);
	assert_int_equal(kcidb_check_origin("My CI", &err), -1);
	assert_int_equal(kcidb_check_id("my_ci:1", &err), 0);
	assert_int_equal(kcidb_check_id(":1", &err), -1);
	assert_int_equal(kcidb_check_id("my_ci:", &err), -1);
	assert_int_equal(kcidb_check_id("my_ci", &err), -1);
}

/* Rows that cannot be used are not left out in silence. */
static void test_unusable(void **state)
{
	const struct fixture *f = *state;
	const struct results_selection selection = { 0 };
	struct run_writer w = run_begin(f, RUN_BASE);
	char *dir = run_dir(f, RUN_BASE);
	struct error err = { "" };

	w.launch = 1;
	run_latency(&w, "exit/cpuid", "", "ok", 1000);
	fputs("half a row", w.summary);
	run_end(&w);
	assert_int_equal(export_json(stdout, dir, &selection, &err), -1);
	assert_non_null(strstr(err.text, "1 row not used of"));
	assert_int_equal(export_json(stdout, "/nonexistent", &selection, &err),
			 -1);
	assert_non_null(strstr(err.text, "cannot open '/nonexistent'"));
	free(dir);
}

static void expect_refusal(const struct fixture *f, const char *why)
{
	const struct kcidb_options options = { .origin = KCIDB_ORIGIN };
	const struct results_selection selection = { .metric = "*" };
	char *dir = run_dir(f, RUN_BASE), *text = NULL;
	const char *const paths[] = { dir };
	struct error err = { "" };
	size_t len;
	FILE *out = open_memstream(&text, &len);

	assert_int_equal(export_json(out, dir, &selection, &err), -1);
	assert_string_equal(err.text, why);
	assert_int_equal(
		export_kcidb(out, paths, 1, &selection, &options, &err), -1);
	assert_string_equal(err.text, why);
	assert_int_equal(fclose(out), 0);
	assert_int_equal(len, 0);
	free(text);
	free(dir);
}

/* JSON has no infinity, and no bytes that are no text. */
static void test_what_json_cannot_hold(void **state)
{
	struct run_writer w = run_begin(*state, RUN_BASE);

	for (w.launch = 1; w.launch <= 6; w.launch++) {
		run_row(&w, "exit/x", "", "huge", "per_op", "ok", "");
		fputs("1000,,,1e308,1e308,,,,,,,\n", w.summary);
	}
	run_end(&w);
	expect_refusal(*state, "cannot put 'exit/x huge' into JSON: its "
			       "statistics overflow");
	w = run_begin(*state, RUN_BASE);
	w.launch = 1;
	run_latency(&w, "exit/\xff", "", "ok", 1000);
	run_end(&w);
	expect_refusal(*state, "cannot put 'exit/\xff' into JSON: it is not "
			       "UTF-8");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		FIXTURE_TEST(test_json_line),
		FIXTURE_TEST(test_kcidb),
		FIXTURE_TEST(test_kcidb_interval),
		FIXTURE_TEST(test_kcidb_of_a_known_build),
		FIXTURE_TEST(test_kcidb_of_a_night),
		FIXTURE_TEST(test_kcidb_of_the_same_run),
		FIXTURE_TEST(test_kcidb_names),
		FIXTURE_TEST(test_unusable),
		FIXTURE_TEST(test_what_json_cannot_hold),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
