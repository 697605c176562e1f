// SPDX-License-Identifier: GPL-2.0-or-later
#include <gsl/gsl_sort_double.h>
#include <gsl/gsl_statistics_double.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>

#include "env.h"
#include "json-file.h"
#include "run-info.h"
#include "util.h"
#include "version.h"

static char *read_boot_id(const struct host_root *root)
{
	char *id = host_line(root, "/proc/sys/kernel/random/boot_id");

	return id ? id : xstrdup("unknown");
}

static json_t *options_json(const struct run_options *options)
{
	json_t *patterns = json_array(), *msrs = json_array(), *json;
	char *relations = relation_list_text(&options->relations);

	for (size_t i = 0; i < options->nr_patterns; i++)
		json_array_append_new(patterns,
				      json_string(options->patterns[i]));
	for (size_t i = 0; i < options->nr_msrs; i++)
		json_array_append_new(msrs, json_string(options->msrs[i].text));
	json = json_pack("{s:I, s:f, s:b, s:I, s:i, s:i, s:s?, s:b, s:o, s:o,"
			 " s:s, s:b, s:b, s:b, s:b, s:s?, s:I}",
			 "launches", (json_int_t)options->launches, "time",
			 options->seconds, "quick", options->quick, "seed",
			 (json_int_t)options->seed, "cpu", options->cpu, "node",
			 options->node, "events", options->events,
			 "no_counters", options->no_counters, "patterns",
			 patterns, "msrs", msrs, "placement", relations, "fifo",
			 options->fifo, "mlock", options->mlock, "strict",
			 options->strict, "tune", options->tune, "require",
			 options->require, "break_above",
			 (json_int_t)options->break_above);
	free(relations);
	return json;
}

static json_t *placement_json(const struct placement *placement)
{
	return json_pack("{s:i, s:i, s:i}", "cpu", placement->cpu, "helper_cpu",
			 placement->helper_cpu, "node", placement->node);
}

static json_t *run_json(const struct run_identity *identity)
{
	char now[32];

	utc_time(now, sizeof(now), false);
	return json_pack("{s:s, s:s, s:s, s:s, s:s, s:s}", "run_id",
			 identity->run_id, "label", identity->label, "host",
			 identity->host, "kernel", identity->kernel, "boot_id",
			 identity->boot_id, "started_utc", now);
}

static int build_env(struct run_info *info, const struct host_root *root,
		     const struct run_options *options,
		     const struct placement *placement,
		     const struct counters *counters, struct error *err)
{
	info->env = env_host(root);
	if (!info->env ||
	    json_object_set_new(info->env, "run", run_json(&info->identity)) ||
	    json_object_set_new(info->env, "tool",
				json_pack("{s:s, s:s}", "version", VMB_VERSION,
					  "commit", VMB_COMMIT)) ||
	    json_object_set_new(info->env, "options", options_json(options)) ||
	    json_object_set_new(info->env, "placement",
				placement_json(placement)) ||
	    json_object_set_new(info->env, "events",
				counters ? counters_json(counters)
					 : json_array()))
		return error_set(
			err,
			"cannot describe the run as JSON (is '--label' UTF-8?)");
	return 0;
}

int run_info_create(struct run_info *info, const struct host_root *root,
		    const struct run_options *options,
		    const struct placement *placement,
		    const struct counters *counters, struct error *err)
{
	struct utsname uts;
	char now[32];

	*info = (struct run_info){ 0 };
	uname(&uts);
	utc_time(now, sizeof(now), true);
	info->identity = (struct run_identity){
		.run_id = xasprintf("%s-%s-%s", now, uts.nodename, uts.release),
		.label = xstrdup(options->label ? options->label : uts.release),
		.host = xstrdup(uts.nodename),
		.kernel = xstrdup(uts.release),
		.boot_id = read_boot_id(root),
	};
	info->output = options->output
			       ? xstrdup(options->output)
			       : xasprintf("results/%s", info->identity.run_id);
	return build_env(info, root, options, placement, counters, err);
}

/* A run of a version without `--msr` has no "msrs". */
static int load_msrs(struct run_options *options, const json_t *msrs,
		     struct error *err)
{
	struct msr_request *request;
	const char *text;
	size_t i;
	json_t *msr;

	json_array_foreach(msrs, i, msr) {
		text = json_string_value(msr);
		if (!text || options->nr_msrs == RUN_MAX_MSRS)
			return error_set(err, "invalid 'msrs'");
		request = &options->msrs[options->nr_msrs++];
		if (msr_request_parse(request, text, err))
			return -1;
	}
	return 0;
}

static int load_patterns(struct run_info *info, struct run_options *options,
			 const json_t *patterns, struct error *err)
{
	json_t *pattern;
	size_t i;

	info->patterns =
		xcalloc(json_array_size(patterns) + 1, sizeof(*info->patterns));
	options->patterns = info->patterns;
	json_array_foreach(patterns, i, pattern) {
		if (!json_is_string(pattern))
			return error_set(err, "invalid 'patterns'");
		options->patterns[options->nr_patterns++] =
			(char *)json_string_value(pattern);
	}
	return 0;
}

static bool within(json_int_t number, json_int_t min, json_int_t max)
{
	return number >= min && number <= max;
}

/* The limits of the command line: somebody may have edited the file. */
static int check_numbers(const struct run_options *options, json_int_t launches,
			 json_int_t seed, struct error *err)
{
	if (within(launches, 1, RUN_MAX_LAUNCHES) &&
	    within(seed, 0, RUN_MAX_SEED) &&
	    within(options->cpu, -1, RUN_MAX_NUMBER) &&
	    within(options->node, -1, RUN_MAX_NUMBER) &&
	    options->seconds >= RUN_MIN_SECONDS &&
	    options->seconds <= RUN_MAX_SECONDS)
		return 0;
	return error_set(err, "it has a number that no run can have");
}

/* Those that a run of an older version does not have are optional. */
static int load_conditions(struct run_options *options, json_t *json,
			   struct error *err)
{
	int fifo = 0, mlock = 0, strict = 0, tune = 0, no_counters = 0;
	const char *relations = "";
	json_int_t break_above;

	if (json_unpack(json, "{s?s, s?b, s?b, s?b, s?b, s?b}", "placement",
			&relations, "fifo", &fifo, "mlock", &mlock, "strict",
			&strict, "tune", &tune, "no_counters", &no_counters))
		return error_set(err, "it has options of another version");
	options->require = json_string_value(json_object_get(json, "require"));
	options->events = json_string_value(json_object_get(json, "events"));
	options->no_counters = no_counters;
	break_above = json_integer_value(json_object_get(json, "break_above"));
	if (break_above < 0)
		return error_set(err, "invalid 'break_above'");
	options->break_above = (uint64_t)break_above;
	options->fifo = fifo;
	options->mlock = mlock;
	options->strict = strict;
	options->tune = tune;
	if (load_msrs(options, json_object_get(json, "msrs"), err))
		return -1;
	if (!*relations)
		return 0;
	return relation_list_parse(&options->relations, relations, err);
}

static int load_options(struct run_info *info, struct run_options *options,
			struct error *err)
{
	json_t *json = json_object_get(info->env, "options"), *patterns;
	json_int_t launches, seed;
	struct error why;
	int quick;

	if (json_unpack(json, "{s:I, s:F, s:b, s:I, s:i, s:i, s:o}", "launches",
			&launches, "time", &options->seconds, "quick", &quick,
			"seed", &seed, "cpu", &options->cpu, "node",
			&options->node, "patterns", &patterns) ||
	    !json_is_array(patterns))
		return error_set(err, "'%s/env.json' has no options of a run",
				 info->output);
	if (check_numbers(options, launches, seed, &why) ||
	    load_conditions(options, json, &why) ||
	    load_patterns(info, options, patterns, &why))
		return error_set(err, "cannot resume '%s': %.400s",
				 info->output, why.text);
	options->launches = (uint64_t)launches;
	options->seed = (uint64_t)seed;
	options->seeded = true;
	options->quick = quick;
	return 0;
}

int run_info_placement(const struct run_info *info, struct placement *placement,
		       struct error *err)
{
	if (json_unpack(info->env, "{s:{s:i, s:i, s:i}}", "placement", "cpu",
			&placement->cpu, "helper_cpu", &placement->helper_cpu,
			"node", &placement->node))
		return error_set(err, "'%s/env.json' does not say where it ran",
				 info->output);
	return 0;
}

static int load_identity(struct run_info *info, struct error *err)
{
	const char *run_id, *label, *host, *kernel, *commit;
	struct utsname uts;

	if (json_unpack(info->env, "{s:{s:s, s:s, s:s, s:s}}", "run", "run_id",
			&run_id, "label", &label, "host", &host, "kernel",
			&kernel))
		return error_set(err, "'%s/env.json' does not describe a run",
				 info->output);
	if (json_unpack(info->env, "{s:{s:s}}", "tool", "commit", &commit) ||
	    strcmp(commit, VMB_COMMIT))
		return error_set(
			err,
			"cannot resume '%s': another version of this tool made it",
			info->output);
	uname(&uts);
	if (strcmp(uts.nodename, host) || strcmp(uts.release, kernel))
		return error_set(
			err,
			"cannot resume '%s': it was made on host '%s', kernel '%s'",
			info->output, host, kernel);
	info->identity = (struct run_identity){
		.run_id = xstrdup(run_id),
		.label = xstrdup(label),
		.host = xstrdup(host),
		.kernel = xstrdup(kernel),
		.boot_id = read_boot_id(&host_machine),
	};
	return 0;
}

int run_info_load(struct run_info *info, struct run_options *options,
		  struct error *err)
{
	json_error_t json_error;
	char *path;

	*info = (struct run_info){ .output = xstrdup(options->resume) };
	path = xasprintf("%s/env.json", info->output);
	info->env = json_load_file(path, 0, &json_error);
	free(path);
	if (!info->env)
		return error_set(err, "cannot resume '%s': env.json: %s",
				 info->output, json_error.text);
	if (load_identity(info, err))
		return -1;
	return load_options(info, options, err);
}

static json_t *start_json(const struct runner_outcome *outcome)
{
	double *ms = outcome->start_ms;
	size_t n = outcome->nr_starts;

	if (!n)
		return json_null();
	gsl_sort(ms, 1, n);
	return json_pack("{s:f, s:f, s:I}", "median",
			 gsl_stats_median_from_sorted_data(ms, 1, n), "max",
			 ms[n - 1], "launches", (json_int_t)n);
}

/* Were all launches confined that were to be? null: none was to be. */
static json_t *confined_json(const json_t *before,
			     const struct runner_outcome *outcome)
{
	json_t *was = json_object_get(before, "confined");

	if (outcome->unconfined || json_is_false(was))
		return json_false();
	if (outcome->confined || json_is_true(was))
		return json_true();
	return json_null();
}

/* What launches told of the guests, those before a --resume included. */
static json_t *guest_json(const json_t *before,
			  const struct runner_outcome *outcome)
{
	json_int_t tsc_khz = (json_int_t)outcome->tsc_khz;
	json_t *start = json_object_get(before, "start_ms");

	if (!tsc_khz)
		tsc_khz =
			json_integer_value(json_object_get(before, "tsc_khz"));
	start = outcome->nr_starts || !start ? start_json(outcome)
					     : json_incref(start);
	return json_pack(
		"{s:I, s:b, s:o, s:o}", "tsc_khz", tsc_khz, "emulated",
		outcome->emulated ||
			json_is_true(json_object_get(before, "emulated")),
		"confined", confined_json(before, outcome), "start_ms", start);
}

int run_info_write(const struct run_info *info,
		   const struct runner_outcome *outcome, struct error *err)
{
	json_t *run = json_object_get(info->env, "run");
	char now[32], *path;
	int ret;

	if (outcome) {
		utc_time(now, sizeof(now), false);
		if (!*outcome->broke)
			json_object_set_new(run, "finished_utc",
					    json_string(now));
		json_object_set_new(
			info->env, "guest",
			guest_json(json_object_get(info->env, "guest"),
				   outcome));
	}
	path = xasprintf("%s/env.json", info->output);
	ret = json_write_atomic(path, info->env, err);
	free(path);
	return ret;
}

void run_info_free(struct run_info *info)
{
	free((void *)info->identity.run_id);
	free((void *)info->identity.label);
	free((void *)info->identity.host);
	free((void *)info->identity.kernel);
	free((void *)info->identity.boot_id);
	free(info->output);
	free(info->patterns);
	json_decref(info->env);
	*info = (struct run_info){ 0 };
}
