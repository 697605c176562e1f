/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Going on with a results directory that a run left unfinished. Rows of
 * launches without a latency row, which is the last that a launch writes, and
 * half rows are taken out; those launches run again.
 */
#ifndef VMB_RESUME_H
#define VMB_RESUME_H

#include "results-dir.h"

struct resume;

/* Opens @dir for appending. NULL: @err says why it cannot be resumed. */
struct resume *resume_open(struct results_dir *dir, const char *path,
			   struct error *err);

/*
 * Was launch @launch of @variant finished? Then @result gets its status,
 * reason, n, p50, p99 and overhead (NAN where the row has none), and whether
 * KVM emulates the guest's code; nothing else.
 */
bool resume_find(const struct resume *resume, uint64_t launch,
		 const struct variant *variant, struct launch_result *result);

void resume_free(struct resume *resume);

#endif
