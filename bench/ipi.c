// SPDX-License-Identifier: GPL-2.0-or-later
/* Interrupts that vCPUs send. */
#include "bench/bench.h"
#include "guest/msr-index.h"

static const struct param_value self_wait_values[] = {
	{ "spin", ABI_WAIT_SPIN },
	{ "hlt", ABI_WAIT_HLT },
	{ 0 },
};

static const struct param_value vcpus_values[] = {
	{ "2", 2 },
	{ "4", 4 },
	{ "8", 8 },
	{ 0 },
};

#define SELF_WAIT                                    \
	{                                            \
		.name = "wait", .arg = ABI_ARG_WAIT, \
		.values = self_wait_values,          \
	}

/* The target's statistics confirm what vCPU 0 measured. */
#define EXPECT_ARRIVAL                                 \
	{                                              \
		EXPECT_EACH, "vcpu1.irq_injections", 1 \
	}

const struct bench ipi_benchmarks[] = {
	{
		.name = "ipi/self",
		.summary = "from the WRMSR of x2APIC SELF_IPI to the handler",
		.payload = "wrmsr-interrupt",
		.needs = "guest:x2apic",
		.arg = { [ABI_ARG_MSR] = MSR_X2APIC_SELF_IPI,
			 [ABI_ARG_VALUE] = ABI_VECTOR },
		.params = { SELF_WAIT },
		.expect = { { EXPECT_EACH, "irq_injections", 1 },
			    { EXPECT_EACH, "halt_exits", 1, "wait=hlt" } },
	},
	{
		.name = "ipi/self-icr",
		.summary =
			"from the WRMSR of an IPI to self (x2APIC ICR) to the handler",
		.payload = "wrmsr-interrupt",
		.needs = "guest:x2apic",
		.arg = { [ABI_ARG_MSR] = MSR_X2APIC_ICR,
			 [ABI_ARG_VALUE] = APIC_ICR_SELF | APIC_ICR_ASSERT |
					   ABI_VECTOR },
		.params = { SELF_WAIT },
		.expect = { { EXPECT_EACH, "irq_injections", 1 },
			    { EXPECT_EACH, "halt_exits", 1, "wait=hlt" } },
	},
	{
		.name = "ipi/cross",
		.summary =
			"from the WRMSR of ICR to the handler on a spinning vCPU",
		.payload = "ipi-others",
		.needs = "guest:x2apic,guest-tsc=host-tsc",
		.vcpus = 2,
		.arg = { [ABI_ARG_WAIT] = ABI_WAIT_SPIN },
		.expect = { EXPECT_ARRIVAL },
	},
	{
		.name = "ipi/cross-halted",
		.summary =
			"from the WRMSR of ICR to the handler on a halted vCPU",
		.payload = "ipi-others",
		.needs = "guest:x2apic,guest-tsc=host-tsc",
		.vcpus = 2,
		.arg = { [ABI_ARG_WAIT] = ABI_WAIT_HLT },
		.expect = { EXPECT_ARRIVAL,
			    { EXPECT_EACH, "vcpu1.halt_exits", 1 } },
	},
	{
		.name = "ipi/round-trip",
		.summary =
			"to a spinning vCPU, whose handler answers by an IPI, and back",
		.payload = "ipi-round-trip",
		.needs = "guest:x2apic",
		.vcpus = 2,
		.arg = { [ABI_ARG_WAIT] = ABI_WAIT_SPIN },
		.expect = { EXPECT_ARRIVAL,
			    { EXPECT_EACH, "irq_injections", 1 } },
	},
	{
		.name = "ipi/round-trip-halted",
		.summary =
			"to a halted vCPU, whose handler answers by an IPI, and back",
		.payload = "ipi-round-trip",
		.needs = "guest:x2apic",
		.vcpus = 2,
		.arg = { [ABI_ARG_WAIT] = ABI_WAIT_HLT },
		.expect = { EXPECT_ARRIVAL,
			    { EXPECT_EACH, "irq_injections", 1 },
			    { EXPECT_EACH, "vcpu1.halt_exits", 1 } },
	},
	{
		.name = "ipi/broadcast",
		.summary =
			"from the WRMSR of ICR, to all others, to the last handler",
		.payload = "ipi-others",
		.needs = "guest:x2apic,guest-tsc=host-tsc",
		.arg = { [ABI_ARG_WAIT] = ABI_WAIT_SPIN, [ABI_ARG_BROADCAST] = 1 },
		.params = { { .name = "vcpus",
			      .target = PARAM_VCPUS,
			      .values = vcpus_values } },
		.expect = { EXPECT_ARRIVAL },
	},
	{ 0 },
};
