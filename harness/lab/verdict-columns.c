// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdlib.h>
#include <string.h>

#include "compare-cells.h"
#include "lab/verdict.h"
#include "text-lines.h"
#include "util.h"

#define CELL_COLUMNS 13

static const struct compare_row *row_named(const struct comparison *c,
					   const char *name)
{
	for (size_t i = 0; i < c->n_rows; i++) {
		char *own = compare_name(c->rows[i].base.group);
		bool same = !strcmp(own, name);

		free(own);
		if (same)
			return &c->rows[i];
	}
	return NULL;
}

static char *cell_text(const struct compare_row *row)
{
	const struct compare_line line = { .row = row };
	struct compare_cells cells;

	if (!row)
		return xstrdup("-");
	compare_fill(&cells, &line);
	free(cells.name);
	return xstrdup(cells.delta);
}

static void print_row(FILE *out, const char *name, char *const *cells, size_t n)
{
	int width = TEXT_COLUMNS - (int)n * (CELL_COLUMNS + 1);
	char *line = xstrdup(""), *longer;

	/* More machines than a line holds: it is as wide as they are. */
	if (width < 0)
		width = 0;
	for (size_t i = 0; i < n; i++) {
		longer = xasprintf("%s %*s", line, CELL_COLUMNS, cells[i]);
		free(line);
		line = longer;
	}
	/* A name that does not fit has a line of its own. */
	if ((int)strlen(name) > width) {
		text_line(out, "%s", name);
		name = "";
	}
	text_line(out, "%-*s%s", width, name, line);
	free(line);
}

static void print_named(FILE *out, const struct lab_column *columns, size_t n,
			const char *name)
{
	char **cells = xcalloc(n, sizeof(*cells));

	for (size_t i = 0; i < n; i++)
		cells[i] = cell_text(row_named(columns[i].comparison, name));
	print_row(out, name, cells, n);
	for (size_t i = 0; i < n; i++)
		free(cells[i]);
	free(cells);
}

/* Did the row move on a machine before the @n-th? */
static bool told(const struct lab_column *columns, size_t n, const char *name)
{
	for (size_t i = 0; i < n; i++) {
		const struct compare_row *row =
			row_named(columns[i].comparison, name);

		if (row && row->verdict != COMPARE_SAME)
			return true;
	}
	return false;
}

static size_t print_moved(FILE *out, const struct lab_column *columns, size_t n,
			  size_t column)
{
	const struct comparison *c = columns[column].comparison;
	size_t moved = 0;

	for (size_t i = 0; i < c->n_rows; i++) {
		char *name = compare_name(c->rows[i].base.group);

		if (c->rows[i].verdict != COMPARE_SAME &&
		    !told(columns, column, name)) {
			print_named(out, columns, n, name);
			moved++;
		}
		free(name);
	}
	return moved;
}

/* How many rows are exact, and did not move. */
static void print_still(FILE *out, const struct lab_column *columns, size_t n)
{
	char **cells = xcalloc(n, sizeof(*cells));

	for (size_t i = 0; i < n; i++) {
		const struct comparison *c = columns[i].comparison;
		size_t still = 0;

		for (size_t k = 0; k < c->n_rows; k++)
			still += c->rows[k].method == COMPARE_COUNTED &&
				 c->rows[k].verdict == COMPARE_SAME;
		cells[i] = xasprintf("%zu of %zu", still, c->n_rows);
	}
	print_row(out, "rows that are exactly 0", cells, n);
	for (size_t i = 0; i < n; i++)
		free(cells[i]);
	free(cells);
}

void lab_verdict_print_columns(FILE *out, const struct lab_column *columns,
			       size_t n)
{
	char **names = xcalloc(n, sizeof(*names));
	size_t moved = 0;

	for (size_t i = 0; i < n; i++)
		names[i] = xasprintf("%.*s", CELL_COLUMNS, columns[i].name);
	print_row(out, "instructions/op, new - base", names, n);
	for (size_t i = 0; i < n; i++)
		moved += print_moved(out, columns, n, i);
	if (!moved)
		text_line(out, "no row moved on any machine");
	print_still(out, columns, n);
	for (size_t i = 0; i < n; i++)
		free(names[i]);
	free(names);
}
