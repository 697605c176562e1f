// SPDX-License-Identifier: GPL-2.0-or-later
#include "measure.h"

void payload(struct abi_shared *shared)
{
	MEASURE(shared, "movl %%eax, (%%rcx)", ABI_EVENT_DATA,
		ABI_MMIO_EVENT_GPA, 0);
}
