/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Decompression by the system's gzip, which spares a library. */
#ifndef VMB_GUNZIP_H
#define VMB_GUNZIP_H

#include <stddef.h>

#include "error.h"

/*
 * The decompressed text of @path, NUL-terminated, for the caller to free.
 * NULL with @err filled when the file cannot be opened, gzip is not installed
 * or complains (what it prints is dropped), or the text is empty, longer than
 * @max bytes or holds a NUL.
 */
char *gunzip_text(const char *path, size_t max, struct error *err);

#endif
