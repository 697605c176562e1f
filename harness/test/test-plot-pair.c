// SPDX-License-Identifier: GPL-2.0-or-later
/* Pictures of a pair, and the heat map: their data, and that they are drawn. */
#include "run-fixture.h"

#include "command.h"
#include "directories.h"
#include "error.h"
#include "plot-data.h"
#include "plot-pair-write.h"
#include "plot-write.h"
#include "plot.h"

static void assert_contains(const char *text, const char *part)
{
	if (!strstr(text, part))
		fail_msg("'%s' is not in:\n%s", part, text);
}

/* @name below the test's directory; the caller frees it. */
static char *get(const struct fixture *f, const char *name)
{
	char *path = xasprintf("%s/%s", f->directory, name);
	char *text = read_file(path, NULL);

	if (!text)
		fail_msg("there is no '%s'", path);
	free(path);
	return text;
}

static bool have_gnuplot(void)
{
	return !system("gnuplot --version >/dev/null 2>&1");
}

/* What the last plot_pair() could not draw; or NULL. */
static char *not_drawn;

/* Draw the pair into "out"; without gnuplot, its data only. */
static void plot(const struct fixture *f)
{
	char *base = run_dir(f, RUN_BASE), *new = run_dir(f, RUN_NEW);
	char *out = xasprintf("%s/out", f->directory);
	struct error err = { "" };
	int ret = plot_pair(base, new, out, &not_drawn, &err);

	if (have_gnuplot())
		assert_string_equal(err.text, "");
	assert_int_equal(ret, have_gnuplot() ? 0 : -1);
	free(base);
	free(new);
	free(out);
}

static void assert_drawn(const struct fixture *f, const char *stem)
{
	static const char *const suffixes[] = { "png", "svg" };

	for (size_t i = 0; have_gnuplot() && i < ARRAY_SIZE(suffixes); i++) {
		char *name = xasprintf("%s.%s", stem, suffixes[i]);

		free(get(f, name));
		free(name);
	}
}

/* cpuid is 10 % slower on the new side, which lacks a benchmark. */
static void write_side(const struct fixture *f, enum run_side side)
{
	struct run_writer w = run_begin(f, side);

	for (w.launch = 1; w.launch <= 8; w.launch++) {
		double noise = w.launch * 3 % 8;

		run_latency(&w, "exit/cpuid", "cpl=0", "ok",
			    (side ? 1100 : 1000) + noise);
		run_latency(&w, "exit/cpuid", "cpl=3", "ok", 2000 + noise);
		run_latency(&w, "nmi/self", "", "unverified", 500 + noise);
		if (side == RUN_BASE)
			run_latency(&w, "ipi/cross", "", "ok", 700 + noise);
	}
	run_end(&w);
	run_env(f, side, "{\"cpu\": {\"model_name\": \"Some CPU\"}}");
}

static void test_pair(void **state)
{
	const struct fixture *f = *state;
	char *text;

	write_side(f, RUN_BASE);
	write_side(f, RUN_NEW);
	plot(f);
	text = get(f, "out/pair-shifts.csv");
	assert_contains(text, "name,group,verdict,percent,lo,hi,base,new\n"
			      "\"exit/cpuid cpl=0\",0,higher,");
	assert_contains(text, "\"exit/cpuid cpl=3\",0,same,");
	assert_contains(text, "\"nmi/self\",1,same,");
	assert_null(strstr(text, "ipi/cross"));
	free(text);
	/* Two curves for each variant, the base first. */
	text = get(f, "out/pair-exit-cpuid.csv");
	assert_contains(text, "name,ticks,below,share\n\"cpl=0 stock\",");
	assert_contains(text, "\n\n\n\"cpl=0 patched\",1088,0,0\n");
	assert_contains(text, "\n\n\n\"cpl=3 stock\",");
	assert_contains(text, "\n\n\n\"cpl=3 patched\",");
	free(text);
	text = get(f, "out/pair-nmi-self.csv");
	assert_contains(text, "\"patched (unverified)\",");
	free(text);
	assert_drawn(f, "out/pair-shifts");
	assert_drawn(f, "out/pair-exit-cpuid");
	assert_drawn(f, "out/pair-nmi-self");
}

/* Files of the user's stay, whichever of a picture's three has the name. */
static void test_foreign_files(void **state)
{
	static const char *const names[] = { "/out/pair-shifts.csv",
					     "/out/pair-shifts.svg",
					     "/out/pair-exit-cpuid.png" };
	const struct fixture *f = *state;
	char *base = run_dir(f, RUN_BASE), *new = run_dir(f, RUN_NEW);
	char *out = xasprintf("%s/out", f->directory), *text, *path;
	struct error err;

	write_side(f, RUN_BASE);
	write_side(f, RUN_NEW);
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		directories_remove(out);
		put(f, names[i], "precious\n");
		path = xasprintf("%s%s", f->directory, names[i]);
		assert_int_equal(plot_pair(base, new, out, &not_drawn, &err),
				 -1);
		assert_contains(err.text, path);
		assert_contains(err.text, "that run-bench did not write");
		text = get(f, names[i] + 1);
		assert_string_equal(text, "precious\n");
		free(text);
		free(path);
	}
	/* Its own it replaces, also what a full disk left of them. */
	directories_remove(out);
	plot(f);
	put(f, names[0], "name,gr");
	plot(f);
	text = get(f, "out/pair-shifts.csv");
	assert_contains(text, "\"exit/cpuid cpl=0\",0,higher,");
	free(text);
	free(base);
	free(new);
	free(out);
}

/* A run and itself: no shift, and an axis all the same. */
static void test_no_shift(void **state)
{
	const struct fixture *f = *state;
	char *base = run_dir(f, RUN_BASE);
	char *out = xasprintf("%s/out", f->directory);
	struct error err = { "" };
	int ret;

	write_side(f, RUN_BASE);
	ret = plot_pair(base, base, out, &not_drawn, &err);
	if (have_gnuplot())
		assert_string_equal(err.text, "");
	assert_int_equal(ret, have_gnuplot() ? 0 : -1);
	assert_drawn(f, "out/pair-shifts");
	free(base);
	free(out);
}

/* More variants than colours: pairs stay together. */
static void test_many_variants(void **state)
{
	const struct fixture *f = *state;
	char *text;

	for (int side = 0; side < 2; side++) {
		struct run_writer w = run_begin(f, (enum run_side)side);

		for (w.launch = 1; w.launch <= 2; w.launch++)
			for (int i = 0; i < 17; i++) {
				char variant[16];

				snprintf(variant, sizeof(variant), "n=%d", i);
				run_latency(&w, "exit/many", variant, "ok",
					    1000 + i);
			}
		run_end(&w);
	}
	plot(f);
	/* Two launches have no interval at 95 %. */
	text = get(f, "out/pair-shifts.csv");
	assert_contains(text, ",same,0,NaN,NaN,\"1000\"");
	free(text);
	text = get(f, "out/pair-exit-many-3.csv");
	assert_contains(text, "\"n=16 patched\",");
	free(text);
	assert_drawn(f, "out/pair-exit-many-3");
}

static void write_constants(const struct fixture *f, int base_cpuid)
{
	for (int side = 0; side < 2; side++) {
		struct run_writer w = run_begin(f, (enum run_side)side);

		for (w.launch = 1; w.launch <= 8; w.launch++) {
			run_constant(&w, "exit/nothing", side ? 5 : 0);
			run_constant(&w, "exit/cpuid", side ? 5 : base_cpuid);
		}
		run_end(&w);
	}
}

/* A shift has no percentage of nothing: such rows are told, not drawn. */
static void test_base_of_nothing(void **state)
{
	const struct fixture *f = *state;
	char *base = run_dir(f, RUN_BASE), *new = run_dir(f, RUN_NEW);
	char *out = xasprintf("%s/out", f->directory), *text;
	struct error err;

	write_constants(f, 4);
	plot(f);
	assert_text(not_drawn, "1 row whose base is 0, so that the shift has "
			       "no percentage");
	text = get(f, "out/pair-shifts.csv");
	assert_contains(text, "\"exit/cpuid\",0,higher,25,");
	assert_null(strstr(text, "nothing"));
	free(text);
	directories_remove(out);
	write_constants(f, 0);
	assert_int_equal(plot_pair(base, new, out, &not_drawn, &err), -1);
	assert_string_equal(err.text,
			    "nothing to draw: no histograms of both sides, and "
			    "2 rows whose base is 0, so that the shift has no "
			    "percentage");
	assert_null(not_drawn);
	text = xasprintf("%s/pair-shifts.csv", out);
	assert_int_equal(access(text, F_OK), -1);
	free(text);
	free(base);
	free(new);
	free(out);
}

static void test_phases_data(void **state)
{
	struct phases_exit exits[] = {
		{ "exit/cpuid",
		  "cpl=0",
		  false,
		  true,
		  false,
		  { 1000, { 990, 1010, 0.95 } },
		  { { 0, 0 },
		    { -5, 300 },
		    { 100, 200 },
		    { 400, 600 },
		    { 0, 0 } } },
		{ "exit/odd",
		  "",
		  true,
		  true,
		  true,
		  { 1000, { 990, 1010, 0.95 } },
		  { { 0, 0 } } },
	};
	struct phases p = { .exits = exits, .n_exits = 2 };
	const struct plot_phases pair = { &p, &p };
	char *text = NULL;
	size_t len;
	FILE *out = open_memstream(&text, &len);

	(void)state;
	/* What contradicts itself is not drawn; what is no part is no 0. */
	assert_int_equal(plot_count_phases(&pair), 1);
	assert_int_equal(plot_write_phases(out, &pair), 16);
	fclose(out);
	assert_string_equal(
		text,
		"name,total,entry_lo,entry_hi,pre_lo,pre_hi,guest_lo,guest_hi,"
		"post_lo,post_hi,exit_lo,exit_hi\n"
		"\"exit/cpuid cpl=0\",1000,NaN,NaN,0,300,100,200,400,600,NaN,"
		"NaN\n"
		"\"exit/cpuid cpl=0\",1000,NaN,NaN,0,300,100,200,400,600,NaN,"
		"NaN\n");
	free(text);
}

static void test_heat_map(void **state)
{
	static const char *const delays[] = { "10us", "100us", "1ms" };
	static const char *const waits[] = { "hlt", "spin" };
	const struct fixture *f = *state;
	struct run_writer w = run_begin(f, RUN_BASE);
	char *dir = run_dir(f, RUN_BASE), *text;
	struct error err = { "" };

	w.launch = 1;
	for (size_t d = 0; d < ARRAY_SIZE(delays); d++)
		for (size_t i = 0; i < ARRAY_SIZE(waits); i++) {
			char *variant = xasprintf("delay=%s,wait=%s", delays[d],
						  waits[i]);

			run_latency(&w, "timer/tscdeadline", variant,
				    d ? "ok" : "unverified",
				    1000 * (double)(d + 1));
			free(variant);
		}
	run_end(&w);
	assert_int_equal(plot_run(dir, &err), have_gnuplot() ? 0 : -1);
	text = get(f, "stock/plots/timer-tscdeadline-heat.csv");
	assert_contains(text, "x,y,delay,wait,status,p50,p99\n"
			      "0,0,\"10us\",\"hlt\",unverified,1000,1050\n"
			      "0,1,\"10us\",\"spin\",unverified,1000,1050\n"
			      "1,0,\"100us\",\"hlt\",ok,2000,2050\n");
	free(text);
	assert_drawn(f, "stock/plots/timer-tscdeadline-heat");
	free(dir);
}

static int command(const char *a, const char *b, const char *c, const char *d)
{
	char *argv[] = { (char *)"plot", (char *)a, (char *)b,
			 (char *)c,	 (char *)d, NULL };
	int argc = 1;

	while (argv[argc])
		argc++;
	return cmd_plot(argc, argv);
}

static void test_command(void **state)
{
	const struct fixture *f = *state;
	char *base = run_dir(f, RUN_BASE), *new = run_dir(f, RUN_NEW);

	write_side(f, RUN_BASE);
	write_side(f, RUN_NEW);
	assert_int_equal(command(base, base, base, NULL), EXIT_USAGE);
	assert_int_equal(command("--output", NULL, NULL, NULL), EXIT_USAGE);
	assert_int_equal(command("--output", f->directory, base, NULL),
			 EXIT_USAGE);
	assert_int_equal(command(base, "/nonexistent", NULL, NULL),
			 EXIT_FAILED);
	if (have_gnuplot()) {
		assert_int_equal(command(base, new, NULL, NULL), EXIT_DONE);
		assert_drawn(f, "patched/plots/pair-shifts");
	}
	free(base);
	free(new);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		FIXTURE_TEST(test_pair),
		FIXTURE_TEST(test_foreign_files),
		FIXTURE_TEST(test_no_shift),
		FIXTURE_TEST(test_many_variants),
		FIXTURE_TEST(test_base_of_nothing),
		FIXTURE_TEST(test_phases_data),
		FIXTURE_TEST(test_heat_map),
		FIXTURE_TEST(test_command),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
