/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The kernel modules that a distribution's kernel needs to run KVM. */
#ifndef VMB_LAB_MODULES_H
#define VMB_LAB_MODULES_H

#include "lab/cpio.h"

/*
 * Put KVM's modules of @directory, .../lib/modules/VERSION, and what they need,
 * into @cpio as lab/modules/NN-NAME.ko, in the order in which they load.
 * Compressed ones are unpacked. Nothing is written to @directory, also where
 * depmod never ran.
 */
int lab_modules_put(struct cpio *cpio, const char *directory,
		    struct error *err);

/*
 * From a modules.dep (depmod's text): the paths that "NAME.ko" needs, itself
 * last, each ended by a newline; owned by the caller. NULL when it has none of
 * that name. Pure.
 */
char *lab_modules_order(const char *dep, const char *name);

#endif
