// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Reads and writes of MSRs; a write puts back the value that it read. Whether
 * one exits depends on the CPU vendor and on KVM's settings, except for those
 * that KVM emulates always.
 */
#include "bench/bench.h"

#define MSR(text, index, symbol, rule, needed)                      \
	{                                                           \
		.name = "msr/rd-" text,                             \
		.summary = "RDMSR of " symbol,                      \
		.payload = "msr-rd",                                \
		.needs = needed,                                    \
		.arg = { [ABI_ARG_MSR] = index },                   \
		.expect = { { rule, "exits", 1 } },                 \
	},                                                          \
	{                                                           \
		.name = "msr/wr-" text,                             \
		.summary = "WRMSR of " symbol ", the value it has", \
		.payload = "msr-wr", .needs = needed,               \
		.arg = { [ABI_ARG_MSR] = index },                   \
		.expect = { { rule, "exits", 1 } },                 \
	}

const struct bench msr_benchmarks[] = {
	MSR("tsc-aux", 0xc0000103, "TSC_AUX", EXPECT_ALL_OR_NONE,
	    "guest:rdtscp|rdpid"),
	MSR("tsc-adjust", 0x3b, "TSC_ADJUST", EXPECT_EACH, "guest:tsc-adjust"),
	MSR("kernel-gs-base", 0xc0000102, "KERNEL_GS_BASE", EXPECT_ALL_OR_NONE,
	    NULL),
	MSR("fs-base", 0xc0000100, "FS_BASE", EXPECT_ALL_OR_NONE, NULL),
	MSR("spec-ctrl", 0x48, "SPEC_CTRL", EXPECT_ALL_OR_NONE,
	    "guest:spec-ctrl|amd-ibrs|amd-stibp|amd-ssbd"),
	MSR("efer", 0xc0000080, "EFER", EXPECT_EACH, NULL),
	MSR("apic-base", 0x1b, "APIC_BASE", EXPECT_EACH, NULL),
	MSR("x2apic-tpr", 0x808, "the x2APIC's TPR", EXPECT_ALL_OR_NONE,
	    "guest:x2apic"),
	{ 0 },
};
