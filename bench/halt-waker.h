/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Hooks of benchmarks that wake a halted vCPU, also where the waking thread has
 * no pCPU of its own: it sleeps. The guest's OUT to ABI_PORT_EVENT wakes it
 * (KVM_IOEVENTFD); it sleeps ABI_ARG_DELAY_NS more, and HALT_WAKER_TICKS at the
 * least, stores the TSC in abi_shared.raised and raises the MSI of ABI_ARG_MSI.
 */
#ifndef VMB_HALT_WAKER_H
#define VMB_HALT_WAKER_H

#include "bench/bench.h"

/*
 * TSC ticks in which a vCPU halts and its pCPU becomes idle, where a tick is an
 * instruction, too.
 */
#define HALT_WAKER_TICKS 25000

int halt_waker_start(struct bench_context *context, struct error *err);
void halt_waker_stop(struct bench_context *context);

#endif
