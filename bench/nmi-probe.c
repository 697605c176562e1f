// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What an NMI costs the host: sent by the kernel module vmentry_probe through
 * the APIC's ICR, and stamped where it is sent, in the module's handler, and
 * where the interrupted code goes on.
 */
#include "bench/bench.h"
#include "bench/host-nmi.h"

static const struct param_value from_values[] = {
	{ "irqs-off", HOST_NMI_IRQS_OFF },
	{ "run-loop", HOST_NMI_RUN_LOOP },
	{ 0 },
};

static const struct param_value part_values[] = {
	{ "deliver", HOST_NMI_DELIVER },
	{ "return", HOST_NMI_RETURN },
	{ "whole", HOST_NMI_WHOLE },
	{ 0 },
};

static const struct param_value idle_values[] = {
	{ "20us", 20000 },
	{ "1ms", 1000000 },
	{ 0 },
};

#define PARAM_PART                                                          \
	{                                                                   \
		.name = "part", .arg = ABI_ARG_PART, .values = part_values, \
	}

#define ONE_NMI                                   \
	{                                         \
		EXPECT_EXACTLY, HOST_NMI_COUNT, 1 \
	}

const struct bench nmi_probe_benchmarks[] = {
	{
		.name = "nmi/host-ipi",
		.summary =
			"an NMI that a pCPU of the host sends itself (module vmentry_probe)",
		.host = &host_nmi_op,
		.params = { { .name = "from",
			      .arg = ABI_ARG_HOST,
			      .values = from_values },
			    PARAM_PART },
		.count_name = HOST_NMI_COUNT,
		.expect = { ONE_NMI,
			    { EXPECT_AT_LEAST, "userspace_exits", 1,
			      "from=run-loop" } },
	},
	{
		.name = "nmi/host-ipi-other",
		.summary =
			"an NMI to another pCPU of the host, which spins in the kernel (module vmentry_probe)",
		.host = &host_nmi_op,
		.needs = "cpus>=2",
		.arg = { [ABI_ARG_HOST] = HOST_NMI_OTHER },
		.params = { PARAM_PART },
		.uses_helper_cpu = true,
		.count_name = HOST_NMI_COUNT,
		.expect = { ONE_NMI },
	},
	{
		.name = "nmi/host-ipi-idle",
		.summary =
			"from an NMI's sending to its handler on another pCPU of the host, idle for IDLE (module vmentry_probe)",
		.host = &host_nmi_op,
		.needs = "cpus>=2",
		.arg = { [ABI_ARG_HOST] = HOST_NMI_IDLE,
			 [ABI_ARG_PART] = HOST_NMI_DELIVER },
		.params = { { .name = "idle",
			      .arg = ABI_ARG_DELAY_NS,
			      .values = idle_values } },
		.uses_helper_cpu = true,
		.count_name = HOST_NMI_COUNT,
		.expect = { ONE_NMI },
	},
	{ 0 },
};
