// SPDX-License-Identifier: GPL-2.0-or-later
#include "measure.h"

/* The monitor made enough pages for all ops (bench/touch.c). */
void payload(struct abi_shared *shared)
{
	uint64_t page = ABI_TOUCH_GPA - ABI_TOUCH_STRIDE;

	MEASURE(shared, "movl %%eax, (%%rcx)", 0, page += ABI_TOUCH_STRIDE, 0);
}
