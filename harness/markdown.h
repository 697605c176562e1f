/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Text in Markdown. Pure. */
#ifndef VMB_MARKDOWN_H
#define VMB_MARKDOWN_H

#include <stdio.h>

/*
 * Write @text so that nothing in it is markup, in a table's cell too. What is
 * not printable ASCII becomes '?', as text_clean() has it.
 */
void markdown_put(FILE *out, const char *text);

#endif
