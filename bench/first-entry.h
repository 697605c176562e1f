/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The op of vm/first-entry: a fresh VM for each. */
#ifndef VMB_FIRST_ENTRY_H
#define VMB_FIRST_ENTRY_H

#include "harness/host-run.h"

extern const struct host_op first_entry_op;

#endif
