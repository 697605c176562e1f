/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A run of the suite inside a lab machine: boots a kernel, and brings the
 * results directory out. Jobs go on side by side, as boots do.
 */
#ifndef VMB_LAB_JOB_H
#define VMB_LAB_JOB_H

#include <stdbool.h>
#include <stdio.h>

#include "lab/boot.h"
#include "lab/initramfs.h"

#define LAB_CONSOLE "console.log"
#define LAB_COUNTS  "counts" /* lab/profile.h */

struct lab_job {
	/* Set by the caller, who keeps what they point to. */
	const struct lab_machine *machine;
	const char *kernel; /* a bzImage */
	struct lab_guest guest;
	const char *cmdline; /* more for the kernel; or NULL */
	const char *close; /* of lab_boot_files: profile; NULL: do not */
	const char *output; /* the results directory to make */
	const char *label; /* what the user calls the kernel */
	int number; /* of this boot among those of the kernel, from 1 */
	double wall_limit;
	FILE *show; /* where what the suite prints goes; NULL: nowhere */

	char *work; /* temporary files of this boot */
	char *tools; /* of lab/files.h */
	char *initramfs;
	char *modules, *probe; /* found beside the kernel */
	struct lab_boot boot;
	char started_utc[32]; /* by this host's clock */
	FILE *file; /* of the results, that is being received */
	char *file_path;
};

/*
 * Make the directory @path for results. -1 when it is there and not empty:
 * nothing of the user's is overwritten. @made, which may be NULL: it was not
 * there before, so that a caller who leaves nothing in it may remove it.
 */
int lab_output_make(const char *path, bool *made, struct error *err);

/*
 * Make @job->output and start. -1 with @err set; lab_job_free() in any case.
 * What the machine said is in console.log there in the end, and what was
 * counted, in LAB_COUNTS.
 */
int lab_job_start(struct lab_job *job, struct error *err);

/* True when it has ended. */
bool lab_job_poll(struct lab_job *job);

/* Poll until the end; @stop ends it early, as by a signal. */
void lab_job_wait(struct lab_job *job, const volatile bool *stop);

/*
 * The exit status of what init started, once the job has ended; the suite's
 * results are named as this host names them then (lab/identity.h). -1 with @err
 * set when the machine failed.
 */
int lab_job_finish(struct lab_job *job, struct error *err);

void lab_job_free(struct lab_job *job);

#endif
