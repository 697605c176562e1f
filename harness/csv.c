// SPDX-License-Identifier: GPL-2.0-or-later
#include <inttypes.h>
#include <string.h>

#include "csv.h"

const char summary_csv_header[] =
	"run_id,time_utc,label,host,kernel,boot_id,launch,bench,variant,metric,"
	"unit,status,reason,n,min,p25,p50,mean,p75,p90,p99,p999,max,stddev,"
	"overhead";
const char histogram_csv_header[] = "bench,variant,launch,lo,hi,count";

static void separate(struct csv_line *line)
{
	if (line->fields++)
		fputc(',', line->stream);
}

void csv_put_text(struct csv_line *line, const char *text)
{
	separate(line);
	if (!text)
		return;
	if (!strpbrk(text, ",\"\r\n")) {
		fputs(text, line->stream);
		return;
	}
	fputc('"', line->stream);
	for (; *text; text++) {
		if (*text == '"')
			fputc('"', line->stream);
		fputc(*text, line->stream);
	}
	fputc('"', line->stream);
}

void csv_put_u64(struct csv_line *line, uint64_t value)
{
	separate(line);
	fprintf(line->stream, "%" PRIu64, value);
}

void csv_put_number(struct csv_line *line, double value, int decimals)
{
	char text[350]; /* DBL_MAX has 309 digits */
	size_t len;

	len = (size_t)snprintf(text, sizeof(text), "%.*f", decimals, value);
	if (strchr(text, '.')) {
		while (text[len - 1] == '0')
			text[--len] = '\0';
		if (text[len - 1] == '.')
			text[--len] = '\0';
	}
	separate(line);
	fputs(text, line->stream);
}

void csv_put_empty(struct csv_line *line, int fields)
{
	while (fields--)
		separate(line);
}

void csv_put_end(struct csv_line *line)
{
	fputc('\n', line->stream);
	line->fields = 0;
}
