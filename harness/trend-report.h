/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is to be told of a trend, put together for all forms of it: events of
 * the same hosts and nights make a block. Pure.
 */
#ifndef VMB_TREND_REPORT_H
#define VMB_TREND_REPORT_H

#include "env-diff.h"
#include "trend.h"

/* Changes that came with the same nights, and so with the same kernels. */
struct trend_block {
	const struct trend_event **events;
	size_t n_events;
	/* Of the event that tells most, the one to look into first. */
	const struct trend_event *worst;
	char *hosts; /* "all 3 hosts", "host lab1 only (1 of 3)" */
	/* What else differs between the nights before and after, host by host. */
	struct env_differences *differences; /* one for each sighting */
	bool same_kernel, same_suite; /* on all hosts */
};

struct trend_report {
	const struct trend *trend;
	struct trend_block *blocks; /* by time */
	size_t n_blocks, n_events;
	char **notes; /* what takes from the table's worth */
	size_t n_notes;
};

/*
 * Of the changes that a night since @since, in seconds since 1970, let see
 * first. The trend must outlive it. Freed by trend_report_free().
 */
void trend_report_make(struct trend_report *r, const struct trend *t,
		       int64_t since);
void trend_report_free(struct trend_report *r);

/* "slower" or "faster" for times; "more" or "less" for counts. */
const char *trend_direction(const struct trend_series *s,
			    const struct trend_change *c);

/* "ticks" of "tsc"; others as they are. */
const char *trend_unit_text(const struct trend_series *s);

/* The nights between which a change is, with 95 %: not later, not earlier. */
const struct trend_night *trend_last_before(const struct trend *t,
					    const struct trend_sighting *s);
const struct trend_night *trend_first_after(const struct trend *t,
					    const struct trend_sighting *s);

/*
 * How git names the kernel of @night: its commit, or the tag of a release as
 * 6.1.0-rc2. NULL when that cannot be known. Owned by the caller.
 */
char *trend_git_name(const struct trend_night *night);

/*
 * The lines that find a block's commit, to be run in a kernel tree, or why
 * there are none. Each is owned by the caller, as the list.
 */
char **trend_bisect_lines(const struct trend *t, const struct trend_block *b,
			  size_t *n);

#endif
