/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Files that are there whole or not at all. */
#ifndef VMB_FILE_WRITE_H
#define VMB_FILE_WRITE_H

#include <stddef.h>

#include "error.h"

/*
 * Write @size bytes to @path. They go to a temporary file beside it that takes
 * its place when all is on the disk: a reader finds the old file or the new
 * one, after a crash, too. 0, or -1 with @err filled, the old file as it was,
 * and no temporary file left.
 */
int file_write_atomic(const char *path, const char *data, size_t size,
		      struct error *err);

/*
 * May @path be written? 0 when nothing is there, or a file of ours: one that
 * begins with @begin, or has no more than a part of that, as a full disk leaves
 * it. -1 with @err filled when something else is there.
 */
int file_may_replace(const char *path, const char *begin, struct error *err);

#endif
