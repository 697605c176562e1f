/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The command line of `run`. Pure, but for getopt's own state. */
#ifndef VMB_OPTIONS_H
#define VMB_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "error.h"
#include "msr-request.h"
#include "relation.h"

#define RUN_MAX_MSRS	 64
#define RUN_MAX_LAUNCHES 100000
#define RUN_MIN_SECONDS	 0.001
#define RUN_MAX_SECONDS	 3600
#define RUN_MAX_NUMBER	 65535 /* of a pCPU or a node */
#define RUN_MAX_SEED	 UINT32_MAX

struct run_options {
	const char *output; /* NULL: results/<UTC time>-<host>-<kernel> */
	const char *resume; /* NULL: a new run */
	const char *label; /* NULL: the kernel release */
	uint64_t launches;
	double seconds; /* of one launch */
	int cpu; /* -1: topology.h chooses */
	int node; /* -1: likewise */
	struct relation_list relations; /* of --placement */
	const char *require; /* NULL: nothing; see require.h */
	bool fifo; /* the vCPU thread at SCHED_FIFO */
	bool mlock; /* its process's memory locked */
	bool strict; /* a failed finding stops the run */
	bool tune; /* see tune.h */
	bool dry_run; /* show what tune would set, and end */
	bool seeded; /* --seed was given */
	uint64_t seed;
	const char *events; /* NULL: the default ones alone */
	bool no_counters;
	bool no_plots;
	uint64_t break_above; /* TSC ticks; 0: no bound */
	bool quick;
	bool tap;
	bool help;
	struct msr_request msrs[RUN_MAX_MSRS]; /* texts inside argv */
	size_t nr_msrs;
	char **patterns; /* inside argv */
	size_t nr_patterns;
};

/* @argv[0] is the command's name. -1: usage error, in @err. */
int run_options_parse(struct run_options *options, int argc, char **argv,
		      struct error *err);

extern const char run_options_help[];

#endif
