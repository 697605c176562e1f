/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One side of a comparison: the rows of one or more results directories (or
 * summary.csv files), grouped by what they measure. A launch is one value: one
 * column of its row, chosen by the query. results/README.md is the dictionary
 * of the columns.
 *
 * Nothing is dropped without a trace: rows that are malformed are counted in
 * struct result_fault, rows that say skip or fail in their group.
 */
#ifndef VMB_RESULTS_H
#define VMB_RESULTS_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "error.h"
#include "intern.h"
#include "row-status.h"

enum result_stat {
	RESULT_MIN,
	RESULT_P25,
	RESULT_P50,
	RESULT_MEAN,
	RESULT_P75,
	RESULT_P90,
	RESULT_P99,
	RESULT_P999,
	RESULT_MAX,
	RESULT_N, /* how many samples: nothing to compare by */
};

/* The name of the column, "p50"; and back, but "n": -1 when there is none. */
const char *result_stat_name(enum result_stat stat);
int result_stat_parse(const char *name, enum result_stat *stat);

struct results_query {
	/* Rows of unit per_op have one value only; it is taken whatever this. */
	enum result_stat stat;
	/* A shell glob on the metric; NULL takes all. */
	const char *metric;
};

/* One launch, in the unit of its group. */
struct result_value {
	double value;
	float overhead; /* of measuring one op, in ticks; NAN when not given */
	uint32_t boot; /* index in results.boots */
};

/* All rows with the same names. Strings belong to the results. */
struct result_group {
	const char *bench, *variant, *metric, *unit;
	/* By boot, and within a boot in the order of the launches' rows. */
	const struct result_value *values;
	size_t n_values;
	size_t n_rows[ROW_STATUSES];
	/* Of the ok ones, those not written since they counted nothing. */
	size_t n_implied;
	const char *reason; /* of the first row that is not ok, or NULL */
	const char *reasons[ROW_STATUSES]; /* of the first of each status */
	/* In every row, the least sample is the greatest. */
	bool constant_samples;
	/* In every row, the middle half of the samples has one value. */
	bool steady_samples;
	double fewest_samples; /* of a row */
	/* The rows give no samples' range (counters). */
	bool without_range;
	bool unwanted; /* not of the metrics asked for; never seen outside */
	bool counted; /* a row has a number, even if nobody asked for it */
};

/* Rows of one source that cannot be used, for one reason. */
struct result_fault {
	size_t source; /* index in results.sources */
	const char *column; /* NULL: the row as a whole */
	const char *what; /* "is empty", "cut off: ..." */
	size_t count;
	size_t first_line;
};

struct result_source {
	char *path; /* of the summary.csv */
	json_t *env; /* of the env.json beside it, or NULL */
	char *env_error; /* why env is NULL */
	size_t n_rows; /* all, the unusable ones too */
};

struct results {
	struct result_source *sources;
	size_t n_sources;
	struct result_group *groups; /* sorted by result_group_compare() */
	size_t n_groups;
	struct result_fault *faults;
	size_t n_faults;
	size_t n_unused; /* rows, the sum of faults[].count */
	/* The distinct strings of these columns. */
	struct intern *runs, *labels, *hosts, *kernels, *boots;
	/* What shows which counters would have been 0: results-across.c. */
	struct intern *counted;
	struct result_witness *witnesses;
	size_t n_witnesses;
	/* What the groups point into. */
	struct result_value *values, *zeros;
	struct intern *keys, *reasons;
};

/*
 * Load @n_paths directories or files. -1 with @err set when one cannot be
 * read, lacks a column, or is there twice; unusable rows are no error.
 * Filled also on error: the caller calls results_free() in any case.
 */
int results_load(struct results *results, const char *const *paths,
		 size_t n_paths, const struct results_query *query,
		 struct error *err);
void results_free(struct results *results);

/*
 * "2 rows not used of 'PATH': column 'p50' is empty (the first is line 5)",
 * for the caller to free.
 */
char *results_fault_text(const struct results *r,
			 const struct result_fault *fault);

/*
 * Of two sides, give each the counters that moved on the other side only: 0 in
 * each of its launches that counted, where its own rows show that its kernel
 * counts the metric. Once, and before anything points to a group.
 */
void results_imply_across(struct results *base, struct results *new);

/*
 * Is there no such 0 of @group of @other since no row of @r shows that its
 * kernel counts that, though @r has launches that would have?
 */
bool results_lack_counter(const struct results *r, const struct results *other,
			  const struct result_group *group);

/*
 * The order of groups: by metric, latency first, then by name, with numbers
 * in names in the order of numbers. 0 for the same metric, unit and names.
 */
int result_group_compare(const struct result_group *a,
			 const struct result_group *b);

#endif
