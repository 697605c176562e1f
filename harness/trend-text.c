// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdlib.h>
#include <string.h>

#include "text-lines.h"
#include "trend-cells.h"
#include "trend-print.h"
#include "util.h"

/* Facts that differ between two nights; then how many more. */
#define DIFFERENCES_MAX 8

/* @text is printed and freed. */
static void put(FILE *out, const char *first, const char *next, char *text)
{
	text_wrapped(out, first, next, text_clean(text));
	free(text);
}

static void put_head(FILE *out, const struct trend_report *r)
{
	const struct trend *t = r->trend;
	char *first = trend_date_text(&t->nights[0]);
	char *last = trend_date_text(&t->nights[t->n_nights - 1]);

	put(out, "", "  ",
	    xasprintf("%zu night%s on %zu host%s, %s to %s, %zu series: %zu "
		      "change%s",
		      t->n_nights, plural(t->n_nights), t->n_hosts,
		      plural(t->n_hosts), first, last, t->n_series, r->n_events,
		      plural(r->n_events)));
	fputc('\n', out);
	for (size_t i = 0; i < r->n_notes; i++)
		put(out, "! ", "  ", xstrdup(r->notes[i]));
	if (r->n_notes)
		fputc('\n', out);
	free(first);
	free(last);
}

static void put_kernels(FILE *out, const struct trend *t,
			const struct trend_block *b)
{
	const struct trend_sighting *s = b->events[0]->sightings;
	const struct trend_night *before = trend_before(t, s);
	const struct trend_night *after = trend_after(t, s);
	char *from = trend_kernel_text(before, after);
	char *to = trend_kernel_text(after, before);

	if (b->same_kernel)
		put(out, "  ! ", "    ",
		    xasprintf("kernel %s before and after: the kernel did not "
			      "change",
			      from));
	else
		put(out, "  kernel ", "    ", xasprintf("%s -> %s", from, to));
	free(from);
	free(to);
	if (b->same_suite)
		return;
	from = trend_suite_text(before);
	to = trend_suite_text(after);
	put(out, "  ! ", "    ",
	    xasprintf("the suite changed too: %s -> %s", from, to));
	free(from);
	free(to);
}

static void put_differences(FILE *out, const struct trend *t,
			    const struct trend_block *b)
{
	const struct trend_event *e = b->events[0];

	for (size_t i = 0; i < e->n_sightings; i++) {
		const struct env_differences *d = &b->differences[i];
		uint32_t host = trend_series_of(t, &e->sightings[i])->host;

		for (size_t k = 0; k < d->n && k < DIFFERENCES_MAX; k++)
			put(out, "  ! ", "    ",
			    xasprintf("%s: %s changed too: '%s' -> '%s'",
				      t->hosts[host].name, d->list[k].path,
				      d->list[k].base, d->list[k].new));
		if (d->n > DIFFERENCES_MAX)
			put(out, "  ! ", "    ",
			    xasprintf("%s: %zu more facts changed too",
				      t->hosts[host].name,
				      d->n - DIFFERENCES_MAX));
	}
}

/* By how many nights the change may be elsewhere; "" when by none. */
static char *place_text(const struct trend *t, const struct trend_sighting *s)
{
	const struct trend_change *c = trend_change_of(t, s);
	char *first, *last, *both;

	if (c->at_first == c->at_last)
		return xstrdup("");
	first = trend_date_text(trend_last_before(t, s));
	last = trend_date_text(trend_first_after(t, s));
	both = xasprintf("; between %s and %s", first, last);
	free(first);
	free(last);
	return both;
}

static void put_sighting(FILE *out, const struct trend *t,
			 const struct trend_event *e, size_t i)
{
	const struct trend_sighting *s = &e->sightings[i];
	const struct trend_series *series = trend_series_of(t, s);
	const struct trend_change *c = trend_change_of(t, s);
	char *place = place_text(t, s);
	struct trend_cells cells;

	trend_fill(&cells, c);
	put(out, "      ", "        ",
	    xasprintf("%s%s%s -> %s %s: %s%s%s %s, %s%s",
		      e->n_sightings > 1 ? t->hosts[series->host].name : "",
		      e->n_sightings > 1 ? ": " : "", cells.before, cells.after,
		      trend_unit_text(series), cells.delta,
		      *cells.interval ? " " : "", cells.interval,
		      trend_direction(series, c), cells.sure, place));
	free(place);
}

static void put_block(FILE *out, const struct trend *t,
		      const struct trend_block *b)
{
	char *date = trend_date_text(trend_after(t, b->events[0]->sightings));
	char **lines;
	size_t n;

	put(out, "", "  ", xasprintf("%s, %s", date, b->hosts));
	free(date);
	put_kernels(out, t, b);
	put_differences(out, t, b);
	for (size_t i = 0; i < b->n_events; i++) {
		const struct trend_event *e = b->events[i];

		put(out, "    ", "      ",
		    trend_series_name(trend_series_of(t, e->sightings)));
		for (size_t k = 0; k < e->n_sightings; k++)
			put_sighting(out, t, e, k);
	}
	lines = trend_bisect_lines(t, b, &n);
	/* Not wrapped: they are there to be copied. */
	for (size_t i = 0; i < n; i++) {
		fprintf(out, "  %s\n", text_clean(lines[i]));
		free(lines[i]);
	}
	free(lines);
	fputc('\n', out);
}

void trend_print_text(FILE *out, const struct trend_report *r)
{
	put_head(out, r);
	for (size_t i = 0; i < r->n_blocks; i++)
		put_block(out, r->trend, &r->blocks[i]);
	if (!r->n_blocks)
		text_line(out, "no change");
}
