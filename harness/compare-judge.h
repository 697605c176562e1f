/* SPDX-License-Identifier: GPL-2.0-or-later */
/* For compare.c: what one row shows by itself, before all are looked at. */
#ifndef VMB_COMPARE_JUDGE_H
#define VMB_COMPARE_JUDGE_H

#include "compare.h"

/* p below this, corrected for the number of rows, is no chance. */
#define COMPARE_SIGNIFICANT 0.05

/* Work space for one row at a time. */
struct compare_judge;

/* @options must outlive it; @counted as in struct comparison. */
struct compare_judge *compare_judge_new(const struct compare_options *options,
					bool counted);
void compare_judge_free(struct compare_judge *j);

/* Fill all of @row but q and verdict; the groups of its sides are set. */
void compare_judge_row(struct compare_judge *j, struct compare_row *row);

#endif
