/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The first file system of a lab machine: lab/init/init.c, the program that it
 * starts, and what it finds in /lab. The program is the suite, this executable
 * with the libraries that it has loaded, or one that needs no libraries. Equal
 * inputs give equal bytes, as the machine is to run the same way each time.
 */
#ifndef VMB_LAB_INITRAMFS_H
#define VMB_LAB_INITRAMFS_H

#include <stdbool.h>

#include "error.h"
#include "lab/argv.h"
#include "lab/stream.h"

struct lab_guest {
	const struct argv *args; /* of the program */
	const char *program; /* an embedded file; NULL: the suite */
	const char *modules; /* .../lib/modules/VERSION, or NULL: built in */
	const char *probe; /* vmentry_probe.ko for the kernel, or NULL */
	double limit; /* seconds of the machine's time */
	bool symbols; /* bring out the kernel's, too, as LAB_SYMBOLS */
};

/* Write it to @path. */
int lab_initramfs_write(const char *path, const struct lab_guest *guest,
			struct error *err);

#endif
