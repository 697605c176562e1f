// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdio.h>
#include <stdlib.h>
#include <sys/random.h>
#include <unistd.h>

#include "bench/msr-custom.h"
#include "capabilities.h"
#include "command.h"
#include "counters.h"
#include "fitness.h"
#include "options.h"
#include "placement.h"
#include "plan.h"
#include "plot.h"
#include "realtime.h"
#include "resume.h"
#include "run-info.h"
#include "runner.h"
#include "util.h"

#define NOISE_SECONDS	    1
#define NOISE_SECONDS_QUICK 0.1

/* All that a run holds, so that one function frees it. */
struct run {
	struct run_options options;
	struct bench *msrs; /* of `--msr`, which the plan refers to */
	struct plan plan;
	struct capabilities capabilities;
	struct placement placement;
	struct counters counters; /* unless options.no_counters */
	struct fitness fitness;
	struct run_info info;
	struct results_dir dir;
	struct resume *resume;
	struct reporter reporter;
	struct runner_outcome outcome;
};

static int usage_error(const struct error *err)
{
	return command_usage_error("run", err);
}

static int failure(const struct error *err)
{
	error_print("%s", err->text);
	return EXIT_FAILED;
}

static uint64_t random_seed(void)
{
	uint32_t seed;

	if (getrandom(&seed, sizeof(seed), 0) != sizeof(seed))
		seed = (uint32_t)getpid();
	return seed;
}

/* `--msr` alone measures nothing else. */
static int build_plan(struct run *run, struct error *err)
{
	static const struct bench *const none[] = { NULL };
	const struct run_options *options = &run->options;
	bool only_msrs = options->nr_msrs && !options->nr_patterns;

	if (plan_build_related(&run->plan, only_msrs ? none : bench_families,
			       &options->relations, options->patterns,
			       options->nr_patterns, err))
		return -1;
	run->msrs = msr_custom_create(options->msrs, options->nr_msrs);
	plan_add(&run->plan, run->msrs, &options->relations);
	return 0;
}

/* The options, from the command line or from the run to finish. */
static int read_options(struct run *run, int argc, char **argv,
			struct error *err)
{
	if (run_options_parse(&run->options, argc, argv, err))
		return usage_error(err);
	if (run->options.help) {
		fputs(run_options_help, stdout);
		return EXIT_DONE;
	}
	if (run->options.resume &&
	    run_info_load(&run->info, &run->options, err))
		return failure(err);
	if (!run->options.seeded)
		run->options.seed = random_seed();
	if (build_plan(run, err))
		return usage_error(err);
	return EXIT_DONE;
}

static int require(const struct run *run, struct error *err)
{
	switch (require_gate(run->options.require, &run->capabilities.require,
			     err)) {
	case REQUIRE_MET:
		return EXIT_DONE;
	case REQUIRE_UNMET:
		error_print("%s", err->text);
		return EXIT_ALL_SKIPPED;
	case REQUIRE_INVALID:
		break;
	}
	return usage_error(err);
}

static int choose_placement(struct run *run, struct error *err)
{
	if (run->options.resume)
		return run_info_placement(&run->info, &run->placement, err)
			       ? failure(err)
			       : EXIT_DONE;
	if (placement_choose(run->capabilities.topology,
			     &run->capabilities.root, run->options.cpu,
			     run->options.node, &run->placement, err))
		return usage_error(err);
	return EXIT_DONE;
}

static int open_counters(struct run *run, struct error *err)
{
	if (!run->options.no_counters &&
	    counters_open(&run->counters, run->options.events, &perf_kernel,
			  err))
		return usage_error(err);
	return EXIT_DONE;
}

/* NULL when nothing but KVM's statistics is wanted. */
static const struct counters *counters(const struct run *run)
{
	return run->options.no_counters ? NULL : &run->counters;
}

/* What the run asks for, against what the machine has. */
static int check_machine(struct run *run, struct error *err)
{
	int status;

	if (capabilities_read(&run->capabilities, err))
		return failure(err);
	status = require(run, err);
	if (!status)
		status = choose_placement(run, err);
	if (!status && realtime_try(run->options.fifo, run->options.mlock, err))
		status = failure(err);
	return status;
}

static int show_tuning(struct run *run)
{
	tune_plan(&run->fitness.tune, &run->capabilities.root,
		  run->placement.cpu);
	fitness_print_plan(&run->fitness.tune);
	return EXIT_DONE;
}

/* Tune the host, judge it, and see how quiet it is. */
static int check_fitness(struct run *run, struct error *err)
{
	const struct host_root *root = &run->capabilities.root;
	const struct run_options *options = &run->options;
	const struct check_subject subject = {
		.cpu = run->placement.cpu,
		.cpus = run->capabilities.require.cpus,
		.fifo = options->fifo,
	};

	if (options->tune &&
	    tune_begin(&run->fitness.tune, root, subject.cpu, err))
		return failure(err);
	fitness_judge(&run->fitness, root, &subject);
	if (options->strict && fitness_require(&run->fitness, err))
		return failure(err);
	if (noise_measure(run->capabilities.topology, subject.cpu,
			  options->fifo,
			  options->quick ? NOISE_SECONDS_QUICK : NOISE_SECONDS,
			  &run->fitness.noise, err))
		return failure(err);
	return EXIT_DONE;
}

static int create_results(struct run *run, struct error *err)
{
	if (run_info_create(&run->info, &run->capabilities.root, &run->options,
			    &run->placement, counters(run), err))
		return -1;
	fitness_put_json(&run->fitness, run->info.env);
	if (results_dir_create(&run->dir, run->info.output, err))
		return -1;
	return run_info_write(&run->info, NULL, err);
}

static int open_results(struct run *run, struct error *err)
{
	if (run->options.resume) {
		run->resume = resume_open(&run->dir, run->info.output, err);
		return run->resume ? EXIT_DONE : failure(err);
	}
	return create_results(run, err) ? failure(err) : EXIT_DONE;
}

static void print_conclusion(struct run *run)
{
	const struct runner_outcome *outcome = &run->outcome;
	json_t *start = json_object_get(json_object_get(run->info.env, "guest"),
					"start_ms");

	fitness_note(&run->fitness, &run->reporter);
	if (outcome->emulated)
		reporter_note(
			&run->reporter,
			"warning: KVM emulates ring-0 guest code here (the empty op takes %.0f ticks): rows with cpl=0 or without cpl time the emulator",
			outcome->emulated_overhead);
	if (json_is_object(start))
		reporter_note(
			&run->reporter,
			"from fork to the first guest instruction: median %.1f ms, maximum %.1f ms of %zu launches",
			json_real_value(json_object_get(start, "median")),
			json_real_value(json_object_get(start, "max")),
			outcome->nr_starts);
}

static int measure(struct run *run, struct error *err)
{
	char *trace_path = xasprintf("%s/trace.txt", run->info.output);
	const struct runner runner = {
		.plan = &run->plan,
		.launches = run->options.launches,
		.seconds = run->options.seconds,
		.seed = run->options.seed,
		.topology = run->capabilities.topology,
		.placement = run->placement,
		.facts = &run->capabilities.require,
		.apicv = run->capabilities.apicv,
		.other_backend = run->capabilities.other_backend,
		.idle_hlt = run->capabilities.idle_hlt,
		.break_above = run->options.break_above,
		.trace_path = trace_path,
		.counters = counters(run),
		.fifo = run->options.fifo,
		.mlock = run->options.mlock,
		.identity = &run->info.identity,
		.dir = &run->dir,
		.reporter = &run->reporter,
		.resume = run->resume,
	};
	int ret;

	reporter_begin(&run->reporter,
		       run->options.tap ? &tap_reporter : &table_reporter,
		       &run->plan);
	ret = runner_run(&runner, &run->outcome, err);
	if (!ret)
		ret = results_dir_sync(&run->dir, err);
	if (!ret && !run->outcome.interrupted)
		ret = run_info_write(&run->info, &run->outcome, err);
	print_conclusion(run);
	reporter_end(&run->reporter);
	free(trace_path);
	return ret;
}

static int exit_status(const struct run *run)
{
	const size_t *variants = run->outcome.variants;

	if (variants[STATUS_FAIL])
		return EXIT_FAILED;
	if (!variants[STATUS_OK] && !variants[STATUS_UNVERIFIED])
		return EXIT_ALL_SKIPPED;
	return EXIT_DONE;
}

static int finish(struct run *run, struct error *err)
{
	char *path;

	if (run->outcome.interrupted) {
		if (run->options.tap)
			puts("Bail out! interrupted");
		path = shell_word(run->info.output);
		error_print("interrupted: finish with: run-bench --resume %s",
			    path);
		free(path);
		return EXIT_FAILED;
	}
	if (*run->outcome.broke) {
		error_print("stopped at %s", run->outcome.broke);
		if (run->options.tap)
			printf("Bail out! stopped at %s\n", run->outcome.broke);
		printf("%s%s\n", run->options.tap ? "# " : "",
		       run->info.output);
		return EXIT_FAILED;
	}
	/* The measurements are safe: pictures are not worth failing for. */
	if (!run->options.no_plots && plot_run(run->info.output, err))
		warning_print("no pictures: %s", err->text);
	printf("%s%s\n", run->options.tap ? "# " : "", run->info.output);
	return exit_status(run);
}

static int run_steps(struct run *run, int argc, char **argv)
{
	struct error err;
	int status, ret;
	bool restored;

	status = read_options(run, argc, argv, &err);
	if (status || run->options.help)
		return status;
	status = check_machine(run, &err);
	if (!status && run->options.dry_run)
		return show_tuning(run);
	if (!status)
		status = check_fitness(run, &err);
	if (!status)
		status = open_counters(run, &err);
	if (!status)
		status = open_results(run, &err);
	if (status)
		return status;
	ret = measure(run, &err);
	restored = !fitness_end(&run->fitness);
	status = ret ? failure(&err) : finish(run, &err);
	return restored || status ? status : EXIT_FAILED;
}

int cmd_run(int argc, char **argv)
{
	struct run run = { .dir = RESULTS_DIR_CLOSED };
	int status = run_steps(&run, argc, argv);

	fitness_end(&run.fitness);
	runner_outcome_free(&run.outcome);
	resume_free(run.resume);
	results_dir_close(&run.dir);
	counters_close(&run.counters);
	run_info_free(&run.info);
	capabilities_free(&run.capabilities);
	plan_free(&run.plan);
	msr_custom_free(run.msrs);
	return status;
}
