/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Versions in order. Pure. */
#ifndef VMB_VERSION_COMPARE_H
#define VMB_VERSION_COMPARE_H

#include <stdbool.h>

/*
 * Below 0, 0 or above 0 as @a is older than, the same as or newer than @b, by
 * the rule of dpkg and `sort -V`: digits are compared as numbers, what stands
 * between them as text, letters before other characters, and '~' before
 * everything, the end too: 1.0~rc1 < 1.0 < 1.0a < 1.0.0 < 1.0.1 < 1.0.10.
 */
int version_compare(const char *a, const char *b);

/*
 * The same for kernel releases: only the dotted number in front counts, and a
 * part that is not there is 0: 6.1 = 6.1.0-18-amd64 = 6.1.0-rc3 < 6.1.1+.
 */
int release_compare(const char *a, const char *b);

enum version_operator {
	VERSION_GE,
	VERSION_LE,
	VERSION_GT,
	VERSION_LT,
	VERSION_EQ,
};

/*
 * The first operator (>=, <=, >, <, =) in @text: where it starts, and in @op
 * and @version what it is and what stands behind it. NULL when there is none.
 */
const char *version_operator_find(const char *text, enum version_operator *op,
				  const char **version);

/* Does @order, as the functions above return it, satisfy @op? */
bool version_order_is(int order, enum version_operator op);

#endif
