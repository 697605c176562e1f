// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "error.h"

int error_set(struct error *err, const char *fmt, ...)
{
	va_list ap;

	if (!err)
		return -1;
	va_start(ap, fmt);
	vsnprintf(err->text, sizeof(err->text), fmt, ap);
	va_end(ap);
	return -1;
}

int error_set_errno(struct error *err, const char *fmt, ...)
{
	int saved = errno;
	va_list ap;
	size_t len;

	if (!err)
		return -1;
	va_start(ap, fmt);
	vsnprintf(err->text, sizeof(err->text), fmt, ap);
	va_end(ap);
	len = strlen(err->text);
	snprintf(err->text + len, sizeof(err->text) - len, ": %s",
		 strerror(saved));
	errno = saved;
	return -1;
}

/*
 * Names in errors come from files and arguments: nothing of them may reach a
 * terminal as a control sequence, nor begin a line of its own. Other languages'
 * letters stay.
 */
static void disarm(char *text)
{
	for (unsigned char *c = (unsigned char *)text; *c; c++) {
		/* In UTF-8, U+0080 to U+009F are control characters, too. */
		if (*c == 0xc2 && c[1] >= 0x80 && c[1] < 0xa0)
			c[0] = c[1] = '?';
		else if (*c < ' ' || *c == 0x7f)
			*c = '?';
	}
}

static void print(const char *prefix, const char *fmt, va_list ap)
{
	/* One write a line: a child and its parent may both be printing. */
	char line[1024];
	int len;

	len = snprintf(line, sizeof(line), "run-bench: %s", prefix);
	vsnprintf(line + len, sizeof(line) - (size_t)len, fmt, ap);
	disarm(line);
	fprintf(stderr, "%s\n", line);
}

void error_print(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	print("", fmt, ap);
	va_end(ap);
}

void warning_print(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	print("warning: ", fmt, ap);
	va_end(ap);
}
