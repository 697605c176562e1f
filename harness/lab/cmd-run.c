// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdio.h>
#include <stdlib.h>

#include "lab/command.h"
#include "plot.h"
#include "util.h"

#define OPTIONS (LAB_OPTION_LABEL | LAB_OPTION_RUN)

static void print_help(void)
{
	fputs("usage: run-bench lab run [OPTIONS] KERNEL [PATTERN...] [-- OPTIONS...]\n"
	      "\n"
	      "Boot KERNEL, a bzImage, in a machine of the lab, measure there what\n"
	      "PATTERN selects, or all, and bring the results directory out.\n"
	      "\n",
	      stdout);
	lab_options_print_help(OPTIONS);
	fputs("\n"
	      "Exit status: that of the suite; 1 when the kernel did not come to the\n"
	      "end; 2 usage.\n",
	      stdout);
}

static void draw(const char *output)
{
	struct error err;

	if (plot_run(output, &err))
		warning_print("no pictures: %s", err.text);
}

static int run_kernel(const struct lab_options *o)
{
	const char *kernel = o->operands[0];
	char *name = lab_kernel_name(kernel);
	char *output = o->output ? xstrdup(o->output)
				 : lab_default_output(name);
	struct argv args = lab_suite_args(o, &o->machines[0], o->operands + 1,
					  o->n_operands - 1);
	struct lab_job job = lab_plan_job(o, &o->machines[0], kernel, &args);
	int status;

	job.output = output;
	job.label = o->label ? o->label : name;
	job.show = stdout;
	status = lab_run_job(&job);
	if (status >= 0 && status != EXIT_USAGE)
		draw(output);
	if (status >= 0)
		puts(output);
	argv_free(&args);
	free(output);
	free(name);
	return status < 0 ? EXIT_FAILED : status;
}

int lab_cmd_run(int argc, char **argv)
{
	struct lab_options options;
	struct error err;
	int status;

	if (lab_options_parse(&options, argc, argv, OPTIONS, &err)) {
		status = command_usage_error("lab run", &err);
	} else if (options.help) {
		print_help();
		status = EXIT_DONE;
	} else if (!options.n_operands) {
		error_set(&err, "give a KERNEL");
		status = command_usage_error("lab run", &err);
	} else {
		status = run_kernel(&options);
	}
	lab_options_free(&options);
	return status;
}
