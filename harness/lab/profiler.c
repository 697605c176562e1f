// SPDX-License-Identifier: GPL-2.0-or-later
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "bench/bench.h"
#include "elf-image.h"
#include "embedded.h"
#include "lab/command.h"
#include "lab/pool.h"
#include "lab/profiler.h"
#include "lab/verdict.h"
#include "host-run.h"
#include "plan.h"
#include "util.h"

/*
 * Where a handler reads the TSC, which ends a sample: guest/handlers.S, and
 * guest/payload/nmi-paranoid.S.
 */
static const char *const handlers[] = {
	"irq_timed",
	"nmi_timed",
	"nmi_deliver_rdpid",
	"nmi_deliver_lsl",
	"nmi_deliver_rdgsbase",
	"nmi_deliver_rdmsr",
};

int lab_profiling_choose(struct lab_profiling *p, struct error *err)
{
	static const struct relation_list local = { 0 };
	char *patterns[] = { (char *)p->pattern };
	const struct variant *v;
	struct plan plan;
	int ret = 0;

	if (!lab_machine_deterministic(p->machine))
		return error_set(err, "'%s' does not count instructions",
				 p->machine->text);
	if (plan_build_related(&plan, bench_families, &local, patterns, 1, err))
		return -1;
	v = &plan.variants[0];
	if (plan.count > 1)
		ret = error_set(
			err,
			"'%s' selects %zu variants: choose one, as '%s[%s]'",
			p->pattern, plan.count, v->bench->name, v->text);
	else if (v->host && !v->host->marks_windows)
		ret = error_set(err, "'%s' is no op of a guest", p->pattern);
	else
		p->name = *v->text
				  ? xasprintf("%s[%s]", v->bench->name, v->text)
				  : xstrdup(v->bench->name);
	p->on_host = v->host;
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
	char *name =
		xasprintf("payload/%s", bench->payload ? bench->payload : "");
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

/* --- the boots -------------------------------------------------------------- */

static struct lab_job plan_job(const struct lab_profiling *p,
			       enum lab_side side, const struct argv *args,
			       const char *close, const char *output)
{
	struct lab_job job =
		lab_plan_job(p->options, p->machine, p->kernel[side], args);

	job.guest.modules = lab_modules_of(p->options, side);
	job.guest.symbols = true;
	job.close = close;
	job.output = output;
	job.label = lab_side_names[side];
	return job;
}

/*
 * The median that the suite measured, of as many samples as were counted: the
 * windows may be another's, where the op's do not begin at an instruction. The
 * warm-up's are among them where the compiler made one place of both.
 */
static int take_median(struct lab_profiling *p, enum lab_side side,
		       const char *output, struct error *err)
{
	static const struct results_query latencies = { .stat = RESULT_P50,
							.metric = "latency" };
	double counted = (double)p->profile[side].all, samples = 0;
	struct results r = { 0 };
	int ret = results_load(&r, &output, 1, &latencies, err);

	if (!ret && r.n_groups == 1 && r.groups[0].n_values) {
		p->p50[side] = r.groups[0].values[0].value;
		samples = r.groups[0].fewest_samples;
	}
	if (!ret && (counted < samples || counted > samples + ABI_WARM_UP_OPS))
		ret = error_set(
			err,
			"'%s' has %.10g samples, and %.10g were counted: "
			"they do not begin and end at an instruction",
			p->name, samples, counted);
	results_free(&r);
	return ret;
}

/*
 * Of a guest's op, a window is what the suite times. Of the host's, the module
 * vmentry_probe marks an NMI's whole way only.
 */
static int check_host_op(const struct lab_profiling *p, enum lab_side side,
			 struct error *err)
{
	if (!p->on_host || p->p50[side] == (double)p->profile[side].ticks)
		return 0;
	return error_set(
		err,
		"'%s' takes %.10g ticks, and %llu were counted: of an NMI of the host only the whole way can be explained",
		p->name, p->p50[side],
		(unsigned long long)p->profile[side].ticks);
}

static int take_counts(struct lab_profiling *p, enum lab_side side,
		       const char *output, int status, struct error *err)
{
	char *symbols = xasprintf("%s/" LAB_SYMBOLS, output);
	char *counts = xasprintf("%s/" LAB_COUNTS, output);
	int ret = -1;

	if (status == EXIT_ALL_SKIPPED)
		error_set(err, "'%s' is skipped in this machine: see '%s'",
			  p->name, output);
	else if (!profile_read(&p->profile[side], counts, err) &&
		 !take_median(p, side, output, err) &&
		 !check_host_op(p, side, err) &&
		 !profile_check(&p->profile[side], err))
		ret = profile_symbolize(&p->profile[side], symbols, err);
	free(counts);
	free(symbols);
	return ret;
}

int lab_profiling_run(struct lab_profiling *p, struct error *err)
{
	char *seconds = (char *)lab_machine_seconds(p->machine);
	char *options[] = { "--quick", "--no-counters", "--launches",
			    "1",       "--time",	seconds };
	const struct lab_options once = { .run = options,
					  .n_run = ARRAY_SIZE(options) };
	struct argv args = lab_suite_args(&once, p->machine, &p->name, 1);
	char *close = close_addresses(bench_of(p)), *outputs[LAB_SIDES];
	size_t n = p->kernel[LAB_NEW] ? 2 : 1;
	struct lab_job jobs[LAB_SIDES];
	int statuses[LAB_SIDES], ret;

	for (size_t i = 0; i < n; i++) {
		outputs[i] = xasprintf("%s/%s", p->output, lab_side_names[i]);
		jobs[i] =
			plan_job(p, (enum lab_side)i, &args, close, outputs[i]);
	}
	ret = lab_pool_run(jobs, n, lab_pool_width(), statuses);
	if (ret)
		error_set(err, "no profile of '%s'", p->name);
	for (size_t i = 0; i < n; i++) {
		if (!ret)
			ret = take_counts(p, (enum lab_side)i, outputs[i],
					  statuses[i], err);
		free(outputs[i]);
	}
	free(close);
	argv_free(&args);
	return ret;
}

void lab_profiling_free(struct lab_profiling *p)
{
	profile_free(&p->profile[LAB_BASE]);
	profile_free(&p->profile[LAB_NEW]);
	free(p->name);
}
