/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A reader of RFC 4180 files whose columns are found by the names in the
 * header line. Memory is constant: a record may be CSV_RECORD_MAX bytes long,
 * whatever the file's size. A pipe will do as well as a file.
 *
 * Besides RFC 4180: LF and CRLF line ends, a UTF-8 byte order mark, and empty
 * lines, which are no records. What cannot be trusted is a fault and never a
 * row: a wrong number of fields, a NUL byte, a stray quote, a record without
 * its line end (a writer was killed in the middle of it).
 */
#ifndef VMB_CSV_READ_H
#define VMB_CSV_READ_H

#include <stdbool.h>
#include <stddef.h>

#include "error.h"

#define CSV_RECORD_MAX	((size_t)1 << 20)
#define CSV_COLUMNS_MAX 1024
#define CSV_NO_COLUMN	((size_t)-1)

/* Unquoted, not NUL-terminated, valid until the next call of csv_next(). */
struct csv_field {
	const char *text;
	size_t len;
};

/* Why a record cannot be used. @what is a constant, fit to be counted by. */
struct csv_fault {
	const char *what;
	size_t line; /* where the record begins, counted from 1 */
};

enum csv_status {
	CSV_ROW,
	CSV_FAULT, /* a record that is no row: @fault says why; read on */
	CSV_END,
	CSV_ERROR, /* the file cannot be read: @err says why */
};

struct csv_reader;

/*
 * Open @path and read its header. NULL with @err set when it cannot be read,
 * is empty, or has a header that is no header. Freed by csv_close().
 */
struct csv_reader *csv_open(const char *path, struct error *err);
void csv_close(struct csv_reader *r);

size_t csv_columns(const struct csv_reader *r);

/* The index of the column @name, or CSV_NO_COLUMN. */
size_t csv_column(const struct csv_reader *r, const char *name);

/*
 * The next record: on CSV_ROW, @fields points to csv_columns() fields, owned
 * by the reader.
 */
enum csv_status csv_next(struct csv_reader *r, const struct csv_field **fields,
			 struct csv_fault *fault, struct error *err);

/* The line on which the record of the last csv_next() begins. */
size_t csv_line(const struct csv_reader *r);

/*
 * The whole field as a finite decimal number, read as strtod() reads it. NULL,
 * or a constant that says what is wrong with it, as "is not a number".
 */
const char *csv_number(const struct csv_field *field, double *value);

bool csv_equals(const struct csv_field *field, const char *text);

#endif
