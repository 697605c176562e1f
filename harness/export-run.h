/* SPDX-License-Identifier: GPL-2.0-or-later */
/* For exports: one result, and who made it. */
#ifndef VMB_EXPORT_RUN_H
#define VMB_EXPORT_RUN_H

#include "kernel-commit.h"
#include "results-view.h"

struct export_run {
	struct results all, shown;
	const json_t *env; /* may be NULL */
	/* "" when unknown; they belong to the results. */
	const char *run_id, *label, *host, *kernel, *started, *tool_commit;
	/* The commit in a release like 6.1.0-rc1-00012-g1234567890ab; or "". */
	char kernel_commit[KERNEL_COMMIT_SIZE];
};

/*
 * -1 with @err set, also where JSON cannot hold a row's name or numbers; ended by
 * export_run_free() in any case.
 */
int export_run_load(struct export_run *run, const char *path,
		    const struct results_selection *selection,
		    struct error *err);
void export_run_free(struct export_run *run);

/* Write @json, which is freed, as one line. */
int export_put_line(FILE *out, json_t *json, struct error *err);

#endif
