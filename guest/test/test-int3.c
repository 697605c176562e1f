// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * INT3: an exception everywhere, but where KVM emulates the guest's code it
 * may not know the instruction and give up (KVM_EXIT_INTERNAL_ERROR).
 */
#include "runtime.h"

void payload(struct abi_shared *shared)
{
	(void)shared;
	asm volatile("int3");
}
