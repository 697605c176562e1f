// SPDX-License-Identifier: GPL-2.0-or-later
/* The run that --resume goes on with, from its env.json. */
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>

#include "run-info.h"
#include "util.h"
#include "version.h"

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
		.boot_id = run_info_boot_id(&host_machine),
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
