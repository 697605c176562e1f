// SPDX-License-Identifier: GPL-2.0-or-later
#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "command.h"
#include "error.h"
#include "phases.h"
#include "results.h"
#include "tradeoff.h"
#include "util.h"

static const char help[] =
	"usage: run-bench report --phases DIR\n"
	"       run-bench report --tradeoff NAME DIR\n"
	"\n"
	"Derive a table, 72 columns wide, from the rows of directory DIR.\n"
	"\n"
	"  --phases         where the ticks of each exit go: ioctl entry,\n"
	"                   pre-run, guest, post-run, ioctl exit, and how\n"
	"                   certain that is\n"
	"  --tradeoff NAME  what two ways to build a kernel cost:\n"
	"                   tsc-aux  RDPID or LSL in the paranoid entry\n"
	"  --help           print this\n"
	"\n"
	"Exit status: 0 done; 1 the results cannot be read; 2 usage.\n";

static void print_phases(FILE *to, const struct results *results)
{
	struct phases phases;

	phases_derive(&phases, results);
	phases_print(to, &phases);
	phases_free(&phases);
}

static void print_tsc_aux(FILE *to, const struct results *results)
{
	struct tradeoff_tsc_aux tradeoff;

	tradeoff_tsc_aux(&tradeoff, results);
	tradeoff_tsc_aux_print(to, &tradeoff);
}

/* One sub-report of all metrics of one result. */
static const struct sub_report {
	const char *option;
	const char *name; /* its value; NULL: the option takes none */
	void (*print)(FILE *to, const struct results *results);
} sub_reports[] = {
	{ "phases", NULL, print_phases },
	{ "tradeoff", "tsc-aux", print_tsc_aux },
};

static const struct sub_report *find(const char *option, const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(sub_reports); i++)
		if (!strcmp(sub_reports[i].option, option) &&
		    (!name || !strcmp(sub_reports[i].name, name)))
			return &sub_reports[i];
	return NULL;
}

static int usage_error(const char *fmt, const char *subject)
{
	struct error err;

	error_set(&err, fmt, subject);
	error_print("%s", err.text);
	fputs("Try 'run-bench report --help'.\n", stderr);
	return EXIT_USAGE;
}

static int print_report(const struct sub_report *report, const char *dir)
{
	const struct results_query query = { .stat = RESULT_P50 };
	struct results results;
	struct error err;
	int ret;

	ret = results_load(&results, &dir, 1, &query, &err);
	if (ret)
		error_print("%s", err.text);
	else
		report->print(stdout, &results);
	if (!ret && results.n_unused)
		warning_print("%zu rows of '%s' cannot be used",
			      results.n_unused, dir);
	results_free(&results);
	return ret ? EXIT_FAILED : EXIT_DONE;
}

int cmd_report(int argc, char **argv)
{
	static const struct option options[] = {
		{ "phases", no_argument, NULL, 'p' },
		{ "tradeoff", required_argument, NULL, 't' },
		{ "help", no_argument, NULL, 'h' },
		{ 0 },
	};
	const struct sub_report *report = NULL;
	int c, index;

	optind = 0; /* main() may have used getopt */
	opterr = 0;
	while ((c = getopt_long(argc, argv, ":", options, &index)) != -1) {
		if (c == 'h') {
			fputs(help, stdout);
			return EXIT_DONE;
		}
		if (c == ':')
			return usage_error("option '%s' needs a value",
					   argv[optind - 1]);
		if (c == '?')
			return usage_error("unknown option '%s'",
					   argv[optind - 1]);
		report = find(options[index].name, c == 't' ? optarg : NULL);
		if (!report)
			return usage_error("there is no trade-off '%s'",
					   optarg);
	}
	if (!report)
		return usage_error("report wants %s", "--phases or --tradeoff");
	if (argc - optind != 1)
		return usage_error("report wants %s", "one results directory");
	return print_report(report, argv[optind]);
}
