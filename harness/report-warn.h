/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What makes the numbers of a report worth less. It stands in the report, as a
 * line that begins with "!", where no reader can miss it.
 */
#ifndef VMB_REPORT_WARN_H
#define VMB_REPORT_WARN_H

#include <stdio.h>

#include "compare.h"
#include "results.h"

/* More of its time than this taken from the vCPU's pCPU makes a host noisy. */
#define REPORT_NOISE_SHARE 0.001

/*
 * Of the hosts: a debug kernel, what `check` found, noise, a
 * hypervisor below, guest code that KVM emulated, an env.json that is missing.
 * What several results say is said once. @new may be NULL; else each line says
 * of which side it is.
 */
void report_warn_hosts(FILE *out, const struct results *base,
		       const struct results *new);

/* Of the rows: unusable ones, and those that are not ok, by their status. */
void report_warn_rows(FILE *out, const struct results *r);

/* Of the order of one result's launches: @c compares it with itself. */
void report_warn_order(FILE *out, const struct comparison *c);

#endif
