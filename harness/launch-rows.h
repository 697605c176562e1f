/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a launch's result says: its outcome, and its rows. */
#ifndef VMB_LAUNCH_ROWS_H
#define VMB_LAUNCH_ROWS_H

#include "launch.h"

/* The status of all of it, and why. */
__attribute__((format(printf, 3, 4))) void
launch_set_outcome(struct launch_result *result, enum row_status status,
		   const char *fmt, ...);

/* --- rows: when the result is full, further ones are dropped --- */

/* @count events in @ops ops. */
void launch_rows_add(struct launch_result *result, const char *name,
		     double count, uint64_t ops);

/* Durations in ns, of which @ns->n is not 0. */
void launch_rows_add_ns(struct launch_result *result, const char *name,
			const struct summary *ns);

/* The same, of the kernel's function at @function: NAME:FUNCTION, once it is named. */
void launch_rows_add_function_ns(struct launch_result *result, const char *name,
				 uint64_t function, const struct summary *ns);

/* Name the functions, by a file of the form of /proc/kallsyms. */
void launch_rows_name_functions(struct launch_result *result,
				const char *kallsyms);

/* Could not be counted, because of @reason. */
void launch_rows_skip(struct launch_result *result, const char *name,
		      const char *reason);

#endif
