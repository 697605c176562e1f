// SPDX-License-Identifier: GPL-2.0-or-later
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "bench/bench.h"
#include "elf-image.h"
#include "embedded.h"
#include "lab/command.h"
#include "lab/profiler.h"
#include "lab/verdict.h"
#include "plan.h"
#include "util.h"

#define POLL_NS 20000000

static const char *const side_names[LAB_SIDES] = {
	[LAB_BASE] = "base",
	[LAB_NEW] = "new",
};

/* Where a handler reads the TSC, which ends a sample (guest/handlers.S). */
static const char *const handlers[] = { "irq_timed", "nmi_timed" };

int lab_profiling_choose(struct lab_profiling *p, struct error *err)
{
	static const struct relation_list local = { 0 };
	char *patterns[] = { (char *)p->pattern };
	const struct variant *v;
	struct plan plan;
	int ret = 0;

	if (plan_build_related(&plan, bench_families, &local, patterns, 1, err))
		return -1;
	v = &plan.variants[0];
	if (plan.count > 1)
		ret = error_set(
			err,
			"'%s' selects %zu variants: choose one, as '%s[%s]'",
			p->pattern, plan.count, v->bench->name, v->text);
	else if (v->on_host || !v->bench->payload)
		ret = error_set(err, "'%s' is no op of a guest", p->pattern);
	else
		p->name = *v->text
				  ? xasprintf("%s[%s]", v->bench->name, v->text)
				  : xstrdup(v->bench->name);
	plan_free(&plan);
	return ret;
}

static const struct bench *bench_of(const struct lab_profiling *p)
{
	size_t len = strcspn(p->name, "[");

	for (const struct bench *const *family = bench_families; *family;
	     family++)
		for (const struct bench *b = *family; b->name; b++)
			if (strlen(b->name) == len &&
			    !strncmp(b->name, p->name, len))
				return b;
	return NULL;
}

/* "a,b", hexadecimal: those that the payload has. */
static char *close_addresses(const struct bench *bench)
{
	char *name = xasprintf("payload/%s", bench->payload);
	const struct embedded_file *file = embedded_find(name);
	char *text = xstrdup(""), *longer;
	uint64_t address, size;
	struct elf_image image;

	for (size_t i = 0; i < ARRAY_SIZE(handlers) && file; i++) {
		image = (struct elf_image){ .data = file->data,
					    .size = file->size };
		if (elf_find_symbol(&image, handlers[i], &address, &size))
			continue;
		longer = xasprintf("%s%s%" PRIx64, text, *text ? "," : "",
				   address);
		free(text);
		text = longer;
	}
	free(name);
	return text;
}

/* --- one boot --------------------------------------------------------------- */

struct profiled {
	struct lab_job job;
	char *output, *close;
	bool running;
};

static int start_one(const struct lab_profiling *p, enum lab_side side,
		     const struct argv *args, struct profiled *one,
		     struct error *err)
{
	const struct lab_options *o = p->options;

	one->close = close_addresses(bench_of(p));
	one->output = xasprintf("%s/%s", p->output, side_names[side]);
	one->job = (struct lab_job){
		.machine = &o->machine,
		.kernel = p->kernel[side],
		.guest = { .args = args,
			   .modules = side == LAB_NEW && o->modules[1]
					      ? o->modules[1]
					      : o->modules[0],
			   .limit = o->limit,
			   .symbols = true },
		.cmdline = o->cmdline,
		.close = one->close,
		.output = one->output,
		.label = side_names[side],
		.number = 1,
		.wall_limit = o->wall_limit,
	};
	if (lab_job_start(&one->job, err))
		return -1;
	one->running = true;
	return 0;
}

/* The median that the suite measured; NAN when there is none. */
static double median_of(const char *output)
{
	static const struct results_query latencies = { .stat = RESULT_P50,
							.metric = "latency" };
	struct results r = { 0 };
	double p50 = NAN;

	if (!results_load(&r, &output, 1, &latencies, NULL) &&
	    r.n_groups == 1 && r.groups[0].n_values)
		p50 = r.groups[0].values[0].value;
	results_free(&r);
	return p50;
}

static int take_counts(struct lab_profiling *p, enum lab_side side,
		       struct profiled *one, struct error *err)
{
	struct error why;
	int status = lab_job_finish(&one->job, &why);
	char *symbols, *counts;

	if (status < 0) {
		lab_print_failure(&one->job, &why);
		return error_set(err, "no profile of '%s'", p->kernel[side]);
	}
	if (status == EXIT_ALL_SKIPPED)
		return error_set(err,
				 "'%s' is skipped in this machine: see '%s'",
				 p->name, one->output);
	symbols = xasprintf("%s/" LAB_SYMBOLS, one->output);
	counts = xasprintf("%s/" LAB_COUNTS, one->output);
	if (profile_read(&p->profile[side], counts, err) ||
	    profile_check(&p->profile[side], err) ||
	    profile_symbolize(&p->profile[side], symbols, err))
		status = -1;
	free(counts);
	free(symbols);
	p->p50[side] = median_of(one->output);
	return status < 0 ? -1 : 0;
}

static void free_one(struct profiled *one)
{
	if (one->output && one->job.kernel)
		lab_job_free(&one->job);
	free(one->close);
	free(one->output);
}

static int wait_for(struct lab_profiling *p, struct profiled *all,
		    struct error *err)
{
	static const struct timespec pause = { .tv_nsec = POLL_NS };
	bool running = true;
	int ret = 0;

	while (running && !ret) {
		nanosleep(&pause, NULL);
		if (lab_interrupted)
			return error_set(err, "interrupted");
		running = false;
		for (int side = 0; side < LAB_SIDES && !ret; side++) {
			struct profiled *one = &all[side];

			if (one->running && lab_job_poll(&one->job)) {
				one->running = false;
				ret = take_counts(p, (enum lab_side)side, one,
						  err);
			}
			running |= one->running;
		}
	}
	return ret;
}

int lab_profiling_run(struct lab_profiling *p, struct error *err)
{
	char *options[] = { "--quick", "--no-counters", "--launches",
			    "1",       "--time",	"0.005" };
	struct lab_options once = { .run = options,
				    .n_run = ARRAY_SIZE(options) };
	char *patterns[] = { p->name };
	struct argv args = lab_suite_args(&once, patterns, 1);
	struct profiled all[LAB_SIDES] = { 0 };
	int ret = 0;

	lab_catch_signals();
	for (int side = 0; side < LAB_SIDES && !ret; side++)
		if (p->kernel[side])
			ret = start_one(p, (enum lab_side)side, &args,
					&all[side], err);
	if (!ret)
		ret = wait_for(p, all, err);
	for (int side = 0; side < LAB_SIDES; side++)
		free_one(&all[side]);
	lab_ignore_signals();
	argv_free(&args);
	return ret;
}

void lab_profiling_free(struct lab_profiling *p)
{
	profile_free(&p->profile[LAB_BASE]);
	profile_free(&p->profile[LAB_NEW]);
	free(p->name);
}
