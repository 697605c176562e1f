// SPDX-License-Identifier: GPL-2.0-or-later
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "compare-cells.h"
#include "text-lines.h"
#include "util.h"

struct estimate compare_percent(const struct compare_row *row)
{
	struct estimate e = row->shift;
	double scale = 100 / fabs(row->base.median.value);

	/* Without a shift there is none, also of nothing. */
	if (row->percent == 0)
		return (struct estimate){ 0, { 0, 0, e.ci.level } };
	e.value *= scale;
	e.ci.lo *= scale;
	e.ci.hi *= scale;
	return e;
}

bool compare_is_exact(const struct compare_row *row)
{
	if (row->method != COMPARE_EXACT && row->method != COMPARE_COUNTED)
		return false;
	return row->verdict != COMPARE_SAME || row->shift.value == 0;
}

static void put_delta(struct compare_cells *cells,
		      const struct compare_row *row)
{
	struct estimate e = compare_percent(row);

	if (compare_is_exact(row) && row->verdict == COMPARE_SAME)
		snprintf(cells->delta, NUMBER_CELL,
			 row->method == COMPARE_COUNTED ? "0" : "=");
	else if (row->verdict == COMPARE_SAME)
		snprintf(cells->delta, NUMBER_CELL, "~");
	else if (row->method == COMPARE_COUNTED)
		snprintf(cells->delta, NUMBER_CELL, "%+.10g", row->shift.value);
	else if (isnan(row->percent))
		number_put_change(cells->delta, cells->delta_ci, &row->shift,
				  "", 3);
	else
		number_put_change(cells->delta, cells->delta_ci, &e, "%", 3);
}

static void put_p(char *cell, const struct compare_row *row)
{
	if (compare_is_exact(row))
		snprintf(cell, NUMBER_CELL, "exact");
	else if (row->verdict == COMPARE_SAME)
		*cell = '\0';
	else if (row->q < 0.001)
		snprintf(cell, NUMBER_CELL, "p<0.001");
	else
		/* What is below 0.05 must not be shown as 0.050. */
		snprintf(cell, NUMBER_CELL,
			 row->q < 0.0495 ? "p=%.3f" : "p=%.4f",
			 floor(row->q * 1e4) / 1e4);
}

void compare_put_marks(char *cell, unsigned int marks)
{
	for (size_t i = 0; i < COMPARE_MARKS; i++)
		if (marks & compare_marks[i].mark)
			*cell++ = compare_marks[i].letter;
	*cell = '\0';
}

struct estimate compare_mean_percent(const struct compare_mean *mean)
{
	double at = mean->percent, half = mean->half;
	struct interval ci = { at - half, at + half,
			       mean->known ? INTERVAL_LEVEL : 0 };

	/* An end that is 0 but for the last bits of a double says nothing. */
	if (fabs(ci.lo) < 1e-9 * half)
		ci.lo = 0;
	if (fabs(ci.hi) < 1e-9 * half)
		ci.hi = 0;
	return (struct estimate){ at, ci };
}

/*
 * No more than six digits, where the rows have no intervals; and no less than
 * two, however far rows scatter: a mean is neither 0 nor 200000 beside 300000.
 */
void compare_put_mean(char *cell, const struct compare_mean *mean, double value)
{
	int places = number_places(mean->half / 100 * mean->base);
	int two = places;

	if (value > 0 && isfinite(value))
		two = 1 - (int)floor(log10(value));
	if (places == NUMBER_NO_PLACES)
		snprintf(cell, NUMBER_CELL, "%.6g", value);
	else
		number_put(cell, value, places > two ? places : two, false);
}

char *compare_mean_name(const struct compare_mean *mean)
{
	size_t all = mean->n_rows + mean->n_left_out;
	char *part = mean->n_left_out ? xasprintf("%zu of ", mean->n_rows)
				      : xstrdup("");
	char *name = xasprintf("geomean %s (%s%zu row%s)", mean->family, part,
			       all, plural(all));

	free(part);
	return text_clean(name);
}

static void fill_mean(struct compare_cells *cells,
		      const struct compare_mean *mean)
{
	struct estimate percent = compare_mean_percent(mean);

	cells->name = compare_mean_name(mean);
	compare_put_mean(cells->base, mean, mean->base);
	compare_put_mean(cells->new, mean, mean->new);
	if (mean->base == mean->new && !(mean->half > 0))
		snprintf(cells->delta, NUMBER_CELL, "=");
	else
		number_put_change(cells->delta, cells->delta_ci, &percent, "%",
				  3);
}

/*
 * Without an interval a median has all its digits: ticks are whole numbers.
 * Nanoseconds are not, and have four.
 */
static void put_median(char *cell, char *half_cell, const struct estimate *e,
		       const char *unit)
{
	int places = number_places(fabs(e->value) / 1000);

	number_put_median(cell, half_cell, e);
	if (!strcmp(unit, "ns") && !(estimate_half(e) > 0))
		number_put(cell, e->value, places > 0 ? places : 0, false);
}

void compare_fill(struct compare_cells *cells, const struct compare_line *line)
{
	const struct compare_row *row = line->row;

	memset(cells, 0, sizeof(*cells));
	if (!row) {
		fill_mean(cells, line->mean);
		return;
	}
	cells->name = text_clean(compare_name(row->base.group));
	put_median(cells->base, cells->base_half, &row->base.median,
		   row->base.group->unit);
	put_median(cells->new, cells->new_half, &row->new.median,
		   row->new.group->unit);
	put_delta(cells, row);
	put_p(cells->p, row);
	compare_put_marks(cells->marks, row->marks);
}

static bool same_table(const struct compare_table *t, const char *metric,
		       const char *unit)
{
	return !strcmp(t->metric, metric) && !strcmp(t->unit, unit);
}

bool compare_next_table(struct compare_table *t)
{
	const struct comparison *c = t->c;
	const struct result_group *g;
	size_t i = t->first_row + t->n_rows, k = t->first_mean + t->n_means;

	if (i == c->n_rows)
		return false;
	g = c->rows[i].base.group;
	*t = (struct compare_table){ c, g->metric, g->unit, i, 0, k, 0 };
	for (; i < c->n_rows; i++, t->n_rows++) {
		g = c->rows[i].base.group;
		if (!same_table(t, g->metric, g->unit))
			break;
	}
	for (; k < c->n_means; k++, t->n_means++)
		if (!same_table(t, c->means[k].metric, c->means[k].unit))
			break;
	return true;
}

bool compare_table_line(const struct compare_table *t, size_t i,
			struct compare_line *line)
{
	*line = (struct compare_line){ 0 };
	if (i < t->n_rows)
		line->row = &t->c->rows[t->first_row + i];
	else if (i < t->n_rows + t->n_means)
		line->mean = &t->c->means[t->first_mean + i - t->n_rows];
	return line->row || line->mean;
}
