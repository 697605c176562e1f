/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a launch does in its own process: the VM, the run, and the row. */
#ifndef VMB_LAUNCH_CHILD_H
#define VMB_LAUNCH_CHILD_H

#include "launch.h"

/*
 * Run @request from here to @result; @fork_tsc is when the process was forked.
 * It may leave the process confined: all that is left to do then is to exit.
 */
void launch_child(const struct launch_request *request, uint64_t fork_tsc,
		  struct launch_result *result);

#endif
