// SPDX-License-Identifier: GPL-2.0-or-later
/* LAPIC timer interrupts. */
#include "bench/bench.h"

static const struct param_value delay_values[] = {
	{ "100us", 100000 },
	{ "1ms", 1000000 },
	{ "5ms", 5000000 },
	{ 0 },
};

static const struct param_value wait_values[] = {
	{ "spin", ABI_WAIT_SPIN },
	{ "hlt", ABI_WAIT_HLT },
	{ 0 },
};

const struct bench timer_benchmarks[] = {
	{
		.name = "timer/tscdeadline-immed",
		.summary =
			"from the WRMSR of an expired TSC deadline to the handler",
		.payload = "timer-tscdeadline-immed",
		.needs = "guest:tsc-deadline-timer",
		.expect = { { EXPECT_EACH, "irq_injections", 1 } },
	},
	{
		.name = "timer/tscdeadline",
		.summary = "from the TSC deadline to the handler",
		.payload = "timer-tscdeadline",
		.needs = "guest:tsc-deadline-timer",
		.params = { { .name = "delay",
			      .arg = ABI_ARG_DELAY_NS,
			      .values = delay_values },
			    { .name = "wait",
			      .arg = ABI_ARG_WAIT,
			      .values = wait_values } },
		.expect = { { EXPECT_EACH, "irq_injections", 1 } },
	},
	{ 0 },
};
