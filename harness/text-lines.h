/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Text as mail wants it: lines of at most 72 columns, printable ASCII. */
#ifndef VMB_TEXT_LINES_H
#define VMB_TEXT_LINES_H

#include <stdio.h>

#define TEXT_COLUMNS 72

/* Replace what is not printable ASCII: names come from files. Gives @text. */
char *text_clean(char *text);

/* Print a line to @out, cleaned, without blanks at its end. */
__attribute__((format(printf, 2, 3))) void text_line(FILE *out, const char *fmt,
						     ...);

/*
 * Print @text in lines of TEXT_COLUMNS, broken at blanks and commas where
 * possible; the first begins with @first, all others with @next.
 */
void text_wrapped(FILE *out, const char *first, const char *next,
		  const char *text);

#endif
