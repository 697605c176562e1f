// SPDX-License-Identifier: GPL-2.0-or-later
#include <ctype.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "plot-names.h"
#include "util.h"

/* The number at *@p with its unit of time, in ns; *@p moves behind them. */
static double name_number(const char **p)
{
	static const struct {
		const char *name;
		double ns;
	} units[] = { { "ns", 1 }, { "us", 1e3 }, { "ms", 1e6 }, { "s", 1e9 } };
	double value = 0;

	while (isdigit((unsigned char)**p))
		value = value * 10 + (*(*p)++ - '0');
	for (size_t i = 0; i < ARRAY_SIZE(units); i++) {
		size_t len = strlen(units[i].name);

		if (!strncmp(*p, units[i].name, len) &&
		    !isalnum((unsigned char)(*p)[len])) {
			*p += len;
			return value * units[i].ns;
		}
	}
	return value;
}

int plot_name_compare(const char *a, const char *b)
{
	const char *p = a, *q = b;

	while (*p && *q) {
		if (isdigit((unsigned char)*p) && isdigit((unsigned char)*q)) {
			double x = name_number(&p), y = name_number(&q);

			if (x != y)
				return x < y ? -1 : 1;
			continue;
		}
		if (*p != *q)
			break;
		p++;
		q++;
	}
	if (*p != *q)
		return (unsigned char)*p < (unsigned char)*q ? -1 : 1;
	return strcmp(a, b);
}

char *plot_printable(const char *s)
{
	json_t *utf8 = json_string(s);
	char *copy = xstrdup(s);

	for (char *p = copy; *p; p++) {
		unsigned char c = (unsigned char)*p;

		if (c == '"')
			*p = '\'';
		else if (c == '\\')
			*p = '/';
		else if (c < ' ' || c == 0x7f || (c > 0x7f && !utf8))
			*p = '?';
	}
	json_decref(utf8);
	return copy;
}

size_t plot_longer(size_t length, const char *name)
{
	size_t n = 0;

	for (const char *p = name; *p; p++)
		n += ((unsigned char)*p & 0xc0) != 0x80;
	return n > length ? n : length;
}
