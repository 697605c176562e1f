// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdlib.h>

#include "lab/command.h"
#include "lab/pool.h"
#include "lab/series.h"
#include "util.h"

const char *const lab_side_names[LAB_SIDES] = {
	[LAB_BASE] = "base",
	[LAB_NEW] = "new",
};

enum lab_side lab_series_side(size_t i)
{
	return (i + 1) / 2 % 2 ? LAB_NEW : LAB_BASE;
}

const char *lab_modules_of(const struct lab_options *o, enum lab_side side)
{
	return side == LAB_NEW && o->modules[1] ? o->modules[1] : o->modules[0];
}

/* The @number-th boot of a side. */
static struct lab_job plan_job(struct lab_series *s, enum lab_side side,
			       size_t number, const struct argv *args)
{
	struct lab_job job =
		lab_plan_job(s->options, s->machine, s->kernel[side], args);
	char *path =
		xasprintf("%s/%s-%zu", s->output, lab_side_names[side], number);

	s->paths[side][number - 1] = path;
	job.guest.modules = lab_modules_of(s->options, side);
	job.output = path;
	job.label = s->label[side];
	job.number = (int)number;
	return job;
}

/* A suite that measured nothing may have a reason; here it is an error. */
static int check_statuses(const struct lab_job *jobs, const int *statuses,
			  size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (statuses[i] == EXIT_USAGE ||
		    statuses[i] == EXIT_ALL_SKIPPED) {
			error_print(
				"'%s' measured nothing on %s: exit status %d of the suite",
				jobs[i].kernel, jobs[i].machine->text,
				statuses[i]);
			return -1;
		}
	return 0;
}

int lab_series_run(struct lab_series *s)
{
	const struct lab_options *o = s->options;
	bool counted = lab_machine_deterministic(s->machine);
	struct argv args =
		lab_suite_args(o, s->machine, s->patterns, s->n_patterns);
	size_t done[LAB_SIDES] = { 0 }, n;
	struct lab_job *jobs;
	int *statuses, ret;

	s->boots = o->boots ? o->boots : counted ? 1 : 2;
	n = 2 * s->boots;
	jobs = xcalloc(n, sizeof(*jobs));
	statuses = xcalloc(n, sizeof(*statuses));
	for (int side = 0; side < LAB_SIDES; side++)
		s->paths[side] = xcalloc(s->boots, sizeof(char *));
	for (size_t i = 0; i < n; i++) {
		enum lab_side side = lab_series_side(i);

		jobs[i] = plan_job(s, side, ++done[side], &args);
	}
	/* Machines whose boots do not differ do not disturb each other. */
	ret = lab_pool_run(jobs, n,
			   o->jobs   ? o->jobs
			   : counted ? lab_pool_width()
				     : 1,
			   statuses);
	if (!ret)
		ret = check_statuses(jobs, statuses, n);
	free(statuses);
	free(jobs);
	argv_free(&args);
	return ret;
}

void lab_series_free(struct lab_series *s)
{
	for (int side = 0; side < LAB_SIDES; side++) {
		for (size_t i = 0; s->paths[side] && i < s->boots; i++)
			free(s->paths[side][i]);
		free(s->paths[side]);
	}
}
