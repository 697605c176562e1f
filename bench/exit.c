// SPDX-License-Identifier: GPL-2.0-or-later
/* Events that leave the guest and come back. */
#include "bench/bench.h"
#include "bench/waker.h"

static const struct param_value idle_values[] = {
	{ "20us", 20000 },
	{ "1ms", 1000000 },
	{ 0 },
};

const struct bench exit_benchmarks[] = {
	{
		.name = "exit/cpuid",
		.summary = "CPUID leaf 0, handled in the kernel",
		.payload = "exit-cpuid",
		.params = { PARAM_CPL_BOTH },
		.expect = { { EXPECT_EACH, "exits", 1 } },
	},
	{
		.name = "exit/pio-user",
		.summary = "32-bit OUT to a port that the monitor answers",
		.payload = "exit-pio-user",
		.params = { PARAM_CPL_BOTH },
		.expect = { { EXPECT_EACH, "userspace_exits", 1 },
			    { EXPECT_EACH, "exits", 1 } },
	},
	{
		.name = "exit/hlt-wake",
		.summary =
			"from a thread's KVM_SIGNAL_MSI to the handler in a vCPU halted for IDLE",
		.payload = "msi-wait",
		.needs = "cpus>=2,guest-tsc=host-tsc",
		.arg = { [ABI_ARG_WAIT] = ABI_WAIT_HLT,
			 [ABI_ARG_MSI] = ABI_VECTOR },
		.params = { { .name = "idle",
			      .arg = ABI_ARG_DELAY_NS,
			      .values = idle_values } },
		.expect = { { EXPECT_EACH, "halt_exits", 1 },
			    { EXPECT_EACH, "irq_injections", 1 } },
		.setup = waker_start,
		.teardown = waker_stop,
	},
	{ 0 },
};
