// SPDX-License-Identifier: GPL-2.0-or-later
#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "csv-read.h"
#include "plot-rows.h"
#include "util.h"

struct reader {
	struct csv_reader *csv;
	struct plot_row row;
	size_t *at; /* where the wanted columns are */
	size_t n;
	char *text; /* of the row's fields, each ended by a NUL */
};

int plot_row_error(const struct plot_row *row, struct error *err,
		   const char *what, const char *subject)
{
	return error_set(err, "%s '%s' in line %zu of '%s'", what, subject,
			 row->line, row->path);
}

int plot_row_ticks(const struct plot_row *row, int column, double *value,
		   struct error *err)
{
	const char *s = row->field[column];
	char *end;

	*value = strtod(s, &end);
	if (!isdigit((unsigned char)s[0]) || *end || !isfinite(*value))
		return plot_row_error(row, err, "bad number", s);
	return 0;
}

int plot_row_count(const struct plot_row *row, int column, uint64_t *value,
		   struct error *err)
{
	if (parse_u64(row->field[column], UINT64_MAX, value))
		return plot_row_error(row, err, "bad number",
				      row->field[column]);
	return 0;
}

static int find_columns(struct reader *r, const char *const *columns,
			struct error *err)
{
	for (size_t i = 0; i < r->n; i++) {
		r->at[i] = csv_column(r->csv, columns[i]);
		if (r->at[i] == CSV_NO_COLUMN)
			return error_set(err, "no column '%s' in '%s' line 1",
					 columns[i], r->row.path);
	}
	return 0;
}

static void copy_fields(struct reader *r, const struct csv_field *fields)
{
	char *to = r->text;

	for (size_t i = 0; i < r->n; i++) {
		const struct csv_field *f = &fields[r->at[i]];

		memcpy(to, f->text, f->len);
		to[f->len] = '\0';
		r->row.field[i] = to;
		to += f->len + 1;
	}
}

static int read_rows(struct reader *r, plot_row_fn *fn, void *ctx,
		     struct error *err)
{
	const struct csv_field *fields;
	struct csv_fault fault;

	for (;;) {
		switch (csv_next(r->csv, &fields, &fault, err)) {
		case CSV_END:
			return 0;
		case CSV_ERROR:
			return -1;
		case CSV_FAULT:
			return error_set(err,
					 "unusable row in line %zu of "
					 "'%s': %s",
					 fault.line, r->row.path, fault.what);
		case CSV_ROW:
			r->row.line = csv_line(r->csv);
			copy_fields(r, fields);
			if (fn(ctx, &r->row, err))
				return -1;
		}
	}
}

int plot_each_row(const char *dir, const char *name, const char *const *columns,
		  size_t n_columns, plot_row_fn *fn, void *ctx,
		  struct error *err)
{
	char *path = xasprintf("%s/%s", dir, name);
	struct reader r = { .csv = csv_open(path, err), .n = n_columns };
	int ret = -1;

	if (r.csv) {
		r.row.path = path;
		r.row.field = xcalloc(n_columns, sizeof(char *));
		r.at = xcalloc(n_columns, sizeof(*r.at));
		r.text = xcalloc(CSV_RECORD_MAX + n_columns, 1);
		ret = find_columns(&r, columns, err);
		if (!ret)
			ret = read_rows(&r, fn, ctx, err);
		free(r.row.field);
		free(r.at);
		free(r.text);
		csv_close(r.csv);
	}
	free(path);
	return ret;
}
