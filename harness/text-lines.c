// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "text-lines.h"

char *text_clean(char *text)
{
	for (char *c = text; *c; c++)
		if (*c < ' ' || *c > '~')
			*c = '?';
	return text;
}

void text_line(FILE *out, const char *fmt, ...)
{
	char line[512];
	va_list ap;
	size_t len;

	va_start(ap, fmt);
	vsnprintf(line, sizeof(line), fmt, ap);
	va_end(ap);
	len = strlen(text_clean(line));
	while (len && line[len - 1] == ' ')
		len--;
	fprintf(out, "%.*s\n", (int)len, line);
}

void text_wrapped(FILE *out, const char *first, const char *next,
		  const char *text)
{
	const char *prefix = first;
	size_t len = strlen(text);

	while (len) {
		size_t room = TEXT_COLUMNS - strlen(prefix), take = len;

		if (take > room) {
			take = room;
			while (take > room / 2 && text[take] != ' ' &&
			       text[take - 1] != ',' && text[take - 1] != ' ')
				take--;
			if (take == room / 2)
				take = room;
		}
		text_line(out, "%s%.*s", prefix, (int)take, text);
		text += take;
		text += strspn(text, " ");
		len = strlen(text);
		prefix = next;
	}
}
