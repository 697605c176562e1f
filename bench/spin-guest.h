/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A guest in ring 3 that is busy for some time and then makes KVM_RUN return. */
#ifndef VMB_SPIN_GUEST_H
#define VMB_SPIN_GUEST_H

#include "harness/error.h"
#include "harness/vm.h"

/*
 * Load it into @vm, with this pCPU's TSC_AUX, to be busy for @ticks of the TSC
 * each time. 0, BENCH_SKIP or -1.
 */
int spin_guest_start(struct vm *vm, uint64_t ticks, struct error *err);

/* One KVM_RUN. */
int spin_guest_run(const struct vm *vm, struct error *err);

#endif
