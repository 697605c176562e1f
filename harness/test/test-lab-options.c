// SPDX-License-Identifier: GPL-2.0-or-later
/* The command line that the commands of `lab` share. */
#include <fcntl.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "lab/options.h"
#include "util.h"

#define MAX_ARGS 32
#define ALL                                                          \
	(LAB_OPTION_LABEL | LAB_OPTION_BOOTS | LAB_OPTION_MACHINES | \
	 LAB_OPTION_RUN | LAB_OPTION_BISECT)

/* getopt permutes the pointers, never the texts. */
struct command_line {
	char *argv[MAX_ARGS];
	int argc;
	struct lab_options options;
	struct error err;
};

static int parse(struct command_line *line, unsigned int set,
		 const char *const *args)
{
	line->argc = 0;
	line->argv[line->argc++] = (char *)"run";
	for (; *args; args++) {
		assert_true(line->argc < MAX_ARGS - 1);
		line->argv[line->argc++] = (char *)*args;
	}
	line->argv[line->argc] = NULL;
	return lab_options_parse(&line->options, line->argc, line->argv, set,
				 &line->err);
}

/* To be freed by lab_options_free(). */
static struct lab_options accept(struct command_line *line, unsigned int set,
				 const char *const *args)
{
	if (parse(line, set, args))
		fail_msg("%s", line->err.text);
	return line->options;
}

static void refuse(const char *expected, unsigned int set,
		   const char *const *args)
{
	struct command_line line;

	assert_int_equal(parse(&line, set, args), -1);
	assert_string_equal(line.err.text, expected);
	lab_options_free(&line.options);
}

#define ARGS(...)		   ((const char *const[]){ __VA_ARGS__, NULL })
#define ACCEPT(set, ...)	   accept(&line, set, ARGS(__VA_ARGS__))
#define REFUSE(expected, set, ...) refuse(expected, set, ARGS(__VA_ARGS__))

static void test_defaults(void **state)
{
	struct command_line line;
	struct lab_options o = accept(&line, 0, (const char *const[]){ NULL });

	(void)state;
	assert_string_equal(o.machines[0].text, "svm");
	assert_int_equal(o.machines[0].accel, LAB_ACCEL_TCG);
	assert_null(o.output);
	assert_null(o.label);
	assert_null(o.modules[0]);
	assert_null(o.modules[1]);

	assert_null(o.cmdline);
	assert_true(o.limit == 3600);
	assert_true(o.wall_limit == 600);
	assert_int_equal(o.boots, 0);
	assert_int_equal(o.jobs, 0);
	assert_null(o.base);
	assert_null(o.source);
	assert_true(isnan(o.threshold));
	assert_true(isnan(o.above));
	assert_false(o.help);
	assert_int_equal(o.n_operands, 0);
	assert_int_equal(o.n_run, 0);
	lab_options_free(&o);
}

static void test_options_of_all_commands(void **state)
{
	struct command_line line;
	struct lab_options o;

	(void)state;
	o = ACCEPT(0, "--machine", "svm,memory=1024", "--output=out dir",
		   "--modules", "lib/modules/6.1", "--cmdline", "a=b c",
		   "--limit", "0.5", "--wall-limit=20", "vmlinuz");
	assert_string_equal(o.machines[0].text, "svm,memory=1024");
	assert_int_equal(o.machines[0].memory, 1024);
	assert_string_equal(o.output, "out dir");
	assert_string_equal(o.modules[0], "lib/modules/6.1");
	assert_null(o.modules[1]);
	assert_string_equal(o.cmdline, "a=b c");
	assert_true(o.limit == 0.5);
	assert_true(o.wall_limit == 20);
	assert_int_equal(o.n_operands, 1);
	assert_string_equal(o.operands[0], "vmlinuz");
	lab_options_free(&o);
	o = ACCEPT(0, "--help");
	assert_true(o.help);
	lab_options_free(&o);
	/* Nothing is more, too. */
	o = ACCEPT(0, "--cmdline", "");
	assert_string_equal(o.cmdline, "");
	lab_options_free(&o);
}

static void test_options_of_sets(void **state)
{
	struct command_line line;
	struct lab_options o;

	(void)state;
	o = ACCEPT(LAB_OPTION_LABEL, "--label", "patched, \"v2\"");
	assert_string_equal(o.label, "patched, \"v2\"");
	lab_options_free(&o);
	o = ACCEPT(LAB_OPTION_BOOTS, "--boots", "5", "--jobs=2");
	assert_int_equal(o.boots, 5);
	assert_int_equal(o.jobs, 2);
	lab_options_free(&o);
	o = ACCEPT(LAB_OPTION_BISECT, "--base", "good.bzImage", "--source",
		   "linux", "--threshold", "20.5", "--above=-1");
	assert_string_equal(o.base, "good.bzImage");
	assert_string_equal(o.source, "linux");
	assert_true(o.threshold == 20.5);
	assert_true(o.above == -1);
	lab_options_free(&o);
}

/* Every option, whose command does not take it. */
static void test_options_of_other_commands(void **state)
{
	static const struct {
		unsigned int set;
		const char *name;
	} options[] = {
		{ LAB_OPTION_LABEL, "label" },
		{ LAB_OPTION_BOOTS, "boots" },
		{ LAB_OPTION_BOOTS, "jobs" },

		{ LAB_OPTION_BISECT, "base" },
		{ LAB_OPTION_BISECT, "source" },
		{ LAB_OPTION_BISECT, "threshold" },
		{ LAB_OPTION_BISECT, "above" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(options); i++) {
		char *option = xasprintf("--%s=1", options[i].name);
		char *expected =
			xasprintf("'lab run' takes no '--%s'", options[i].name);
		struct command_line line;
		struct lab_options o;

		REFUSE(expected, 0, option);
		REFUSE(expected, ALL & ~options[i].set, option);
		o = ACCEPT(options[i].set, option);
		lab_options_free(&o);
		free(expected);
		free(option);
	}
}

static void test_accel(void **state)
{
	struct command_line line;
	struct lab_options o = ACCEPT(0, "--accel", "kvm");

	(void)state;
	assert_string_equal(o.machines[0].text, "svm,accel=kvm");
	assert_int_equal(o.machines[0].accel, LAB_ACCEL_KVM);
	lab_options_free(&o);

	o = ACCEPT(0, "--accel=kvm,cpus=2");
	assert_int_equal(o.machines[0].cpus, 2);
	lab_options_free(&o);
	REFUSE("invalid value 'hvf' of the machine's 'accel'", 0, "--accel",
	       "hvf");
	REFUSE("there is no machine 'vax'", 0, "--accel", "kvm", "--machine",
	       "vax");
	REFUSE("there is no machine ''", 0, "--machine=");
}

static void expect_machines(const struct lab_options *o,
			    const char *const *texts, size_t n)
{
	assert_int_equal(o->n_machines, n);
	for (size_t i = 0; i < n; i++)
		assert_string_equal(o->machines[i].text, texts[i]);
}

static void test_several_machines(void **state)
{
	static const char *const all[] = { "svm", "vmx", "vmx,apicv=0",
					   "svm,accel=kvm" };
	struct command_line line;
	struct lab_options o;

	(void)state;
	o = ACCEPT(LAB_OPTION_MACHINES, "a", "b");
	expect_machines(&o, all, 1);
	lab_options_free(&o);
	o = ACCEPT(LAB_OPTION_MACHINES, "--machine=svm", "--machine", "vmx");
	expect_machines(&o, all, 2);
	lab_options_free(&o);
	o = ACCEPT(LAB_OPTION_MACHINES, "--machine=all", "--accel=kvm");
	expect_machines(&o, all, 4);
	lab_options_free(&o);
	REFUSE("'lab run' takes one machine", ALL & ~LAB_OPTION_MACHINES,
	       "--machine=svm", "--machine=vmx");
	REFUSE("'lab run' takes one machine", 0, "--machine=all");
	REFUSE("'lab run' takes one machine", 0, "--machine=svm",
	       "--accel=kvm");
	REFUSE("more than 8 machines", LAB_OPTION_MACHINES, "--machine=all",
	       "--machine=svm,cpu=a", "--machine=svm,cpu=b",
	       "--machine=svm,cpu=c", "--machine=svm,cpu=d",
	       "--machine=svm,cpu=e", "--machine=svm,cpu=f");
}

/* Their results would go to the same directory. */
static void test_equal_machines(void **state)
{
	(void)state;
	REFUSE("machine 'vmx' is given twice", LAB_OPTION_MACHINES,
	       "--machine=all", "--machine=vmx");
	REFUSE("machine 'svm,accel=kvm' is given twice", LAB_OPTION_MACHINES,
	       "--machine=svm,accel=kvm", "--accel=kvm");
}

static void test_modules_twice(void **state)
{
	struct command_line line;
	struct lab_options o = ACCEPT(0, "--modules=a", "--modules", "b");

	(void)state;
	assert_string_equal(o.modules[0], "a");
	assert_string_equal(o.modules[1], "b");
	lab_options_free(&o);
	REFUSE("'--modules' is given more than twice", 0, "--modules=a",
	       "--modules=b", "--modules=c");
}

static void refuse_value(const char *option, const char *value)
{
	char *word = xasprintf("--%s", option);
	char *expected =
		xasprintf("invalid value '%s' of '--%s'", value, option);

	REFUSE(expected, ALL, word, value);
	free(expected);
	free(word);
}

static void test_bad_values(void **state)
{
	static const char *const seconds[] = { "",    "soon", "0",    "-1",
					       "nan", "inf",  "1e99", "5s" };
	static const char *const counts[] = { "", "0", "1001", "-1", "1.5" };
	static const char *const ticks[] = { "", "nan", "inf", "20%" };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(seconds); i++) {
		refuse_value("limit", seconds[i]);
		refuse_value("wall-limit", seconds[i]);
	}
	for (size_t i = 0; i < ARRAY_SIZE(counts); i++) {
		refuse_value("boots", counts[i]);
		refuse_value("jobs", counts[i]);
	}
	for (size_t i = 0; i < ARRAY_SIZE(ticks); i++) {
		refuse_value("threshold", ticks[i]);
		refuse_value("above", ticks[i]);
	}
	REFUSE("'--output' is empty", 0, "--output=");
	REFUSE("'--label' is empty", ALL, "--label", "");
}

static void test_missing_values(void **state)
{
	static const char *const options[] = {
		"--machine", "--accel",	 "--output",	 "--label", "--modules",
		"--cmdline", "--limit",	 "--wall-limit", "--boots", "--jobs",
		"--base",    "--source", "--threshold",	 "--above",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(options); i++) {
		char *expected =
			xasprintf("option '%s' needs a value", options[i]);

		REFUSE(expected, ALL, "vmlinuz", options[i]);
		free(expected);
	}
}

static void test_unknown_options(void **state)
{
	(void)state;
	REFUSE("unknown option '--frobnicate'", ALL, "--frobnicate");
	REFUSE("unknown option '--frobnicate'", ALL, "vmlinuz", "--frobnicate",
	       "exit/*");
	REFUSE("unknown option '-x'", ALL, "vmlinuz", "-x");
	REFUSE("unknown option '--help=yes'", ALL, "--help=yes");
	/* Of the suite: they stand behind "--". */
	REFUSE("unknown option '--launches'", ALL, "vmlinuz", "--launches",
	       "3");
}

static void test_operands(void **state)
{
	struct command_line line;
	struct lab_options o =
		ACCEPT(0, "a", "--limit", "5", "b", "--output=c", "[ab]*/*");

	(void)state;
	assert_int_equal(o.n_operands, 3);
	assert_string_equal(o.operands[0], "a");
	assert_string_equal(o.operands[1], "b");
	assert_string_equal(o.operands[2], "[ab]*/*");
	lab_options_free(&o);
}

static void test_separator(void **state)
{
	struct command_line line;
	struct lab_options o = ACCEPT(LAB_OPTION_RUN, "vmlinuz", "exit/*", "--",
				      "--launches", "3", "--", "--limit=x");

	(void)state;
	assert_int_equal(o.n_operands, 2);
	assert_string_equal(o.operands[0], "vmlinuz");
	assert_string_equal(o.operands[1], "exit/*");
	/* As they are: the suite itself checks them. */
	assert_int_equal(o.n_run, 4);
	assert_string_equal(o.run[0], "--launches");
	assert_string_equal(o.run[1], "3");
	assert_string_equal(o.run[2], "--");
	assert_string_equal(o.run[3], "--limit=x");
	assert_true(o.limit == 3600);
	lab_options_free(&o);
	o = ACCEPT(LAB_OPTION_RUN, "--");
	assert_int_equal(o.n_operands, 0);
	assert_int_equal(o.n_run, 0);
	lab_options_free(&o);
	REFUSE("'lab run' takes no '--'", ALL & ~LAB_OPTION_RUN, "vmlinuz",
	       "--", "--quick");
	/* A value that is missing does not come from behind it. */
	REFUSE("option '--limit' needs a value", ALL, "--limit", "--", "5");
}

/* A parse leaves nothing to the next one. */
static void test_starts_afresh(void **state)
{
	struct command_line line;
	struct lab_options o = ACCEPT(ALL, "a", "--limit=1", "--boots=2", "b");

	(void)state;
	lab_options_free(&o);
	o = ACCEPT(ALL, "c");
	assert_true(o.limit == 3600);
	assert_int_equal(o.boots, 0);
	assert_int_equal(o.n_operands, 1);
	assert_string_equal(o.operands[0], "c");
	lab_options_free(&o);
}

/* What lab_options_print_help() prints, owned by the caller. */
static char *help_of(unsigned int set)
{
	char path[] = "/tmp/vmb-lab-help-XXXXXX", *text;
	int file = mkstemp(path), out = dup(STDOUT_FILENO);

	assert_true(file >= 0);
	fflush(stdout);
	dup2(file, STDOUT_FILENO);
	lab_options_print_help(set);
	fflush(stdout);
	dup2(out, STDOUT_FILENO);
	close(out);
	close(file);
	text = read_file(path, NULL);
	unlink(path);
	assert_non_null(text);
	return text;
}

static void test_help(void **state)
{
	static const struct {
		unsigned int set;
		const char *text;
	} options[] = {
		{ 0, "--machine " },
		{ 0, "--accel " },
		{ 0, "--output " },
		{ 0, "--modules " },
		{ 0, "--cmdline " },
		{ 0, "--limit " },
		{ 0, "--wall-limit " },
		{ 0, "--help " },
		{ LAB_OPTION_LABEL, "--label " },
		{ LAB_OPTION_BOOTS, "--boots " },
		{ LAB_OPTION_BOOTS, "--jobs " },
		{ LAB_OPTION_MACHINES, "'all' stands for" },
		{ LAB_OPTION_BISECT, "--base " },
		{ LAB_OPTION_BISECT, "--source " },
		{ LAB_OPTION_BISECT, "--threshold " },
		{ LAB_OPTION_BISECT, "--above " },
		{ LAB_OPTION_RUN, "-- OPTIONS..." },
	};
	char *none = help_of(0), *all = help_of(ALL);

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(options); i++) {
		if (!strstr(all, options[i].text))
			fail_msg("no '%s' in the help", options[i].text);
		assert_int_equal(!strstr(none, options[i].text),
				 options[i].set != 0);
	}
	free(all);
	free(none);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_defaults),
		cmocka_unit_test(test_options_of_all_commands),
		cmocka_unit_test(test_options_of_sets),
		cmocka_unit_test(test_options_of_other_commands),
		cmocka_unit_test(test_accel),
		cmocka_unit_test(test_several_machines),
		cmocka_unit_test(test_equal_machines),
		cmocka_unit_test(test_modules_twice),
		cmocka_unit_test(test_bad_values),
		cmocka_unit_test(test_missing_values),
		cmocka_unit_test(test_unknown_options),
		cmocka_unit_test(test_operands),
		cmocka_unit_test(test_separator),
		cmocka_unit_test(test_starts_afresh),
		cmocka_unit_test(test_help),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
