// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdlib.h>
#include <string.h>

#include "compare-cells.h"
#include "compare-words.h"
#include "report-table.h"
#include "text-lines.h"
#include "util.h"

/* Marks that need two sides to mean anything. */
#define PAIR_MARKS ((unsigned int)(COMPARE_FEW | COMPARE_OVERHEAD))

struct widths {
	int name, value, half;
};

static void widen(int *width, const char *cell)
{
	int len = (int)strlen(cell);

	*width = len > *width ? len : *width;
}

static struct widths measure(const struct compare_table *t, const char *title)
{
	struct compare_cells cells;
	struct compare_line line;
	struct widths w = { 0 };
	int most;

	widen(&w.name, title);
	for (size_t i = 0; i < t->n_rows; i++) {
		compare_table_line(t, i, &line);
		compare_fill(&cells, &line);
		widen(&w.name, cells.name);
		widen(&w.value, cells.base);
		widen(&w.half, cells.base_half);
		free(cells.name);
	}
	most = TEXT_COLUMNS - 4 - w.value - w.half - COMPARE_MARKS;
	w.name = w.name > most ? most : w.name;
	return w;
}

static void print_row(FILE *out, const struct widths *w,
		      const struct compare_line *line)
{
	struct compare_cells cells;
	const char *name;

	compare_fill(&cells, line);
	compare_put_marks(cells.marks, line->row->marks & ~PAIR_MARKS);
	name = cells.name;
	if ((int)strlen(name) > w->name) {
		text_wrapped(out, "", "    ", name);
		name = "";
	}
	text_line(out, "%-*s  %*s %-*s %s", w->name, name, w->value, cells.base,
		  w->half, cells.base_half, cells.marks);
	free(cells.name);
}

static void print_table(FILE *out, const struct compare_table *t)
{
	char *title = compare_table_title(t);
	struct widths w = measure(t, title);
	struct compare_line line;

	text_wrapped(out, "", "", title);
	for (size_t i = 0; i < t->n_rows; i++) {
		compare_table_line(t, i, &line);
		print_row(out, &w, &line);
	}
	free(title);
	fputc('\n', out);
}

static void print_legend(FILE *out, const struct comparison *c)
{
	char *unknown = compare_unknown_text(c);

	text_wrapped(out, "", "  ", unknown);
	free(unknown);
	for (size_t i = 0; i < COMPARE_MARKS; i++) {
		const struct compare_mark_text *m = &compare_marks[i];
		size_t n = 0;
		char *text;

		if (m->mark & PAIR_MARKS)
			continue;
		for (size_t k = 0; k < c->n_rows; k++)
			n += !!(c->rows[k].marks & m->mark);
		if (!n)
			continue;
		text = xasprintf("%c %s (%zu row%s)", m->letter, m->meaning, n,
				 plural(n));
		text_wrapped(out, "", "  ", text);
		free(text);
	}
}

void report_print_table(FILE *out, const struct comparison *c)
{
	struct compare_table t = { .c = c };

	while (compare_next_table(&t))
		print_table(out, &t);
	print_legend(out, c);
}
