// SPDX-License-Identifier: GPL-2.0-or-later
#include "measure.h"
#include "control-bits.h"

#define CPUID_XSTATE 0xd

/*
 * All that CPUID offers, as operating systems have it. That is mostly what the
 * host has too: with another value KVM switches XCR0 around every VM-entry.
 */
static uint64_t all_features(void)
{
	uint32_t low = CPUID_XSTATE, subleaf = 0, high;

	asm volatile("cpuid" : "+a"(low), "+c"(subleaf), "=d"(high) : : "rbx");
	return (uint64_t)high << 32 | low;
}

void payload(struct abi_shared *shared)
{
	uint64_t xcr0 = all_features();

	set_cr4_bits(CR4_OSXSAVE);
	if (!xsetbv_works(xcr0))
		guest_skip("KVM answers XSETBV with an exception");
	MEASURE(shared, "xsetbv", (uint32_t)xcr0, 0, xcr0 >> 32);
}
