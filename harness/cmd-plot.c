// SPDX-License-Identifier: GPL-2.0-or-later
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>

#include "command.h"
#include "error.h"
#include "plot.h"
#include "util.h"

static const char help[] =
	"usage: run-bench plot [OPTION] DIR\n"
	"       run-bench plot [OPTION] BASE NEW\n"
	"\n"
	"Draw the results in directory DIR as SVG and PNG files in DIR/plots:\n"
	"\n"
	"  medians       the median latency of every variant, with its spread\n"
	"  FAMILY-NAME   the distribution of one benchmark's latencies, with a\n"
	"                curve for each variant\n"
	"  timer-tscdeadline-heat\n"
	"                its medians over delay and way to wait\n"
	"\n"
	"or what changed from BASE to NEW, in NEW/plots:\n"
	"\n"
	"  pair-shifts   the shift of every median, with its 95 % interval\n"
	"  pair-FAMILY-NAME\n"
	"                the distributions of both sides\n"
	"  pair-phases   where the ticks of exits went, on both sides, if that\n"
	"                can be told\n"
	"\n"
	"Beside each picture is a .csv file of what it shows. gnuplot draws\n"
	"them: apt-get install gnuplot-nox\n"
	"\n"
	"  --output DIR  where the pictures of a pair go\n"
	"  --help        print this\n"
	"\n"
	"Exit status: 0 done; 1 a picture could not be drawn; 2 usage.\n";

static int draw(char *const *dirs, int n, const char *output)
{
	char *plots = output ? xstrdup(output)
			     : xasprintf("%s/plots", dirs[n - 1]);
	struct error err;
	int ret;

	if (n == 1)
		ret = plot_run(dirs[0], &err);
	else
		ret = plot_pair(dirs[0], dirs[1], plots, &err);
	if (ret)
		error_print("%s", err.text);
	else
		puts(plots);
	free(plots);
	return ret ? EXIT_FAILED : EXIT_DONE;
}

int cmd_plot(int argc, char **argv)
{
	static const struct option options[] = {
		{ "help", no_argument, NULL, 'h' },
		{ "output", required_argument, NULL, 'o' },
		{ 0 },
	};
	const char *output = NULL;
	int c;

	optind = 0; /* main() may have used getopt */
	opterr = 0;
	while ((c = getopt_long(argc, argv, ":", options, NULL)) != -1) {
		switch (c) {
		case 'h':
			fputs(help, stdout);
			return EXIT_DONE;
		case 'o':
			output = optarg;
			break;
		case ':':
			error_print("option '%s' needs a value",
				    argv[optind - 1]);
			return EXIT_USAGE;
		default:
			error_print("unknown option '%s': see 'run-bench plot "
				    "--help'",
				    argv[optind - 1]);
			return EXIT_USAGE;
		}
	}
	if (argc - optind != 1 && argc - optind != 2) {
		error_print("plot wants one results directory, or a pair: see "
			    "'run-bench plot --help'");
		return EXIT_USAGE;
	}
	if (output && argc - optind == 1) {
		error_print("'--output' is for a pair");
		return EXIT_USAGE;
	}
	return draw(argv + optind, argc - optind, output);
}
