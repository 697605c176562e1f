// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * INT3 after the EMPTY pass, which has told the monitor by then whether KVM
 * emulates this code.
 */
#include "measure.h"

void payload(struct abi_shared *shared)
{
	SAMPLE_PASS(ABI_PASS_EMPTY, shared, TIMED("", 0, 0, 0));
	asm volatile("int3");
}
