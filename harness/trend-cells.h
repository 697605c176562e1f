/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A sighting as the texts that the tables of a trend show. Pure. */
#ifndef VMB_TREND_CELLS_H
#define VMB_TREND_CELLS_H

#include "number-text.h"
#include "trend.h"

struct trend_cells {
	char before[NUMBER_CELL], after[NUMBER_CELL];
	char delta[NUMBER_CELL]; /* "+5.2%", "+20" where it is exact */
	char interval[NUMBER_CELL]; /* "[+5.0,+5.5]"; or "" */
	char sure[NUMBER_CELL]; /* "p=0.0002", "exact" */
};

void trend_fill(struct trend_cells *cells, const struct trend_change *c);

/* "2026-01-31", "0.1 (1234567890ab)". Owned. */
char *trend_date_text(const struct trend_night *night);
char *trend_suite_text(const struct trend_night *night);

/*
 * The kernel's release, and its version too when @other has the same release
 * and another version. Owned.
 */
char *trend_kernel_text(const struct trend_night *night,
			const struct trend_night *other);

#endif
