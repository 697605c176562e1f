/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The ops of insn/ in the host's ring 0, executed by the module vmentry_probe. */
#ifndef VMB_INSN_PROBE_H
#define VMB_INSN_PROBE_H

#include "harness/host-run.h"

extern const struct host_op insn_nop_host0_op;
extern const struct host_op insn_rdpid_host0_op;
extern const struct host_op insn_lsl_host0_op;
extern const struct host_op insn_swapgs_host0_op;
extern const struct host_op insn_rdmsr_tsc_aux_host0_op;
extern const struct host_op insn_wrmsr_tsc_aux_host0_op;

#endif
