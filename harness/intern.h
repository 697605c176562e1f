/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Numbers for byte strings: equal strings have the same number, and the
 * numbers are 0, 1, 2, ... in the order of first appearance.
 */
#ifndef VMB_INTERN_H
#define VMB_INTERN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct intern;

struct intern *intern_new(void);
void intern_free(struct intern *in);

/* The number of @len bytes at @bytes, which are copied when they are new. */
uint32_t intern(struct intern *in, const char *bytes, size_t len);

/* The same, unless the bytes are new: then false. */
bool intern_find(const struct intern *in, const char *bytes, size_t len,
		 uint32_t *number);

uint32_t intern_count(const struct intern *in);

/* The bytes, followed by a NUL; they stay where they are until the end. */
const char *intern_bytes(const struct intern *in, uint32_t number);

#endif
