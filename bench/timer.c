// SPDX-License-Identifier: GPL-2.0-or-later
/* LAPIC timer interrupts. */
#include "bench/bench.h"
#include "guest/msr-index.h"

#define MS 1000000 /* ns */

static const struct param_value delay_values[] = {
	{ "10us", MS / 100 },
	{ "100us", MS / 10 },
	{ "1ms", MS },
	{ "10ms", 10 * MS },
	{ 0 },
};

static const struct param_value wait_values[] = {
	{ "spin", ABI_WAIT_SPIN },
	{ "pause", ABI_WAIT_PAUSE },
	{ "hlt", ABI_WAIT_HLT },
	{ 0 },
};

static const struct param_value irqchip_values[] = {
	{ "kernel", IRQCHIP_KERNEL },
	{ "split", IRQCHIP_SPLIT },
	{ 0 },
};

#define PARAM_IRQCHIP_BOTH                                  \
	{                                                   \
		.name = "irqchip", .target = PARAM_IRQCHIP, \
		.values = irqchip_values,                   \
	}

const struct bench timer_benchmarks[] = {
	{
		.name = "timer/tscdeadline-immed",
		.summary =
			"from the WRMSR of an expired TSC deadline to the handler",
		.counts_long = true,
		.payload = "wrmsr-interrupt",
		.needs = "guest:tsc-deadline-timer",
		/* A deadline of 1 is long past; 0 would disarm the timer. */
		.arg = { [ABI_ARG_MSR] = MSR_TSC_DEADLINE, [ABI_ARG_VALUE] = 1 },
		.expect = { { EXPECT_EACH, "irq_injections", 1 } },
	},
	{
		.name = "timer/tscdeadline",
		.summary = "from the TSC deadline to the handler",
		.counts_long = true,
		.payload = "timer-tscdeadline",
		.needs = "guest:tsc-deadline-timer",
		.params = { { .name = "delay",
			      .arg = ABI_ARG_DELAY_NS,
			      .values = delay_values },
			    { .name = "wait",
			      .arg = ABI_ARG_WAIT,
			      .values = wait_values } },
		.expect = { { EXPECT_EACH, "irq_injections", 1 },
			    { EXPECT_EACH, "halt_exits", 1, "wait=hlt" } },
	},
	{
		.name = "timer/tscdeadline-smp",
		.summary =
			"the same while a second vCPU's timer fires at the same rate",
		.counts_long = true,
		.payload = "timer-tscdeadline",
		.needs = "guest:tsc-deadline-timer",
		.vcpus = 2,
		.arg = { [ABI_ARG_DELAY_NS] = MS, [ABI_ARG_WAIT] = ABI_WAIT_HLT },
		.expect = { { EXPECT_EACH, "irq_injections", 1 },
			    { EXPECT_EACH, "halt_exits", 1 } },
	},
	{
		.name = "timer/tscdeadline-moved",
		.summary =
			"the same, the vCPU moved to another pCPU after it armed",
		.counts_long = true,
		.payload = "timer-move",
		.needs = "guest:tsc-deadline-timer,cpus>=2",
		.uses_helper_cpu = true,
		.arg = { [ABI_ARG_DELAY_NS] = MS },
		.expect = { { EXPECT_EACH, "irq_injections", 1 },
			    { EXPECT_EACH, "halt_exits", 1 },
			    { EXPECT_EACH, "userspace_exits", 1 } },
	},
	{
		.name = "timer/one-shot",
		.summary =
			"from the LAPIC timer's expiry, 1 ms after its WRMSR, to the handler",
		.counts_long = true,
		.payload = "timer-lapic",
		.needs = "guest:x2apic",
		.arg = { [ABI_ARG_DELAY_NS] = MS },
		.params = { PARAM_IRQCHIP_BOTH },
		.expect = { { EXPECT_EACH, "irq_injections", 1 } },
	},
	{
		.name = "timer/periodic",
		.summary =
			"jitter: the time between two handlers against the period, 1 ms",
		.counts_long = true,
		.payload = "timer-lapic",
		.needs = "guest:x2apic",
		.arg = { [ABI_ARG_DELAY_NS] = MS, [ABI_ARG_PERIODIC] = 1 },
		.params = { PARAM_IRQCHIP_BOTH },
		.expect = { { EXPECT_EACH, "irq_injections", 1 },
			    { EXPECT_EACH, "halt_exits", 1 } },
	},
	{ 0 },
};
