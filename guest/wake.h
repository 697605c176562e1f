/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Waiting for an MSI that a thread of the monitor raises. */
#ifndef VMB_WAKE_H
#define VMB_WAKE_H

#include "measure.h"

/* The counter in the shared page tells the thread that we wait. */
#define WAIT_FOR_MSI(mode, shared) \
	INTERRUPT(mode, "incq (%%rax)", (uintptr_t) & (shared)->ready, 0, 0)

#endif
