// SPDX-License-Identifier: GPL-2.0-or-later
#include "measure.h"

void payload(struct abi_shared *shared)
{
	MEASURE(shared, "movl (%%rcx), %%eax", 0, ABI_MMIO_NOP_GPA, 0);
}
