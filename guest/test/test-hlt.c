// SPDX-License-Identifier: GPL-2.0-or-later
/* Halts with interrupts off and nothing that could wake it. */
#include "runtime.h"

void payload(struct abi_shared *shared)
{
	(void)shared;
	asm volatile("cli; hlt");
}
