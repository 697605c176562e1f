// SPDX-License-Identifier: GPL-2.0-or-later
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fitness.h"
#include "util.h"

void fitness_judge(struct fitness *fitness, const struct host_root *root,
		   const struct check_subject *subject)
{
	struct check_facts facts;

	check_facts_read(&facts, root, subject);
	findings_judge(&fitness->findings, &facts);
	check_facts_free(&facts);
}

int fitness_require(const struct fitness *fitness, struct error *err)
{
	const struct findings *findings = &fitness->findings;
	char *all, *longer;

	if (!findings->by_status[FINDING_FAIL])
		return 0;
	all = xstrdup("");
	for (size_t i = 0; i < findings->count; i++) {
		const struct finding *finding = &findings->finding[i];

		if (finding->status != FINDING_FAIL)
			continue;
		longer = xasprintf("%s%s%s: %s", all, *all ? "; " : "",
				   finding->rule->name, finding->seen);
		free(all);
		all = longer;
	}
	error_set(err, "the host is not fit to measure on: %s", all);
	free(all);
	return -1;
}

/* --- env.json ------------------------------------------------------------- */

static json_t *findings_json(const struct findings *findings)
{
	json_t *array = json_array();

	for (size_t i = 0; i < findings->count; i++) {
		const struct finding *f = &findings->finding[i];

		json_array_append_new(array,
				      json_pack("{s:s, s:s, s:s}", "finding",
						f->rule->name, "status",
						finding_status_name(f->status),
						"seen", f->seen));
	}
	return array;
}

static double microseconds(const struct noise *noise, uint64_t ticks)
{
	return (double)ticks / (double)noise->ticks_per_us;
}

static double lost_share(const struct noise *noise)
{
	return (double)noise->lost / (double)noise->duration;
}

static json_t *noise_json(const struct noise *noise)
{
	json_t *buckets;

	if (!noise->duration)
		return json_null();
	buckets = json_array();
	for (int i = 0; i < NOISE_BUCKETS; i++)
		json_array_append_new(
			buckets, json_integer((json_int_t)noise->bucket[i]));
	return json_pack("{s:i, s:f, s:i, s:I, s:f, s:f, s:o}", "cpu",
			 noise->cpu, "seconds",
			 microseconds(noise, noise->duration) / 1e6,
			 "threshold_us", NOISE_THRESHOLD_US, "gaps",
			 (json_int_t)noise->gaps, "longest_us",
			 microseconds(noise, noise->longest), "lost_share",
			 lost_share(noise), "histogram_log2_us", buckets);
}

void fitness_put_json(const struct fitness *fitness, json_t *env)
{
	json_object_set_new(env, "check", findings_json(&fitness->findings));
	json_object_set_new(env, "noise", noise_json(&fitness->noise));
	json_object_set_new(env, "tune", tune_json(&fitness->tune));
}

/* --- for people ----------------------------------------------------------- */

static void note_findings(const struct findings *findings,
			  struct reporter *reporter)
{
	char *fails = findings_names(findings, FINDING_FAIL);

	reporter_note(
		reporter,
		"host: %zu warn, %zu fail, %zu unknown of %zu findings%s%s (see 'run-bench check')",
		findings->by_status[FINDING_WARN],
		findings->by_status[FINDING_FAIL],
		findings->by_status[FINDING_UNKNOWN], findings->count,
		*fails ? "; fail: " : "", fails);
	free(fails);
}

static void note_noise(const struct noise *noise, struct reporter *reporter)
{
	if (!noise->duration)
		return;
	reporter_note(
		reporter,
		"noise: pCPU %d was taken away %" PRIu64
		" times for %d us or more in %.1f s, for %.0f us at most, %.3f %% of the time in all",
		noise->cpu, noise->gaps, NOISE_THRESHOLD_US,
		microseconds(noise, noise->duration) / 1e6,
		microseconds(noise, noise->longest), 100 * lost_share(noise));
}

static void note_tune(const struct tune *tune, struct reporter *reporter)
{
	const struct tune_setting *first = NULL;
	size_t refused = 0;

	for (size_t i = 0; i < tune->count; i++) {
		if (!tune->setting[i].why)
			continue;
		if (!first)
			first = &tune->setting[i];
		refused++;
	}
	if (!tune->guardian)
		return;
	reporter_note(reporter, "tune: %zu settings are changed for this run",
		      tune->count - refused);
	if (first)
		reporter_note(
			reporter,
			"warning: settings that could not be changed: %zu, the first is '%s': %s",
			refused, first->path, strerror(first->why));
}

void fitness_note(const struct fitness *fitness, struct reporter *reporter)
{
	note_findings(&fitness->findings, reporter);
	note_noise(&fitness->noise, reporter);
	note_tune(&fitness->tune, reporter);
}

void fitness_print_plan(const struct tune *tune)
{
	for (size_t i = 0; i < tune->count; i++)
		printf("%-14s %s: %s -> %s\n", tune->setting[i].name,
		       tune->setting[i].path, tune->setting[i].from,
		       tune->setting[i].to);
	printf("%zu settings would be changed for the time of the run\n",
	       tune->count);
}

int fitness_end(struct fitness *fitness)
{
	findings_free(&fitness->findings);
	return tune_end(&fitness->tune);
}
