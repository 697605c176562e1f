/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Some rows of results, without loading them again. */
#ifndef VMB_RESULTS_VIEW_H
#define VMB_RESULTS_VIEW_H

#include "results.h"

struct results_selection {
	const char **patterns; /* of pattern.h; none selects all rows */
	size_t n_patterns;
	const char *metric; /* a shell glob, besides "latency"; may be NULL */
};

/*
 * The rows of @all that are selected, as results that share all else with
 * @all, which must outlive them. -1 with @err set when a pattern or the glob
 * selects nothing. Freed by results_view_free(), and never by results_free().
 */
int results_view(struct results *view, const struct results *all,
		 const struct results_selection *selection, struct error *err);
void results_view_free(struct results *view);

#endif
