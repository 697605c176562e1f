/* SPDX-License-Identifier: GPL-2.0-or-later */
/* For compare-print.c: each format of a comparison, in a file of its own. */
#ifndef VMB_COMPARE_FORMATS_H
#define VMB_COMPARE_FORMATS_H

#include <stdio.h>

#include "compare.h"

void compare_print_text(FILE *out, const struct comparison *c);
void compare_print_csv(FILE *out, const struct comparison *c);
void compare_print_markdown(FILE *out, const struct comparison *c);

#endif
