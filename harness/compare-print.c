// SPDX-License-Identifier: GPL-2.0-or-later
#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "compare-print.h"
#include "csv.h"
#include "util.h"

#define COLUMNS	   72
#define LABEL_MAX  14
#define CELL_SIZE  32
#define PLACES_MAX 9 /* digits after the point */
#define NO_PLACES  (-100)

/* One line of the table. */
struct cells {
	char *name;
	char base[CELL_SIZE], base_half[CELL_SIZE];
	char new[CELL_SIZE], new_half[CELL_SIZE];
	char delta[CELL_SIZE], delta_ci[CELL_SIZE];
	char p[CELL_SIZE];
	char marks[COMPARE_MARKS + 1];
};

/* How wide the columns of a table must be. */
struct widths {
	bool stacked; /* too wide: the change stands below the medians */
	int name, base, base_half, new, new_half, delta, delta_ci, p, marks;
};

/* Either one row or one mean. */
struct line {
	const struct compare_row *row;
	const struct compare_mean *mean;
};

int compare_format_parse(const char *name, enum compare_format *format)
{
	static const char *const names[] = {
		[COMPARE_TEXT] = "text",
		[COMPARE_CSV] = "csv",
		[COMPARE_MARKDOWN] = "markdown",
	};

	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		if (!strcmp(name, names[i])) {
			*format = (enum compare_format)i;
			return 0;
		}
	return -1;
}

/*
 * The decimal place that an interval's half supports: 2 for hundredths, -1 for
 * tens. Two digits of the half are kept when the first is 1, but from 1 to 2
 * ticks no tenths of a tick.
 */
static int places_of(double half)
{
	double first;
	int power;

	if (!(half > 0) || !isfinite(half))
		return NO_PLACES;
	power = (int)floor(log10(half));
	first = half / pow(10, power);
	if (first >= 9.5)
		power++;
	else if (first < 1.95 && power)
		power--;
	return -power > PLACES_MAX ? PLACES_MAX : -power;
}

/* @value to @places; without any, as many digits as it has; NAN is empty. */
static void put_number(char *cell, double value, int places, bool sign)
{
	double unit = places < 0 ? pow(10, -places) : 1;

	*cell = '\0';
	if (isnan(value))
		return;
	if (places == NO_PLACES)
		snprintf(cell, CELL_SIZE, sign ? "%+.10g" : "%.10g", value);
	else if (fabs(value) >= 1e12)
		snprintf(cell, CELL_SIZE, sign ? "%+.3e" : "%.3e", value);
	else
		snprintf(cell, CELL_SIZE, sign ? "%+.*f" : "%.*f",
			 places < 0 ? 0 : places,
			 places < 0 ? round(value / unit) * unit : value);
	/* A rounded zero has no sign. */
	if (*cell == '-' && !cell[strspn(cell, "-0.")])
		memmove(cell, cell + 1, strlen(cell));
}

static void put_half(char *cell, double half, int places)
{
	char number[CELL_SIZE];

	*cell = '\0';
	if (places == NO_PLACES)
		return;
	put_number(number, half, places, false);
	snprintf(cell, CELL_SIZE, "+-%.*s", CELL_SIZE - 3, number);
}

/* A median and the half of its interval, or "+-?" when nobody knows it. */
static void put_median(char *cell, char *half_cell, const struct estimate *e)
{
	double half = estimate_half(e);
	int places = places_of(half);

	if (e->ci.level > 0) {
		put_number(cell, e->value, places, false);
		put_half(half_cell, half, places);
		return;
	}
	if (fabs(e->value) < 1000)
		snprintf(cell, CELL_SIZE, "%.3g", e->value);
	else
		put_number(cell, e->value, 0, false);
	snprintf(half_cell, CELL_SIZE, "+-?");
}

/* An end of an interval; one beside zero must not be rounded to zero. */
static void put_end(char *cell, double end, int places)
{
	put_number(cell, end, places, true);
	if (end != 0 && !cell[strspn(cell, "+-0.")])
		snprintf(cell, CELL_SIZE, "%+.1g", end);
}

/*
 * A change and, in brackets, its interval: it need not lie evenly about the
 * change. @unit is "%" or "".
 */
static void put_change(struct cells *cells, const struct estimate *e,
		       const char *unit)
{
	int places = places_of((e->ci.hi - e->ci.lo) / 2);
	char number[CELL_SIZE], lo[CELL_SIZE], hi[CELL_SIZE];

	put_number(number, e->value, places, true);
	if (places == NO_PLACES)
		snprintf(number, CELL_SIZE, "%+.3g", e->value);
	snprintf(cells->delta, CELL_SIZE, "%.*s%s", CELL_SIZE - 2, number,
		 unit);
	if (places == NO_PLACES)
		return;
	put_end(lo, e->ci.lo, places);
	put_end(hi, e->ci.hi, places);
	snprintf(cells->delta_ci, CELL_SIZE, "[%.14s,%.14s]", lo, hi);
}

/* The shift as a percentage of the base median. */
static struct estimate percent_of(const struct compare_row *row)
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

static void put_delta(struct cells *cells, const struct compare_row *row)
{
	struct estimate e = percent_of(row);

	if (row->method == COMPARE_EXACT && row->shift.value == 0)
		snprintf(cells->delta, CELL_SIZE, "=");
	else if (row->verdict == COMPARE_SAME)
		snprintf(cells->delta, CELL_SIZE, "~");
	else if (isnan(row->percent))
		put_change(cells, &row->shift, "");
	else
		put_change(cells, &e, "%");
}

static void put_p(char *cell, const struct compare_row *row)
{
	if (row->method == COMPARE_EXACT)
		snprintf(cell, CELL_SIZE, "exact");
	else if (row->verdict == COMPARE_SAME)
		*cell = '\0';
	else if (row->q < 0.001)
		snprintf(cell, CELL_SIZE, "p<0.001");
	else
		/* What is below 0.05 must not be shown as 0.050. */
		snprintf(cell, CELL_SIZE, row->q < 0.0495 ? "p=%.3f" : "p=%.4f",
			 floor(row->q * 1e4) / 1e4);
}

static void put_marks(char *cell, unsigned int marks)
{
	for (size_t i = 0; i < COMPARE_MARKS; i++)
		if (marks & compare_marks[i].mark)
			*cell++ = compare_marks[i].letter;
	*cell = '\0';
}

/* Printable ASCII only: names come from a file. */
static char *clean(char *text)
{
	for (char *c = text; *c; c++)
		if (*c < ' ' || *c > '~')
			*c = '?';
	return text;
}

static struct estimate percent_of_mean(const struct compare_mean *mean)
{
	double at = mean->percent, half = mean->half;

	return (struct estimate){ at, { at - half, at + half, 0.95 } };
}

/* No more than six digits, where the rows have no intervals. */
static void put_mean(char *cell, const struct compare_mean *mean, double value)
{
	int places = places_of(mean->half / 100 * mean->base);

	if (places == NO_PLACES)
		snprintf(cell, CELL_SIZE, "%.6g", value);
	else
		put_number(cell, value, places, false);
}

static void fill_mean(struct cells *cells, const struct compare_mean *mean)
{
	struct estimate percent = percent_of_mean(mean);

	cells->name =
		clean(xasprintf("geomean %s (%zu row%s)", mean->family,
				mean->n_rows, mean->n_rows == 1 ? "" : "s"));
	if (!mean->n_rows)
		return;
	put_mean(cells->base, mean, mean->base);
	put_mean(cells->new, mean, mean->new);
	if (mean->base == mean->new && !(mean->half > 0))
		snprintf(cells->delta, CELL_SIZE, "=");
	else
		put_change(cells, &percent, "%");
}

static void fill(struct cells *cells, const struct line *line)
{
	const struct compare_row *row = line->row;

	memset(cells, 0, sizeof(*cells));
	if (!row) {
		fill_mean(cells, line->mean);
		return;
	}
	cells->name = clean(compare_name(row->base.group));
	put_median(cells->base, cells->base_half, &row->base.median);
	put_median(cells->new, cells->new_half, &row->new.median);
	put_delta(cells, row);
	put_p(cells->p, row);
	put_marks(cells->marks, row->marks);
}

/* A table holds the rows, then the means, of one metric. */
struct table {
	const struct comparison *c;
	const char *metric, *unit;
	size_t first_row, n_rows, first_mean, n_means;
};

static bool same_table(const struct table *t, const char *metric,
		       const char *unit)
{
	return !strcmp(t->metric, metric) && !strcmp(t->unit, unit);
}

/* The table after @t, or the first when @t is all zero but for c. */
static bool next_table(struct table *t)
{
	const struct comparison *c = t->c;
	const struct result_group *g;
	size_t i = t->first_row + t->n_rows, k = t->first_mean + t->n_means;

	if (i == c->n_rows)
		return false;
	g = c->rows[i].base.group;
	*t = (struct table){ c, g->metric, g->unit, i, 0, k, 0 };
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

/* Line @i of a table: false after the last. */
static bool table_line(const struct table *t, size_t i, struct line *line)
{
	*line = (struct line){ 0 };
	if (i < t->n_rows)
		line->row = &t->c->rows[t->first_row + i];
	else if (i < t->n_rows + t->n_means)
		line->mean = &t->c->means[t->first_mean + i - t->n_rows];
	return line->row || line->mean;
}

static void widen(int *width, const char *cell)
{
	int len = (int)strlen(cell);

	if (len > *width)
		*width = len;
}

static struct widths measure(const struct table *t)
{
	struct widths w = { 0 };
	struct cells c;
	struct line line;

	for (size_t i = 0; table_line(t, i, &line); i++) {
		fill(&c, &line);
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

/*
 * The label of a side, when all its rows have it, the other's have another, and
 * it fits: cut off, two labels might look the same.
 */
static void put_label(char *cell, const struct comparison *c, bool new)
{
	const struct intern *own = new ? c->new->labels : c->base->labels;
	const struct intern *other = new ? c->base->labels : c->new->labels;
	const char *name = new ? "new" : "base";

	if (intern_count(own) == 1 && *intern_bytes(own, 0) &&
	    strlen(intern_bytes(own, 0)) <= LABEL_MAX &&
	    !(intern_count(other) == 1 &&
	      !strcmp(intern_bytes(own, 0), intern_bytes(other, 0))))
		name = intern_bytes(own, 0);
	snprintf(cell, CELL_SIZE, "%s", name);
	clean(cell);
}

/* Give a side's columns room for its label, and the name what is left. */
static void fit(struct widths *w, const struct comparison *c)
{
	char label[CELL_SIZE];
	int others;

	put_label(label, c, false);
	if ((int)strlen(label) > w->base + 1 + w->base_half)
		w->base = (int)strlen(label) - 1 - w->base_half;
	put_label(label, c, true);
	if ((int)strlen(label) > w->new + 1 + w->new_half)
		w->new = (int)strlen(label) - 1 - w->new_half;
	w->delta = w->delta < 5 ? 5 : w->delta;
	others = 2 + w->base + 1 + w->base_half + 2 + w->new + 1 + w->new_half +
		 2 + w->delta + 1 + w->delta_ci + 1 + w->p + 1 + w->marks;
	/* A name that does not fit gets a line of its own. */
	w->stacked = others > COLUMNS;
	w->name = w->stacked ? 4 : COLUMNS - others;
}

/* Print to @out without blanks at the end of the line. */
__attribute__((format(printf, 2, 3))) static void
print_line(FILE *out, const char *fmt, ...)
{
	char line[16 * CELL_SIZE];
	va_list ap;
	size_t len;

	va_start(ap, fmt);
	vsnprintf(line, sizeof(line), fmt, ap);
	va_end(ap);
	len = strlen(line);
	while (len && line[len - 1] == ' ')
		len--;
	fprintf(out, "%.*s\n", (int)len, line);
}

/* Text in lines of 72 columns, broken at blanks and commas where possible. */
static void print_wrapped(FILE *out, const char *first, const char *next,
			  const char *text)
{
	const char *prefix = first;
	size_t len = strlen(text);

	while (len) {
		size_t room = COLUMNS - strlen(prefix), take = len;

		if (take > room) {
			take = room;
			while (take > room / 2 && text[take] != ' ' &&
			       text[take - 1] != ',' && text[take - 1] != ' ')
				take--;
			if (take == room / 2)
				take = room;
		}
		print_line(out, "%s%.*s", prefix, (int)take, text);
		text += take;
		text += strspn(text, " ");
		len = strlen(text);
		prefix = next;
	}
}

static void print_cells(FILE *out, const struct widths *w, struct cells *c)
{
	const char *name = c->name;

	if ((int)strlen(name) > w->name) {
		print_wrapped(out, "", "    ", name);
		name = "";
	}
	if (w->stacked) {
		print_line(out, "%-*s  %s %s  %s %s", w->name, name, c->base,
			   c->base_half, c->new, c->new_half);
		print_line(out, "%-*s  %s %s %s %s", w->name, "", c->delta,
			   c->delta_ci, c->p, c->marks);
		return;
	}
	print_line(out, "%-*s  %*s %-*s  %*s %-*s  %*s %-*s %-*s %s", w->name,
		   name, w->base, c->base, w->base_half, c->base_half, w->new,
		   c->new, w->new_half, c->new_half, w->delta, c->delta,
		   w->delta_ci, c->delta_ci, w->p, c->p, c->marks);
}

static const char *unit_text(const char *unit)
{
	if (!strcmp(unit, "tsc"))
		return "TSC ticks";
	return strcmp(unit, "per_op") ? unit : "per op";
}

/* "latency, TSC ticks" */
static char *table_title(const struct table *t)
{
	return clean(xasprintf("%s, %s", t->metric, unit_text(t->unit)));
}

static void print_table(FILE *out, const struct table *t)
{
	struct widths w = measure(t);
	char base[CELL_SIZE], new[CELL_SIZE];
	char *title = table_title(t);
	struct cells cells;
	struct line line;

	fit(&w, t->c);
	put_label(base, t->c, false);
	put_label(new, t->c, true);
	if ((int)strlen(title) > w.name) {
		print_line(out, "%s", title);
		*title = '\0';
	}
	print_line(out, "%-*s  %*s  %*s  %*s", w.name, title,
		   w.base + 1 + w.base_half, base, w.new + 1 + w.new_half, new,
		   w.delta, "delta");
	for (size_t i = 0; table_line(t, i, &line); i++) {
		fill(&cells, &line);
		print_cells(out, &w, &cells);
		free(cells.name);
	}
	free(title);
	fputc('\n', out);
}

/* "10" or "3 to 10": launches or boots of the rows of one side. */
static void put_range(char *cell, const struct comparison *c, bool new,
		      bool boots)
{
	size_t least = SIZE_MAX, most = 0;

	for (size_t i = 0; i < c->n_rows; i++) {
		const struct compare_side *s = new ? &c->rows[i].new
						   : &c->rows[i].base;
		size_t n = boots ? s->n_boots : s->group->n_values;

		least = n < least ? n : least;
		most = n > most ? n : most;
	}
	if (least == most)
		snprintf(cell, CELL_SIZE, "%zu", most);
	else
		snprintf(cell, CELL_SIZE, "%zu to %zu", least, most);
}

/* "a, b and 3 more" of a side's kernels or hosts. */
static char *side_list(const struct intern *in)
{
	uint32_t n = intern_count(in);
	const char *first = n ? intern_bytes(in, 0) : "";

	if (n < 2)
		return xstrdup(*first ? first : "unknown");
	return xasprintf("%s and %u more", first, n - 1);
}

/* "base: stock, kernel 6.1.0, host lab1, 20 launches in 3 boots" */
static char *side_text(const struct comparison *c, bool new)
{
	const struct results *r = new ? c->new : c->base;
	char launches[CELL_SIZE], boots[CELL_SIZE], *text;
	char *labels = side_list(r->labels), *kernels = side_list(r->kernels);
	char *hosts = side_list(r->hosts);

	put_range(launches, c, new, false);
	put_range(boots, c, new, true);
	text = xasprintf("%s: %s, kernel %s, host %s, launches: %s, boots: %s",
			 new ? "new" : "base", labels, kernels, hosts, launches,
			 boots);
	free(labels);
	free(kernels);
	free(hosts);
	return clean(text);
}

static char *title_text(const struct comparison *c)
{
	return xasprintf("median of each launch's %s, 95%% CI, lower is better",
			 result_stat_name(c->options.stat));
}

static char *note_text(const struct compare_note *note)
{
	return clean(xstrdup(note->text));
}

void compare_print_notes(FILE *out, const struct comparison *c)
{
	for (size_t i = 0; i < c->n_notes; i++) {
		char *text = note_text(&c->notes[i]);

		print_wrapped(out, c->notes[i].warning ? "! " : "  ", "  ",
			      text);
		free(text);
	}
	if (c->n_notes)
		fputc('\n', out);
}

static size_t count_mark(const struct comparison *c, unsigned int mark)
{
	size_t n = 0;

	for (size_t i = 0; i < c->n_rows; i++)
		n += !!(c->rows[i].marks & mark);
	return n;
}

static size_t count_exact(const struct comparison *c)
{
	size_t n = 0;

	for (size_t i = 0; i < c->n_rows; i++)
		n += c->rows[i].method == COMPARE_EXACT;
	return n;
}

/* The @i-th line of the legend, NULL when there are no more; "" for none. */
static char *legend_text(const struct comparison *c, size_t i)
{
	size_t exact = count_exact(c), n;

	if (i == 0 && c->options.threshold > 0)
		return xasprintf("~ no difference at 5%%, p corrected for %zu "
				 "rows (Benjamini-Hochberg), or below %g%%",
				 c->n_tested, c->options.threshold);
	if (i == 0)
		return xasprintf("~ no difference at 5%%, p corrected for %zu "
				 "rows (Benjamini-Hochberg)",
				 c->n_tested);
	if (i == 1 && exact)
		return xasprintf("exact: every sample is the same on each side "
				 "(%zu row%s): no p",
				 exact, exact == 1 ? "" : "s");
	if (i == 1)
		return xstrdup("");
	if (i - 2 >= COMPARE_MARKS)
		return NULL;
	n = count_mark(c, compare_marks[i - 2].mark);
	if (!n)
		return xstrdup("");
	return xasprintf("%c %s (%zu row%s)", compare_marks[i - 2].letter,
			 compare_marks[i - 2].meaning, n, n == 1 ? "" : "s");
}

void compare_print_tables(FILE *out, const struct comparison *c)
{
	struct table t = { .c = c };
	char *text;

	while (next_table(&t))
		print_table(out, &t);
	for (size_t i = 0; (text = legend_text(c, i)); i++) {
		print_wrapped(out, "", "  ", text);
		free(text);
	}
}

static void print_text(FILE *out, const struct comparison *c)
{
	char *title = title_text(c), *base = side_text(c, false);
	char *new = side_text(c, true);

	print_wrapped(out, "", "  ", title);
	print_wrapped(out, "", "  ", base);
	print_wrapped(out, "", "  ", new);
	fputc('\n', out);
	free(title);
	free(base);
	free(new);
	compare_print_notes(out, c);
	compare_print_tables(out, c);
}

/* A cell of a Markdown table, or text outside: nothing may be markup. */
static void put_escaped(FILE *out, const char *text)
{
	for (; *text; text++) {
		if (strchr("|\\`*_<>[]~", *text))
			fputc('\\', out);
		fputc(*text, out);
	}
}

__attribute__((format(printf, 2, 3))) static void
put_markdown(FILE *out, const char *fmt, ...)
{
	char *text = NULL;
	va_list ap;

	va_start(ap, fmt);
	if (vasprintf(&text, fmt, ap) >= 0)
		put_escaped(out, text);
	va_end(ap);
	free(text);
}

static void print_item(FILE *out, const char *bullet, char *text)
{
	if (*text) {
		fputs(bullet, out);
		put_escaped(out, text);
		fputc('\n', out);
	}
	free(text);
}

static void print_markdown_table(FILE *out, const struct table *t)
{
	char base[CELL_SIZE], new[CELL_SIZE];
	char *title = table_title(t);
	struct cells c;
	struct line line;

	put_label(base, t->c, false);
	put_label(new, t->c, true);
	put_markdown(out, "%s", title);
	free(title);
	fputs("\n\n| |", out);
	put_markdown(out, " %s ", base);
	fputc('|', out);
	put_markdown(out, " %s ", new);
	fputs("| delta | p | |\n|---|--:|--:|--:|---|---|\n", out);
	for (size_t i = 0; table_line(t, i, &line); i++) {
		fill(&c, &line);
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

static void print_markdown(FILE *out, const struct comparison *c)
{
	struct table t = { .c = c };
	char *text;

	print_item(out, "", title_text(c));
	fputc('\n', out);
	print_item(out, "- ", side_text(c, false));
	print_item(out, "- ", side_text(c, true));
	for (size_t i = 0; i < c->n_notes; i++)
		print_item(out, c->notes[i].warning ? "- **!** " : "- ",
			   note_text(&c->notes[i]));
	fputc('\n', out);
	while (next_table(&t))
		print_markdown_table(out, &t);
	for (size_t i = 0; (text = legend_text(c, i)); i++)
		print_item(out, "- ", text);
}

static const char csv_header[] =
	"kind,bench,variant,metric,unit,base_n,base_boots,base,base_lo,base_hi,"
	"new_n,new_boots,new,new_lo,new_hi,shift,shift_lo,shift_hi,percent,"
	"percent_lo,percent_hi,p,p_corrected,method,verdict,marks,text";
#define CSV_FIELDS 27

/* A number with the digits that @half supports; no field for NAN. */
static void csv_rounded(struct csv_line *line, double value, double half)
{
	char cell[CELL_SIZE];

	put_number(cell, value, places_of(half), false);
	csv_put_text(line, cell);
}

static void csv_estimate(struct csv_line *line, const struct estimate *e)
{
	double half = (e->ci.hi - e->ci.lo) / 2;
	bool known = e->ci.level > 0;

	csv_rounded(line, e->value, half);
	csv_rounded(line, known ? e->ci.lo : NAN, half);
	csv_rounded(line, known ? e->ci.hi : NAN, half);
}

static void csv_probability(struct csv_line *line, double p)
{
	char cell[CELL_SIZE];

	snprintf(cell, sizeof(cell), "%.3g", p);
	csv_put_text(line, isnan(p) ? NULL : cell);
}

static void csv_row(struct csv_line *line, const struct compare_row *row)
{
	const struct result_group *g = row->base.group;
	struct estimate percent = percent_of(row);
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
	put_marks(marks, row->marks);
	csv_put_text(line, marks);
	csv_put_empty(line, 1);
	csv_put_end(line);
}

static void csv_mean(struct csv_line *line, const struct compare_mean *mean)
{
	struct estimate percent = percent_of_mean(mean);
	char cell[CELL_SIZE];

	csv_put_text(line, "geomean");
	csv_put_text(line, mean->family);
	csv_put_empty(line, 1);
	csv_put_text(line, mean->metric);
	csv_put_text(line, mean->unit);
	csv_put_u64(line, mean->n_rows);
	csv_put_empty(line, 1);
	put_mean(cell, mean, mean->base);
	csv_put_text(line, cell);
	csv_put_empty(line, 2);
	csv_put_u64(line, mean->n_rows);
	csv_put_empty(line, 1);
	put_mean(cell, mean, mean->new);
	csv_put_text(line, cell);
	csv_put_empty(line, 5);
	csv_estimate(line, &percent);
	csv_put_empty(line, 6);
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

static void print_csv(FILE *out, const struct comparison *c)
{
	struct csv_line line = { .stream = out };
	char *text;

	fprintf(out, "%s\n", csv_header);
	csv_note(&line, "note", title_text(c));
	csv_note(&line, "note", side_text(c, false));
	csv_note(&line, "note", side_text(c, true));
	for (size_t i = 0; i < c->n_notes; i++)
		csv_note(&line, c->notes[i].warning ? "warning" : "note",
			 note_text(&c->notes[i]));
	for (size_t i = 0; i < c->n_rows; i++)
		csv_row(&line, &c->rows[i]);
	for (size_t i = 0; i < c->n_means; i++)
		csv_mean(&line, &c->means[i]);
	for (size_t i = 0; (text = legend_text(c, i)); i++)
		csv_note(&line, "legend", text);
}

void compare_print(FILE *out, const struct comparison *c,
		   enum compare_format format)
{
	switch (format) {
	case COMPARE_TEXT:
		print_text(out, c);
		break;
	case COMPARE_CSV:
		print_csv(out, c);
		break;
	case COMPARE_MARKDOWN:
		print_markdown(out, c);
		break;
	}
}
