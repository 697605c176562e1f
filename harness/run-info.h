/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Who runs what where: the identity of a run, and its env.json. */
#ifndef VMB_RUN_INFO_H
#define VMB_RUN_INFO_H

#include <jansson.h>

#include "counters.h"
#include "host.h"
#include "options.h"
#include "results-dir.h"
#include "runner.h"
#include "topology.h"

struct run_info {
	struct run_identity identity; /* its strings are owned */
	char *output; /* the results directory */
	json_t *env; /* all of env.json */
	char **patterns; /* of a resumed run; its strings belong to env */
};

/*
 * A new run's: from the host, the clock and the options. @counters: what is
 * counted, or NULL.
 */
int run_info_create(struct run_info *info, const struct host_root *root,
		    const struct run_options *options,
		    const struct placement *placement,
		    const struct counters *counters, struct error *err);

/*
 * The one of the run that left directory @resume: its identity, and its
 * options, which @options takes over. What it points to is in info->env.
 */
int run_info_load(struct run_info *info, struct run_options *options,
		  struct error *err);

/* Where that run was, which a run that goes on with it has to be, too. */
int run_info_placement(const struct run_info *info, struct placement *placement,
		       struct error *err);

/* Write env.json; again with what @outcome adds when the run is over. */
int run_info_write(const struct run_info *info,
		   const struct runner_outcome *outcome, struct error *err);

void run_info_free(struct run_info *info);

/* The number of this boot; "unknown" where the host does not tell. Owned. */
char *run_info_boot_id(const struct host_root *root);

#endif
