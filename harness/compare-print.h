/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A comparison as text of at most 72 columns of ASCII, as CSV, or as Markdown,
 * with the same content. Numbers carry no more digits than their 95 % interval
 * supports: its half is rounded to one digit (two when the first is 1, as in
 * 13), and the number to the same place.
 */
#ifndef VMB_COMPARE_PRINT_H
#define VMB_COMPARE_PRINT_H

#include <stdio.h>

#include "compare.h"

enum compare_format {
	COMPARE_TEXT,
	COMPARE_CSV,
	COMPARE_MARKDOWN,
};

/* "text", "csv", "markdown": 0, or -1 for another name. */
int compare_format_parse(const char *name, enum compare_format *format);

/* Notes, then the rows, means and legend. */
void compare_print(FILE *out, const struct comparison *c,
		   enum compare_format format);

/*
 * The parts of the text, for a report that has its own head: the notes, with
 * or without those that are details, and the tables with their legend.
 */
void compare_print_notes(FILE *out, const struct comparison *c, bool details);
void compare_print_tables(FILE *out, const struct comparison *c);

#endif
