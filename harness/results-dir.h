/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A results directory in the making: summary.csv and histogram.csv, a whole
 * launch at a time. results/README.md is the dictionary of their columns.
 */
#ifndef VMB_RESULTS_DIR_H
#define VMB_RESULTS_DIR_H

#include <stdbool.h>
#include <stdint.h>

#include "error.h"
#include "launch.h"
#include "plan.h"

/* What every row of a run says. Not owned. */
struct run_identity {
	const char *run_id;
	const char *label;
	const char *host;
	const char *kernel;
	const char *boot_id;
};

struct results_dir {
	char *path;
	int lock_fd; /* the directory, locked: one run at a time */
	int summary_fd;
	int histogram_fd;
};

#define RESULTS_DIR_CLOSED                                          \
	(struct results_dir)                                        \
	{                                                           \
		.lock_fd = -1, .summary_fd = -1, .histogram_fd = -1 \
	}

/*
 * Make @path, its parents too, and the two files in it. An error when it holds
 * results already: nothing is ever overwritten but a header alone, which a run
 * leaves that never began.
 */
int results_dir_create(struct results_dir *dir, const char *path,
		       struct error *err);

/*
 * For a directory that holds results: lock it, so that no other run writes to
 * it, and then, when its files are in order, open them for appending.
 */
int results_dir_lock(struct results_dir *dir, const char *path,
		     struct error *err);
int results_dir_reopen(struct results_dir *dir, struct error *err);

/*
 * Append the rows of one launch, numbered from 1: its counters, and last its
 * latency, so that a launch whose latency row stands there is whole. The
 * histogram goes first, for the same reason.
 */
int results_dir_append(struct results_dir *dir,
		       const struct run_identity *identity, uint64_t launch,
		       const struct variant *variant,
		       const struct launch_result *result, struct error *err);

/* See that all of it is on the disk. */
int results_dir_sync(const struct results_dir *dir, struct error *err);

void results_dir_close(struct results_dir *dir);

/* The current time as 2026-01-31T12:34:56Z; @compact: 20260131T123456Z. */
void utc_time(char *text, size_t size, bool compact);

#endif
