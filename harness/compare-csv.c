// SPDX-License-Identifier: GPL-2.0-or-later
#include <math.h>
#include <stdlib.h>

#include "compare-cells.h"
#include "compare-formats.h"
#include "compare-words.h"
#include "csv.h"
#include "util.h"

static const char csv_header[] =
	"kind,bench,variant,metric,unit,base_n,base_boots,base,base_lo,base_hi,"
	"new_n,new_boots,new,new_lo,new_hi,shift,shift_lo,shift_hi,percent,"
	"percent_lo,percent_hi,p,p_corrected,method,verdict,marks,text";
#define CSV_FIELDS 27

/* A number with the digits that @half supports; no field for NAN. */
static void csv_rounded(struct csv_line *line, double value, double half)
{
	char cell[NUMBER_CELL];

	number_put(cell, value, number_places(half), false);
	csv_put_text(line, cell);
}

static void csv_estimate(struct csv_line *line, const struct estimate *e)
{
	double half = (e->ci.hi - e->ci.lo) / 2;
	bool known = interval_is_known(&e->ci);

	csv_rounded(line, e->value, half);
	csv_rounded(line, known ? e->ci.lo : NAN, half);
	csv_rounded(line, known ? e->ci.hi : NAN, half);
}

static void csv_probability(struct csv_line *line, double p)
{
	char cell[NUMBER_CELL];

	snprintf(cell, sizeof(cell), "%.3g", p);
	csv_put_text(line, isnan(p) ? NULL : cell);
}

static void csv_row(struct csv_line *line, const struct compare_row *row)
{
	const struct result_group *g = row->base.group;
	struct estimate percent = compare_percent(row);
	char marks[COMPARE_MARKS + 1];

	csv_put_text(line, "row");
	csv_put_text(line, g->bench);
	csv_put_text(line, g->variant);
	csv_put_text(line, g->metric);
	csv_put_text(line, g->unit);
	csv_put_u64(line, g->n_values);
	csv_put_u64(line, row->base.n_boots);
	csv_estimate(line, &row->base.median);
	csv_put_u64(line, row->new.group->n_values);
	csv_put_u64(line, row->new.n_boots);
	csv_estimate(line, &row->new.median);
	csv_estimate(line, &row->shift);
	if (isnan(row->percent))
		csv_put_empty(line, 3);
	else
		csv_estimate(line, &percent);
	csv_probability(line, row->p);
	csv_probability(line, row->q);
	csv_put_text(line, compare_method_name(row->method));
	csv_put_text(line, compare_verdict_name(row->verdict));
	compare_put_marks(marks, row->marks);
	csv_put_text(line, marks);
	csv_put_empty(line, 1);
	csv_put_end(line);
}

static void csv_mean(struct csv_line *line, const struct compare_mean *mean)
{
	struct estimate percent = compare_mean_percent(mean);
	char cell[NUMBER_CELL], *name;

	csv_put_text(line, "geomean");
	csv_put_text(line, mean->family);
	csv_put_empty(line, 1);
	csv_put_text(line, mean->metric);
	csv_put_text(line, mean->unit);
	csv_put_u64(line, mean->n_rows);
	csv_put_empty(line, 1);
	compare_put_mean(cell, mean, mean->base);
	csv_put_text(line, cell);
	csv_put_empty(line, 2);
	csv_put_u64(line, mean->n_rows);
	csv_put_empty(line, 1);
	compare_put_mean(cell, mean, mean->new);
	csv_put_text(line, cell);
	csv_put_empty(line, 5);
	csv_estimate(line, &percent);
	csv_put_empty(line, 5);
	name = compare_mean_name(mean);
	csv_put_text(line, mean->n_left_out ? name : NULL);
	free(name);
	csv_put_end(line);
}

/* A line of text that is no row of numbers; frees @text. */
static void csv_note(struct csv_line *line, const char *kind, char *text)
{
	if (*text) {
		csv_put_text(line, kind);
		csv_put_empty(line, CSV_FIELDS - 2);
		csv_put_text(line, text);
		csv_put_end(line);
	}
	free(text);
}

void compare_print_csv(FILE *out, const struct comparison *c)
{
	struct csv_line line = { .stream = out };
	char *text;

	if (!c->options.goes_on)
		fprintf(out, "%s\n", csv_header);
	if (c->options.group)
		csv_note(&line, "host", xstrdup(c->options.group));
	csv_note(&line, "note", compare_title_text(c));
	csv_note(&line, "note", compare_side_text(c, false));
	csv_note(&line, "note", compare_side_text(c, true));
	for (size_t i = 0; i < c->n_notes; i++)
		csv_note(&line, c->notes[i].warning ? "warning" : "note",
			 compare_note_text(&c->notes[i]));
	for (size_t i = 0; i < c->n_rows; i++)
		csv_row(&line, &c->rows[i]);
	for (size_t i = 0; i < c->n_means; i++)
		csv_mean(&line, &c->means[i]);
	for (size_t i = 0; (text = compare_legend_text(c, i)); i++)
		csv_note(&line, "legend", text);
}
