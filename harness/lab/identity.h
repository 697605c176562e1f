/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which machine and which kernel a lab result is of: the object `lab` of its
 * env.json. results/README.md is the dictionary of its members.
 */
#ifndef VMB_LAB_IDENTITY_H
#define VMB_LAB_IDENTITY_H

#include "lab/job.h"

/* Add it to the env.json that the job brought out, where there is one. */
int lab_identity_write(const struct lab_job *job, struct error *err);

#endif
