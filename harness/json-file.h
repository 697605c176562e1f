/* SPDX-License-Identifier: GPL-2.0-or-later */
/* JSON in files. */
#ifndef VMB_JSON_FILE_H
#define VMB_JSON_FILE_H

#include <jansson.h>

#include "error.h"

/*
 * Write @json, an object or array, to @path: indented, in the order in which
 * the members were added, with a newline at the end. It goes to a temporary
 * file beside @path that takes its place when all is on the disk: a reader
 * finds the old file or the new one, after a crash, too. 0, or -1 with @err
 * filled, the old file as it was, and no temporary file left.
 */
int json_write_atomic(const char *path, const json_t *json, struct error *err);

#endif
