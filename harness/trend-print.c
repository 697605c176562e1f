// SPDX-License-Identifier: GPL-2.0-or-later
#include <string.h>

#include "trend-print.h"
#include "util.h"

static const struct trend_format formats[] = {
	{ "text", trend_print_text },
	{ "csv", trend_print_csv },
	{ "markdown", trend_print_markdown },
};

const struct trend_format *trend_format_find(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(formats); i++)
		if (!strcmp(name, formats[i].name))
			return &formats[i];
	return NULL;
}
