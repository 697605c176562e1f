/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A trend's changes as text of at most 72 columns of ASCII, as CSV, or as
 * Markdown: when, on which hosts, from which kernel to which, how much, how
 * sure. The columns of the CSV are in results/README.md.
 */
#ifndef VMB_TREND_PRINT_H
#define VMB_TREND_PRINT_H

#include <stdio.h>

#include "trend-report.h"

/* The three forms, by the names "text", "csv" and "markdown". */
struct trend_format {
	const char *name;
	void (*print)(FILE *out, const struct trend_report *r);
};

/* NULL when there is no such format. */
const struct trend_format *trend_format_find(const char *name);

void trend_print_text(FILE *out, const struct trend_report *r);
void trend_print_csv(FILE *out, const struct trend_report *r);
void trend_print_markdown(FILE *out, const struct trend_report *r);

#endif
