// SPDX-License-Identifier: GPL-2.0-or-later
#include "measure.h"

void payload(struct abi_shared *shared)
{
	MEASURE(shared, "wbinvd", 0, 0, 0);
}
