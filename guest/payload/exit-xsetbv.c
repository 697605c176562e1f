// SPDX-License-Identifier: GPL-2.0-or-later
#include "measure.h"
#include "control-bits.h"

/* Of XCR0, the value that it has after a reset: x87 state alone. */
#define XCR0_X87 1

void payload(struct abi_shared *shared)
{
	set_cr4_bits(CR4_OSXSAVE);
	if (!xsetbv_works(XCR0_X87))
		guest_skip("KVM answers XSETBV with an exception");
	MEASURE(shared, "xsetbv", XCR0_X87, 0, 0);
}
