// SPDX-License-Identifier: GPL-2.0-or-later
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "lab/command.h"
#include "lab/series.h"
#include "util.h"

#define POLL_NS 20000000

static const char *const side_names[LAB_SIDES] = {
	[LAB_BASE] = "base",
	[LAB_NEW] = "new",
};

enum lab_side lab_series_side(size_t i)
{
	return (i + 1) / 2 % 2 ? LAB_NEW : LAB_BASE;
}

/* Machines whose boots do not differ do not disturb each other either. */
static size_t jobs_at_a_time(const struct lab_options *o)
{
	cpu_set_t set;

	if (o->jobs)
		return o->jobs;
	if (!lab_machine_deterministic(&o->machine) ||
	    sched_getaffinity(0, sizeof(set), &set))
		return 1;
	return (size_t)CPU_COUNT(&set);
}

static const char *modules_of(const struct lab_options *o, enum lab_side side)
{
	return side == LAB_NEW && o->modules[1] ? o->modules[1] : o->modules[0];
}

static void plan(struct lab_series *s, const struct argv *args)
{
	const struct lab_options *o = s->options;
	size_t done[LAB_SIDES] = { 0 };

	s->boots = o->boots				    ? o->boots
		   : lab_machine_deterministic(&o->machine) ? 1
							    : 2;
	s->jobs = xcalloc(2 * s->boots, sizeof(*s->jobs));
	for (int i = 0; i < LAB_SIDES; i++)
		s->paths[i] = xcalloc(s->boots, sizeof(char *));
	for (size_t i = 0; i < 2 * s->boots; i++) {
		enum lab_side side = lab_series_side(i);
		char *path = xasprintf("%s/%s-%zu", s->output, side_names[side],
				       done[side] + 1);

		s->paths[side][done[side]++] = path;
		s->jobs[i] = (struct lab_job){
			.machine = &o->machine,
			.kernel = s->kernel[side],
			.guest = { .args = args,
				   .modules = modules_of(o, side),
				   .limit = o->limit },
			.cmdline = o->cmdline,
			.output = path,
			.label = s->label[side] ? s->label[side]
						: side_names[side],
			.number = (int)done[side],
			.wall_limit = o->wall_limit,
		};
	}
}

static int start_next(struct lab_series *s)
{
	struct lab_job *job = &s->jobs[s->n_jobs++];
	struct error err;

	fprintf(stderr, "run-bench: boot %zu of %zu: %s\n", s->n_jobs,
		2 * s->boots, job->kernel);
	if (!lab_job_start(job, &err))
		return 0;
	error_print("%s", err.text);
	return -1;
}

/* The suite's status is of its own rows; here the machine's counts. */
static int finish(struct lab_job *job)
{
	struct error err;
	int status = lab_job_finish(job, &err);

	if (status < 0)
		lab_print_failure(job, &err);
	else if (status == EXIT_USAGE || status == EXIT_ALL_SKIPPED)
		error_print(
			"'%s' measured nothing: exit status %d of the suite",
			job->kernel, status);
	lab_job_free(job);
	return status < 0 || status == EXIT_USAGE || status == EXIT_ALL_SKIPPED
		       ? -1
		       : 0;
}

/* Poll those that run, [first, n_jobs): how many of them still do. */
static size_t poll_jobs(struct lab_series *s, bool *running, int *ret)
{
	size_t n = 0;

	for (size_t i = 0; i < s->n_jobs; i++) {
		if (!running[i])
			continue;
		if (lab_job_poll(&s->jobs[i])) {
			running[i] = false;
			if (finish(&s->jobs[i]))
				*ret = -1;
		}
		n += running[i];
	}
	return n;
}

static int run_all(struct lab_series *s, size_t at_a_time)
{
	static const struct timespec pause = { .tv_nsec = POLL_NS };
	bool *running = xcalloc(2 * s->boots, sizeof(*running));
	size_t n = 0;
	int ret = 0;

	while (!ret && (n || s->n_jobs < 2 * s->boots)) {
		while (!ret && n < at_a_time && s->n_jobs < 2 * s->boots) {
			ret = start_next(s);
			running[s->n_jobs - 1] = !ret;
			n++;
		}
		nanosleep(&pause, NULL);
		if (lab_interrupted) {
			error_print("interrupted");
			ret = -1;
		}
		if (!ret)
			n = poll_jobs(s, running, &ret);
	}
	free(running);
	return ret;
}

int lab_series_run(struct lab_series *s)
{
	struct argv args =
		lab_suite_args(s->options, s->patterns, s->n_patterns);
	int ret;

	plan(s, &args);
	lab_catch_signals();
	ret = run_all(s, jobs_at_a_time(s->options));
	lab_ignore_signals();
	for (size_t i = 0; i < s->n_jobs; i++)
		lab_job_free(&s->jobs[i]);
	argv_free(&args);
	return ret;
}

void lab_series_free(struct lab_series *s)
{
	for (int side = 0; side < LAB_SIDES; side++) {
		for (size_t i = 0; i < s->boots; i++)
			free(s->paths[side][i]);
		free(s->paths[side]);
	}
	free(s->jobs);
}
