// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "export-run.h"
#include "json-path.h"

static const char *text_at(const struct export_run *run, const char *path)
{
	const char *text = json_text_at(run->env, path);

	return text ? text : "";
}

static const char *only(const struct intern *in)
{
	return intern_count(in) ? intern_bytes(in, 0) : "";
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
	return 0;
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
		return error_set(err, "cannot put the rows into JSON: a name "
				      "is not UTF-8");
	fputc('\n', out);
	return 0;
}
