/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * `--tune`: settings of the host that are changed for the time of a run, and
 * restored whatever happens.
 *
 * A guardian process holds the old values, sets the new ones, and restores the
 * old ones as soon as the pipe from its parent closes: at the end of the run or
 * with the parent's death, by SIGKILL too. It leads its own session and blocks
 * every signal that can be blocked. Should it be killed itself, its parent restores
 * them at the end of the run; only when both are killed do the new values stay.
 * Both hold a lock, so that no second run takes tuned values for the ones to
 * restore.
 */
#ifndef VMB_TUNE_H
#define VMB_TUNE_H

#include <jansson.h>
#include <stdbool.h>

#include "error.h"
#include "host.h"

/*
 * What /dev/cpu_dma_latency is held at: C1 stays allowed. Below that the idle
 * loop would poll, which takes from an SMT sibling, and no user's host does.
 */
#define TUNE_LATENCY_US 2

struct tune_setting {
	const char *name; /* constant: "governor", ... */
	char *path; /* of the host */
	char *from, *to;
	bool held; /* in force while the file is open: nothing to restore */
	int why; /* errno of setting it; 0: it is set */
};

struct tune {
	struct host_root root; /* its path is not owned */
	struct tune_setting *setting;
	size_t count;
	int guardian; /* pid, or 0 */
	/* With a guardian: */
	int pipe_fd; /* it restores when this closes */
	int lock_fd; /* of the host */
};

/*
 * What would change to quieten pCPU @cpu, in @tune; nothing is changed. What
 * the host has not, or has as it should be, is left out.
 */
void tune_plan(struct tune *tune, const struct host_root *root, int cpu);

/*
 * Plan it and change it. A setting that the host refuses stays as it is, with
 * ->why set; that is no error. -1: nothing is changed, as there can be no
 * guardian or another run has tuned this host.
 */
int tune_begin(struct tune *tune, const struct host_root *root, int cpu,
	       struct error *err);

/*
 * Restore and free; also what never began, or is all zeros. -1: not everything
 * could be restored, or the guardian was killed; stderr says so.
 */
int tune_end(struct tune *tune);

/* For env.json: an array of {"name", "path", "from", "to", "error"}. */
json_t *tune_json(const struct tune *tune);

#endif
