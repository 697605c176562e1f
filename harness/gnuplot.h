/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A gnuplot process, started without a shell or the user's own settings. */
#ifndef VMB_GNUPLOT_H
#define VMB_GNUPLOT_H

#include <stddef.h>
#include <stdio.h>
#include <sys/types.h>

#include "error.h"

struct gnuplot {
	pid_t pid; /* 0: none to wait for */
	int messages; /* what it wrote on stderr */
};

/*
 * Start a gnuplot that runs @script in the directory @dir: file names in the
 * script are relative to it. Each successful start needs a gnuplot_wait().
 */
int gnuplot_start(struct gnuplot *g, const char *dir, const char *script,
		  size_t len, struct error *err);

/* Wait for its end. An error has what gnuplot said first, warnings left out. */
int gnuplot_wait(struct gnuplot *g, struct error *err);

/*
 * Write "NAME = 'VALUE'" and a newline. Nothing in @value is special to
 * gnuplot then; control characters, which it has no quotes for, become '?'.
 */
void gnuplot_set(FILE *script, const char *name, const char *value);

#endif
