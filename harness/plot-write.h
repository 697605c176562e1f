/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The files that the pictures of one run are drawn from. */
#ifndef VMB_PLOT_WRITE_H
#define VMB_PLOT_WRITE_H

#include <stdio.h>

#include "plot-data.h"

/*
 * The files that scripts/plot/NAME.gp read; each says at its top what is in
 * them. @count variants from @v on; for distributions, of one benchmark.
 * Returned is the length of the longest name, in characters.
 */
size_t plot_write_medians(FILE *f, const struct plot_variant *v, size_t count);
size_t plot_write_heatmap(FILE *f, const struct plot_variant *v, size_t count);
size_t plot_write_distribution(FILE *f, const struct plot_variant *v,
			       size_t count);

/*
 * One curve of a distribution: of @side, unless that is NULL; @first of its
 * file. Returned is the length of its name.
 */
size_t plot_write_curve(FILE *f, const struct plot_variant *v, const char *side,
			bool first);

#endif
