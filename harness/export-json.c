// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdlib.h>

#include "export-json.h"
#include "export-run.h"
#include "export-stats.h"
#include "util.h"

static json_t *stats_json(const struct export_stats *s)
{
	return json_pack("[f, f, f, f, f, f, f, I]", s->min, s->q1, s->median,
			 s->mean, s->q3, s->max, s->stddev, (json_int_t)s->n);
}

/* "" is what is not known. */
static void put_text(json_t *line, const char *key, const char *text)
{
	if (*text)
		json_object_set_new(line, key, json_string(text));
}

static int put_metrics(json_t *line, const struct results *r)
{
	int ret = 0;

	for (size_t i = 0; i < r->n_groups && !ret; i++) {
		struct export_stats s;
		char *name;

		if (!r->groups[i].n_values)
			continue;
		s = export_stats(&r->groups[i]);
		name = export_name(&r->groups[i]);
		ret = json_object_set_new(line, name, stats_json(&s));
		free(name);
	}
	return ret;
}

static json_t *run_json(const struct export_run *run)
{
	const char *commit = *run->kernel_commit ? run->kernel_commit
						 : run->kernel;
	json_t *line = json_object();

	put_text(line, "ts", run->started);
	put_text(line, "sha", run->tool_commit);
	put_text(line, "sha_kernel", commit);
	put_text(line, "sha_bench", run->tool_commit);
	put_text(line, "run_id", run->run_id);
	put_text(line, "label", run->label);
	put_text(line, "host", run->host);
	put_text(line, "kernel", run->kernel);
	if (!put_metrics(line, &run->shown))
		return line;
	json_decref(line);
	return NULL;
}

int export_json(FILE *out, const char *path,
		const struct results_selection *selection, struct error *err)
{
	struct export_run run;
	int ret = export_run_load(&run, path, selection, err);

	if (!ret)
		ret = export_put_line(out, run_json(&run), err);
	export_run_free(&run);
	return ret;
}
