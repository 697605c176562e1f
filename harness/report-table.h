/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The numbers of one result, for a report. */
#ifndef VMB_REPORT_TABLE_H
#define VMB_REPORT_TABLE_H

#include <stdio.h>

#include "compare.h"

/*
 * The base side of a comparison: a table for each metric, its rows with value,
 * interval and marks, and what the marks mean. 72 columns.
 */
void report_print_table(FILE *out, const struct comparison *c);

#endif
