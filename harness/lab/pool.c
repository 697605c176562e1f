// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "cpu-mask.h"
#include "lab/command.h"
#include "lab/pool.h"
#include "util.h"

#define POLL_NS 20000000

size_t lab_pool_width(void)
{
	return cpu_mask_usable();
}

struct pool {
	struct lab_job *jobs;
	size_t n, started, running;
	bool *runs; /* which of them */
	int *statuses;
};

static int start_next(struct pool *p)
{
	struct lab_job *job = &p->jobs[p->started];
	struct error err;

	fprintf(stderr, "run-bench: boot %zu of %zu: '%s' on %s\n",
		p->started + 1, p->n, job->kernel, job->machine->text);
	if (lab_job_start(job, &err)) {
		error_print("%s", err.text);
		p->started++; /* what it holds is to be freed */
		return -1;
	}
	p->runs[p->started++] = true;
	p->running++;
	return 0;
}

static int finish(struct pool *p, size_t i)
{
	struct error err;

	p->runs[i] = false;
	p->running--;
	p->statuses[i] = lab_job_finish(&p->jobs[i], &err);
	if (p->statuses[i] < 0)
		lab_print_failure(&p->jobs[i], &err);
	return p->statuses[i] < 0 ? -1 : 0;
}

static int poll_all(struct pool *p)
{
	int ret = 0;

	for (size_t i = 0; i < p->started && !ret; i++)
		if (p->runs[i] && lab_job_poll(&p->jobs[i]))
			ret = finish(p, i);
	return ret;
}

static int run(struct pool *p, size_t at_a_time)
{
	static const struct timespec pause = { .tv_nsec = POLL_NS };
	int ret = 0;

	while (!ret && (p->running || p->started < p->n)) {
		while (!ret && p->running < at_a_time && p->started < p->n)
			ret = start_next(p);
		nanosleep(&pause, NULL);
		if (!ret)
			ret = poll_all(p);
		if (lab_interrupted) {
			error_print("interrupted");
			ret = -1;
		}
	}
	return ret;
}

int lab_pool_run(struct lab_job *jobs, size_t n, size_t at_a_time,
		 int *statuses)
{
	struct pool p = { .jobs = jobs, .n = n, .statuses = statuses };
	int ret;

	p.runs = xcalloc(n, sizeof(*p.runs));
	ret = run(&p, at_a_time);
	for (size_t i = 0; i < p.started; i++)
		lab_job_free(&jobs[i]);
	free(p.runs);
	return ret;
}
