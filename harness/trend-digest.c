// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdlib.h>
#include <string.h>

#include <gsl/gsl_sort.h>

#include "compare.h"
#include "json-path.h"
#include "results.h"
#include "trend-digest-file.h"
#include "util.h"

/* Where in env.json; the others are made here. */
static const char *const fact_paths[FACTS] = {
	[FACT_RUN_ID] = "run.run_id",
	[FACT_STARTED] = "run.started_utc",
	[FACT_FINISHED] = "run.finished_utc",
	[FACT_HOST] = "run.host",
	[FACT_LABEL] = "run.label",
	[FACT_KERNEL] = "run.kernel",
	[FACT_KERNEL_VERSION] = "kernel.version",
	[FACT_CPU] = "cpu.model_name",
	[FACT_MACHINE] = "lab.machine",
	[FACT_TOOL_VERSION] = "tool.version",
	[FACT_TOOL_COMMIT] = "tool.commit",
};

static void set_stamp(struct digest *d, enum digest_fact fact, const char *dir,
		      const char *name)
{
	char *stamp = digest_stamp(dir, name);

	digest_set_fact(d, fact, stamp, strlen(stamp));
	free(stamp);
}

static void empty(struct digest *d)
{
	free(d->rows);
	intern_free(d->texts);
	*d = (struct digest){ .texts = intern_new() };
	for (size_t i = 0; i < FACTS; i++)
		digest_set_fact(d, (enum digest_fact)i, "", 0);
}

void digest_free(struct digest *d)
{
	free(d->rows);
	intern_free(d->texts);
	*d = (struct digest){ 0 };
}

static double *sorted_values(const struct result_group *g)
{
	double *x = xcalloc(g->n_values, sizeof(*x));

	for (size_t i = 0; i < g->n_values; i++)
		x[i] = g->values[i].value;
	gsl_sort(x, 1, g->n_values);
	return x;
}

static void make_row(struct digest *d, const struct result_group *g)
{
	struct digest_row *row = &d->rows[d->n_rows++];
	bool deterministic = *d->facts[FACT_DETERMINISTIC];
	const char *reason;
	double *sorted;
	char *key;

	*row = (struct digest_row){ .reason = "" };
	key = xasprintf("%s%c%s%c%s%c%s%c", g->bench, 0, g->variant, 0,
			g->metric, 0, g->unit, 0);
	row->key_len = strlen(g->bench) + strlen(g->variant) +
		       strlen(g->metric) + strlen(g->unit) + 4;
	row->key = intern_bytes(d->texts, intern(d->texts, key, row->key_len));
	free(key);
	if (!g->n_values) {
		row->status = g->n_rows[STATUS_FAIL] ? DIGEST_FAIL
						     : DIGEST_SKIP;
		reason = g->reasons[row->status == DIGEST_FAIL ? STATUS_FAIL
							       : STATUS_SKIP];
		if (reason)
			row->reason =
				intern_bytes(d->texts, intern(d->texts, reason,
							      strlen(reason)));
		return;
	}
	sorted = sorted_values(g);
	row->launches = (uint32_t)g->n_values;
	row->value = median_estimate(sorted, g->n_values);
	row->status = g->n_rows[STATUS_UNVERIFIED] ? DIGEST_UNVERIFIED
						   : DIGEST_OK;
	if (deterministic && !compare_is_steady(g, sorted))
		row->status = DIGEST_VARIES;
	free(sorted);
}

static void make_facts(struct digest *d, const char *dir,
		       const struct results *r)
{
	const json_t *env = r->sources[0].env;
	char count[32];

	digest_set_fact(d, FACT_FORMAT, DIGEST_FORMAT, strlen(DIGEST_FORMAT));
	set_stamp(d, FACT_SUMMARY, dir, "summary.csv");
	set_stamp(d, FACT_ENV, dir, "env.json");
	for (size_t i = 0; i < FACTS; i++) {
		const char *text =
			fact_paths[i] ? json_text_at(env, fact_paths[i]) : NULL;

		if (text)
			digest_set_fact(d, (enum digest_fact)i, text,
					strlen(text));
	}
	if (json_is_true(json_at(env, "lab.deterministic")))
		digest_set_fact(d, FACT_DETERMINISTIC, "1", 1);
	snprintf(count, sizeof(count), "%zu", r->n_groups);
	digest_set_fact(d, FACT_ROWS, count, strlen(count));
	snprintf(count, sizeof(count), "%zu", r->n_unused);
	digest_set_fact(d, FACT_UNUSED, count, strlen(count));
}

static int check_night(const struct digest *d, const struct results *r,
		       struct error *err)
{
	if (!r->sources[0].env)
		return error_set(err, "%s", r->sources[0].env_error);
	if (!*d->facts[FACT_STARTED])
		return error_set(err, "its env.json has no start");
	if (!*d->facts[FACT_FINISHED])
		return error_set(err, "not finished");
	if (!r->n_groups)
		return error_set(err, "has no rows");
	return 0;
}

static int make_digest(struct digest *d, const char *dir, struct error *err)
{
	static const struct results_query all = { .stat = RESULT_P50 };
	struct results r = { 0 };
	int ret = results_load(&r, &dir, 1, &all, err);

	empty(d);
	if (!ret) {
		make_facts(d, dir, &r);
		ret = check_night(d, &r, err);
	}
	if (!ret) {
		d->rows = xcalloc(r.n_groups, sizeof(*d->rows));
		for (size_t i = 0; i < r.n_groups; i++)
			make_row(d, &r.groups[i]);
	}
	results_free(&r);
	return ret;
}

int digest_load(struct digest *d, const char *dir,
		const struct digest_request *request, struct error *err)
{
	*d = (struct digest){ 0 };
	empty(d);
	if (!request->no_files && !digest_read(d, dir, request->latencies))
		return 0;
	if (make_digest(d, dir, err))
		return -1;
	if (!request->no_files)
		digest_write(d, dir);
	return 0;
}
