/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Pictures of results directories. */
#ifndef VMB_PLOT_H
#define VMB_PLOT_H

#include "error.h"

/*
 * Draw the run in the results directory @dir into @dir/plots: a picture of all
 * latency medians (medians), one of the distributions of each benchmark
 * (FAMILY-NAME), and a heat map of timer/tscdeadline, each as .svg, .png and
 * the .csv that they are drawn from. What does not fit one picture goes on in
 * NAME-2 and so on.
 *
 * Pictures of an earlier plot are replaced; another file of such a name is an
 * error. The .csv files are written also when gnuplot is not installed, which is an
 * error that says how to install it.
 */
int plot_run(const char *dir, struct error *err);

/*
 * Draw the pair of results directories @base and @new into @output: the shifts
 * of all latencies (pair-shifts), the distributions of both sides of each
 * benchmark (pair-FAMILY-NAME), and where the ticks of an exit went on each
 * side (pair-phases), where that can be told. A picture with nothing in it is
 * not drawn; that there is none at all is an error. @not_drawn: rows that are
 * missing in pair-shifts, and why, for the caller to free; or NULL.
 */
int plot_pair(const char *base, const char *new, const char *output,
	      char **not_drawn, struct error *err);

#endif
