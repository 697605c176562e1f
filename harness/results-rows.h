/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Inside results.h: rows on their way from files to groups. A group's index is
 * that of its key in results.keys, until results_load() sorts them.
 */
#ifndef VMB_RESULTS_ROWS_H
#define VMB_RESULTS_ROWS_H

#include "results.h"

struct loaded_row {
	struct result_value value;
	uint32_t group;
	uint32_t source, launch; /* which launch it is of */
	bool has_value; /* or it is here only to say that it was there */
	/* Counters of this launch that are not there were 0. */
	bool complete;
};

struct loaded_rows {
	struct loaded_row *list;
	size_t n, room;
};

/* A new row, all zero, until the next call. */
struct loaded_row *loaded_rows_add(struct loaded_rows *rows);

/*
 * Does a row of @metric say that others of its launch, those that counted
 * nothing, were not written?
 */
bool results_is_witness(const char *metric);

/* The metric of the rows that say so of @metric in @r, or NULL. */
const char *results_witness_of(const struct results *r, const char *metric);

/* Add the zeros that were not written; see results/README.md. */
void results_imply_zeros(struct results *r, struct loaded_rows *rows);

/* Of all groups, the unwanted too: keep what results_imply_across() needs. */
void results_note_evidence(struct results *r, const struct loaded_rows *rows);
void results_free_evidence(struct results *r);

/*
 * Give each group its values, by boot and then in the order of launches. The
 * order of @rows is lost.
 */
void results_share_out(struct results *r, struct loaded_rows *rows);

#endif
