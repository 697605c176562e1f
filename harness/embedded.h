/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Files built into the executable: the guest payloads (payload/NAME), the gnuplot
 * scripts (plot/NAME.gp), the dashboard (trend/...) and what the lab needs
 * (lab/...).
 * scripts/cmake/embed.cmake makes the table.
 */
#ifndef VMB_EMBEDDED_H
#define VMB_EMBEDDED_H

#include <stddef.h>

struct embedded_file {
	const char *name;
	const unsigned char *data; /* a NUL follows the last byte */
	size_t size;
};

extern const struct embedded_file embedded_files[];
extern const size_t embedded_count;

/* NULL when there is none of that name. */
const struct embedded_file *embedded_find(const char *name);

#endif
