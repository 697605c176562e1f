// SPDX-License-Identifier: GPL-2.0-or-later
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "export-run.h"
#include "export-stats.h"
#include "json-path.h"
#include "util.h"

static const char *text_at(const struct export_run *run, const char *path)
{
	const char *text = json_text_at(run->env, path);

	return text ? text : "";
}

static const char *only(const struct intern *in)
{
	return intern_count(in) ? intern_bytes(in, 0) : "";
}

static bool is_utf8(const char *text)
{
	json_t *json = json_string(text);

	json_decref(json);
	return json;
}

/* What a name or a label is made of is for others to choose. */
static int check_texts(const struct export_run *run, struct error *err)
{
	const char *const texts[] = { run->run_id, run->label, run->host,
				      run->kernel };

	for (size_t i = 0; i < ARRAY_SIZE(texts); i++)
		if (!is_utf8(texts[i]))
			return error_set(err,
					 "cannot put '%s' into JSON: it is not "
					 "UTF-8",
					 texts[i]);
	return 0;
}

static bool is_finite(const struct export_stats *s)
{
	return isfinite(s->min) && isfinite(s->q1) && isfinite(s->median) &&
	       isfinite(s->mean) && isfinite(s->q3) && isfinite(s->max) &&
	       isfinite(s->stddev);
}

/* JSON has no infinity, which the mean of numbers near the greatest ones is. */
static int check_group(const struct result_group *g, struct error *err)
{
	char *name = export_name(g);
	const char *what = NULL;
	struct export_stats s;

	if (g->n_values) {
		s = export_stats(g);
		what = is_finite(&s) ? NULL : "its statistics overflow";
	}
	if (!is_utf8(name))
		what = "it is not UTF-8";
	if (what)
		error_set(err, "cannot put '%s' into JSON: %s", name, what);
	free(name);
	return what ? -1 : 0;
}

static int check_json(const struct export_run *run, struct error *err)
{
	if (check_texts(run, err))
		return -1;
	for (size_t i = 0; i < run->shown.n_groups; i++)
		if (check_group(&run->shown.groups[i], err))
			return -1;
	return 0;
}

static int refuse_faults(const struct results *r, struct error *err)
{
	char *text = results_fault_text(r, &r->faults[0]);

	error_set(err, "%s", text);
	free(text);
	return -1;
}

int export_run_load(struct export_run *run, const char *path,
		    const struct results_selection *selection,
		    struct error *err)
{
	const struct results_query query = { .stat = RESULT_P50 };

	*run = (struct export_run){ 0 };
	if (results_load(&run->all, &path, 1, &query, err))
		return -1;
	if (run->all.n_unused)
		return refuse_faults(&run->all, err);
	if (results_view(&run->shown, &run->all, selection, err))
		return -1;
	run->env = run->all.sources[0].env;
	run->run_id = only(run->all.runs);
	run->label = only(run->all.labels);
	run->host = only(run->all.hosts);
	run->kernel = only(run->all.kernels);
	run->started = text_at(run, "run.started_utc");
	run->tool_commit = text_at(run, "tool.commit");
	kernel_commit(run->kernel, run->kernel_commit);
	return check_json(run, err);
}

void export_run_free(struct export_run *run)
{
	results_view_free(&run->shown);
	if (run->all.sources)
		results_free(&run->all);
}

int export_put_line(FILE *out, json_t *json, struct error *err)
{
	/* 15 digits: what a double holds, and no digits that it does not. */
	const size_t flags = JSON_COMPACT | JSON_REAL_PRECISION(15) |
			     JSON_PRESERVE_ORDER;
	int ret = json ? json_dumpf(json, out, flags) : -1;

	json_decref(json);
	if (ret)
		return error_set(err, "cannot write the rows as JSON");
	fputc('\n', out);
	return 0;
}
