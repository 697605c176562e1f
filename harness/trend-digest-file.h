/* SPDX-License-Identifier: GPL-2.0-or-later */
/* For trend-digest.c: the file trend.csv, whose form trend-digest.h tells. */
#ifndef VMB_TREND_DIGEST_FILE_H
#define VMB_TREND_DIGEST_FILE_H

#include "trend-digest.h"

/* FACT_FORMAT of a file that this version understands. */
#define DIGEST_FORMAT "1"

void digest_set_fact(struct digest *d, enum digest_fact fact, const char *text,
		     size_t len);

/*
 * "SIZE SECONDS.NANOSECONDS" of file @name in @dir, "" when there is no such
 * file. The caller frees.
 */
char *digest_stamp(const char *dir, const char *name);

/*
 * Read the file in @dir into @d, whose facts are "". -1 when there is none, or
 * none that can be used.
 */
int digest_read(struct digest *d, const char *dir, bool latencies);

/*
 * Write it, if that can be: a history that cannot be written to is read from
 * its results each time. d->foreign is set when a file of somebody else's has
 * the name, and stays.
 */
void digest_write(struct digest *d, const char *dir);

#endif
