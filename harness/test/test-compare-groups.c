// SPDX-License-Identifier: GPL-2.0-or-later
/* Results of several hosts in one comparison are not mixed. */
#include "command.h"
#include "compare-groups.h"
#include "csv.h"
#include "results-fixture.h"

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

/* A result of six launches at @level; @host NULL: without an env.json. */
static char *make_result(const char *name, const char *host, const char *cpu,
			 const char *machine, double level)
{
	char *dir = xasprintf("%s/%s", scratch.path, name);
	char *env = xasprintf("{\"run\":{\"host\":\"%s\"},\"cpu\":{"
			      "\"model_name\":\"%s\"}%s%s%s}",
			      host ? host : "", cpu,
			      machine ? ",\"lab\":{\"machine\":\"" : "",
			      machine ? machine : "", machine ? "\"}" : "");
	char *csv = xasprintf("%s\n", summary_csv_header);

	assert_int_equal(mkdir(dir, 0777), 0);
	if (host)
		scratch_write(dir, "env.json", env, strlen(env));
	for (int i = 1; i <= 6; i++) {
		char *longer = xasprintf(
			"%s%s,2026-01-31T12:00:00Z,label,host,6.1,boot,%d,"
			"exit/cpuid,,latency,tsc,ok,,1000,%.2f,%.2f,%.2f,%.2f,"
			"%.2f,%.2f,%.2f,%.2f,%.2f,1,30\n",
			csv, name, i, level, level, level + i, level, level,
			level, level, level, level + 10);

		free(csv);
		csv = longer;
	}
	scratch_write(dir, "summary.csv", csv, strlen(csv));
	free(csv);
	free(env);
	return dir;
}

static void test_groups(void **state)
{
	char *base[] = {
		make_result("base-a", "a", "CPU 1", NULL, 100),
		make_result("base-b", "b", "CPU 1", NULL, 200),
		make_result("base-svm", "c", "CPU 2", "svm", 200),
	};
	char *new[] = {
		make_result("new-a", "a", "CPU 1", NULL, 100),
		make_result("new-b", "b", "CPU 2", NULL, 200),
		make_result("new-svm", "d", "CPU 3", "svm", 200),
		make_result("new-none", NULL, "", NULL, 200),
	};
	struct compare_groups g;

	(void)state;
	compare_groups_make(&g, (const char *const *)base, ARRAY_SIZE(base),
			    (const char *const *)new, ARRAY_SIZE(new));
	assert_true(g.apart);
	assert_int_equal(g.n, 5);
	assert_string_equal(g.list[0].name, "host a, CPU 1");
	assert_int_equal(g.list[0].n_base, 1);
	assert_int_equal(g.list[0].n_new, 1);
	assert_string_equal(g.list[1].name, "host b, CPU 1");
	assert_int_equal(g.list[1].n_new, 0);
	assert_string_equal(g.list[2].name, "machine svm");
	assert_int_equal(g.list[2].n_new, 1);
	assert_string_equal(g.list[4].name, "unknown host");
	assert_int_equal(g.list[4].n_base, 0);
	compare_groups_free(&g);
	/* One host a side: compared as they are, also different ones. */
	compare_groups_make(&g, (const char *const *)base, 1,
			    (const char *const *)new + 1, 1);
	assert_false(g.apart);
	compare_groups_free(&g);
	for (size_t i = 0; i < ARRAY_SIZE(base); i++)
		free(base[i]);
	for (size_t i = 0; i < ARRAY_SIZE(new); i++)
		free(new[i]);
}

/* The change is b's alone, and half as large where both are mixed. */
static void test_comparison(void **state)
{
	char compare[] = "compare", fail[] = "--fail-on-regression",
	     percent[] = "30", apart[] = "--";
	char *dirs[] = {
		make_result("base-a", "a", "CPU 1", NULL, 1000),
		make_result("base-b", "b", "CPU 1", NULL, 1000),
		make_result("new-a", "a", "CPU 1", NULL, 1000),
		make_result("new-b", "b", "CPU 1", NULL, 1400),
	};
	char *argv[] = { compare, fail,	   percent, dirs[0], dirs[1],
			 apart,	  dirs[2], dirs[3], NULL };
	char *none[] = { compare, dirs[0], dirs[1], apart, NULL, NULL };
	char *other = make_result("other", "z", "CPU 9", NULL, 1000);

	(void)state;
	assert_int_equal(cmd_compare(8, argv), EXIT_REGRESSION);
	none[4] = other;
	assert_int_equal(cmd_compare(5, none), EXIT_FAILED);
	for (size_t i = 0; i < ARRAY_SIZE(dirs); i++)
		free(dirs[i]);
	free(other);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_groups, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_comparison, set_up,
						tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
