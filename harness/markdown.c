// SPDX-License-Identifier: GPL-2.0-or-later
#include <string.h>

#include "markdown.h"

void markdown_put(FILE *out, const char *text)
{
	for (; *text; text++) {
		if (strchr("|\\`*_<>[]~", *text))
			fputc('\\', out);
		fputc(*text < ' ' || *text > '~' ? '?' : *text, out);
	}
}
