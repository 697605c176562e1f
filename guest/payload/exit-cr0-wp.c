// SPDX-License-Identifier: GPL-2.0-or-later
#include "measure.h"
#include "control-bits.h"

/* One write an op, which sets the bit or clears it in turn. */
void payload(struct abi_shared *shared)
{
	uint64_t cr0;

	asm volatile("mov %%cr0, %0" : "=r"(cr0));
	MEASURE(shared, "mov %%rax, %%cr0", cr0 ^= CR0_WP, 0, 0);
}
