/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Why the guest was left, in the columns of `perf kvm stat`. */
#ifndef VMB_REPORT_EXITS_H
#define VMB_REPORT_EXITS_H

#include <stdio.h>

#include "results.h"

/*
 * A table for each variant of one result that has exit reasons (metrics
 * exit_reason:NAME, and exit_time:NAME for samples and times), most frequent
 * first; where there are none, the reason that the rows give. 72 columns.
 */
void report_print_exits(FILE *out, const struct results *results);

#endif
