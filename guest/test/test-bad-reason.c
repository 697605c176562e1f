// SPDX-License-Identifier: GPL-2.0-or-later
/* Aborts with a reason that lies outside guest memory. */
#include "runtime.h"

void payload(struct abi_shared *shared)
{
	(void)shared;
	guest_abort((const char *)0xffffffffffff0000);
}
