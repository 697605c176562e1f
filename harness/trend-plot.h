/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Pictures of a trend. */
#ifndef VMB_TREND_PLOT_H
#define VMB_TREND_PLOT_H

#include "trend.h"

/*
 * Draw into directory @dir, which is made if need be: a picture of each
 * benchmark, variant and metric, its hosts as curves, with the changes and the
 * kernels on the axis; as .svg, .png and the .csv that they are drawn from.
 * With @changed_only, only of those in which something changed.
 */
int trend_plot(const struct trend *t, const char *dir, bool changed_only,
	       struct error *err);

#endif
