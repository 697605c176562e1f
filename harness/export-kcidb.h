/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Runs, such as a night's on many hosts, as one report for KCIDB, KernelCI's
 * database, in its I/O schema v5.0 (kernelci/kcidb-io): a test for each row of
 * each run, whose number is the median of the launches' medians. Statuses: DONE
 * with a number; SKIP; ERROR when no launch gave one. It names a build by ID, or
 * describes checkouts and builds of its own, known by the kernel's release and
 * version; each of them once.
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

/*
 * One report of all @paths in one line. -1 with @err set, and nothing written,
 * when one cannot be used, or when two are the same run.
 */
int export_kcidb(FILE *out, const char *const *paths, size_t n_paths,
		 const struct results_selection *selection,
		 const struct kcidb_options *options, struct error *err);

#endif
