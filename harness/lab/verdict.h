/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What moved between two sides of results, in a few lines. */
#ifndef VMB_LAB_VERDICT_H
#define VMB_LAB_VERDICT_H

#include <stdio.h>

#include "compare.h"
#include "results.h"

struct lab_verdict {
	struct results base, new;
	struct comparison comparison; /* of the latencies */
};

/*
 * Load and compare results directories, @n a side. -1 with @err set when they
 * cannot be compared. Freed by lab_verdict_free() in any case.
 */
int lab_verdict_load(struct lab_verdict *verdict, char *const *base,
		     char *const *new, size_t n, struct error *err);
void lab_verdict_free(struct lab_verdict *verdict);

/*
 * The rows that moved, each with its shift, and how many did not. Where the
 * machine counts instructions, these did not by a single one.
 */
void lab_verdict_print(FILE *out, const struct lab_verdict *verdict);

/* One column of the table of all machines. */
struct lab_column {
	const char *name;
	const struct comparison *comparison;
};

/*
 * Machines side by side: the shift of each row that moved on any of them, "0"
 * and "~" where it did not there, "-" where it was not measured.
 */
void lab_verdict_print_columns(FILE *out, const struct lab_column *columns,
			       size_t n);

/*
 * The row with the greatest shift upwards of @threshold ticks or more (NAN: of
 * any that is none by chance); NULL when there is none.
 */
const struct compare_row *lab_verdict_worst(const struct comparison *comparison,
					    double threshold);

/* "+20 instructions/op", "+1.2%", "0"; owned by the caller. */
char *lab_shift_text(const struct compare_row *row);

#endif
