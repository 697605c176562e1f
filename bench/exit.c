// SPDX-License-Identifier: GPL-2.0-or-later
/* Events that leave the guest and come back. */

#include "bench/answer.h"
#include "bench/bench.h"
#include "bench/ioeventfd.h"
#include "bench/touch.h"
#include "bench/waker.h"

static const struct param_value idle_values[] = {
	{ "20us", 20000 },
	{ "1ms", 1000000 },
	{ 0 },
};

static const struct param_value pio_match_values[] = {
	{ "wildcard", IOEVENTFD_WILDCARD },
	{ "datamatch", IOEVENTFD_DATAMATCH },
	{ 0 },
};

static const struct param_value mmio_match_values[] = {
	{ "wildcard", IOEVENTFD_WILDCARD },
	{ "datamatch", IOEVENTFD_DATAMATCH },
	{ "any-length", IOEVENTFD_ANY_LENGTH },
	{ 0 },
};

static const struct param_value backing_values[] = {
	{ "present", TOUCH_PRESENT },
	{ "absent", TOUCH_ABSENT },
	{ 0 },
};

const struct bench exit_benchmarks[] = {
	{
		.name = "exit/cpuid",
		.summary = "CPUID leaf 0, handled in the kernel",
		.payload = "exit-cpuid",
		.params = { PARAM_CPL_BOTH },
		.expect = { EXPECT_KERNEL },
	},
	{
		.name = "exit/vmcall",
		.summary = "VMCALL (VMMCALL on AMD), a hypercall without work",
		/* Elsewhere it goes to the hypervisor below, or nowhere. */
		.needs = "backend:vmx|svm",
		.payload = "exit-vmcall",
		.params = { PARAM_CPL_BOTH },
		.expect = { { EXPECT_EACH, "exits", 1 },
			    { EXPECT_EACH, "hypercalls", 1 } },
	},
	{
		.name = "exit/invd",
		.summary = "INVD, which KVM skips",
		.payload = "exit-invd",
		.expect = { EXPECT_KERNEL },
	},
	{
		.name = "exit/wbinvd",
		.summary = "WBINVD, which KVM skips without non-coherent DMA",
		.payload = "exit-wbinvd",
		.expect = { { EXPECT_ALL_OR_NONE, "exits", 1 } },
	},
	{
		.name = "exit/mov-from-cr8",
		.summary = "MOV from CR8, the task priority",
		.payload = "exit-mov-from-cr8",
		.expect = { { EXPECT_ALL_OR_NONE, "exits", 1 } },
	},
	{
		.name = "exit/mov-to-cr8",
		.summary = "MOV to CR8, the priority it has",
		.payload = "exit-mov-to-cr8",
		.expect = { { EXPECT_ALL_OR_NONE, "exits", 1 } },
	},
	{
		.name = "exit/cr0-wp",
		.summary = "MOV to CR0 that sets WP or clears it in turn",
		.payload = "exit-cr0-wp",
		.expect = { { EXPECT_ALL_OR_NONE, "exits", 1 } },
	},
	{
		.name = "exit/cr4-pge",
		.summary = "MOV to CR4 that sets PGE or clears it in turn",
		.payload = "exit-cr4-pge",
		.expect = { { EXPECT_ALL_OR_NONE, "exits", 1 } },
	},
	{
		/* KVM lets go of the DRs until the next exit. */
		.name = "exit/mov-from-dr7",
		.summary = "MOV from DR7",
		.payload = "exit-mov-from-dr7",
		.expect = { { EXPECT_ALL_OR_NONE, "exits", 1 } },
	},
	{
		.name = "exit/mov-to-dr7",
		.summary = "MOV to DR7, without breakpoints",
		.payload = "exit-mov-to-dr7",
		.expect = { { EXPECT_ALL_OR_NONE, "exits", 1 } },
	},
	{
		.name = "exit/rdpmc",
		.summary = "RDPMC of counter 0",
		.payload = "exit-rdpmc",
		.params = { PARAM_CPL_BOTH },
		/* A mediated PMU passes it through. */
		.expect = { { EXPECT_ALL_OR_NONE, "exits", 1 } },
	},
	{
		.name = "exit/xsetbv",
		.summary = "XSETBV of XCR0, every feature the guest has",
		.payload = "exit-xsetbv",
		.needs = "guest:xsave",
		.expect = { EXPECT_KERNEL },
	},
	{
		.name = "exit/pio-kernel",
		.summary = "8-bit IN from the in-kernel PIC's mask",
		.payload = "exit-pio-kernel",
		.params = { PARAM_CPL_BOTH },
		.expect = { EXPECT_KERNEL },
	},
	{
		.name = "exit/pio-kernel-out",
		.summary = "8-bit OUT to the in-kernel PIC's mask",
		.payload = "exit-pio-kernel-out",
		.params = { PARAM_CPL_BOTH },
		.expect = { EXPECT_KERNEL },
	},
	{
		.name = "exit/pio-ioeventfd",
		.summary = "32-bit OUT to a port that signals an eventfd",
		.payload = "exit-pio-ioeventfd",
		.params = { PARAM_CPL_BOTH,
			    { .name = "match",
			      .arg = ABI_ARG_MATCH,
			      .values = pio_match_values } },
		.expect = { { EXPECT_EACH, "exits", 1 },
			    { EXPECT_EACH, "userspace_exits", 0 },
			    { EXPECT_EACH, IOEVENTFD_COUNT, 1 } },
		.setup = ioeventfd_pio,
		.teardown = ioeventfd_close,
		.count_name = IOEVENTFD_COUNT,
		.count = ioeventfd_count,
	},
	{
		.name = "exit/pio-user",
		.summary = "32-bit OUT to a port that the monitor answers",
		.payload = "exit-pio-user",
		.params = { PARAM_CPL_BOTH },
		.expect = { EXPECT_USER },
	},
	{
		.name = "exit/pio-user-in",
		.summary = "32-bit IN from a port that the monitor answers",
		.payload = "exit-pio-user-in",
		.params = { PARAM_CPL_BOTH },
		.expect = { EXPECT_USER },
		.on_exit = answer_pio_in,
	},
	{
		.name = "exit/mmio-ioapic",
		.summary =
			"32-bit read of the in-kernel IOAPIC's index register",
		.payload = "exit-mmio-ioapic",
		.params = { PARAM_CPL_BOTH },
		.expect = { EXPECT_KERNEL },
	},
	{
		.name = "exit/mmio-ioeventfd",
		.summary = "32-bit write to an address that signals an eventfd",
		.payload = "exit-mmio-ioeventfd",
		.params = { PARAM_CPL_BOTH,
			    { .name = "match",
			      .arg = ABI_ARG_MATCH,
			      .values = mmio_match_values } },
		.expect = { { EXPECT_EACH, "exits", 1 },
			    { EXPECT_EACH, "userspace_exits", 0 },
			    { EXPECT_EACH, IOEVENTFD_COUNT, 1 } },
		.setup = ioeventfd_mmio,
		.teardown = ioeventfd_close,
		.count_name = IOEVENTFD_COUNT,
		.count = ioeventfd_count,
	},
	{
		.name = "exit/mmio-user",
		.summary =
			"32-bit write to an address that the monitor answers",
		.payload = "exit-mmio-user",
		.params = { PARAM_CPL_BOTH },
		.expect = { EXPECT_USER, { EXPECT_EACH, "mmio_exits", 1 } },
		.on_exit = answer_mmio,
	},
	{
		.name = "exit/mmio-user-in",
		.summary = "32-bit read of an address that the monitor answers",
		.payload = "exit-mmio-user-in",
		.params = { PARAM_CPL_BOTH },
		.expect = { EXPECT_USER, { EXPECT_EACH, "mmio_exits", 1 } },
		.on_exit = answer_mmio,
	},
	{
		/* How many exits it takes stands in the counter "exits". */
		.name = "exit/pause",
		.summary =
			"4,096 PAUSEs, which KVM may take for spinning (PLE)",
		.payload = "exit-pause",
		.params = { PARAM_CPL_BOTH },
		.expect = { { EXPECT_AT_MOST, "exits", ABI_PAUSE_BURST } },
	},
	{
		.name = "exit/page-fault",
		.summary =
			"write to a page that the guest never touched (EPT violation, NPF)",
		.payload = "exit-page-fault",
		.params = { PARAM_CPL_BOTH,
			    { .name = "backing",
			      .arg = ABI_ARG_BACKING,
			      .values = backing_values } },
		.expect = { { EXPECT_EACH, "exits", 1 },
			    { EXPECT_EACH, "pf_fixed", 1 } },
		.setup = touch_map,
		.teardown = touch_unmap,
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
		.uses_helper_cpu = true,
		.setup = waker_start,
		.teardown = waker_stop,
	},
	{ 0 },
};
