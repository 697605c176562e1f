// SPDX-License-Identifier: GPL-2.0-or-later
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "directories.h"
#include "lab/command.h"
#include "lab/judge.h"
#include "lab/kernel-build.h"
#include "lab/series.h"
#include "lab/verdict.h"
#include "util.h"

#define OPTIONS (LAB_OPTION_BISECT | LAB_OPTION_RUN | LAB_OPTION_BOOTS)

/* What `git bisect run` understands. */
enum bisect_status {
	BISECT_GOOD = 0,
	BISECT_BAD = 1,
	BISECT_SKIP = 125, /* cannot be tested */
	BISECT_ABORT = 128, /* 128 and above end the bisection */
};

static void print_help(void)
{
	fputs("usage: git bisect run run-bench lab bisect --base KERNEL [OPTIONS] PATTERN...\n"
	      "       git bisect run run-bench lab bisect --above TICKS [OPTIONS] PATTERN...\n"
	      "\n"
	      "Build the kernel tree in the current directory, measure what PATTERN selects\n"
	      "in it, and say whether it is good. Bad is a row that is above KERNEL's, or\n"
	      "the median of whose launches is above TICKS. A row that varies with when\n"
	      "it is measured is neither; where none is bad and one only fails, there is\n"
	      "no verdict.\n"
	      "\n",
	      stdout);
	lab_options_print_help(OPTIONS);
	fputs("\n"
	      "Exit status, for git: 0 good; 1 bad; 125 it, or the base, does not build,\n"
	      "does not come to the end, or gives no verdict; 128 usage, or interrupted.\n",
	      stdout);
}

static int build_tree(const struct lab_options *o, const char *kernel,
		      struct error *err)
{
	const struct lab_kernel_build build = {
		.source = o->source ? o->source : ".",
		.output = kernel,
	};

	return lab_kernel_build(&build, err);
}

static const int statuses[] = {
	[LAB_GOOD] = BISECT_GOOD,
	[LAB_BAD] = BISECT_BAD,
	[LAB_OPEN] = BISECT_SKIP,
};

static int judge_against_base(const struct lab_options *o, const char *kernel,
			      const char *output)
{
	struct lab_series series = {
		.options = o,
		.machine = &o->machines[0],
		.kernel = { o->base, kernel },
		.label = { lab_side_names[LAB_BASE], lab_side_names[LAB_NEW] },
		.patterns = o->operands,
		.n_patterns = o->n_operands,
		.output = output,
	};
	struct lab_verdict verdict;
	int status = BISECT_SKIP;
	struct error err;

	if (!lab_series_run(&series)) {
		if (lab_verdict_load(&verdict, series.paths[LAB_BASE],
				     series.paths[LAB_NEW], series.boots,
				     &err)) {
			error_print("%s", err.text);
		} else {
			lab_verdict_print(stdout, &verdict);
			status = statuses[lab_judge_pair(&verdict.comparison,
							 o->threshold)];
		}
		lab_verdict_free(&verdict);
	}
	lab_series_free(&series);
	return status;
}

static int judge_results(const struct lab_options *o, const char *path)
{
	static const struct results_query latencies = { .stat = RESULT_P50,
							.metric = "latency" };
	bool counted = lab_machine_deterministic(&o->machines[0]);
	struct results r = { 0 };
	int status = BISECT_SKIP;
	struct error err;

	if (results_load(&r, &path, 1, &latencies, &err))
		error_print("%s", err.text);
	else
		status =
			statuses[lab_judge_alone(&r, o->above, counted, stdout)];
	results_free(&r);
	return status;
}

static int judge_alone(const struct lab_options *o, const char *kernel,
		       const char *output)
{
	struct argv args =
		lab_suite_args(o, &o->machines[0], o->operands, o->n_operands);
	struct lab_job job = lab_plan_job(o, &o->machines[0], kernel, &args);
	int status = BISECT_SKIP;

	job.output = output;
	job.label = "bisect";
	if (lab_run_job(&job) >= 0)
		status = judge_results(o, output);
	argv_free(&args);
	return status;
}

/* Each step of a bisection has a directory of its own. */
static char *step_directory(const char *output)
{
	char *path = NULL;

	for (int i = 1; !path || !access(path, F_OK); i++) {
		free(path);
		path = xasprintf("%s/step-%d", output, i);
	}
	return path;
}

static int step(const struct lab_options *o, const char *work)
{
	char *kernel = xasprintf("%s/bisect.bzImage", work);
	char *output = o->output ? step_directory(o->output)
				 : xasprintf("%s/results", work);
	int status = BISECT_SKIP;
	struct error err;

	if (build_tree(o, kernel, &err))
		error_print("%s", err.text);
	else
		status = o->base ? judge_against_base(o, kernel, output)
				 : judge_alone(o, kernel, output);
	free(output);
	free(kernel);
	return lab_interrupted ? BISECT_ABORT : status;
}

static int check(const struct lab_options *o, struct error *err)
{
	if (o->help)
		return 0;
	if (!o->n_operands)
		return error_set(err, "give a PATTERN");
	if ((o->base == NULL) == (isnan(o->above) != 0))
		return error_set(err, "give either '--base' or '--above'");
	return 0;
}

int lab_cmd_bisect(int argc, char **argv)
{
	struct lab_options options;
	struct error err;
	char *work;
	int status = BISECT_ABORT;

	if (lab_options_parse(&options, argc, argv, OPTIONS, &err) ||
	    check(&options, &err)) {
		command_usage_error("lab bisect", &err);
	} else if (options.help) {
		print_help();
		status = EXIT_DONE;
	} else if ((work = directories_temporary(&err))) {
		status = step(&options, work);
		directories_remove(work);
		free(work);
	} else {
		error_print("%s", err.text);
	}
	lab_options_free(&options);
	return status;
}
