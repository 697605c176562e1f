// SPDX-License-Identifier: GPL-2.0-or-later
#include <gsl/gsl_errno.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "error.h"
#include "util.h"
#include "version.h"

static const struct command {
	const char *name;
	int (*run)(int argc, char **argv);
	const char *summary;
} commands[] = {
	{ "run", cmd_run, "measure; writes a results directory" },
	{ "list", cmd_list,
	  "every benchmark and whether this host can run it" },
	{ "check", cmd_check, "is this host fit to measure on?" },
	{ "report", cmd_report,
	  "the block for a cover letter; derived tables; exports" },
	{ "compare", cmd_compare, "say which rows of two results differ" },
	{ "plot", cmd_plot, "draw the pictures of a result or of a pair" },
	{ "trend", cmd_trend, "say when the numbers of a history changed" },
	{ "lab", cmd_lab, "measure and compare kernels in emulated machines" },
};

static void print_help(void)
{
	puts("usage: run-bench [COMMAND] [OPTIONS] [ARGUMENT...]\n"
	     "\n"
	     "What a kernel costs per VM-entry, MSR access, timer interrupt and NMI.\n"
	     "\n"
	     "commands:");
	for (size_t i = 0; i < ARRAY_SIZE(commands); i++)
		printf("  %-8s %s\n", commands[i].name, commands[i].summary);
	puts("\n"
	     "No command means run. 'run-bench COMMAND --help' tells more.");
}

/* The licence is that of sources and libraries taken together: LICENSES.md. */
static void print_version(void)
{
	puts("run-bench " VMB_VERSION " (" VMB_COMMIT_TEXT ")\n"
	     "License GPLv3+: GNU GPL version 3 or later <https://gnu.org/licenses/gpl.html>.\n"
	     "This is free software: you are free to change and redistribute it.\n"
	     "There is NO WARRANTY, to the extent permitted by law.");
}

static int run_command(int argc, char **argv)
{
	const char *first = argc > 1 ? argv[1] : "";

	if (!strcmp(first, "--help")) {
		print_help();
		return EXIT_DONE;
	}
	if (!strcmp(first, "--version")) {
		print_version();
		return EXIT_DONE;
	}
	for (size_t i = 0; i < ARRAY_SIZE(commands); i++)
		if (!strcmp(first, commands[i].name))
			return commands[i].run(argc - 1, argv + 1);
	return cmd_run(argc, argv);
}

/* JSON without what no memory was left for would be no JSON of ours. */
static void *allocate(size_t size)
{
	return xcalloc(1, size);
}

/* GSL's own one aborts, even when it is memory that is missing. */
static void end_in_gsl(const char *reason, const char *file, int line, int code)
{
	(void)file, (void)line;
	error_print("%s: %s", reason, gsl_strerror(code));
	exit(EXIT_FAILED);
}

int main(int argc, char **argv)
{
	int status;

	gsl_set_error_handler(end_in_gsl);
	json_set_alloc_funcs(allocate, free);
	status = run_command(argc, argv);
	if (!fflush(stdout) && !ferror(stdout))
		return status;
	error_print("cannot write all of the output");
	return status ? status : EXIT_FAILED;
}
