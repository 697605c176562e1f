/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whether the events that a report gives numbers of have taken place. */
#ifndef VMB_REPORT_VERIFIED_H
#define VMB_REPORT_VERIFIED_H

#include <stdio.h>

#include "report-block.h"

/* What rows say of exits; of the shown rows, with the counters of all. */
struct report_verified {
	size_t rows; /* with latencies */
	size_t ok; /* of these, in all of their launches */
	/*
	 * Exits per op, less the host's own interrupts, as a share of what the
	 * benchmark declares: over the ok rows of those that declare some.
	 */
	size_t counted;
	double least, mean, most;
};

struct report_verified report_verify(const struct report_side *side);

/* One line a side. @new may be NULL. */
void report_print_verified(FILE *out, const struct report_side *base,
			   const struct report_side *new);

#endif
