/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Text in Markdown. Pure. */
#ifndef VMB_MARKDOWN_H
#define VMB_MARKDOWN_H

#include <stdio.h>

/* Write @text so that nothing in it is markup, in a table's cell too. */
void markdown_put(FILE *out, const char *text);

#endif
