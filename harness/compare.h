/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * From two sides' rows to a verdict on each pair of them, and to what must be
 * said about the whole. Pure: compare-print.h shows it.
 *
 * A launch counts by one number, its median unless --stat chose another. Up to
 * four boots a side, launches are taken as independent: Hodges-Lehmann shift
 * and Mann-Whitney test (nonparam.h). From five boots on each side, boots are
 * resampled, then launches (boots.h). p is corrected for the number of rows
 * tested; rows that have too few launches to reach 5 % at all are not tested
 * and burden nobody.
 *
 * Where both sides come from one deterministic machine of the lab, and all of
 * a row's launches, and the middle half of each one's samples, have one value
 * (a counter: a whole number), then the difference of two such values is what
 * the kernel changed, and nothing else: it is taken as it is. Other rows of such
 * a machine depend on when they are measured, and all launches of a boot on it
 * in the same way: they are no independent draws, and no test could tell a
 * kernel from a phase.
 *
 * Elsewhere a row is exact where every sample of every launch has one value, on
 * each side, of eight samples a launch or of four launches at the least: fewer
 * may agree by chance.
 *
 * Latencies are compared as measured, with the overhead of measuring in them.
 * It is the same on both sides, so the shift does not see it (a row where it
 * moved is marked). Percentages are of the raw base median: where an op costs
 * little more than the overhead, they understate the change of the op. The
 * alternative, to divide by a small difference of two medians, would overstate
 * it without bound.
 */
#ifndef VMB_COMPARE_H
#define VMB_COMPARE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "compare-order.h"
#include "error.h"
#include "nonparam.h"
#include "results.h"

#define COMPARE_RESAMPLES 10000
#define COMPARE_SEED	  1

/* By chance, one row in a hundred is marked for drift, and so on. */
#define COMPARE_MARK_LEVEL 0.01

struct compare_options {
	enum result_stat stat; /* what the results were loaded with */
	double threshold; /* percent: less is no difference, 0 for none */
	uint64_t seed;
	size_t resamples;
	/* The hosts that it is of, where there are others; or NULL. */
	const char *group;
	bool goes_on; /* CSV: the header stands above another group */
};

enum compare_method {
	COMPARE_EXACT, /* deterministic on both sides: no p */
	COMPARE_COUNTED, /* a value that the machine repeats: no p either */
	COMPARE_VARIES, /* it has none there: no verdict */
	COMPARE_RANKS,
	COMPARE_BOOTS,
};

/* "exact", "counted", "varies", "ranks", "boots" */
const char *compare_method_name(enum compare_method method);

enum compare_verdict {
	COMPARE_SAME, /* no difference shown, or too small a one */
	COMPARE_LOWER,
	COMPARE_HIGHER,
};

const char *compare_verdict_name(enum compare_verdict verdict);

/* What a reader must know of a row: bits of compare_row.marks. */
enum compare_mark {
	COMPARE_FEW = 1 << 0,
	COMPARE_DRIFT = 1 << 1,
	COMPARE_SERIAL = 1 << 2,
	COMPARE_BOOT_SPREAD = 1 << 3,
	COMPARE_OVERHEAD = 1 << 4,
	COMPARE_UNVERIFIED = 1 << 5,
	COMPARE_LOST = 1 << 6,
	COMPARE_PHASE = 1 << 7,
};

/* The letter that stands for a mark in a table, and what it means. */
struct compare_mark_text {
	enum compare_mark mark;
	char letter;
	const char *meaning;
};

#define COMPARE_MARKS 8
extern const struct compare_mark_text compare_marks[COMPARE_MARKS];

struct compare_side {
	const struct result_group *group;
	size_t n_boots;
	struct estimate median; /* a known interval takes six launches */
};

struct compare_row {
	struct compare_side base, new;
	enum compare_method method;
	struct estimate shift; /* new - base, in the unit of the row */
	double p; /* of this row alone; NAN when there is no test */
	double q; /* corrected for all rows; NAN likewise */
	/* The shift, with its sign, of the base median; NAN when that is 0. */
	double percent;
	enum compare_verdict verdict;
	unsigned int marks;
	unsigned int marks_alone; /* those of what the row itself shows */
};

/* The geometric mean of a family's medians ("exit" of exit/cpuid). */
struct compare_mean {
	char *family;
	const char *metric, *unit;
	size_t n_rows; /* at least one */
	size_t n_left_out; /* more rows, with a median of 0 or less */
	double base, new;
	double percent; /* of new against base */
	double half; /* half of the interval of percent */
	bool known; /* that is of 95 %, as those of all rows are */
};

/* A group that has values on one side only, or on none. */
struct compare_unpaired {
	const struct result_group *base, *new; /* one may be NULL */
};

struct compare_note {
	bool warning; /* or a plain remark */
	bool detail; /* a remark that a short report can do without */
	char *text;
};

struct comparison {
	const struct results *base, *new;
	bool counted; /* by one deterministic machine */
	struct compare_options options;
	/* Of base and new, by the rows of the first metric. */
	struct order_test order[2];
	struct compare_row *rows; /* in the order of result_group_compare() */
	size_t n_rows, n_tested;
	struct compare_mean *means; /* by metric, then family */
	size_t n_means;
	struct compare_unpaired *unpaired;
	size_t n_unpaired;
	struct compare_note *notes;
	size_t n_notes;
};

/*
 * Compare two sides, which must outlive the comparison. -1 with @err set when
 * they have no row in common; the notes are there even then. Freed by
 * compare_free().
 */
int compare_sides(struct comparison *c, const struct results *base,
		  const struct results *new,
		  const struct compare_options *options, struct error *err);
void compare_free(struct comparison *c);

/* "exit/cpuid", "exit/cpuid[cpl=3]", owned by the caller. */
char *compare_name(const struct result_group *group);

/*
 * On a machine whose boots do not differ: has a group, with its values
 * @sorted, one value? Others depend on when they are measured, as of the tick
 * of the timer that fires. A counter tells the mean of a launch only: one that
 * is no whole number has such a tick in it.
 */
bool compare_is_steady(const struct result_group *group, const double *sorted);

/* Is new higher by @percent or more, and not by chance? */
bool compare_is_regression(const struct compare_row *row, double percent);

/* Did the benchmark give values on the base side, and only failures on new? */
bool compare_is_broken(const struct compare_unpaired *unpaired);

/* For compare-notes.c: fill c->notes from all the rest. */
void compare_write_notes(struct comparison *c);

#endif
