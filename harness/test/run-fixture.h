/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Results directories in the making: two of them, RUN_BASE and RUN_NEW, below
 * a temporary one that is the test's *state. Each test fills them.
 */
#ifndef VMB_TEST_RUN_FIXTURE_H
#define VMB_TEST_RUN_FIXTURE_H

#include "fixture.h"

#include "csv.h"

enum run_side {
	RUN_BASE,
	RUN_NEW,
};

struct run_writer {
	FILE *summary, *histogram;
	const char *label;
	int launch;
};

static inline const char *run_label(enum run_side side)
{
	return side == RUN_NEW ? "patched" : "stock";
}

/* Freed by the caller. */
static inline char *run_dir(const struct fixture *f, enum run_side side)
{
	return xasprintf("%s/%s", f->directory, run_label(side));
}

static inline FILE *run_file(const struct fixture *f, enum run_side side,
			     const char *name, const char *header)
{
	char *host = xasprintf("/%s/%s", run_label(side), name);
	char *path = fixture_make(f, host);
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	fprintf(file, "%s\n", header);
	free(path);
	free(host);
	return file;
}

static inline struct run_writer run_begin(const struct fixture *f,
					  enum run_side side)
{
	struct run_writer w = { .label = run_label(side) };

	w.summary = run_file(f, side, "summary.csv", summary_csv_header);
	w.histogram = run_file(f, side, "histogram.csv", histogram_csv_header);
	return w;
}

static inline void run_end(struct run_writer *w)
{
	assert_int_equal(fclose(w->summary), 0);
	assert_int_equal(fclose(w->histogram), 0);
}

static inline void run_row(struct run_writer *w, const char *bench,
			   const char *variant, const char *metric,
			   const char *unit, const char *status,
			   const char *reason)
{
	fprintf(w->summary,
		"run-%s,2026-01-31T12:00:00Z,%s,lab1,6.1-%s,boot-%s,%d,%s,"
		"\"%s\",%s,%s,%s,\"%s\",",
		w->label, w->label, w->label, w->label, w->launch, bench,
		variant, metric, unit, status, reason);
}

/* A launch's latency, spread about @p50, and its histogram. */
static inline void run_latency(struct run_writer *w, const char *bench,
			       const char *variant, const char *status,
			       double p50)
{
	int lo = (int)p50 / 16 * 16;

	run_row(w, bench, variant, "latency", "tsc", status,
		strcmp(status, "ok") ? "no counter" : "");
	fprintf(w->summary,
		"1000,%.1f,%.1f,%.1f,%.1f,%.1f,%.1f,%.1f,%.1f,%.1f,%.1f,30\n",
		p50 - 10, p50 - 5, p50, p50 + 1, p50 + 5, p50 + 10, p50 + 50,
		p50 + 90, p50 + 99, 20.0);
	fprintf(w->histogram, "%s,\"%s\",%d,%d,%d,999\n", bench, variant,
		w->launch, lo, lo + 16);
	fprintf(w->histogram, "%s,\"%s\",%d,%d,%d,1\n", bench, variant,
		w->launch, 4 * lo, 4 * lo + 16);
}

static inline void run_counter(struct run_writer *w, const char *bench,
			       const char *variant, const char *metric,
			       double value)
{
	run_row(w, bench, variant, metric, "per_op", "ok", "");
	fprintf(w->summary, "1000,,,%.6f,%.6f,,,,,,,\n", value, value);
}

static inline void run_status(struct run_writer *w, const char *bench,
			      const char *variant, const char *status,
			      const char *reason)
{
	run_row(w, bench, variant, "latency", "tsc", status, reason);
	fputs("0,,,,,,,,,,,\n", w->summary);
}

static inline void run_env(const struct fixture *f, enum run_side side,
			   const char *json)
{
	char *path = xasprintf("/%s/env.json", run_label(side));

	put(f, path, json);
	free(path);
}

/* A launch whose samples are all @ticks, 0 too; without a histogram. */
static inline void run_constant(struct run_writer *w, const char *bench,
				double ticks)
{
	run_row(w, bench, "", "latency", "tsc", "ok", "");
	fputs("1000", w->summary);
	for (int i = 0; i < 9; i++)
		fprintf(w->summary, ",%.1f", ticks);
	fputs(",0,30\n", w->summary);
}

#endif
