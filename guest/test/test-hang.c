// SPDX-License-Identifier: GPL-2.0-or-later
/* Spins with interrupts off: only the watchdog can end it. */
#include "runtime.h"

void payload(struct abi_shared *shared)
{
	(void)shared;
	asm volatile("cli; 1: jmp 1b");
}
