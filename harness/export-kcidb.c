// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdlib.h>
#include <string.h>

#include "export-kcidb.h"
#include "export-run.h"
#include "export-stats.h"
#include "json-path.h"
#include "util.h"

#define ORIGIN_CHARS "abcdefghijklmnopqrstuvwxyz0123456789_"
#define PATH_CHARS   "ABCDEFGHIJKLMNOPQRSTUVWXYZ-" ORIGIN_CHARS

int kcidb_check_origin(const char *origin, struct error *err)
{
	if (*origin && !origin[strspn(origin, ORIGIN_CHARS)])
		return 0;
	return error_set(err, "invalid origin '%s': only a-z, 0-9 and _",
			 origin);
}

int kcidb_check_id(const char *id, struct error *err)
{
	size_t len = strspn(id, ORIGIN_CHARS);

	if (len && id[len] == ':' && id[len + 1])
		return 0;
	return error_set(err, "invalid build '%s': it is ORIGIN:ID", id);
}

/* Nothing may be null: what is not known is left out. */
static void put_text(json_t *to, const char *key, const char *text)
{
	if (text && *text)
		json_object_set_new(to, key, json_string(text));
}

/* "vmentry-bench.exit.cpuid.cpl_3": nodes of a tree, and few characters. */
static char *test_path(const struct result_group *g)
{
	bool latency = !strcmp(g->metric, "latency");
	char *path = xasprintf("%s%s%s%s%s", g->bench, *g->variant ? "." : "",
			       g->variant, latency ? "" : ".",
			       latency ? "" : g->metric);
	char *whole;

	for (char *c = path; *c; c++) {
		if (strchr("/,", *c))
			*c = '.';
		else if (*c != '.' && !strchr(PATH_CHARS, *c))
			*c = '_';
		/* No node is empty. */
		if (*c == '.' && (c == path || c[-1] == '.' || !c[1]))
			*c = '_';
	}
	whole = xasprintf("vmentry-bench.%s", path);
	free(path);
	return whole;
}

static const char *unit_text(const char *unit)
{
	if (!strcmp(unit, "tsc"))
		return "ticks";
	return strcmp(unit, "per_op") ? unit : "1/op";
}

static const char *status_of(const struct result_group *g)
{
	if (g->n_values)
		return "DONE";
	return g->n_rows[STATUS_FAIL] ? "ERROR" : "SKIP";
}

static json_t *test_misc(const struct result_group *g,
			 const struct export_stats *s)
{
	json_t *misc = json_object(), *launches = json_object();

	put_text(misc, "bench", g->bench);
	put_text(misc, "variant", g->variant);
	put_text(misc, "metric", g->metric);
	/* There is room for one: what failed says the most. */
	put_text(misc, "reason",
		 g->reasons[STATUS_FAIL] ? g->reasons[STATUS_FAIL] : g->reason);
	for (int i = 0; i < ROW_STATUSES; i++)
		json_object_set_new(launches,
				    row_status_name((enum row_status)i),
				    json_integer((json_int_t)g->n_rows[i]));
	json_object_set_new(misc, "launches", launches);
	if (s && interval_is_known(&s->ci))
		json_object_set_new(misc, "ci95",
				    json_pack("[f, f]", s->ci.lo, s->ci.hi));
	if (s)
		json_object_set_new(misc, "verified",
				    json_boolean(g->n_rows[STATUS_OK] ==
						 g->n_values));
	return misc;
}

/* What a reader must know of the machine, in one object for all tests. */
static json_t *environment_json(const struct export_run *run)
{
	static const char *const facts[] = {
		"cpu.model_name",     "cpu.microcode",	  "kvm.backend",
		"kvm.backend_name",   "kernel.version",	  "kernel.debug",
		"hypervisor.present", "guest.emulated",	  "guest.tsc_khz",
		"placement.cpu",      "frequency.driver", "smt.active",
		"mitigations",	      "lab.machine",	  "lab.emulator",
	};
	json_t *misc = json_object(), *environment = json_object();

	for (size_t i = 0; i < ARRAY_SIZE(facts); i++) {
		json_t *value = json_at(run->env, facts[i]);

		if (value)
			json_object_set(misc, facts[i], value);
	}
	put_text(misc, "label", run->label);
	put_text(misc, "tool_commit", run->tool_commit);
	put_text(environment, "comment", run->host);
	json_object_set_new(environment, "misc", misc);
	return environment;
}

static void put_id(json_t *to, const char *origin, const char *kind,
		   const char *id)
{
	json_object_set_new(to, "id",
			    json_sprintf("%s:%s%s", origin, kind, id));
	json_object_set_new(to, "origin", json_string(origin));
}

static json_t *test_json(const struct export_run *run,
			 const struct kcidb_options *options,
			 const struct result_group *g, const char *build)
{
	json_t *test = json_object();
	char *path = test_path(g), *name = export_name(g);
	char *id = xasprintf("%s/%s", run->run_id, name);
	struct export_stats s;

	put_id(test, options->origin, "", id);
	put_text(test, "build_id", build);
	put_text(test, "path", path);
	put_text(test, "comment", name);
	put_text(test, "status", status_of(g));
	put_text(test, "start_time", run->started);
	if (g->n_values) {
		s = export_stats(g);
		json_object_set_new(test, "number",
				    json_pack("{s:f, s:s}", "value", s.median,
					      "unit", unit_text(g->unit)));
	}
	json_object_set_new(test, "environment", environment_json(run));
	json_object_set_new(test, "misc",
			    test_misc(g, g->n_values ? &s : NULL));
	free(path);
	free(name);
	free(id);
	return test;
}

/* Runs of one kernel, on many hosts, share what describes it. */
static void put_once(json_t *report, const char *list, json_t *object)
{
	json_t *objects = json_object_get(report, list), *other;
	size_t i;

	if (!objects) {
		objects = json_array();
		json_object_set_new(report, list, objects);
	}
	json_array_foreach(objects, i, other) {
		if (json_equal(json_object_get(other, "id"),
			       json_object_get(object, "id"))) {
			json_decref(object);
			return;
		}
	}
	json_array_append_new(objects, object);
}

/*
 * "kernel-6.1.0 #1 SMP ...": two builds may have the same release, and then
 * differ in /proc/version's rest. The caller frees it.
 */
static char *own_build(const struct export_run *run, const char *origin)
{
	const char *version = json_text_at(run->env, "kernel.version");

	return xasprintf("%s:kernel-%s%s%s", origin, run->kernel,
			 version ? " " : "", version ? version : "");
}

/* A checkout known by the kernel's release, and a build of it. */
static void put_build(json_t *report, const struct export_run *run,
		      const char *origin, const char *id)
{
	json_t *checkout = json_object(), *build = json_object();

	put_id(checkout, origin, "kernel-", run->kernel);
	put_text(checkout, "comment", run->kernel);
	if (*run->kernel_commit)
		put_text(checkout, "git_commit_name", run->kernel);
	put_text(build, "id", id);
	put_text(build, "origin", origin);
	json_object_set(build, "checkout_id", json_object_get(checkout, "id"));
	put_text(build, "architecture", "x86_64");
	put_text(build, "comment", json_text_at(run->env, "kernel.version"));
	put_once(report, "checkouts", checkout);
	put_once(report, "builds", build);
}

static void put_tests(json_t *report, const struct export_run *run,
		      const struct kcidb_options *options)
{
	json_t *tests = json_object_get(report, "tests");
	char *own = NULL;

	if (!options->build) {
		own = own_build(run, options->origin);
		put_build(report, run, options->origin, own);
	}
	for (size_t i = 0; i < run->shown.n_groups; i++)
		json_array_append_new(
			tests, test_json(run, options, &run->shown.groups[i],
					 own ? own : options->build));
	free(own);
}

/* @paths: from the ids of the runs so far to where they are. */
static int put_run(json_t *report, json_t *paths, const char *path,
		   const struct results_selection *selection,
		   const struct kcidb_options *options, struct error *err)
{
	struct export_run run;
	json_t *other;
	int ret = export_run_load(&run, path, selection, err);

	if (!ret && (other = json_object_get(paths, run.run_id)))
		ret = error_set(err,
				"'%s' and '%s' are both the run '%s': their "
				"tests would have the same ids",
				json_string_value(other), path, run.run_id);
	if (!ret) {
		json_object_set_new(paths, run.run_id, json_string(path));
		put_tests(report, &run, options);
	}
	export_run_free(&run);
	return ret;
}

int export_kcidb(FILE *out, const char *const *paths, size_t n_paths,
		 const struct results_selection *selection,
		 const struct kcidb_options *options, struct error *err)
{
	json_t *report = json_pack("{s:{s:i, s:i}, s:[]}", "version", "major",
				   5, "minor", 0, "tests");
	json_t *known = json_object();
	int ret = 0;

	for (size_t i = 0; i < n_paths && !ret; i++)
		ret = put_run(report, known, paths[i], selection, options, err);
	json_decref(known);
	if (!ret)
		return export_put_line(out, report, err);
	json_decref(report);
	return ret;
}
