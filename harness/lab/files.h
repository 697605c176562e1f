/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The lab's scripts, patches and programs that are built into the executable. */
#ifndef VMB_LAB_FILES_H
#define VMB_LAB_FILES_H

#include "error.h"

/*
 * Write those below "lab/", with the directories they are in, to a new
 * temporary directory: its path, which the caller frees after
 * directories_remove(). NULL with @err set on failure.
 */
char *lab_files_unpack(struct error *err);

#endif
