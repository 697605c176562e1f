/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A history of nightly results, and when which of its numbers changed.
 *
 * trend_load() finds the nights, trend_analyse() the changes. All of it is
 * data to be shown: trend-print.h, trend-plot.h and trend-otava.h do that.
 *
 * A night is a results directory. A series is one benchmark, variant and
 * metric on one host; a point of it is what one night says of it: the median of
 * the medians of its launches. Lower is better throughout: latencies, and
 * counts of what an op costs.
 */
#ifndef VMB_TREND_H
#define VMB_TREND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "error.h"
#include "intern.h"
#include "nonparam.h"
#include "trend-detect.h"

/*
 * What nights must have in common to be compared: host, CPU model and what the
 * user calls the kernel under test. Texts belong to the trend.
 */
struct trend_host {
	const char *host; /* node name */
	const char *cpu; /* model name; "" when it is not known */
	const char *machine; /* of the lab: "svm"; "" on real hosts */
	/* "" where it is the kernel's release, as it is by default. */
	const char *label;
	/* The host's name, and as much of the rest as tells it from others. */
	const char *name;
	size_t n_nights;
};

/* One run. Texts belong to the trend; "" is what is not known. */
struct trend_night {
	const char *path; /* of the results directory */
	const char *run_id;
	const char *started; /* 2026-01-31T12:34:56Z */
	int64_t time; /* the same in seconds since 1970 */
	uint32_t host; /* index in trend.hosts */
	const char *kernel; /* release: 6.1.0-rc1-00012-g1234567890ab */
	const char *kernel_version; /* "#1 SMP PREEMPT_DYNAMIC ..." */
	const char *kernel_commit; /* in the release, behind "-g"; or "" */
	const char *tool_version, *tool_commit; /* of this suite */
	/* A machine of the lab, on which a run repeats to the tick. */
	bool deterministic;
};

struct trend_point {
	uint32_t night; /* index in trend.nights */
	uint32_t launches; /* with a value */
	struct estimate value; /* of the launches; level 0: of one launch */
	bool unverified; /* at least one launch's event is not proven */
};

/* Nights of a series that have no point. */
struct trend_lost {
	size_t absent; /* the night has no row of it at all */
	size_t failed, skipped;
	/* Of a deterministic machine: depends on when it was measured. */
	size_t varying;
	/* Of the last night that failed, was skipped, did either; or "". */
	const char *fail_reason, *skip_reason, *reason;
};

struct trend_series {
	const char *bench, *variant, *metric, *unit;
	uint32_t host; /* index in trend.hosts */
	/* In the order of time. */
	struct trend_point *points;
	size_t n_points;
	struct trend_lost lost;
	/* All from a deterministic machine: any difference is a change. */
	bool exact;
	/* Set by trend_analyse(); indices of it are of points. */
	struct trend_verdict verdict;
};

/* What has changed between two nights of a host, seen in one series. */
struct trend_sighting {
	uint32_t series; /* index in trend.series */
	uint32_t change; /* index in its verdict.changes */
};

/*
 * One benchmark's change, seen on one host or on several at about the same
 * time: within EVENT_DAYS, or with the same kernel, in the same direction.
 */
struct trend_event {
	struct trend_sighting *sightings; /* one for each host, by time */
	size_t n_sightings;
	/* Hosts that measured it before and after, the sighted ones too. */
	size_t n_hosts;
	int64_t time; /* of the first sighting's first changed night */
};

/* A directory that is no night of the history, and why. */
struct trend_left_out {
	char *path;
	char *why; /* "was not finished", "no 'env.json'", "cannot read ..." */
};

struct trend {
	struct trend_host *hosts; /* by name */
	size_t n_hosts;
	struct trend_night *nights; /* by time, then run id */
	size_t n_nights;
	/* By host, then in the order of result_group_compare(). */
	struct trend_series *series;
	size_t n_series;
	struct trend_left_out *left_out; /* by path */
	size_t n_left_out;
	size_t n_digests; /* nights read from their digest (trend-digest.h) */
	/* Nights whose digest cannot be kept: a foreign file has its name. */
	size_t n_foreign;
	const char *first_foreign; /* the path of one of them; or NULL */
	size_t n_unused; /* rows of nights that could not be used */
	/* Set by trend_analyse(). */
	struct trend_detect_options options;
	struct trend_event *events; /* by time, then as series are */
	size_t n_events;
	/* What texts point into. */
	struct intern *texts;
};

struct trend_query {
	const char *metric; /* a shell glob; NULL takes all */
	const char *host; /* a shell glob on trend_host.name; NULL: all */
	const char *const *patterns; /* of pattern.h; none selects all */
	size_t n_patterns;
	bool no_digests; /* neither read nor write them */
};

/*
 * Read all nights below @path. Directories whose name begins with '.' are not
 * entered, and links not followed. A directory that cannot be used is left
 * out, and told in trend.left_out. -1 with @err set when @path cannot be read,
 * has no night at all, or the query selects nothing. Freed by trend_free() in
 * any case.
 */
int trend_load(struct trend *t, const char *path,
	       const struct trend_query *query, struct error *err);

/* Find the changes of each series, and the events among them. */
void trend_analyse(struct trend *t, const struct trend_detect_options *options);

void trend_free(struct trend *t);

/*
 * Seconds since 1970 of "2026-01-31T12:34:56Z" or "2026-01-31"; -1: neither, or
 * no day that there is.
 */
int trend_parse_time(const char *text, int64_t *time);

/* "exit/cpuid[cpl=3]", with the metric behind it unless it is latency. Owned. */
char *trend_series_name(const struct trend_series *s);

/* The night in which a change was first seen, and the one before it. */
const struct trend_night *trend_after(const struct trend *t,
				      const struct trend_sighting *s);
const struct trend_night *trend_before(const struct trend *t,
				       const struct trend_sighting *s);

const struct trend_series *trend_series_of(const struct trend *t,
					   const struct trend_sighting *s);
const struct trend_change *trend_change_of(const struct trend *t,
					   const struct trend_sighting *s);

#endif
