/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The ops of insn/ in the host's ring 3. */
#ifndef VMB_INSN_HOST_H
#define VMB_INSN_HOST_H

#include "harness/host-run.h"

extern const struct host_op insn_nop_op;
extern const struct host_op insn_lfence_op;
extern const struct host_op insn_rdtsc_op;
extern const struct host_op insn_rdtscp_op;
extern const struct host_op insn_rdpid_op;
extern const struct host_op insn_lsl_op;
extern const struct host_op insn_rdgsbase_op;
extern const struct host_op insn_wrgsbase_op;

#endif
