/* SPDX-License-Identifier: GPL-2.0-or-later */
/* From results directories to the blocks of a report, one for each host. */
#ifndef VMB_REPORT_BLOCKS_H
#define VMB_REPORT_BLOCKS_H

#include <stdbool.h>
#include <stddef.h>

#include "results-view.h"

struct report_request {
	/* Of base and new, or of one side only. */
	const char *const *paths[2];
	size_t n_paths[2];
	bool ns; /* instead of ticks */
	const struct results_selection *selection;
};

/*
 * Print them on stdout. Where a side has several hosts, as compare-groups.h
 * tells them apart, each has a block of its own. An enum exit_status; errors
 * are printed.
 */
int report_print_blocks(const struct report_request *r);

#endif
