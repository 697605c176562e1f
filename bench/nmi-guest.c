// SPDX-License-Identifier: GPL-2.0-or-later
/* What an NMI costs inside of a guest that handles it as Linux does. */
#include "bench/bench.h"
#include "bench/halt-waker.h"
#include "guest/msr-index.h"

#define HALTED_NS 50000 /* from the guest's announcement to the MSI */

static const struct param_value base_values[] = {
	{ "rdpid", ABI_BASE_RDPID, "guest:rdpid" },
	{ "lsl", ABI_BASE_LSL },
	{ "rdgsbase", ABI_BASE_RDGSBASE },
	{ "rdmsr", ABI_BASE_RDMSR },
	{ 0 },
};

static const struct param_value from_values[] = {
	{ "ring0", ABI_FROM_RING0, "guest:x2apic" },
	{ "ring3", ABI_FROM_RING3 },
	{ "hlt", ABI_FROM_HLT, "guest-tsc=host-tsc,cap:ioeventfd" },
	{ 0 },
};

static const struct param_value part_values[] = {
	{ "deliver", ABI_PART_DELIVER },
	{ "entry", ABI_PART_ENTRY },
	{ "whole", ABI_PART_WHOLE },
	{ 0 },
};

/* Only a halted vCPU has to be woken. */
static int start(struct bench_context *context, struct error *err)
{
	if (context->arg[ABI_ARG_FROM] != ABI_FROM_HLT)
		return 0;
	return halt_waker_start(context, err);
}

static void stop(struct bench_context *context)
{
	if (context->data)
		halt_waker_stop(context);
}

const struct bench nmi_guest_benchmarks[] = {
	{
		.name = "nmi/guest-paranoid",
		.summary =
			"PART of an NMI whose handler finds its per-CPU data as Linux does, or did",
		.payload = "nmi-paranoid",
		.arg = { [ABI_ARG_DELAY_NS] = HALTED_NS,
			 [ABI_ARG_MSI] = APIC_ICR_NMI },
		.params = { { .name = "base",
			      .arg = ABI_ARG_BASE,
			      .values = base_values },
			    { .name = "from",
			      .target = PARAM_FROM,
			      .arg = ABI_ARG_FROM,
			      .values = from_values },
			    { .name = "part",
			      .arg = ABI_ARG_PART,
			      .values = part_values } },
		.expect = { { EXPECT_EACH, "nmi_injections", 1 },
			    { EXPECT_EACH, "userspace_exits", 1, "from=ring3" },
			    { EXPECT_EACH, "halt_exits", 1, "from=hlt" } },
		.uses_helper_cpu = true,
		.helper_when = "from=hlt",
		.setup = start,
		.teardown = stop,
	},
	{ 0 },
};
