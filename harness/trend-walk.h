/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The results directories of a history. */
#ifndef VMB_TREND_WALK_H
#define VMB_TREND_WALK_H

#include <stddef.h>

#include "error.h"

struct trend_paths {
	char **list; /* in the order of names */
	size_t n;
};

/*
 * All directories at or below @path that have a summary.csv. What is below one
 * is not looked at, nor what is behind a link or has a name that begins with
 * '.'. -1 with @err set when @path is no directory that can be read; one below
 * that cannot be read is as good as a run that cannot be read, and listed.
 * Freed by trend_paths_free() in any case.
 */
int trend_walk(struct trend_paths *paths, const char *path, struct error *err);
void trend_paths_free(struct trend_paths *paths);

#endif
