/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The confinement of a launch's process: a seccomp filter that leaves it the
 * system calls that running a guest takes. Any other one ends the launch, and
 * its row names the call.
 *
 * What it must not do is change a number:
 *
 * - With a filter of any kind, a task's system calls take the kernel's slow
 *   entry and run the filter. Where the op itself makes system calls, that
 *   would be measured: such launches are not confined (confine_is_unseen()).
 *   Exits that KVM handles by itself do not come by there.
 * - Before Linux 5.16 the kernel turns SSBD on, and where it applies STIBP, for
 *   a task with a filter ("mitigations on by seccomp"), and so writes SPEC_CTRL
 *   around each VM-entry: SECCOMP_FILTER_FLAG_SPEC_ALLOW (4.17) keeps it off,
 *   and where the kernel does not know the flag nothing is confined.
 * - no_new_privs, which unprivileged filters need, is looked at by execve() only
 *   (Documentation/userspace-api/no_new_privs.rst); no launch executes anything.
 */
#ifndef VMB_CONFINE_H
#define VMB_CONFINE_H

#include <stdbool.h>

#include "bench/bench.h"
#include "error.h"

/* What a launch does besides running one vCPU. */
struct confine_needs {
	bool threads; /* starts some while the guest runs */
	bool counts; /* opens perf events then */
	bool saves_trace; /* copies the kernel's trace to a file */
};

/*
 * Does an op of this variant, in the launch's own process or a thread of it,
 * make no system call? @host as in struct launch_request.
 */
bool confine_is_unseen(const struct bench *bench, const char *variant,
		       const struct host_op *host);

/*
 * Confine the calling thread and those that it starts, for good. When one makes
 * another system call, its number goes to *@refused and the process ends.
 * Returns 1: confined; 0: this kernel or this build (a sanitizer's run time
 * makes calls of its own) has no confinement; -1: it should have, and @err says
 * what went wrong.
 */
int confine(const struct confine_needs *needs, volatile int *refused,
	    struct error *err);

/* The name of system call @number: the caller frees it. */
char *confine_call_name(int number);

#endif
