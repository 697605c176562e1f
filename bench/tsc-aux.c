// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What TSC_AUX costs per VM-entry. KVM has to give the guest its own value. A
 * kernel may put the host's back after each exit, or only at the next context
 * switch, or only before user space runs again, where alone it is read. The
 * counters msr_writes:TSC_AUX and msr_reads:TSC_AUX of these rows tell which: in
 * a loop of exits that the kernel handles, the last two hardly ever do.
 */
#include <x86intrin.h>

#include "bench/bench.h"
#include "harness/vm.h"

#define BLOCKED_NS 1000000 /* beyond halt polling: the vCPU is scheduled out */

enum value {
	VALUE_HOST,
	VALUE_OTHER
};

static const struct param_value shape_values[] = {
	{ "kernel", ABI_SHAPE_KERNEL },
	{ "user", ABI_SHAPE_USER },
	{ "blocked", ABI_SHAPE_BLOCKED },
	{ 0 },
};

static const struct param_value aux_values[] = {
	{ "same", VALUE_HOST },
	{ "different", VALUE_OTHER },
	{ 0 },
};

/* The guest's value: this pCPU's own, or one that no pCPU has. */
static int setup(struct bench_context *context, struct error *err)
{
	volatile struct abi_shared *shared = vm_shared(context->vm);
	unsigned int aux;

	(void)err;
	__rdtscp(&aux);
	if (context->arg[ABI_ARG_VALUE] == VALUE_OTHER)
		aux = ~aux;
	shared->arg[ABI_ARG_VALUE] = aux;
	return 0;
}

const struct bench tsc_aux_benchmarks[] = {
	{
		.name = "msr/tsc-aux-per-entry",
		.summary =
			"a VM-entry after an exit of SHAPE, the guest's TSC_AUX as the host's or not",
		.payload = "tsc-aux-entry",
		.needs = "guest:rdtscp|rdpid,guest:tsc-deadline-timer",
		.arg = { [ABI_ARG_DELAY_NS] = BLOCKED_NS },
		.params = { { .name = "shape",
			      .arg = ABI_ARG_SHAPE,
			      .values = shape_values },
			    { .name = "aux",
			      .arg = ABI_ARG_VALUE,
			      .values = aux_values } },
		.expect = { { EXPECT_EACH, "exits", 1, "shape=kernel" },
			    { EXPECT_EACH, "userspace_exits", 1, "shape=user" },
			    { EXPECT_EACH, "halt_exits", 1, "shape=blocked" } },
		.setup = setup,
	},
	{ 0 },
};
