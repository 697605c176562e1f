/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What all nights together say of the changes that single nights let see. */
#ifndef VMB_TREND_SETTLE_H
#define VMB_TREND_SETTLE_H

#include "trend-detect.h"

/*
 * Of the changes in @verdict, of which place, night and p are known: put each
 * where both of its sides differ most, take back those that the nights since
 * then do not bear out, and fill in how large they are.
 */
void trend_settle(struct nonparam *np, const double *values, size_t n,
		  bool exact, const struct trend_detect_options *options,
		  struct trend_verdict *verdict);

#endif
