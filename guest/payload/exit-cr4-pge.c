// SPDX-License-Identifier: GPL-2.0-or-later
#include "measure.h"
#include "control-bits.h"

/* One write an op, which sets the bit or clears it in turn. */
void payload(struct abi_shared *shared)
{
	uint64_t cr4;

	asm volatile("mov %%cr4, %0" : "=r"(cr4));
	MEASURE(shared, "mov %%rax, %%cr4", cr4 ^= CR4_PGE, 0, 0);
}
