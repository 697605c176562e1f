/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Names as pictures show and sort them. */
#ifndef VMB_PLOT_NAMES_H
#define VMB_PLOT_NAMES_H

#include <stddef.h>

/*
 * A copy of @s for a picture, which the caller frees: UTF-8, as an SVG file
 * must be throughout, and free of what gnuplot reads in a data file as the end
 * of a text or as an escape: quotes, backslashes and control characters.
 */
char *plot_printable(const char *s);

/* Order of names in which 100us comes after 10us and before 1ms. */
int plot_name_compare(const char *a, const char *b);

/* The larger of @length and that of @name in characters of UTF-8. */
size_t plot_longer(size_t length, const char *name);

#endif
