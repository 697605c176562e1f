// SPDX-License-Identifier: GPL-2.0-or-later
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "util.h"
#include "version-compare.h"

/* The weight of a character that is no digit; the end weighs 0. */
static int weight(char c)
{
	if (c == '~')
		return -1;
	if (!c || isdigit((unsigned char)c))
		return 0;
	if (isalpha((unsigned char)c))
		return c;
	return (unsigned char)c + 256;
}

/* Compare up to the next digit of both, and move behind it. */
static int compare_text(const char **a, const char **b)
{
	int order;

	while ((**a && !isdigit((unsigned char)**a)) ||
	       (**b && !isdigit((unsigned char)**b))) {
		order = weight(**a) - weight(**b);
		if (order)
			return order;
		++*a;
		++*b;
	}
	return 0;
}

/* Compare the digits of both as numbers of any length, and move behind them. */
static int compare_digits(const char **a, const char **b)
{
	size_t len_a, len_b;
	int order;

	*a += strspn(*a, "0");
	*b += strspn(*b, "0");
	len_a = strspn(*a, "0123456789");
	len_b = strspn(*b, "0123456789");
	if (len_a != len_b)
		return len_a > len_b ? 1 : -1;
	order = memcmp(*a, *b, len_a);
	*a += len_a;
	*b += len_b;
	return order;
}

int version_compare(const char *a, const char *b)
{
	int order = 0;

	while (!order && (*a || *b)) {
		order = compare_text(&a, &b);
		if (!order)
			order = compare_digits(&a, &b);
	}
	return order;
}

/* The next part of a dotted number; "" and then 0 at its end. */
static const char *next_part(const char *s)
{
	s += strspn(s, "0123456789");
	return *s == '.' && isdigit((unsigned char)s[1]) ? s + 1 : "";
}

int release_compare(const char *a, const char *b)
{
	const char *part_a, *part_b;
	int order = 0;

	while (!order && (*a || *b)) {
		part_a = a;
		part_b = b;
		order = compare_digits(&part_a, &part_b);
		a = next_part(a);
		b = next_part(b);
	}
	return order;
}

const char *version_operator_find(const char *text, enum version_operator *op,
				  const char **version)
{
	const char *at = strpbrk(text, "<>=");
	bool equal = at && at[0] != '=' && at[1] == '=';

	if (!at)
		return NULL;
	if (*at == '>')
		*op = equal ? VERSION_GE : VERSION_GT;
	else if (*at == '<')
		*op = equal ? VERSION_LE : VERSION_LT;
	else
		*op = VERSION_EQ;
	*version = at + 1 + equal;
	return at;
}

bool version_order_is(int order, enum version_operator op)
{
	switch (op) {
	case VERSION_GE:
		return order >= 0;
	case VERSION_LE:
		return order <= 0;
	case VERSION_GT:
		return order > 0;
	case VERSION_LT:
		return order < 0;
	case VERSION_EQ:
		return order == 0;
	}
	return false;
}
