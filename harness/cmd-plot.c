// SPDX-License-Identifier: GPL-2.0-or-later
#include <getopt.h>
#include <stdio.h>

#include "command.h"
#include "error.h"
#include "plot.h"

static const char help[] =
	"Usage: run-bench plot [OPTION] DIR\n"
	"Draw the results in directory DIR as SVG and PNG files in DIR/plots.\n"
	"\n"
	"  medians       the median latency of every variant, with its spread\n"
	"  FAMILY-NAME   the distribution of one benchmark's latencies, with a\n"
	"                curve for each variant\n"
	"\n"
	"Beside each picture is a .csv file of what it shows. gnuplot draws\n"
	"them: apt-get install gnuplot-nox\n"
	"\n"
	"      --help   show this text\n";

int cmd_plot(int argc, char **argv)
{
	static const struct option options[] = {
		{ "help", no_argument, NULL, 'h' },
		{ 0 },
	};
	struct error err;
	int c;

	optind = 0; /* main() may have used getopt */
	opterr = 0;
	while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (c == 'h') {
			fputs(help, stdout);
			return EXIT_DONE;
		}
		error_print("unknown option '%s': see 'run-bench plot --help'",
			    argv[optind - 1]);
		return EXIT_USAGE;
	}
	if (argc - optind != 1) {
		error_print("plot wants one results directory: see 'run-bench "
			    "plot --help'");
		return EXIT_USAGE;
	}
	if (plot_run(argv[optind], &err)) {
		error_print("%s", err.text);
		return EXIT_FAILED;
	}
	printf("%s/plots\n", argv[optind]);
	return EXIT_DONE;
}
