/* SPDX-License-Identifier: GPL-2.0-or-later */
/* For plot-data.c: the rows of a results directory's CSV files. */
#ifndef VMB_PLOT_ROWS_H
#define VMB_PLOT_ROWS_H

#include <stddef.h>
#include <stdint.h>

#include "error.h"

/* The columns that were asked for, as texts that last for the call. */
struct plot_row {
	const char *path;
	size_t line;
	char **field;
};

typedef int plot_row_fn(void *ctx, const struct plot_row *row,
			struct error *err);

/*
 * Call @fn(@ctx) for each row of the file @name in @dir, until it returns -1.
 * A file without one of @columns, or with a row that is none, is an error: a
 * picture has no room to say what it leaves out.
 */
int plot_each_row(const char *dir, const char *name, const char *const *columns,
		  size_t n_columns, plot_row_fn *fn, void *ctx,
		  struct error *err);

/* -1: "@what '@subject' in line 7 of 'summary.csv'". */
int plot_row_error(const struct plot_row *row, struct error *err,
		   const char *what, const char *subject);

/* The number in a column, not negative. */
int plot_row_ticks(const struct plot_row *row, int column, double *value,
		   struct error *err);
int plot_row_count(const struct plot_row *row, int column, uint64_t *value,
		   struct error *err);

#endif
