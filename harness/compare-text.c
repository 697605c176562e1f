// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdlib.h>
#include <string.h>

#include "compare-cells.h"
#include "compare-formats.h"
#include "compare-print.h"
#include "compare-words.h"
#include "text-lines.h"

/* How wide the columns of a table must be. */
struct widths {
	bool stacked; /* too wide: the change stands below the medians */
	int name, base, base_half, new, new_half, delta, delta_ci, p, marks;
};

static void widen(int *width, const char *cell)
{
	int len = (int)strlen(cell);

	if (len > *width)
		*width = len;
}

static struct widths measure(const struct compare_table *t)
{
	struct widths w = { 0 };
	struct compare_cells c;
	struct compare_line line;

	for (size_t i = 0; compare_table_line(t, i, &line); i++) {
		compare_fill(&c, &line);
		widen(&w.base, c.base);
		widen(&w.base_half, c.base_half);
		widen(&w.new, c.new);
		widen(&w.new_half, c.new_half);
		widen(&w.delta, c.delta);
		widen(&w.delta_ci, c.delta_ci);
		widen(&w.p, c.p);
		widen(&w.marks, c.marks);
		free(c.name);
	}
	return w;
}

/* Give a side's columns room for its label, and the name what is left. */
static void fit(struct widths *w, const struct comparison *c)
{
	char label[NUMBER_CELL];
	int others;

	compare_put_label(label, c, false);
	if ((int)strlen(label) > w->base + 1 + w->base_half)
		w->base = (int)strlen(label) - 1 - w->base_half;
	compare_put_label(label, c, true);
	if ((int)strlen(label) > w->new + 1 + w->new_half)
		w->new = (int)strlen(label) - 1 - w->new_half;
	w->delta = w->delta < 5 ? 5 : w->delta;
	others = 2 + w->base + 1 + w->base_half + 2 + w->new + 1 + w->new_half +
		 2 + w->delta + 1 + w->delta_ci + 1 + w->p + 1 + w->marks;
	/* A name that does not fit gets a line of its own. */
	w->stacked = others > TEXT_COLUMNS;
	w->name = w->stacked ? 4 : TEXT_COLUMNS - others;
}

static void print_cells(FILE *out, const struct widths *w,
			struct compare_cells *c)
{
	const char *name = c->name;

	if ((int)strlen(name) > w->name) {
		text_wrapped(out, "", "    ", name);
		name = "";
	}
	if (w->stacked) {
		text_line(out, "%-*s  %s %s  %s %s", w->name, name, c->base,
			  c->base_half, c->new, c->new_half);
		text_line(out, "%-*s  %s %s %s %s", w->name, "", c->delta,
			  c->delta_ci, c->p, c->marks);
		return;
	}
	text_line(out, "%-*s  %*s %-*s  %*s %-*s  %*s %-*s %-*s %s", w->name,
		  name, w->base, c->base, w->base_half, c->base_half, w->new,
		  c->new, w->new_half, c->new_half, w->delta, c->delta,
		  w->delta_ci, c->delta_ci, w->p, c->p, c->marks);
}

static void print_table(FILE *out, const struct compare_table *t)
{
	struct widths w = measure(t);
	char base[NUMBER_CELL], new[NUMBER_CELL];
	char *title = compare_table_title(t);
	struct compare_cells cells;
	struct compare_line line;

	fit(&w, t->c);
	compare_put_label(base, t->c, false);
	compare_put_label(new, t->c, true);
	if ((int)strlen(title) > w.name) {
		text_line(out, "%s", title);
		*title = '\0';
	}
	text_line(out, "%-*s  %*s  %*s  %*s", w.name, title,
		  w.base + 1 + w.base_half, base, w.new + 1 + w.new_half, new,
		  w.delta, "delta");
	for (size_t i = 0; compare_table_line(t, i, &line); i++) {
		compare_fill(&cells, &line);
		print_cells(out, &w, &cells);
		free(cells.name);
	}
	free(title);
	fputc('\n', out);
}

void compare_print_notes(FILE *out, const struct comparison *c, bool details)
{
	for (size_t i = 0; i < c->n_notes; i++) {
		char *text;

		if (c->notes[i].detail && !details)
			continue;
		text = compare_note_text(&c->notes[i]);

		text_wrapped(out, c->notes[i].warning ? "! " : "  ", "  ",
			     text);
		free(text);
	}
	if (c->n_notes)
		fputc('\n', out);
}

void compare_print_tables(FILE *out, const struct comparison *c)
{
	struct compare_table t = { .c = c };
	char *text;

	while (compare_next_table(&t))
		print_table(out, &t);
	for (size_t i = 0; (text = compare_legend_text(c, i)); i++) {
		text_wrapped(out, "", "  ", text);
		free(text);
	}
}

void compare_print_text(FILE *out, const struct comparison *c)
{
	char *title = compare_title_text(c),
	     *base = compare_side_text(c, false);
	char *new = compare_side_text(c, true);

	text_wrapped(out, "", "  ", title);
	text_wrapped(out, "", "  ", base);
	text_wrapped(out, "", "  ", new);
	fputc('\n', out);
	free(title);
	free(base);
	free(new);
	compare_print_notes(out, c, true);
	compare_print_tables(out, c);
}
