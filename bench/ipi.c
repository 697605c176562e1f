// SPDX-License-Identifier: GPL-2.0-or-later
/* Interrupts that vCPUs send. */
#include "bench/bench.h"

const struct bench ipi_benchmarks[] = {
	{
		.name = "ipi/self",
		.summary = "from the WRMSR of x2APIC SELF_IPI to the handler",
		.payload = "ipi-self",
		.needs = "guest:x2apic",
		.expect = { { EXPECT_EACH, "irq_injections", 1 } },
	},
	{ 0 },
};
