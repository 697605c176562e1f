// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdio.h>
#include <stdlib.h>

#include "cli.h"
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
	"Beside each picture is a .csv file of what it shows. Pictures of an\n"
	"earlier plot are replaced, no other file is. gnuplot draws them:\n"
	"apt-get install gnuplot-nox\n"
	"\n"
	"  --output DIR  where the pictures of a pair go\n"
	"  --help        print this\n"
	"\n"
	"Exit status: 0 done; 1 a picture could not be drawn, or there is nothing\n"
	"to draw; 2 usage.\n";

static int draw(char *const *dirs, int n, const char *output)
{
	char *plots = output ? xstrdup(output)
			     : xasprintf("%s/plots", dirs[n - 1]);
	char *not_drawn = NULL;
	struct error err;
	int ret;

	if (n == 1)
		ret = plot_run(dirs[0], &err);
	else
		ret = plot_pair(dirs[0], dirs[1], plots, &not_drawn, &err);
	if (not_drawn)
		warning_print("not drawn: %s", not_drawn);
	if (ret)
		error_print("%s", err.text);
	else
		puts(plots);
	free(not_drawn);
	free(plots);
	return ret ? EXIT_FAILED : EXIT_DONE;
}

struct request {
	const char *output; /* NULL: "plots" in the last of dirs */
	bool help;
	char **dirs; /* inside argv */
	int n_dirs;
};

static int parse(struct request *r, int argc, char **argv, struct error *err)
{
	const struct cli_option options[] = {
		{ "output", .text = &r->output },
		{ "help", .on = &r->help },
		{ 0 },
	};
	int first = cli_parse(options, argc, argv, err);

	if (first < 0)
		return -1;
	r->dirs = argv + first;
	r->n_dirs = argc - first;
	if (r->help)
		return 0;
	if (r->n_dirs != 1 && r->n_dirs != 2)
		return error_set(err, "give one results directory, or a pair");
	if (r->output && r->n_dirs == 1)
		return error_set(err, "'--output' is for a pair");
	return 0;
}

int cmd_plot(int argc, char **argv)
{
	struct request r = { 0 };
	struct error err;

	if (parse(&r, argc, argv, &err))
		return command_usage_error("plot", &err);
	if (r.help) {
		fputs(help, stdout);
		return EXIT_DONE;
	}
	return draw(r.dirs, r.n_dirs, r.output);
}
