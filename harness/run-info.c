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

char *run_info_boot_id(const struct host_root *root)
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
		.boot_id = run_info_boot_id(root),
	};
	info->output = options->output
			       ? xstrdup(options->output)
			       : xasprintf("results/%s", info->identity.run_id);
	return build_env(info, root, options, placement, counters, err);
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

/*
 * What launches told of the guests, those before a --resume included; but for
 * start_ms, which is of those since, if there are any.
 */
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
