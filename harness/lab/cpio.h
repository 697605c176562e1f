/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Archives as the kernel unpacks them for its first file system: cpio, format
 * "newc" (Documentation/driver-api/early-userspace/buffer-format.rst). Equal
 * members give equal bytes: no times, no owners.
 */
#ifndef VMB_LAB_CPIO_H
#define VMB_LAB_CPIO_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "error.h"

struct cpio {
	FILE *file;
	char *path;
	uint32_t members;
};

/* Write to @path, which must not exist. */
int cpio_create(struct cpio *cpio, const char *path, struct error *err);

/* Names are relative to the root. Directories come before what is in them. */
void cpio_directory(struct cpio *cpio, const char *name);
void cpio_console(struct cpio *cpio, const char *name); /* character 5:1 */
void cpio_data(struct cpio *cpio, const char *name, unsigned int mode,
	       const void *bytes, size_t n);
int cpio_copy(struct cpio *cpio, const char *name, unsigned int mode,
	      const char *from, struct error *err);

/* Write the end. -1 when anything could not be written. */
int cpio_close(struct cpio *cpio, struct error *err);

#endif
