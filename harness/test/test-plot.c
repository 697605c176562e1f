// SPDX-License-Identifier: GPL-2.0-or-later
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <ftw.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "command.h"
#include "gnuplot.h"
#include "plot-data.h"
#include "plot-names.h"
#include "plot.h"
#include "util.h"

#define SUMMARY_HEADER                                                       \
	"run_id,time_utc,label,host,kernel,boot_id,launch,bench,variant,"    \
	"metric,unit,status,reason,n,min,p25,p50,mean,p75,p90,p99,p999,max," \
	"stddev,overhead\n"
#define HISTOGRAM_HEADER "bench,variant,launch,lo,hi,count\n"

/* ---- a results directory ------------------------------------------------ */

/* A new directory whose name takes care to be awkward. */
static char *make_dir(void)
{
	char *dir = xstrdup("/tmp/plot 'a' \"b\" \\n $c `d` XXXXXX");

	assert_non_null(mkdtemp(dir));
	return dir;
}

static int remove_one(const char *path, const struct stat *st, int type,
		      struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	return remove(path);
}

static void remove_dir(char *dir)
{
	assert_int_equal(nftw(dir, remove_one, 8, FTW_DEPTH | FTW_PHYS), 0);
	free(dir);
}

static void put_bytes(const char *dir, const char *name, const char *bytes,
		      size_t len)
{
	char *path = xasprintf("%s/%s", dir, name);
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	assert_int_equal(fwrite(bytes, 1, len, f), len);
	assert_int_equal(fclose(f), 0);
	free(path);
}

static void put(const char *dir, const char *name, const char *text)
{
	put_bytes(dir, name, text, strlen(text));
}

/* NULL when there is no such file. The caller frees it. */
static char *get(const char *dir, const char *name, size_t *len)
{
	char *path = xasprintf("%s/%s", dir, name);
	char *text = read_file(path, len);

	free(path);
	return text;
}

static bool exists(const char *dir, const char *name)
{
	char *text = get(dir, name, NULL);
	bool there = text != NULL;

	free(text);
	return there;
}

static void assert_contains(const char *text, const char *part)
{
	if (!strstr(text, part))
		fail_msg("no '%s' in '%s'", part, text);
}

/* Only @dir is searched for programs until path_returns(). */
static char *path_becomes(const char *dir)
{
	char *path = xstrdup(getenv("PATH"));

	assert_int_equal(setenv("PATH", dir, 1), 0);
	return path;
}

static void path_returns(char *path)
{
	assert_int_equal(setenv("PATH", path, 1), 0);
	free(path);
}

/* Without gnuplot, what it would have drawn from is there all the same. */
static void plot_data_only(const char *dir)
{
	char *path = path_becomes("/nonexistent");
	struct error err;

	assert_int_equal(plot_run(dir, &err), -1);
	assert_contains(err.text, "gnuplot is not installed");
	path_returns(path);
}

#define SKIP ",latency,tsc,skip,\"no \"\"avic\"\", here\",,,,,,,,,,,,\n"
#define FAIL ",latency,tsc,fail,0 exits,,,,,,,,,,,,\n"
#define WHO  "r,t,stock,box,6.1.0,b,"

/* Medians: cpuid 1020 of 3 launches, tscdeadline 5050 of 2. */
static const char summary[] = SUMMARY_HEADER WHO
	"0,timer/tscdeadline,\"delay=100us,wait=hlt\",latency,tsc,ok,,9,"
	"1,4000,5000,1,6000,1,9000,1,1,1,20\n" WHO
	"0,exit/cpuid,,latency,tsc,ok,,9,"
	"1,900,1000,1,1300,1,2000,1,1,1,26\n" WHO
	"0,exit/cpuid,,cycles:h,per_op,ok,,9,,,7,7,,,,,,,\n" WHO
	"1,exit/cpuid,,latency,tsc,unverified,no counter,9,"
	"1,910,1100,1,1200,1,2500,1,1,1,22\n" WHO
	"2,exit/cpuid,,latency,tsc,ok,,9,"
	"1,890,1020,1,1250,1,2200,1,1,1,24\n" WHO "3,exit/cpuid," FAIL WHO
	"1,timer/tscdeadline,\"delay=100us,wait=hlt\",latency,tsc,ok,,9,"
	"1,4200,5100.5,1,6100,1,8000,1,1,1,\n" WHO
	"0,timer/tscdeadline,\"delay=10us,wait=hlt\",latency,tsc,ok,,9,"
	"1,4200,4300,1,4400,1,8000,1,1,1,\n" WHO "0,msr/x2apic," SKIP WHO
	"1,msr/x2apic," SKIP WHO "0,nmi/self,cpl=3" FAIL;

/* Launch 3 of cpuid failed, and nmi/self did wholly: neither counts. */
static const char histogram[] = HISTOGRAM_HEADER
	"timer/tscdeadline,\"delay=100us,wait=hlt\",0,5000,5040,2\n"
	"exit/cpuid,,0,1000,1008,6\n"
	"exit/cpuid,,0,900,904,2\n"
	"exit/cpuid,,1,1000,1008,1\n"
	"exit/cpuid,,1,1008,1016,3\n"
	"exit/cpuid,,2,900,904,0\n"
	"exit/cpuid,,3,900,904,100\n"
	"timer/tscdeadline,\"delay=10us,wait=hlt\",0,0,1,1\n"
	"timer/tscdeadline,\"delay=10us,wait=hlt\",0,4300,4340,3\n"
	"nmi/self,cpl=3,0,900,904,5\n";

static char *make_run(void)
{
	char *dir = make_dir();

	put(dir, "summary.csv", summary);
	put(dir, "histogram.csv", histogram);
	put(dir, "env.json", "{\"cpu\": {\"model_name\": \"A <CPU> & more\"}}");
	return dir;
}

/* ---- what is read ------------------------------------------------------- */

static void test_names_sort_by_value(void **state)
{
	static const char *const sorted[] = {
		"",
		"delay=1us,wait=hlt",
		"delay=2us,wait=hlt",
		"delay=10us,wait=hlt",
		"delay=10us,wait=spin",
		"delay=100us,wait=hlt",
		"delay=1ms,wait=hlt",
		"delay=1s,wait=hlt",
		"vector=32",
		"vector=239",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(sorted); i++)
		for (size_t j = 0; j < ARRAY_SIZE(sorted); j++) {
			int order = plot_name_compare(sorted[i], sorted[j]);

			assert_int_equal((order > 0) - (order < 0),
					 (i > j) - (i < j));
		}
	/* Equal values are still different names. */
	assert_int_not_equal(plot_name_compare("d=1ms", "d=1000us"), 0);
}

static void test_medians_over_launches(void **state)
{
	char *dir = make_run();
	const struct plot_variant *v;
	struct plot_data data;
	struct error err;

	(void)state;
	assert_int_equal(plot_data_read(dir, &data, &err), 0);
	assert_int_equal(data.variants, 3);
	v = &data.variant[0];
	assert_string_equal(v->bench, "exit/cpuid");
	assert_string_equal(v->variant, "");
	assert_int_equal(v->launches, 3);
	assert_true(v->unverified);
	assert_float_equal(v->p25, 900, 0);
	assert_float_equal(v->p50, 1020, 0);
	assert_float_equal(v->p75, 1250, 0);
	assert_float_equal(v->p99, 2200, 0);
	assert_float_equal(v->low, 1000, 0);
	assert_float_equal(v->high, 1100, 0);
	assert_string_equal(data.variant[1].variant, "delay=10us,wait=hlt");
	v = &data.variant[2];
	assert_string_equal(v->variant, "delay=100us,wait=hlt");
	assert_false(v->unverified);
	assert_float_equal(v->p50, 5050.25, 0);
	assert_float_equal(v->p99, 8500, 0);
	plot_data_free(&data);
	remove_dir(dir);
}

static void test_histograms_add_up(void **state)
{
	static const struct plot_bucket cpuid[] = {
		{ 900, 904, 2 },
		{ 1000, 1008, 7 },
		{ 1008, 1016, 3 },
	};
	char *dir = make_run();
	const struct plot_variant *v;
	struct plot_data data;
	struct error err;

	(void)state;
	assert_int_equal(plot_data_read(dir, &data, &err), 0);
	v = &data.variant[0];
	assert_int_equal(v->samples, 12);
	assert_int_equal(v->buckets, ARRAY_SIZE(cpuid));
	for (size_t i = 0; i < ARRAY_SIZE(cpuid); i++) {
		assert_int_equal(v->bucket[i].lo, cpuid[i].lo);
		assert_int_equal(v->bucket[i].hi, cpuid[i].hi);
		assert_int_equal(v->bucket[i].count, cpuid[i].count);
	}
	assert_int_equal(data.variant[1].samples, 4);
	assert_int_equal(data.variant[2].samples, 2);
	plot_data_free(&data);
	remove_dir(dir);
}

/* A sample of 100 copies of an instruction: hundredths of a tick. */
static void test_fractions_of_ticks(void **state)
{
	char *dir = make_dir(), *text;
	struct plot_data data;
	struct error err;

	(void)state;
	put(dir, "summary.csv",
	    SUMMARY_HEADER WHO
	    "0,insn/nop,,latency,tsc,ok,,9,0.1,0.14,0.18,0.2,0.2,0.2,0.3,0.3,0.3,0.1,\n");
	put(dir, "histogram.csv",
	    HISTOGRAM_HEADER
	    "insn/nop,,0,0.18,0.19,8\ninsn/nop,,0,1.28,1.29,1\n");
	assert_int_equal(plot_data_read(dir, &data, &err), 0);
	assert_true(data.differences);
	assert_true(data.overhead < 0);
	assert_float_equal(data.variant[0].bucket[0].lo, 0.18, 0);
	plot_data_free(&data);
	plot_data_only(dir);
	text = get(dir, "plots/insn-nop.csv", NULL);
	assert_contains(text, "\"all samples\",0.19,8,0.888888889\n");
	free(text);
	remove_dir(dir);
}

static void test_captions(void **state)
{
	char *dir = make_run();
	struct plot_data data;
	struct error err;

	(void)state;
	assert_int_equal(plot_data_read(dir, &data, &err), 0);
	assert_int_equal(data.skipped_variants, 1);
	assert_int_equal(data.failed_variants, 1);
	assert_int_equal(data.lost_launches, 1);
	assert_string_equal(data.label, "stock");
	assert_string_equal(data.host, "box");
	assert_string_equal(data.kernel, "6.1.0");
	assert_string_equal(data.cpu, "A <CPU> & more");
	assert_float_equal(data.overhead, 23, 0); /* of 20, 22, 24, 26 */
	assert_float_equal(data.overhead_low, 20, 0);
	assert_float_equal(data.overhead_high, 26, 0);
	plot_data_free(&data);
	remove_dir(dir);
}

static void test_env_is_optional(void **state)
{
	static const char *const env[] = {
		"",   "{\"cpu\": {\"model_name\": \"cut o",
		"[]", "{\"cpu\": {\"model_name\": 7}}",
		"{}",
	};
	char *dir = make_run();
	struct plot_data data;
	struct error err;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(env); i++) {
		put(dir, "env.json", env[i]);
		assert_int_equal(plot_data_read(dir, &data, &err), 0);
		assert_string_equal(data.cpu, "");
		plot_data_free(&data);
	}
	remove_dir(dir);
}

/* No picture of what is emulated is taken for one of the CPU that it names. */
static void test_emulation_is_named(void **state)
{
	static const struct {
		const char *env, *cpu;
	} cases[] = {
		{ "{\"cpu\": {\"model_name\": \"A\"},"
		  " \"guest\": {\"emulated\": false}}",
		  "A" },
		{ "{\"cpu\": {\"model_name\": \"A\"},"
		  " \"guest\": {\"emulated\": true}}",
		  "A (KVM emulates ring-0 guest code)" },
		{ "{\"cpu\": {\"model_name\": \"A\"},"
		  " \"lab\": {\"emulator\": \"Bochs 3.0\"}}",
		  "A (lab: Bochs 3.0)" },
	};
	char *dir = make_run();
	struct plot_data data;
	struct error err;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		put(dir, "env.json", cases[i].env);
		assert_int_equal(plot_data_read(dir, &data, &err), 0);
		assert_string_equal(data.cpu, cases[i].cpu);
		plot_data_free(&data);
	}
	remove_dir(dir);
}

static void test_quoted_names(void **state)
{
	char *dir = make_dir();
	struct plot_data data;
	struct error err;

	(void)state;
	put(dir, "summary.csv",
	    SUMMARY_HEADER WHO "0,\"a \"\"b\"\"\",\"x,\ny\",latency,tsc,ok,,9,"
			       "1,2,3,4,5,6,7,8,9,1,\r\n");
	put(dir, "histogram.csv",
	    HISTOGRAM_HEADER "\"a \"\"b\"\"\",\"x,\ny\",0,3,4,9\n");
	assert_int_equal(plot_data_read(dir, &data, &err), 0);
	assert_int_equal(data.variants, 1);
	assert_string_equal(data.variant[0].bench, "a \"b\"");
	assert_string_equal(data.variant[0].variant, "x,\ny");
	assert_int_equal(data.variant[0].samples, 9);
	assert_true(data.overhead < 0);
	plot_data_free(&data);
	remove_dir(dir);
}

/* A run that was ended between a variant's two files. */
static void test_no_histogram_of_a_variant(void **state)
{
	char *dir = make_run(), *text;

	(void)state;
	put(dir, "histogram.csv",
	    HISTOGRAM_HEADER
	    "timer/tscdeadline,\"delay=10us,wait=hlt\",0,4300,4340,3\n");
	plot_data_only(dir);
	text = get(dir, "plots/timer-tscdeadline.csv", NULL);
	assert_non_null(text);
	assert_contains(text, "\"delay=100us,wait=hlt (no histogram)\",NaN");
	free(text);
	assert_false(exists(dir, "plots/exit-cpuid.csv"));
	remove_dir(dir);
}

/* ---- what is refused ---------------------------------------------------- */

#define OK_ROW(launch, status, p50)                                        \
	SUMMARY_HEADER WHO launch ",a,,latency,tsc," status ",,9,1,2," p50 \
				  ",4,5,6,7,8,9,1,2\n"

static const struct hostile {
	const char *summary, *histogram;
	const char *error;
} hostile[] = {
	{ "", "", "no header line in '" },
	{ "bench,variant\n", "", "no column 'label' in '" },
	{ SUMMARY_HEADER, HISTOGRAM_HEADER, "no latency to draw in '" },
	{ SUMMARY_HEADER WHO "0,a," SKIP, HISTOGRAM_HEADER,
	  "1 variants skipped, 0 failed" },
	{ SUMMARY_HEADER "a,b\n", "", "in line 2 of '" },
	{ OK_ROW("0", "ok", "3") "a,\"b\n", "", "in line 3 of '" },
	{ OK_ROW("0", "ok", "3") "a,\"b\"c\n", "", "in line 3 of '" },
	{ OK_ROW("0", "fine", "3"), "", "unknown status 'fine' in line 2" },
	{ OK_ROW("-1", "ok", "3"), "", "bad number '-1' in line 2" },
	{ OK_ROW("0", "ok", "3x"), "", "bad number '3x' in line 2" },
	{ OK_ROW("0", "ok", ""), "", "bad number '' in line 2" },
	{ OK_ROW("0", "ok", "nan"), "", "bad number 'nan' in line 2" },
	{ OK_ROW("0", "ok", "1e999"), "", "bad number '1e999' in line 2" },
	{ OK_ROW("0", "ok", "3"), "bench,lo\n", "no column 'variant' in '" },
	{ OK_ROW("0", "ok", "3"), HISTOGRAM_HEADER "a,,0,1,2\n",
	  "in line 2 of '" },
	{ OK_ROW("0", "ok", "3"), HISTOGRAM_HEADER "a,,0,2,2,1\n",
	  "empty bucket up to '2' in line 2" },
	{ OK_ROW("0", "ok", "3"), HISTOGRAM_HEADER "a,,0,-1.5,2,1\n",
	  "bad number '-1.5' in line 2" },
	{ OK_ROW("0", "ok", "3"), HISTOGRAM_HEADER "a,,0,1,4,1\na,,0,3,5,1\n",
	  "overlapping buckets of 'a' at 3" },
	{ OK_ROW("0", "ok", "3"),
	  HISTOGRAM_HEADER "a,,0,1,2,18446744073709551615\na,,0,3,5,1\n",
	  "too many samples '1' in line 3" },
};

static void test_hostile_files(void **state)
{
	char *dir = make_dir();

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(hostile); i++) {
		struct plot_data data;
		struct error err = { "" };

		put(dir, "summary.csv", hostile[i].summary);
		put(dir, "histogram.csv", hostile[i].histogram);
		assert_int_equal(plot_data_read(dir, &data, &err), -1);
		assert_contains(err.text, hostile[i].error);
	}
	remove_dir(dir);
}

static void test_nul_byte(void **state)
{
	static const char text[] = SUMMARY_HEADER "a\0b";
	char *dir = make_dir();
	struct error err;

	(void)state;
	put_bytes(dir, "summary.csv", text, sizeof(text) - 1);
	assert_int_equal(plot_run(dir, &err), -1);
	assert_contains(err.text, "in line 2 of '");
	remove_dir(dir);
}

static void test_missing_files(void **state)
{
	char *dir = make_dir(), *wanted;
	struct error err;

	(void)state;
	wanted = xasprintf("cannot open '%s/summary.csv': No such file or "
			   "directory",
			   dir);
	assert_int_equal(plot_run(dir, &err), -1);
	assert_string_equal(err.text, wanted);
	free(wanted);
	put(dir, "summary.csv", summary);
	assert_int_equal(plot_run(dir, &err), -1);
	assert_contains(err.text, "histogram.csv': No such file");
	assert_false(exists(dir, "plots/medians.csv"));

	put(dir, "histogram.csv", histogram);
	put(dir, "plots", "not a directory");
	assert_int_equal(plot_run(dir, &err), -1);
	assert_contains(err.text, "cannot create '");
	remove_dir(dir);
}

/* ---- what gnuplot is given ---------------------------------------------- */

static void test_data_files(void **state)
{
	char *dir = make_run(), *text;

	(void)state;
	plot_data_only(dir);
	text = get(dir, "plots/medians.csv", NULL);
	assert_non_null(text);
	assert_string_equal(
		text,
		"name,group,status,launches,p25,p50,p75,p99,low,high\n"
		"\"exit/cpuid\",0,unverified,3,900,1020,1250,2200,1000,1100\n"
		"\"timer/tscdeadline delay=10us,wait=hlt\",1,ok,1,"
		"4200,4300,4400,8000,4300,4300\n"
		"\"timer/tscdeadline delay=100us,wait=hlt\",1,ok,2,"
		"4100,5050.25,6050,8500,5000,5100.5\n");
	free(text);
	text = get(dir, "plots/timer-tscdeadline.csv", NULL);
	assert_non_null(text);
	assert_string_equal(text, "name,ticks,below,share\n"
				  "\"delay=10us,wait=hlt\",0,0,0\n"
				  "\"delay=10us,wait=hlt\",1,1,0.25\n"
				  "\"delay=10us,wait=hlt\",4300,1,0.25\n"
				  "\"delay=10us,wait=hlt\",4340,4,1\n"
				  "\n\n"
				  "\"delay=100us,wait=hlt\",5000,0,0\n"
				  "\"delay=100us,wait=hlt\",5040,2,1\n");
	free(text);
	remove_dir(dir);
}

static void test_gnuplot_quoting(void **state)
{
	char *text = NULL;
	size_t len;
	FILE *f = open_memstream(&text, &len);

	(void)state;
	assert_non_null(f);
	gnuplot_set(f, "a", "it's `b` \"c\" \\n\nquit");
	fclose(f);
	assert_string_equal(text, "a = 'it''s `b` \"c\" \\n?quit'\n");
	free(text);
}

static void test_printable(void **state)
{
	char *text = plot_printable("\"a\\b\" \n\x7f caf\xc3\xa9");

	(void)state;
	assert_string_equal(text, "'a/b' ?? caf\xc3\xa9");
	free(text);
	text = plot_printable("caf\xc3 \xff");
	assert_string_equal(text, "caf? ?");
	free(text);
}

/* @bench with @count variants of one launch each. */
static void put_variants(const char *dir, const char *const *bench,
			 size_t benches, size_t count)
{
	char *path = xasprintf("%s/summary.csv", dir);
	FILE *s = fopen(path, "w"), *h;

	free(path);
	path = xasprintf("%s/histogram.csv", dir);
	h = fopen(path, "w");
	free(path);
	assert_non_null(s);
	assert_non_null(h);
	fputs(SUMMARY_HEADER, s);
	fputs(HISTOGRAM_HEADER, h);
	for (size_t i = 0; i < benches * count; i++) {
		const char *name = bench[i / count];

		fprintf(s, WHO "0,%s,v=%zu,latency,tsc,ok,,9,", name,
			i % count);
		fprintf(s, "20,20,%zu,1,9000,1,10000000,1,1,1,20\n", 20 + i);
		fprintf(h, "%s,v=%zu,0,%zu,%zu,9\n", name, i % count, 20 + i,
			21 + i);
	}
	fclose(s);
	fclose(h);
}

static void test_file_names_stay_inside(void **state)
{
	static const char *const bench[] = {
		"../up", "a/b", "a-b", "medians", "", "A/B", "x y;$(z)`",
	};
	static const char *const files[] = {
		"plots/-.csv",	       "plots/-.-up.csv",
		"plots/A-B.csv",       "plots/a-b-2.csv",
		"plots/a-b-3.csv",     "plots/medians.csv",
		"plots/medians-2.csv", "plots/x-y---z--.csv",
	};
	char *dir = make_dir();

	(void)state;
	put_variants(dir, bench, ARRAY_SIZE(bench), 1);
	plot_data_only(dir);
	for (size_t i = 0; i < ARRAY_SIZE(files); i++)
		if (!exists(dir, files[i]))
			fail_msg("no '%s'", files[i]);
	assert_false(exists(dir, "up.csv"));
	remove_dir(dir);
}

static size_t count_of(const char *text, const char *part)
{
	size_t n = 0;

	for (; (text = strstr(text, part)); text++)
		n++;
	return n;
}

static void test_many_variants_take_many_pictures(void **state)
{
	static const char *const bench[] = { "timer/sweep" };
	char *dir = make_dir(), *first, *second;

	(void)state;
	put_variants(dir, bench, 1, 41);
	plot_data_only(dir);
	first = get(dir, "plots/timer-sweep.csv", NULL);
	second = get(dir, "plots/timer-sweep-2.csv", NULL);
	assert_non_null(first);
	assert_non_null(second);
	assert_int_equal(count_of(first, ",0,0\n"), 20);
	assert_int_equal(count_of(second, ",0,0\n"), 21);
	assert_contains(first, "\"v=0\",");
	assert_contains(second, "\"v=40\",");
	assert_false(exists(dir, "plots/medians-2.csv"));
	free(first);
	free(second);
	remove_dir(dir);
}

/* ---- gnuplot ------------------------------------------------------------ */

static void need_gnuplot(void)
{
	if (system("gnuplot --version >/dev/null 2>&1"))
		skip();
}

static void assert_picture(const char *dir, const char *stem, size_t least)
{
	char *name = xasprintf("%s.png", stem), *text;
	size_t len;

	text = get(dir, name, &len);
	assert_non_null(text);
	assert_true(len > least);
	assert_memory_equal(text, "\x89PNG", 4);
	/* A PNG file that was finished ends so. */
	assert_memory_equal(text + len - 8, "IEND", 4);
	free(text);
	free(name);
	name = xasprintf("%s.svg", stem);
	text = get(dir, name, &len);
	assert_non_null(text);
	assert_true(len > least);
	assert_contains(text, "</svg>");
	free(text);
	free(name);
}

static void test_pictures_are_drawn(void **state)
{
	char *dir = make_run(), *svg;
	struct error err = { "" };

	(void)state;
	need_gnuplot();
	if (plot_run(dir, &err))
		fail_msg("%s", err.text);
	assert_picture(dir, "plots/medians", 5000);
	assert_picture(dir, "plots/exit-cpuid", 5000);
	assert_picture(dir, "plots/timer-tscdeadline", 5000);
	svg = get(dir, "plots/medians.svg", NULL);
	assert_contains(svg, ">exit/cpuid<");
	assert_contains(svg, ">timer/tscdeadline delay=10us,wait=hlt<");
	assert_contains(svg, ">timer/tscdeadline delay=100us,wait=hlt<");
	assert_contains(svg, "stock: kernel 6.1.0 on box, "
			     "A &lt;CPU> &amp; more");
	assert_contains(svg, "1 skipped and 1 failed variants; 1 skipped or");
	assert_contains(svg, "the empty op, 20 to 26 ticks, is not subtracted");
	free(svg);
	svg = get(dir, "plots/timer-tscdeadline.svg", NULL);
	assert_contains(svg, ">Latency: timer/tscdeadline<");
	assert_contains(svg, ">delay=10us,wait=hlt<");
	assert_contains(svg, ">delay=100us,wait=hlt<");
	free(svg);
	svg = get(dir, "plots/exit-cpuid.svg", NULL);
	assert_contains(svg, ">all samples (unverified)<");
	free(svg);
	remove_dir(dir);
}

static void test_every_row_is_named(void **state)
{
	static const char *const bench[] = { "sweep/under_score",
					     "exit/x^{2}" };
	char *dir = make_dir(), *svg;
	struct error err = { "" };

	(void)state;
	need_gnuplot();
	put_variants(dir, bench, 2, 75);
	if (plot_run(dir, &err))
		fail_msg("%s", err.text);
	svg = get(dir, "plots/medians.svg", NULL);
	for (size_t i = 0; i < 150; i++) {
		char *name = xasprintf(">%s v=%zu<", bench[i / 75], i % 75);

		assert_contains(svg, name);
		free(name);
	}
	free(svg);
	remove_dir(dir);
}

/* All samples equal, at the least number of ticks, and the medians too. */
static void test_deterministic_run(void **state)
{
	char *dir = make_dir();
	struct error err = { "" };

	(void)state;
	need_gnuplot();
	put(dir, "summary.csv",
	    SUMMARY_HEADER WHO "0,a,,latency,tsc,ok,,9,"
			       "0,0,0,0,0,0,0,0,0,0,0\n");
	put(dir, "histogram.csv", HISTOGRAM_HEADER "a,,0,0,1,9\n");
	if (plot_run(dir, &err))
		fail_msg("%s", err.text);
	assert_picture(dir, "plots/medians", 2000);
	assert_picture(dir, "plots/a", 2000);
	remove_dir(dir);
}

static void test_gnuplot_not_installed(void **state)
{
	char *dir = make_run(), *path;
	struct error err;

	(void)state;
	path = path_becomes(dir);
	assert_int_equal(plot_run(dir, &err), -1);
	path_returns(path);
	assert_string_equal(err.text, "gnuplot is not installed: install it "
				      "with: apt-get install gnuplot-nox");
	assert_true(exists(dir, "plots/medians.csv"));
	remove_dir(dir);
}

/* plot_run() with @script in the place of gnuplot. */
static int plot_with(const char *script, struct error *err)
{
	char *dir = make_run(), *path, *program;
	int ret;

	put(dir, "gnuplot", script);
	program = xasprintf("%s/gnuplot", dir);
	assert_int_equal(chmod(program, 0755), 0);
	path = path_becomes(dir);
	ret = plot_run(dir, err);
	path_returns(path);
	free(program);
	remove_dir(dir);
	return ret;
}

static void test_gnuplot_fails(void **state)
{
	struct error err;

	(void)state;
	assert_int_equal(
		plot_with(
			"#!/bin/sh\n"
			"printf '\\nline 3: warning: odd\\ngnuplot> set term x\\n"
			"             ^\\n   line 0: bad term\\nmore\\n'"
			" >&2; exit 1\n",
			&err),
		-1);
	assert_string_equal(err.text, "gnuplot failed: line 0: bad term");
	assert_int_equal(
		plot_with("#!/bin/sh\necho libx is missing >&2;exit 1\n", &err),
		-1);
	assert_string_equal(err.text, "gnuplot failed: libx is missing");
	assert_int_equal(plot_with("#!/bin/sh\nexit 3\n", &err), -1);
	assert_string_equal(err.text, "gnuplot failed with exit status 3");
	assert_int_equal(plot_with("#!/bin/sh\nkill -9 $$\n", &err), -1);
	assert_string_equal(err.text, "gnuplot was killed by signal 9");
	assert_int_equal(plot_with("#!/bin/sh\nexit 0\n", &err), -1);
	assert_contains(err.text, "gnuplot did not write '");
	assert_int_equal(plot_with("#!/bin/sh\n>medians.svg\n", &err), -1);
	assert_contains(err.text, "gnuplot left '");
	assert_int_equal(plot_with("#!/nowhere/sh\n", &err), -1);
	assert_contains(err.text, "gnuplot");
}

/* ---- the command -------------------------------------------------------- */

static int plot_command(char *a, char *b)
{
	char *argv[] = { "plot", a, b, NULL };

	return cmd_plot(b ? 3 : a ? 2 : 1, argv);
}

static void test_command(void **state)
{
	char *dir = make_dir();

	(void)state;
	assert_int_equal(plot_command("--help", NULL), EXIT_DONE);
	assert_int_equal(plot_command(NULL, NULL), EXIT_USAGE);
	assert_int_equal(plot_command("--nothing", dir), EXIT_USAGE);
	assert_int_equal(plot_command("-x", dir), EXIT_USAGE);
	assert_int_equal(plot_command(dir, NULL), EXIT_FAILED);
	assert_int_equal(plot_command(dir, dir), EXIT_FAILED);
	remove_dir(dir);
	dir = make_run();
	need_gnuplot();
	assert_int_equal(plot_command(dir, NULL), EXIT_DONE);
	assert_picture(dir, "plots/medians", 5000);
	remove_dir(dir);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_names_sort_by_value),
		cmocka_unit_test(test_medians_over_launches),
		cmocka_unit_test(test_histograms_add_up),
		cmocka_unit_test(test_fractions_of_ticks),
		cmocka_unit_test(test_captions),
		cmocka_unit_test(test_env_is_optional),
		cmocka_unit_test(test_emulation_is_named),
		cmocka_unit_test(test_quoted_names),
		cmocka_unit_test(test_no_histogram_of_a_variant),
		cmocka_unit_test(test_hostile_files),
		cmocka_unit_test(test_nul_byte),
		cmocka_unit_test(test_missing_files),
		cmocka_unit_test(test_data_files),
		cmocka_unit_test(test_gnuplot_quoting),
		cmocka_unit_test(test_printable),
		cmocka_unit_test(test_file_names_stay_inside),
		cmocka_unit_test(test_many_variants_take_many_pictures),
		cmocka_unit_test(test_pictures_are_drawn),
		cmocka_unit_test(test_every_row_is_named),
		cmocka_unit_test(test_deterministic_run),
		cmocka_unit_test(test_gnuplot_not_installed),
		cmocka_unit_test(test_gnuplot_fails),
		cmocka_unit_test(test_command),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
