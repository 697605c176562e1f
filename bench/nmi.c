// SPDX-License-Identifier: GPL-2.0-or-later
/* Non-maskable interrupts. */
#include "bench/bench.h"

const struct bench nmi_benchmarks[] = {
	{
		.name = "nmi/self",
		.summary =
			"from the WRMSR of an NMI to self (x2APIC ICR) to the handler",
		.payload = "nmi-self",
		.needs = "guest:x2apic",
		.expect = { { EXPECT_EACH, "nmi_injections", 1 } },
	},
	{ 0 },
};
