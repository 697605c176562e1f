// SPDX-License-Identifier: GPL-2.0-or-later
#include "measure.h"

void payload(struct abi_shared *shared)
{
	MEASURE(shared, "outl %%eax, %%dx", ABI_EVENT_DATA, 0, ABI_PORT_EVENT);
}
