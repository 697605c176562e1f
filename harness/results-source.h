/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Inside results.h: which files a result is, and its env.json. */
#ifndef VMB_RESULTS_SOURCE_H
#define VMB_RESULTS_SOURCE_H

#include "results.h"

/*
 * Add a source, for which @r has room: the summary.csv that @path is or holds.
 * -1 with @err set when @r has that file already.
 */
int results_source_find(struct results *r, const char *path, struct error *err);

/* Set env, or env_error. */
void results_source_load_env(struct result_source *source);

#endif
