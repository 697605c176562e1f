/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A set of pictures in a directory: each is a NAME.csv, and a script of
 * scripts/plot that draws NAME.svg and NAME.png from it.
 */
#ifndef VMB_PLOT_PICTURES_H
#define VMB_PLOT_PICTURES_H

#include <stddef.h>
#include <stdio.h>

#include "error.h"

struct plot_picture {
	const char *script; /* "medians" for scripts/plot/medians.gp */
	const char *name; /* what file names are made of */
	const char *title;
	/* Write the .csv, and return the length of the longest name in it. */
	size_t (*write)(FILE *f, const void *ctx);
	const void *ctx;
};

struct plot_pictures;

/* @dir is made if need be. NULL with @err set when that fails. */
struct plot_pictures *plot_pictures_new(const char *dir, struct error *err);
void plot_pictures_free(struct plot_pictures *all);

/* A text that every script can show, "run", "left_out", "overhead", .... */
void plot_pictures_caption(struct plot_pictures *all, const char *name,
			   const char *text);

/*
 * Write the data of one more picture. -1 with @err set when that cannot be, or
 * when a file of its names is there that no earlier plot wrote.
 */
int plot_pictures_add(struct plot_pictures *all,
		      const struct plot_picture *picture, struct error *err);

/* How many there are. */
size_t plot_pictures_count(const struct plot_pictures *all);

/* Draw all of them. gnuplot not being installed is an error that says so. */
int plot_pictures_draw(struct plot_pictures *all, struct error *err);

#endif
