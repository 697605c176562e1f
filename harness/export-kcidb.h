/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A run as a report for KCIDB, KernelCI's database, in its I/O schema v5.0
 * (kernelci/kcidb-io): a test for each row, whose number is the median of the
 * launches' medians. Statuses: DONE with a number; SKIP; ERROR when no launch
 * gave one. It names a build by ID, or describes a checkout and a build of its
 * own, known by the kernel's release.
 */
#ifndef VMB_EXPORT_KCIDB_H
#define VMB_EXPORT_KCIDB_H

#include <stdio.h>

#include "results-view.h"

#define KCIDB_ORIGIN "vmentry_bench"

struct kcidb_options {
	const char *origin; /* [a-z0-9_]+ */
	const char *build; /* ORIGIN:ID, or NULL */
};

/* What the schema allows: 0, or -1 with @err set. */
int kcidb_check_origin(const char *origin, struct error *err);
int kcidb_check_id(const char *id, struct error *err);

/* As export_json(), one report in one line. */
int export_kcidb(FILE *out, const char *path,
		 const struct results_selection *selection,
		 const struct kcidb_options *options, struct error *err);

#endif
