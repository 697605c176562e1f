// SPDX-License-Identifier: GPL-2.0-or-later
/* The commands `check` and `run` on described hosts. */
#include "fixture.h"

#include <fcntl.h>
#include <jansson.h>
#include <sys/wait.h>

#include "csv-read.h"
#include "findings.h"

#define BENCH BINARY_DIR "/run-bench"

static const struct fixture_file debug_host[] = {
	{ "/dev/kvm", "" },
	{ "/proc/sys/kernel/osrelease", "6.1.0-18-amd64\n" },
	{ "/boot/config-6.1.0-18-amd64",
	  "CONFIG_PROVE_LOCKING=y\nCONFIG_LOCKDEP=y\n" },
	{ "/proc/irq/5/smp_affinity_list", "0-4095\n" },
	{ "/sys/devices/system/cpu/online", "0-4095\n" },
	{ "/sys/module/vfio_ap/initstate", "live\n" },
	{ "/sys/module/vfio_ap/version", "1.2.0\n" },
};

static struct fixture *host(void **state)
{
	struct fixture *f = *state;

	if (access("/dev/kvm", R_OK | W_OK))
		skip();
	put_files(f, debug_host, ARRAY_SIZE(debug_host));
	return f;
}

/* The exit status of run-bench with @args on that host; what it says is in
 * the files "out" and "err" of the fixture. */
static int run(const struct fixture *f, const char *args)
{
	char *command = xasprintf(
		"VMB_HOST_ROOT='%s' '%s' %s >'%s/out' 2>'%s/err'", f->directory,
		BENCH, args, f->directory, f->directory);
	int status = system(command);

	free(command);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

static bool said(const struct fixture *f, const char *file, const char *text)
{
	char *all = host_text(&f->root, file, 1 << 20);
	bool has = all && strstr(all, text);

	free(all);
	return has;
}

static bool exists(const struct fixture *f, const char *path)
{
	return host_exists(&f->root, path) == HOST_YES;
}

/* --- check ---------------------------------------------------------------- */

static void check_fails_on_a_debug_kernel(void **state)
{
	struct fixture *f = host(state);

	assert_int_equal(run(f, "check"), 1);
	assert_true(said(f, "/out",
			 "fail    kernel-debug        "
			 "PROVE_LOCKING LOCKDEP "
			 "(/boot/config-6.1.0-18-amd64)\n"));
	assert_true(said(f, "/out", " 1 fail, "));
	put(f, "/boot/config-6.1.0-18-amd64", "CONFIG_HZ=250\n");
	assert_int_equal(run(f, "check --cpu 0"), 0);
	assert_true(said(f, "/out", " 0 fail, "));
}

static void check_writes_csv(void **state)
{
	struct fixture *f = host(state);
	const struct csv_field *fields;
	struct csv_reader *reader;
	struct csv_fault fault;
	char *path = host_path(&f->root, "/out");
	enum csv_status status;
	struct error err;
	size_t rows = 0;

	assert_int_equal(run(f, "check --csv"), 1);
	reader = csv_open(path, &err);
	assert_non_null(reader);
	while ((status = csv_next(reader, &fields, &fault, &err)) == CSV_ROW) {
		assert_int_equal(csv_columns(reader), 5);
		assert_true(csv_equals(&fields[0], finding_rules[rows].name));
		rows++;
	}
	assert_int_equal(status, CSV_END);
	assert_int_equal(rows, finding_rule_count);
	csv_close(reader);
	free(path);
}

static void commands_are_gated(void **state)
{
	static const struct {
		const char *args;
		int status;
		const char *text;
	} cases[] = {
		{ "check --require kernel'>='6.2", 77,
		  "run-bench: 'kernel>=6.2' is not met: the kernel is 6.1.0-18-amd64\n" },
		{ "check --require 'module:vfio_ap>=1.2.0,kernel>=6.1'", 1,
		  NULL },
		{ "run --require 'module:vfio_ap>1.2.0'", 77,
		  "run-bench: 'module:vfio_ap>1.2.0' is not met: module 'vfio_ap' has version 1.2.0\n" },
		{ "run --require 'kernel>=6.2,bogus'", 2,
		  "run-bench: unknown term 'bogus'\n" },
		{ "check --require bogus", 2,
		  "run-bench: unknown term 'bogus'\n" },
		{ "check --require ''", 2,
		  "run-bench: '--require' is empty\n" },
		{ "check --cpu", 2,
		  "run-bench: option '--cpu' needs a value\n" },
		{ "check --cpu x", 2,
		  "run-bench: invalid value 'x' of '--cpu'\n" },
		{ "check --cpus 1x", 2, NULL },
		{ "check more", 2, "run-bench: unknown argument 'more'\n" },
		{ "check --help", 0, NULL },
		{ "run --dry-run", 2,
		  "run-bench: '--dry-run' shows what '--tune' sets: give both\n" },
		{ "run --placement nowhere", 2, NULL },
	};
	struct fixture *f = host(state);

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		int status = run(f, cases[i].args);

		if (status != cases[i].status)
			fail_msg("'%s' ends with %d", cases[i].args, status);
		if (cases[i].text && !said(f, "/err", cases[i].text))
			fail_msg("'%s' does not say '%s'", cases[i].args,
				 cases[i].text);
	}
}

/* --- run ------------------------------------------------------------------ */

static int run_to(const struct fixture *f, const char *options)
{
	char *args = xasprintf("run --quick --launches 1 --output '%s/results' "
			       "%s 'exit/cpuid[cpl=3]'",
			       f->directory, options);
	int status = run(f, args);

	free(args);
	return status;
}

static void a_strict_run_stops(void **state)
{
	struct fixture *f = host(state);

	assert_int_equal(run_to(f, "--strict"), 1);
	assert_true(said(f, "/err",
			 "run-bench: the host is not fit to measure on: "
			 "kernel-debug: PROVE_LOCKING LOCKDEP "
			 "(/boot/config-6.1.0-18-amd64)\n"));
	assert_false(exists(f, "/results"));
}

static const json_t *find_finding(const json_t *check, const char *name)
{
	const json_t *finding;
	size_t i;

	json_array_foreach(check, i, finding) {
		const char *has =
			json_string_value(json_object_get(finding, "finding"));

		if (has && !strcmp(has, name))
			return finding;
	}
	fail_msg("no finding '%s'", name);
	return NULL;
}

static json_t *load_env(const struct fixture *f)
{
	char *path = host_path(&f->root, "/results/env.json");
	json_t *env = json_load_file(path, 0, NULL);

	free(path);
	assert_non_null(env);
	return env;
}

static void another_run_records_what_it_found(void **state)
{
	struct fixture *f = host(state);
	const json_t *check, *noise;
	json_t *env;
	int status = run_to(f, "");

	/* Whether the guest can run is not what this test is about. */
	assert_true(status == 0 || status == 1);
	assert_true(said(f, "/out", " 1 fail, "));
	assert_true(said(f, "/out", "; fail: kernel-debug "));
	assert_true(said(f, "/out", "noise: pCPU "));
	env = load_env(f);
	check = json_object_get(env, "check");
	assert_int_equal(json_array_size(check), finding_rule_count);
	assert_string_equal(
		json_string_value(json_object_get(
			find_finding(check, "kernel-debug"), "status")),
		"fail");
	noise = json_object_get(env, "noise");
	assert_true(json_real_value(json_object_get(noise, "seconds")) >= 0.09);
	assert_int_equal(json_array_size(json_object_get(env, "tune")), 0);
	json_decref(env);
}

static void a_dry_run_only_shows(void **state)
{
	struct fixture *f = host(state);

	assert_int_equal(run_to(f, "--tune --dry-run"), 0);
	assert_true(
		said(f, "/out", "/proc/irq/5/smp_affinity_list: 0-4095 -> "));
	assert_false(exists(f, "/results"));
	assert_true(said(f, "/proc/irq/5/smp_affinity_list", "0-4095\n"));
}

static void a_tuned_run_restores(void **state)
{
	struct fixture *f = host(state);
	json_t *env;
	int status = run_to(f, "--tune");

	assert_true(status == 0 || status == 1);
	assert_true(said(f, "/proc/irq/5/smp_affinity_list", "0-4095\n"));
	env = load_env(f);
	assert_int_equal(json_array_size(json_object_get(env, "tune")), 1);
	assert_string_equal(json_string_value(json_object_get(
				    find_finding(json_object_get(env, "check"),
						 "irq-affinity"),
				    "status")),
			    "ok");
	json_decref(env);
}

static void a_strict_tuned_run_restores(void **state)
{
	struct fixture *f = host(state);

	assert_int_equal(run_to(f, "--tune --strict"), 1);
	assert_true(said(f, "/proc/irq/5/smp_affinity_list", "0-4095\n"));
}

static void impossible_placements_are_skipped(void **state)
{
	struct fixture *f = host(state);
	int status = run_to(f, "--placement local,smt-sibling");

	assert_true(status == 0 || status == 1);
	assert_true(said(f, "/results/summary.csv",
			 ",exit/cpuid,\"cpl=3,placement=local\","));
	assert_true(
		said(f, "/results/summary.csv",
		     ",exit/cpuid,\"cpl=3,placement=smt-sibling\",latency,"
		     "tsc,skip,the benchmark has no helper thread to place,"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		FIXTURE_TEST(check_fails_on_a_debug_kernel),
		FIXTURE_TEST(check_writes_csv),
		FIXTURE_TEST(commands_are_gated),
		FIXTURE_TEST(a_strict_run_stops),
		FIXTURE_TEST(another_run_records_what_it_found),
		FIXTURE_TEST(a_dry_run_only_shows),
		FIXTURE_TEST(a_tuned_run_restores),
		FIXTURE_TEST(a_strict_tuned_run_restores),
		FIXTURE_TEST(impossible_placements_are_skipped),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
