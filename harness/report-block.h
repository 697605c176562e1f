/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The block for a cover letter: at most 72 columns of printable ASCII, from
 * the machine to the numbers, with what makes them worth less in it.
 */
#ifndef VMB_REPORT_BLOCK_H
#define VMB_REPORT_BLOCK_H

#include <stdio.h>

#include "compare.h"

struct report_side {
	const struct results *all; /* every row and metric */
	/* The rows to show, of the same sources. */
	const struct results *shown;
};

/*
 * One result, or a pair when @new is not NULL. @c compares what is shown; of
 * one result, with itself.
 */
void report_print_block(FILE *out, const struct report_side *base,
			const struct report_side *new,
			const struct comparison *c);

#endif
