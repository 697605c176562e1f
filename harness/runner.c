// SPDX-License-Identifier: GPL-2.0-or-later
#include <inttypes.h>
#include <math.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "runner.h"
#include "schedule.h"
#include "util.h"

/* A launch that takes 10 times its budget and 5 s more is stuck. */
#define WATCHDOG_FACTOR	 10
#define WATCHDOG_SECONDS 5

/* Set by signals: a process has one of them. */
static volatile bool interrupted;

static void on_signal(int signal)
{
	(void)signal;
	interrupted = true;
}

static void catch_signals(void (*handler)(int))
{
	struct sigaction action = { .sa_handler = handler };

	interrupted = false;
	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
}

static double now_seconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

enum require_result runner_can_run(const struct variant *variant,
				   const struct require_facts *facts,
				   struct error *err)
{
	enum require_result result =
		require_check(variant->bench->needs, facts, err);

	for (int i = 0; i < BENCH_MAX_PARAMS && result == REQUIRE_MET; i++)
		result = require_check(variant->needs[i], facts, err);
	if (result != REQUIRE_MET || (int)variant->vcpus <= facts->cpus)
		return result;
	error_set(err, "%u pCPUs are needed, %d may be used", variant->vcpus,
		  facts->cpus);
	return REQUIRE_UNMET;
}

/* A variant whose needs are not met is a skip without a launch. */
static bool skip_unmet(const struct runner *runner,
		       const struct variant *variant,
		       struct launch_result *result)
{
	struct error err;

	switch (runner_can_run(variant, runner->facts, &err)) {
	case REQUIRE_MET:
		return false;
	case REQUIRE_UNMET:
		result->status = STATUS_SKIP;
		break;
	case REQUIRE_INVALID:
		result->status = STATUS_FAIL;
		break;
	}
	snprintf(result->reason, sizeof(result->reason), "%.255s", err.text);
	return true;
}

/* Nor is one launched whose helper or memory cannot be where it says. */
static bool skip_misplaced(const struct runner *runner,
			   const struct variant *variant,
			   struct placement *placement,
			   struct launch_result *result)
{
	struct error err;

	if (!topology_relate(runner->topology, &runner->placement,
			     variant->relation,
			     variant_needs_other_cpu(variant), placement, &err))
		return false;
	result->status = STATUS_SKIP;
	snprintf(result->reason, sizeof(result->reason), "%.255s", err.text);
	return true;
}

static int launch_variant(const struct runner *runner,
			  const struct variant *variant, uint64_t launch,
			  struct launch_result *result)
{
	struct launch_request request = {
		.bench = variant->bench,
		.variant = variant->text,
		.cpl = variant->cpl,
		.host = variant->host,
		.vcpus = variant->vcpus,
		.split_irqchip = variant->split_irqchip,
		.topology = runner->topology,
		.seconds = runner->seconds,
		.watchdog_seconds =
			WATCHDOG_FACTOR * runner->seconds + WATCHDOG_SECONDS,
		.apicv = runner->apicv,
		.other_backend = runner->other_backend,
		.idle_hlt = runner->idle_hlt,
		.break_above = runner->break_above,
		.trace_path = runner->trace_path,
		.counters = runner->counters,
		.launch = launch,
		.launches = runner->launches,
		.fifo = runner->fifo,
		.mlock = runner->mlock,
	};

	memcpy(request.arg, variant->arg, sizeof(request.arg));
	if (skip_unmet(runner, variant, result) ||
	    skip_misplaced(runner, variant, &request.placement, result))
		return 0;
	return launch_run(&request, result, &interrupted);
}

static void note_outcome(struct runner_outcome *outcome,
			 const struct launch_result *result)
{
	if (result->tsc_khz)
		outcome->tsc_khz = result->tsc_khz;
	if (result->tsc_khz && !isnan(result->start_ms)) {
		outcome->start_ms = xrealloc(outcome->start_ms,
					     outcome->nr_starts + 1,
					     sizeof(*outcome->start_ms));
		outcome->start_ms[outcome->nr_starts++] = result->start_ms;
	}
	outcome->confined |= result->confined == CONFINED;
	outcome->unconfined |= result->confined == CONFINED_NOT_HERE;
	if (result->emulated) {
		outcome->emulated = true;
		/* The least: others may have been disturbed. */
		if (!isnan(result->overhead) &&
		    (outcome->emulated_overhead <= 0 ||
		     result->overhead < outcome->emulated_overhead))
			outcome->emulated_overhead = result->overhead;
	}
}

struct loop {
	const struct runner *runner;
	struct runner_outcome *outcome;
	struct launch_result *result;
	struct tally *tallies;
	double start;
	size_t shown; /* variants that the reporter has */
};

/* In the order of the table, whatever the order of the launches. */
static void show_finished(struct loop *loop)
{
	const struct runner *runner = loop->runner;
	const struct tally *tally;

	for (; loop->shown < runner->plan->count; loop->shown++) {
		tally = &loop->tallies[loop->shown];
		if (tally->launches < runner->launches)
			return;
		reporter_variant(runner->reporter,
				 &runner->plan->variants[loop->shown], tally);
		loop->outcome->variants[tally->status]++;
	}
}

static int run_one(struct loop *loop, const struct scheduled_launch *next,
		   struct error *err)
{
	const struct runner *runner = loop->runner;
	const struct variant *variant = &runner->plan->variants[next->variant];
	struct tally *tally = &loop->tallies[next->variant];
	struct launch_result *result = loop->result;

	memset(result, 0, sizeof(*result));
	result->start_ms = NAN;
	if (!runner->resume ||
	    !resume_find(runner->resume, next->launch, variant, result)) {
		if (launch_variant(runner, variant, next->launch, result))
			return 0;
		if (results_dir_append(runner->dir, runner->identity,
				       next->launch, variant, result, err))
			return -1;
	}
	note_outcome(loop->outcome, result);
	if (result->broke)
		snprintf(loop->outcome->broke, sizeof(loop->outcome->broke),
			 "%s%s%s, launch %" PRIu64 ": %s", variant->bench->name,
			 *variant->text ? " " : "", variant->text, next->launch,
			 result->reason);
	tally_add(tally, result);
	show_finished(loop);
	return 0;
}

static int run_all(struct loop *loop, struct error *err)
{
	const struct runner *runner = loop->runner;
	size_t total = runner->plan->count * runner->launches;
	struct scheduled_launch *schedule;
	const struct variant *variant;
	int ret = 0;

	schedule = schedule_build(runner->plan->count, runner->launches,
				  runner->seed);
	for (size_t i = 0;
	     i < total && !ret && !interrupted && !*loop->outcome->broke; i++) {
		variant = &runner->plan->variants[schedule[i].variant];
		progress_show(i, total, now_seconds() - loop->start, variant);
		ret = run_one(loop, &schedule[i], err);
	}
	free(schedule);
	return ret;
}

int runner_run(const struct runner *runner, struct runner_outcome *outcome,
	       struct error *err)
{
	struct loop loop = {
		.runner = runner,
		.outcome = outcome,
		.result = launch_result_alloc(),
		.tallies = xcalloc(runner->plan->count, sizeof(struct tally)),
		.start = now_seconds(),
	};
	int ret;

	*outcome = (struct runner_outcome){ 0 };
	if (!loop.result)
		return error_set(err, "out of shared memory");
	catch_signals(on_signal);
	ret = run_all(&loop, err);
	outcome->interrupted = interrupted;
	catch_signals(SIG_DFL);
	for (size_t i = 0; i < runner->plan->count; i++)
		tally_free(&loop.tallies[i]);
	free(loop.tallies);
	launch_result_free(loop.result);
	return ret;
}

void runner_outcome_free(struct runner_outcome *outcome)
{
	free(outcome->start_ms);
	*outcome = (struct runner_outcome){ 0 };
}
