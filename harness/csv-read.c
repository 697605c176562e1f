// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "csv-read.h"
#include "util.h"

struct csv_reader {
	int fd;
	char *path;
	char *buf; /* CSV_RECORD_MAX bytes; what is to come is [pos, end) */
	size_t pos, end;
	bool eof;
	size_t line; /* of buf[pos] */
	size_t record_line; /* of the record last given out */
	struct csv_field *fields; /* room for CSV_COLUMNS_MAX + 1 */
	size_t n_fields;
	bool doubled; /* some field of the record has doubled quotes */
	char **names;
	size_t n_names;
};

/* What a look at the bytes from pos on has found. */
enum scan {
	SCAN_RECORD,
	SCAN_MORE, /* no line end yet: more bytes are needed */
	SCAN_STRAY_QUOTE,
	SCAN_TOO_MANY,
};

struct cursor {
	char *p, *end;
	size_t lines;
	bool doubled; /* quotes in a quoted field, still to be undoubled */
};

static const char stray_quote[] = "stray quote in an unquoted field, or text "
				  "after a closing quote";
static const char too_long[] = "longer than 1 MiB";
static const char too_few[] = "fewer fields than the header has";
static const char too_many[] = "more fields than the header has";
static const char nul_byte[] = "NUL byte";
static const char cut_off[] = "cut off: the file ends before its line does";
static const char open_quote[] = "cut off: its quote is never closed, so "
				 "nothing after it was read";

/* An unquoted field: leaves the cursor on the ',' or '\n' behind it. */
static enum scan scan_plain(struct cursor *c, struct csv_field *f)
{
	char *start = c->p, *p = start, *end = c->end;

	while (p < end && *p != ',' && *p != '\n' && *p != '"')
		p++;
	c->p = p;
	if (p == end)
		return SCAN_MORE;
	if (*p == '"')
		return SCAN_STRAY_QUOTE;
	f->text = start;
	f->len = (size_t)(p - start);
	if (*p == '\n' && f->len && p[-1] == '\r')
		f->len--;
	return SCAN_RECORD;
}

/*
 * A quoted field, without its outer quotes but with the doubled ones still
 * doubled: the record may have to be scanned again when more bytes are there.
 */
static enum scan scan_quoted(struct cursor *c, struct csv_field *f)
{
	char *p = c->p + 1;

	f->text = p;
	for (;; p++) {
		if (p + 1 >= c->end)
			return SCAN_MORE;
		if (*p == '\n')
			c->lines++;
		if (*p != '"')
			continue;
		if (p[1] != '"')
			break;
		c->doubled = true;
		p++;
	}
	f->len = (size_t)(p - f->text);
	p++;
	if (*p == '\r') {
		if (p + 1 >= c->end)
			return SCAN_MORE;
		p++;
		if (*p != '\n')
			return SCAN_STRAY_QUOTE;
	}
	c->p = p;
	return *p == ',' || *p == '\n' ? SCAN_RECORD : SCAN_STRAY_QUOTE;
}

/* One record from pos on, into fields[]; pos moves only when it is whole. */
static enum scan scan_record(struct csv_reader *r)
{
	struct cursor c = { r->buf + r->pos, r->buf + r->end, 0, false };
	enum scan found;

	r->n_fields = 0;
	for (;;) {
		struct csv_field *f = &r->fields[r->n_fields];

		if (c.p == c.end)
			return SCAN_MORE;
		found = *c.p == '"' ? scan_quoted(&c, f) : scan_plain(&c, f);
		if (found != SCAN_RECORD)
			return found;
		r->n_fields++;
		if (*c.p == '\n')
			break;
		if (r->n_fields == CSV_COLUMNS_MAX)
			return SCAN_TOO_MANY;
		c.p++;
	}
	r->pos = (size_t)(c.p + 1 - r->buf);
	r->line += c.lines + 1;
	r->doubled = c.doubled;
	return SCAN_RECORD;
}

/* Move what is left to the front and read more behind it. */
static int fill(struct csv_reader *r, struct error *err)
{
	ssize_t got;

	memmove(r->buf, r->buf + r->pos, r->end - r->pos);
	r->end -= r->pos;
	r->pos = 0;
	do {
		got = read(r->fd, r->buf + r->end, CSV_RECORD_MAX - r->end);
	} while (got < 0 && errno == EINTR);
	if (got < 0)
		return error_set_errno(err, "cannot read '%s'", r->path);
	r->eof = !got;
	r->end += (size_t)got;
	return 0;
}

static bool full(const struct csv_reader *r)
{
	return r->pos == 0 && r->end == CSV_RECORD_MAX;
}

/*
 * Pass over the rest of a record that is not a row. With @quotes, line ends
 * inside quotes belong to it; after a stray quote nobody knows what is inside,
 * and the record ends with its line. 1 when the file ended inside quotes.
 */
static int skip_record(struct csv_reader *r, bool quotes, struct error *err)
{
	bool inside = false;

	for (;;) {
		while (r->pos < r->end) {
			char c = r->buf[r->pos++];

			if (c == '"')
				inside = quotes && !inside;
			if (c != '\n')
				continue;
			r->line++;
			if (!inside)
				return 0;
		}
		if (r->eof)
			return inside;
		if (fill(r, err))
			return -1;
	}
}

/* Two quotes for one, in place. */
static void unquote(struct csv_field *f)
{
	char *text = (char *)(uintptr_t)f->text, *out = text;

	for (size_t i = 0; i < f->len; i++) {
		*out++ = text[i];
		if (text[i] == '"')
			i++;
	}
	f->len = (size_t)(out - text);
}

/* What is left when no more bytes come: empty, or a record cut off. */
static enum csv_status at_end(struct csv_reader *r, struct csv_fault *fault)
{
	size_t quotes = 0;

	if (r->pos == r->end)
		return CSV_END;
	for (size_t i = r->pos; i < r->end; i++)
		quotes += r->buf[i] == '"';
	r->pos = r->end;
	fault->what = quotes % 2 ? open_quote : cut_off;
	return CSV_FAULT;
}

static enum csv_status skip(struct csv_reader *r, struct csv_fault *fault,
			    const char *what, struct error *err)
{
	int inside = skip_record(r, what != stray_quote, err);

	if (inside < 0)
		return CSV_ERROR;
	fault->what = inside ? open_quote : what;
	return CSV_FAULT;
}

/* The next record that is not an empty line, with quotes resolved. */
static enum csv_status next_record(struct csv_reader *r,
				   struct csv_fault *fault, struct error *err)
{
	char *start;

	for (;;) {
		start = r->buf + r->pos;
		r->record_line = fault->line = r->line;
		switch (scan_record(r)) {
		case SCAN_RECORD:
			if (r->n_fields == 1 && !r->fields[0].len &&
			    *start != '"')
				continue;
			if (memchr(start, 0,
				   (size_t)(r->buf + r->pos - start))) {
				fault->what = nul_byte;
				return CSV_FAULT;
			}
			return CSV_ROW;
		case SCAN_STRAY_QUOTE:
			return skip(r, fault, stray_quote, err);
		case SCAN_TOO_MANY:
			return skip(r, fault, too_many, err);
		case SCAN_MORE:
			if (r->eof)
				return at_end(r, fault);
			if (full(r))
				return skip(r, fault, too_long, err);
			if (fill(r, err))
				return CSV_ERROR;
		}
	}
}

static enum csv_status read_record(struct csv_reader *r,
				   struct csv_fault *fault, struct error *err)
{
	enum csv_status status = next_record(r, fault, err);

	if (status == CSV_ROW && r->doubled)
		for (size_t i = 0; i < r->n_fields; i++)
			unquote(&r->fields[i]);
	return status;
}

enum csv_status csv_next(struct csv_reader *r, const struct csv_field **fields,
			 struct csv_fault *fault, struct error *err)
{
	enum csv_status status = read_record(r, fault, err);

	*fields = r->fields;
	if (status == CSV_ROW && r->n_fields != r->n_names) {
		fault->what = r->n_fields < r->n_names ? too_few : too_many;
		return CSV_FAULT;
	}
	return status;
}

/* A byte order mark is no part of the first column's name. */
static void skip_mark(struct csv_field *f)
{
	if (f->len >= 3 && !memcmp(f->text, "\xef\xbb\xbf", 3)) {
		f->text += 3;
		f->len -= 3;
	}
}

static int keep_names(struct csv_reader *r, struct error *err)
{
	r->names = xcalloc(r->n_fields, sizeof(*r->names));
	skip_mark(&r->fields[0]);
	for (size_t i = 0; i < r->n_fields; i++) {
		struct csv_field *f = &r->fields[i];
		char *name = xcalloc(f->len + 1, 1);

		memcpy(name, f->text, f->len);
		r->names[r->n_names++] = name;
		if (csv_column(r, name) != i)
			return error_set(err,
					 "'%s' line %zu: column '%s' is "
					 "there twice",
					 r->path, r->record_line, name);
	}
	return 0;
}

static int read_header(struct csv_reader *r, struct error *err)
{
	struct csv_fault fault;

	switch (read_record(r, &fault, err)) {
	case CSV_ROW:
		return keep_names(r, err);
	case CSV_FAULT:
		return error_set(err, "'%s' line %zu: bad header: %s", r->path,
				 fault.line, fault.what);
	case CSV_END:
		return error_set(err, "no header line in '%s': it is empty",
				 r->path);
	case CSV_ERROR:
		break;
	}
	return -1;
}

struct csv_reader *csv_open(const char *path, struct error *err)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct csv_reader *r;

	if (fd < 0) {
		error_set_errno(err, "cannot open '%s'", path);
		return NULL;
	}
	r = xcalloc(1, sizeof(*r));
	r->fd = fd;
	r->path = xstrdup(path);
	r->buf = xrealloc(NULL, CSV_RECORD_MAX, 1);
	r->fields = xcalloc(CSV_COLUMNS_MAX + 1, sizeof(*r->fields));
	r->line = 1;
	if (read_header(r, err)) {
		csv_close(r);
		return NULL;
	}
	return r;
}

void csv_close(struct csv_reader *r)
{
	if (!r)
		return;
	close(r->fd);
	for (size_t i = 0; i < r->n_names; i++)
		free(r->names[i]);
	free(r->names);
	free(r->fields);
	free(r->buf);
	free(r->path);
	free(r);
}

size_t csv_columns(const struct csv_reader *r)
{
	return r->n_names;
}

size_t csv_column(const struct csv_reader *r, const char *name)
{
	for (size_t i = 0; i < r->n_names; i++)
		if (!strcmp(r->names[i], name))
			return i;
	return CSV_NO_COLUMN;
}

size_t csv_line(const struct csv_reader *r)
{
	return r->record_line;
}

/*
 * Plain digits with at most one point, as nearly every field: below 2^53 and
 * with at most 22 decimals, one division of two exact doubles gives what
 * strtod() gives (Clinger, "How to read floating point numbers accurately",
 * PLDI 1990), in a tenth of the time.
 */
static bool short_number(const struct csv_field *f, double *value)
{
	static const double power[] = { 1e0,  1e1,  1e2,  1e3, 1e4,  1e5,
					1e6,  1e7,  1e8,  1e9, 1e10, 1e11,
					1e12, 1e13, 1e14, 1e15 };
	uint64_t digits = 0;
	size_t i, point = f->len;

	if (!f->len || f->len > ARRAY_SIZE(power))
		return false;
	for (i = 0; i < f->len; i++) {
		unsigned int digit = (unsigned char)f->text[i] - '0';

		if (digit <= 9)
			digits = digits * 10 + digit;
		else if (f->text[i] == '.' && point == f->len && i)
			point = i;
		else
			return false;
	}
	if (point == f->len - 1 || digits > (uint64_t)1 << 53)
		return false;
	*value = (double)digits;
	if (point < f->len)
		*value /= power[f->len - 1 - point];
	return true;
}

const char *csv_number(const struct csv_field *field, double *value)
{
	char text[64], *end;

	if (short_number(field, value))
		return NULL;
	if (!field->len)
		return "is empty";
	if (field->len >= sizeof(text))
		return "is not a number of a sensible length";
	memcpy(text, field->text, field->len);
	text[field->len] = '\0';
	/* strtod() would also take blanks, hexadecimal, nan and inf. */
	if (text[strspn(text, "0123456789+-.eE")])
		return "is not a finite decimal number";
	*value = strtod(text, &end);
	if (*end || end == text)
		return "is not a number";
	return isfinite(*value) ? NULL : "is a number that overflows";
}

bool csv_equals(const struct csv_field *field, const char *text)
{
	return field->len == strlen(text) &&
	       !memcmp(field->text, text, field->len);
}
