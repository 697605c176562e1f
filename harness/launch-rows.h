/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Rows for a launch's result. When it is full, further ones are dropped. */
#ifndef VMB_LAUNCH_ROWS_H
#define VMB_LAUNCH_ROWS_H

#include "launch.h"

/* @count events in @ops ops. */
void launch_rows_add(struct launch_result *result, const char *name,
		     double count, uint64_t ops);

/* Durations in ns, of which @ns->n is not 0. */
void launch_rows_add_ns(struct launch_result *result, const char *name,
			const struct summary *ns);

/* Could not be counted, because of @reason. */
void launch_rows_skip(struct launch_result *result, const char *name,
		      const char *reason);

#endif
