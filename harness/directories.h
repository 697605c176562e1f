/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Directories that are made with their parents, and removed with all in them. */
#ifndef VMB_DIRECTORIES_H
#define VMB_DIRECTORIES_H

#include "error.h"

/* Make @path and its parents; those that are there already are fine. */
int directories_make(const char *path, struct error *err);

/* Make a new directory for temporary files below TMPDIR: its path, owned. */
char *directories_temporary(struct error *err);

/* Remove @path and all below it, links not followed. NULL is fine. */
void directories_remove(const char *path);

#endif
