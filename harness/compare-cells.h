/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A comparison's lines as the texts that all formats of it show. Pure. */
#ifndef VMB_COMPARE_CELLS_H
#define VMB_COMPARE_CELLS_H

#include "compare.h"
#include "number-text.h"

/* One line of a table. */
struct compare_cells {
	char *name; /* freed by the caller */
	char base[NUMBER_CELL], base_half[NUMBER_CELL];
	char new[NUMBER_CELL], new_half[NUMBER_CELL];
	char delta[NUMBER_CELL], delta_ci[NUMBER_CELL];
	char p[NUMBER_CELL];
	char marks[COMPARE_MARKS + 1];
};

/* Either one row or one mean. */
struct compare_line {
	const struct compare_row *row;
	const struct compare_mean *mean;
};

/* Is its verdict exact: the same, or so much more? Not so below the threshold. */
bool compare_is_exact(const struct compare_row *row);

void compare_fill(struct compare_cells *cells, const struct compare_line *line);

/* A table holds the rows, then the means, of one metric. */
struct compare_table {
	const struct comparison *c;
	const char *metric, *unit;
	size_t first_row, n_rows, first_mean, n_means;
};

/* The table after @t, or the first when @t is all zero but for c. */
bool compare_next_table(struct compare_table *t);

/* Line @i of a table: false after the last. */
bool compare_table_line(const struct compare_table *t, size_t i,
			struct compare_line *line);

/* The shift as a percentage of the base median. */
struct estimate compare_percent(const struct compare_row *row);
struct estimate compare_mean_percent(const struct compare_mean *mean);

/* "geomean exit (41 of 42 rows)": of those with positive medians. Owned. */
char *compare_mean_name(const struct compare_mean *mean);

/* @value of a mean, of NUMBER_CELL bytes as all cells. */
void compare_put_mean(char *cell, const struct compare_mean *mean,
		      double value);

/* The letters of @marks, of COMPARE_MARKS + 1 bytes. */
void compare_put_marks(char *cell, unsigned int marks);

#endif
