// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The price of single instructions: the difference of a row of copies and one
 * twice as long, for one copy. None of them should exit.
 */
#include "bench/bench.h"
#include "bench/insn-host.h"

static const struct param_value everywhere[] = {
	{ "guest0", WHERE_GUEST0 },
	{ "guest3", WHERE_GUEST3 },
	{ "host3", WHERE_HOST3 },
	{ 0 },
};

static const struct param_value ring0_only[] = {
	{ "guest0", WHERE_GUEST0 },
	{ 0 },
};

#define INSN(text, symbol, op, places)                                    \
	{                                                                 \
		.name = "insn/" text,                                     \
		.summary = "one " symbol " of many in a row",             \
		.payload = "insn-" text, .host = op,                      \
		.ops_per_sample = ABI_INSN_COPIES, .is_difference = true, \
		.params = { { .name = "where",                            \
			      .target = PARAM_WHERE,                      \
			      .values = places } },                       \
		.expect = { { EXPECT_EACH, "exits", 0 } },                \
	}

const struct bench insn_benchmarks[] = {
	INSN("nop", "NOP (the control)", &insn_nop_op, everywhere),
	INSN("lfence", "LFENCE", &insn_lfence_op, everywhere),
	INSN("rdtsc", "RDTSC", &insn_rdtsc_op, everywhere),
	INSN("rdtscp", "RDTSCP", &insn_rdtscp_op, everywhere),
	INSN("rdpid", "RDPID", &insn_rdpid_op, everywhere),
	INSN("lsl", "LSL of the CPU's number", &insn_lsl_op, everywhere),
	INSN("rdgsbase", "RDGSBASE", &insn_rdgsbase_op, everywhere),
	INSN("wrgsbase", "WRGSBASE", &insn_wrgsbase_op, everywhere),
	INSN("swapgs", "SWAPGS", NULL, ring0_only),
	INSN("rdmsr", "RDMSR of KERNEL_GS_BASE, passed through", NULL,
	     ring0_only),
	INSN("wrmsr", "WRMSR of KERNEL_GS_BASE, passed through", NULL,
	     ring0_only),
	{ 0 },
};
