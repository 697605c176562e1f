// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdarg.h>
#include <stdlib.h>

#include "lab/argv.h"
#include "util.h"

void argv_add(struct argv *argv, const char *fmt, ...)
{
	va_list ap;

	argv->words = xrealloc(argv->words, argv->n + 2, sizeof(char *));
	va_start(ap, fmt);
	argv->words[argv->n] = xvasprintf(fmt, ap);
	va_end(ap);
	argv->words[++argv->n] = NULL;
}

void argv_add_all(struct argv *argv, const char *const *words, size_t n)
{
	for (size_t i = 0; i < n; i++)
		argv_add(argv, "%s", words[i]);
}

void argv_free(struct argv *argv)
{
	for (size_t i = 0; i < argv->n; i++)
		free(argv->words[i]);
	free(argv->words);
	*argv = (struct argv){ 0 };
}
