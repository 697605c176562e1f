/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What stands around a comparison's tables, in words that all formats share.
 * Each text is the caller's to free, and plain ASCII.
 */
#ifndef VMB_COMPARE_WORDS_H
#define VMB_COMPARE_WORDS_H

#include "compare.h"
#include "compare-cells.h"

/*
 * The label of a side, when all its rows have it, the other's have another, and
 * it fits: cut off, two labels might look the same. Of NUMBER_CELL bytes.
 */
void compare_put_label(char *cell, const struct comparison *c, bool new);

/* "a", "a and b", "a, b and 3 more"; of none "unknown". */
char *compare_list_text(const struct intern *in);

char *compare_title_text(const struct comparison *c);

/* "base: stock, kernel 6.1.0, host lab1, launches: 20, boots: 3" */
char *compare_side_text(const struct comparison *c, bool new);
char *compare_note_text(const struct compare_note *note);

/* "latency, TSC ticks" */
char *compare_table_title(const struct compare_table *t);

/* What "+-?" in the tables means, and of how many rows; "" where none is. */
char *compare_unknown_text(const struct comparison *c);

/* The @i-th line of the legend, NULL when there are no more; "" for none. */
char *compare_legend_text(const struct comparison *c, size_t i);

#endif
