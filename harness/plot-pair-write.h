/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The files that the pictures of a pair are drawn from. */
#ifndef VMB_PLOT_PAIR_WRITE_H
#define VMB_PLOT_PAIR_WRITE_H

#include <stdio.h>

#include "compare.h"
#include "phases.h"
#include "plot-data.h"

/* Rows whose shift has a percentage: the base is not 0. */
struct plot_shifts {
	const struct compare_row *const *rows;
	size_t n;
};

/* One benchmark's variants that both sides have, in pairs. */
struct plot_overlay {
	const struct plot_variant *const *base, *const *new;
	size_t n;
	const char *base_name, *new_name; /* of the sides */
};

/* The exits whose phases both sides could tell. */
struct plot_phases {
	const struct phases *base, *new;
};

/*
 * What scripts/plot/shifts.gp, distribution.gp and phases.gp read. Each takes
 * its struct as @ctx and returns the length of the longest name in characters.
 */
size_t plot_write_shifts(FILE *f, const void *ctx);
size_t plot_write_overlay(FILE *f, const void *ctx);
size_t plot_write_phases(FILE *f, const void *ctx);

/* How many exits plot_write_phases() has. */
size_t plot_count_phases(const struct plot_phases *p);

#endif
