/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Small things every module needs. */
#ifndef VMB_UTIL_H
#define VMB_UTIL_H

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

/*
 * Allocate or end the process with "out of memory": nothing here can go on
 * without it. The result is owned by the caller, who frees it.
 */
void *xcalloc(size_t n, size_t size);
void *xrealloc(void *p, size_t n, size_t size);
char *xstrdup(const char *s);
__attribute__((format(printf, 1, 2))) char *xasprintf(const char *fmt, ...);
__attribute__((format(printf, 1, 0))) char *xvasprintf(const char *fmt,
						       va_list ap);
/* @words, which is freed, with @word behind them, and @between if need be. */
char *join_word(char *words, const char *between, const char *word);

/* @word as a shell takes it for one word: in quotes where it needs them. Owned. */
char *shell_word(const char *word);

/* As open_memstream(3): *@text is whole when the stream is closed, in this way. */
FILE *xmemstream(char **text, size_t *size);
void xmemstream_close(FILE *stream);

/*
 * Read a whole file (also of procfs and sysfs, whose sizes lie) into a
 * NUL-terminated buffer the caller frees. NULL with errno set on failure.
 * @len, when not NULL, gets the length without the NUL.
 */
char *read_file(const char *path, size_t *len);

/*
 * FNV-1a of @text's bytes, begun from @h: HASH_START, or what another text gave.
 * <http://www.isthe.com/chongo/tech/comp/fnv/>
 */
#define HASH_START 0xcbf29ce484222325u
uint64_t hash_text(uint64_t h, const char *text);

/* "s", unless @n is 1. */
const char *plural(size_t n);

/* Close every descriptor from @first on. */
void close_from(int first);

/* Close what was written: -1 with errno set when any of it was lost. */
int close_written(FILE *file);

/*
 * Parse all of @s as an unsigned number, base 10 or 0x: 0, or -1 when it is
 * empty, signed, followed by anything, or above @max.
 */
int parse_u64(const char *s, uint64_t max, uint64_t *value);

/*
 * Parse all of @s as strtod() reads it: 0, or -1 when it is empty, followed by
 * anything, or not a number of @min to @max.
 */
int parse_double(const char *s, double min, double max, double *value);

#endif
