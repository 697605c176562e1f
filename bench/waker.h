/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Hooks of benchmarks whose vCPU is woken from outside: a thread on another
 * pCPU watches abi_shared.ready and, ABI_ARG_DELAY_NS after each change,
 * stores the TSC in abi_shared.raised and raises the MSI of ABI_ARG_MSI.
 */
#ifndef VMB_WAKER_H
#define VMB_WAKER_H

#include "bench/bench.h"

int waker_start(struct bench_context *context, struct error *err);
void waker_stop(struct bench_context *context);

#endif
