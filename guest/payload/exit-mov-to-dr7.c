// SPDX-License-Identifier: GPL-2.0-or-later
#include "measure.h"
#include "control-bits.h"

void payload(struct abi_shared *shared)
{
	MEASURE(shared, "mov %%rax, %%dr7", DR7_RESET, 0, 0);
}
