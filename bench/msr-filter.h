/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Setup hook: KVM sends RDMSR and WRMSR of the MSR in ABI_ARG_MSR to the
 * monitor (KVM_X86_SET_MSR_FILTER), where answer_msr() waits for them.
 */
#ifndef VMB_MSR_FILTER_H
#define VMB_MSR_FILTER_H

#include "bench/bench.h"

int msr_filter_set(struct bench_context *context, struct error *err);

#endif
