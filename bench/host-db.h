/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The op of nmi/host-db: a #DB in the kernel, which enters it as an NMI does. */
#ifndef VMB_HOST_DB_H
#define VMB_HOST_DB_H

#include "harness/host-run.h"

/* Values of ABI_ARG_HOST. */
enum host_db_from {
	HOST_DB_SYSCALL, /* a system call reads a word of the monitor's */
	HOST_DB_RUN_LOOP, /* KVM reads an instruction of the guest's */
};

#define HOST_DB_COUNT "breakpoint_hits"

extern const struct host_op host_db_op;

#endif
