// SPDX-License-Identifier: GPL-2.0-or-later
#include "measure.h"
#include "control-bits.h"

/* Ring 3 may use RDPMC with CR4.PCE. */
void payload_prepare(struct abi_shared *shared)
{
	(void)shared;
	if (!rdpmc_works(0))
		guest_skip("KVM answers RDPMC with #GP: the guest has no PMU");
	set_cr4_bits(CR4_PCE);
}

void payload(struct abi_shared *shared)
{
	MEASURE(shared, "rdpmc", 0, 0, 0);
}
