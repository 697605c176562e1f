// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The price of single instructions: the difference of a row of copies and one
 * twice as long, for one copy. None of them should exit.
 */
#include "bench/bench.h"
#include "bench/insn-host.h"
#include "bench/insn-probe.h"
#include "guest/insn-text.h"

static const struct param_value everywhere[] = {
	{ "guest0", WHERE_GUEST0 },
	{ "guest3", WHERE_GUEST3 },
	{ "host3", WHERE_HOST3 },
	{ 0 },
};

static const struct param_value everywhere_and_ring0[] = {
	{ "guest0", WHERE_GUEST0 },
	{ "guest3", WHERE_GUEST3 },
	{ "host3", WHERE_HOST3 },
	{ "host0", WHERE_HOST0 },
	{ 0 },
};

static const struct param_value both_ring0[] = {
	{ "guest0", WHERE_GUEST0 },
	{ "host0", WHERE_HOST0 },
	{ 0 },
};

static const struct param_value host_ring0[] = {
	{ "host0", WHERE_HOST0 },
	{ 0 },
};

static const struct param_value ring0_only[] = {
	{ "guest0", WHERE_GUEST0 },
	{ 0 },
};

/* What all rows have. */
#define INSN_IN(text, symbol, places)                                       \
	.name = "insn/" text, .summary = "one " symbol " of many in a row", \
	.ops_per_sample = ABI_INSN_COPIES, .is_difference = true,           \
	.params = { { .name = "where",                                      \
		      .target = PARAM_WHERE,                                \
		      .values = places } },                                 \
	.expect = { { EXPECT_EACH, "exits", 0 } }

#define INSN(text, symbol, op, places)                                  \
	{                                                               \
		INSN_IN(text, symbol, places), .payload = "insn-" text, \
					       .host = op,              \
	}

/* With an op in the host's ring 0, of the module vmentry_probe. */
#define INSN_RING0(text, symbol, op, op0, places)                        \
	{                                                                \
		INSN_IN(text, symbol, places), .payload = "insn-" text,  \
					       .host = op, .host0 = op0, \
	}

#define INSN_HOST0(text, symbol, op0)                            \
	{                                                        \
		INSN_IN(text, symbol, host_ring0), .host0 = op0, \
	}

const struct bench insn_benchmarks[] = {
	INSN_RING0("nop", "NOP (the control)", &insn_nop_op, &insn_nop_host0_op,
		   everywhere_and_ring0),
	INSN("lfence", "LFENCE", &insn_lfence_op, everywhere),
	INSN("rdtsc", "RDTSC", &insn_rdtsc_op, everywhere),
	INSN("rdtscp", "RDTSCP", &insn_rdtscp_op, everywhere),
	INSN_RING0("rdpid", "RDPID", &insn_rdpid_op, &insn_rdpid_host0_op,
		   everywhere_and_ring0),
	INSN_RING0("lsl", "LSL of the CPU's number", &insn_lsl_op,
		   &insn_lsl_host0_op, everywhere_and_ring0),
	INSN("rdgsbase", "RDGSBASE", &insn_rdgsbase_op, everywhere),
	INSN("wrgsbase", "WRGSBASE", &insn_wrgsbase_op, everywhere),
	INSN_RING0("swapgs", "SWAPGS", NULL, &insn_swapgs_host0_op, both_ring0),
	INSN("rdmsr", "RDMSR of KERNEL_GS_BASE (passed through)", NULL,
	     ring0_only),
	INSN("wrmsr", "WRMSR of KERNEL_GS_BASE (passed through)", NULL,
	     ring0_only),
	INSN_HOST0("rdmsr-tsc-aux", "RDMSR of the pCPU's TSC_AUX",
		   &insn_rdmsr_tsc_aux_host0_op),
	INSN_HOST0("wrmsr-tsc-aux",
		   "WRMSR of the pCPU's TSC_AUX, the value that it has",
		   &insn_wrmsr_tsc_aux_host0_op),
	{ 0 },
};
