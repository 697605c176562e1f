/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a lab result is called. In the machine every boot is the same run of the
 * same label, at the same time: what is named differently there would run
 * differently. Out here it gets a run id of its own, its label, and in env.json
 * the object `lab`: which machine, which kernel. results/README.md is the
 * dictionary of its members.
 */
#ifndef VMB_LAB_IDENTITY_H
#define VMB_LAB_IDENTITY_H

#include "lab/job.h"

/* The label of all results, in the machine. */
#define LAB_LABEL "lab"

/* Name the results that the job brought out, if it did. */
int lab_identity_write(const struct lab_job *job, struct error *err);

#endif
