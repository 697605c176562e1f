// SPDX-License-Identifier: GPL-2.0-or-later
/* An unexpected exception: must abort with #UD and this symbol. */
#include "runtime.h"

void raise_ud2(void);

__attribute__((noinline)) void raise_ud2(void)
{
	asm volatile("nop; ud2");
}

void payload(struct abi_shared *shared)
{
	(void)shared;
	raise_ud2();
}
