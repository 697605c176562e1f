/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * From what a guest left to the result of its launch: the numbers of its
 * samples, its counters, and whether its events are proven.
 */
#ifndef VMB_LAUNCH_JUDGE_H
#define VMB_LAUNCH_JUDGE_H

#include "guest-run.h"
#include "launch.h"

/* Samples of a launch at most: with the empty op's they fill 2 MiB. */
#define LAUNCH_MAX_SAMPLES (262144 - ABI_EMPTY_OPS)

/*
 * Fill @result from a run that came to its end, of a guest or of an op of the
 * host. Sorts the samples in the memory of @vm.
 */
void launch_judge(const struct launch_request *request, const struct vm *vm,
		  const struct guest_run *run, struct launch_result *result);

/*
 * Of a run that did not: did KVM meet an instruction that it does not know
 * where it has to emulate all? That is a limit of its back end, of which the
 * event is not guilty.
 */
bool launch_beyond_emulator(const struct vm *vm, const struct guest_run *run);

#endif
