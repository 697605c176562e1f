/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The arguments of a program, word by word. */
#ifndef VMB_LAB_ARGV_H
#define VMB_LAB_ARGV_H

#include <stddef.h>

struct argv {
	char **words; /* ended by NULL; NULL while there are none */
	size_t n;
};

/* Append one word, formatted, of which @argv has its own copy. */
__attribute__((format(printf, 2, 3))) void argv_add(struct argv *argv,
						    const char *fmt, ...);

/* Append @n words as they are, of which it has copies. */
void argv_add_all(struct argv *argv, const char *const *words, size_t n);

void argv_free(struct argv *argv);

#endif
