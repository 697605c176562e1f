// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdlib.h>
#include <string.h>

#include "markdown.h"
#include "trend-cells.h"
#include "trend-print.h"
#include "util.h"

/* A cell; @text is freed. */
static void put_cell(FILE *out, char *text)
{
	fputs("| ", out);
	markdown_put(out, text);
	fputc(' ', out);
	free(text);
}

static void put_row(FILE *out, const struct trend *t,
		    const struct trend_block *b, const struct trend_event *e,
		    size_t i)
{
	const struct trend_sighting *s = &e->sightings[i];
	const struct trend_series *series = trend_series_of(t, s);
	const struct trend_change *c = trend_change_of(t, s);
	const struct trend_night *from = trend_before(t, s);
	const struct trend_night *to = trend_after(t, s);
	struct trend_cells cells;

	trend_fill(&cells, c);
	put_cell(out, trend_date_text(to));
	put_cell(out, e->n_sightings > 1
			      ? xasprintf("%s; %s", b->hosts,
					  t->hosts[series->host].name)
			      : xstrdup(b->hosts));
	put_cell(out, trend_series_name(series));
	put_cell(out, trend_kernel_text(from, to));
	put_cell(out, trend_kernel_text(to, from));
	put_cell(out, xstrdup(cells.before));
	put_cell(out, xstrdup(cells.after));
	put_cell(out,
		 xasprintf("%s%s%s %s", cells.delta, *cells.interval ? " " : "",
			   cells.interval, trend_direction(series, c)));
	put_cell(out, xstrdup(cells.sure));
	fputs("|\n", out);
}

static void put_items(FILE *out, const struct trend_report *r)
{
	for (size_t i = 0; i < r->n_notes; i++) {
		fputs("- ", out);
		markdown_put(out, r->notes[i]);
		fputc('\n', out);
	}
	for (size_t i = 0; i < r->n_blocks; i++) {
		const struct trend_block *b = &r->blocks[i];
		const struct trend_sighting *s = b->events[0]->sightings;
		char *date = trend_date_text(trend_after(r->trend, s));

		if (!b->same_suite)
			fprintf(out, "- %s: the suite changed too\n", date);
		for (size_t k = 0; k < b->events[0]->n_sightings; k++)
			for (size_t d = 0; d < b->differences[k].n; d++) {
				fprintf(out, "- %s: ", date);
				markdown_put(out,
					     b->differences[k].list[d].path);
				fputs(" changed too\n", out);
			}
		free(date);
	}
}

void trend_print_markdown(FILE *out, const struct trend_report *r)
{
	put_items(out, r);
	fputs("\n| night | hosts | row | from | to | before | after | change | "
	      "sure |\n|---|---|---|---|---|--:|--:|--:|---|\n",
	      out);
	for (size_t i = 0; i < r->n_blocks; i++)
		for (size_t k = 0; k < r->blocks[i].n_events; k++) {
			const struct trend_event *e = r->blocks[i].events[k];

			for (size_t n = 0; n < e->n_sightings; n++)
				put_row(out, r->trend, &r->blocks[i], e, n);
		}
}
