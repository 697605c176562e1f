/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Several jobs, some of them at a time. */
#ifndef VMB_LAB_POOL_H
#define VMB_LAB_POOL_H

#include "lab/job.h"

/* Machines at a time where nothing else is asked for: one a CPU of this host. */
size_t lab_pool_width(void);

/*
 * Run @n jobs, started in their order, @at_a_time together. The suite's exit
 * status of each goes to @statuses. -1 when a machine failed, which is printed,
 * or a signal came; the others are stopped then. The jobs are freed.
 */
int lab_pool_run(struct lab_job *jobs, size_t n, size_t at_a_time,
		 int *statuses);

#endif
