// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "compare-cells.h"
#include "compare-formats.h"
#include "compare-words.h"
#include "markdown.h"
#include "util.h"

__attribute__((format(printf, 2, 3))) static void
put_markdown(FILE *out, const char *fmt, ...)
{
	va_list ap;
	char *text;

	va_start(ap, fmt);
	text = xvasprintf(fmt, ap);
	va_end(ap);
	markdown_put(out, text);
	free(text);
}

static void print_item(FILE *out, const char *bullet, char *text)
{
	if (*text) {
		fputs(bullet, out);
		markdown_put(out, text);
		fputc('\n', out);
	}
	free(text);
}

static void print_markdown_table(FILE *out, const struct compare_table *t)
{
	char base[NUMBER_CELL], new[NUMBER_CELL];
	char *title = compare_table_title(t);
	struct compare_cells c;
	struct compare_line line;

	compare_put_label(base, t->c, false);
	compare_put_label(new, t->c, true);
	put_markdown(out, "%s", title);
	free(title);
	fputs("\n\n| |", out);
	put_markdown(out, " %s ", base);
	fputc('|', out);
	put_markdown(out, " %s ", new);
	fputs("| delta | p | |\n|---|--:|--:|--:|---|---|\n", out);
	for (size_t i = 0; compare_table_line(t, i, &line); i++) {
		compare_fill(&c, &line);
		fputs("| ", out);
		put_markdown(out, "%s", c.name);
		fputs(" | ", out);
		put_markdown(out, "%s %s", c.base, c.base_half);
		fputs(" | ", out);
		put_markdown(out, "%s %s", c.new, c.new_half);
		fputs(" | ", out);
		put_markdown(out, "%s %s", c.delta, c.delta_ci);
		fprintf(out, " | %s | %s |\n", c.p, c.marks);
		free(c.name);
	}
	fputc('\n', out);
}

void compare_print_markdown(FILE *out, const struct comparison *c)
{
	struct compare_table t = { .c = c };
	char *text;

	print_item(out, "", compare_title_text(c));
	fputc('\n', out);
	print_item(out, "- ", compare_side_text(c, false));
	print_item(out, "- ", compare_side_text(c, true));
	for (size_t i = 0; i < c->n_notes; i++)
		print_item(out, c->notes[i].warning ? "- **!** " : "- ",
			   compare_note_text(&c->notes[i]));
	fputc('\n', out);
	while (compare_next_table(&t))
		print_markdown_table(out, &t);
	for (size_t i = 0; (text = compare_legend_text(c, i)); i++)
		print_item(out, "- ", text);
}
