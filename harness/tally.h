/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the launches of one variant came to, so far. Pure. */
#ifndef VMB_TALLY_H
#define VMB_TALLY_H

#include "launch.h"

struct tally {
	size_t launches;
	enum row_status status; /* the worst: fail, unverified, skip, ok */
	char reason[256]; /* of the worst */
	size_t measured; /* launches with samples: entries of p50, p99 */
	double *p50, *p99; /* TSC ticks; owned */
};

struct tally_summary {
	double p50; /* median of the launches' medians */
	double p99; /* median of the launches' p99 */
	double spread; /* half of the range of medians / p50 */
};

void tally_add(struct tally *tally, const struct launch_result *result);
/* False when no launch has samples. */
bool tally_summarize(const struct tally *tally, struct tally_summary *summary);
void tally_free(struct tally *tally);

#endif
