// SPDX-License-Identifier: GPL-2.0-or-later
#include "measure.h"

/*
 * So many PAUSEs that KVM's defaults can call it spinning on both vendors: on
 * Intel after 4,096 ticks (ple_window), on AMD after 3,000 of them
 * (pause_filter_count).
 */
void payload(struct abi_shared *shared)
{
	MEASURE(shared, "1:\npause\ndec %%ecx\njnz 1b", 0, ABI_PAUSE_BURST, 0);
}
