/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Writing CSV lines, RFC 4180 but with LF line ends. Pure. */
#ifndef VMB_CSV_H
#define VMB_CSV_H

#include <stdint.h>
#include <stdio.h>

/* The first line of summary.csv and of histogram.csv, without the LF. */
extern const char summary_csv_header[];
extern const char histogram_csv_header[];

/* A line in the making; fields are separated as they are added. */
struct csv_line {
	FILE *stream;
	int fields;
};

/* Quoted when it has to be; NULL is an empty field. */
void csv_put_text(struct csv_line *line, const char *text);
void csv_put_u64(struct csv_line *line, uint64_t value);
/* Up to @decimals digits, without trailing zeros. */
void csv_put_number(struct csv_line *line, double value, int decimals);
void csv_put_empty(struct csv_line *line, int fields);
void csv_put_end(struct csv_line *line);

#endif
