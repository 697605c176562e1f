/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * on_exit hooks: the least that a monitor can do for an op that asks it.
 * Reads get 0.
 */
#ifndef VMB_ANSWER_H
#define VMB_ANSWER_H

#include "bench/bench.h"

/* A 32-bit IN from ABI_PORT_NOP. */
bool answer_pio_in(struct bench_context *context, struct kvm_run *run);
/* A 32-bit access to ABI_MMIO_NOP_GPA. */
bool answer_mmio(struct bench_context *context, struct kvm_run *run);
/* RDMSR or WRMSR of the MSR in ABI_ARG_MSR. */
bool answer_msr(struct bench_context *context, struct kvm_run *run);

#endif
