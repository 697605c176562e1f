// SPDX-License-Identifier: GPL-2.0-or-later
#include <string.h>

#include "compare-formats.h"
#include "compare-print.h"
#include "util.h"

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

void compare_print(FILE *out, const struct comparison *c,
		   enum compare_format format)
{
	switch (format) {
	case COMPARE_TEXT:
		compare_print_text(out, c);
		break;
	case COMPARE_CSV:
		compare_print_csv(out, c);
		break;
	case COMPARE_MARKDOWN:
		compare_print_markdown(out, c);
		break;
	}
}
