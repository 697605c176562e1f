/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The ops of run/enter and run/leave: one way between the monitor and its
 * guest, by TSC reads on both sides. The guest's TSC must be the host's.
 */
#ifndef VMB_ONE_WAY_H
#define VMB_ONE_WAY_H

#include "harness/host-run.h"

extern const struct host_op enter_op;
extern const struct host_op leave_op;

#endif
