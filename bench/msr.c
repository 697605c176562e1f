// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * RDMSR and WRMSR, one pair of lines for each MSR with what becomes of it:
 *
 *	PASSED	 the guest accesses it itself, where the CPU and KVM can let it:
 *		 which ones differs between VMX and SVM, APICv and AVIC and, for
 *		 SPEC_CTRL and PRED_CMD, changes with the first write
 *	FAST	 KVM answers with interrupts still off, before its exit handlers
 *	KERNEL	 KVM's exit handlers answer
 *	MONITOR	 KVM_RUN returns, and the monitor answers
 *	FAULT	 KVM raises #GP, and the guest's handler goes on
 *
 * Left out: WRMSR of TSC. It moves the clock that times it; WRMSR of
 * TSC_ADJUST takes the same way through KVM.
 */
#include "bench/answer.h"
#include "bench/bench.h"
#include "bench/msr-filter.h"

/* How `list` calls a class, and what an op of it must cause. */
#define TEXT_PASSED "may be passed through"
#define EXPECT_PASSED                          \
	{                                      \
		EXPECT_ALL_OR_NONE, "exits", 1 \
	}
#define TEXT_FAST "may take KVM's fast path"
/* Linux 5.8 to 6.3 does not count an exit that re-enters at once. */
#define EXPECT_FAST                               \
	{ EXPECT_ALL_OR_NONE, "exits", 1 },       \
	{                                         \
		EXPECT_EACH, "userspace_exits", 0 \
	}
#define TEXT_KERNEL    "handled in KVM"
#define TEXT_MONITOR   "filtered to the monitor"
#define EXPECT_MONITOR EXPECT_USER
#define TEXT_FAULT     "#GP and back"
#define EXPECT_FAULT   EXPECT_KERNEL

/* What is left of an initialiser, such as a value to write, comes last. */
#define OP(kind, instruction, by, text, index, symbol, class, needed, ...) \
	{                                                                  \
		.name = "msr/" kind "-" text,                              \
		.summary = instruction " of " symbol ", " TEXT_##class,    \
		.payload = by, .needs = needed, .arg[ABI_ARG_MSR] = index, \
		.expect = { EXPECT_##class }, __VA_ARGS__                  \
	}
#define RD(...)	       OP("rd", "RDMSR", "msr-rd", __VA_ARGS__)
#define WR(...)	       OP("wr", "WRMSR", "msr-wr", __VA_ARGS__)
#define RD_BY(by, ...) OP("rd", "RDMSR", by, __VA_ARGS__)
#define WR_BY(by, ...) OP("wr", "WRMSR", by, __VA_ARGS__)
/* A write puts back the value that was read. */
#define RD_WR(...) RD(__VA_ARGS__, ), WR(__VA_ARGS__, )

#define WRITE_VALUE(number) \
	.arg[ABI_ARG_WRITE] = ABI_WRITE_VALUE, .arg[ABI_ARG_VALUE] = number
#define WRITE_TOGGLE(bits) \
	.arg[ABI_ARG_WRITE] = ABI_WRITE_TOGGLE, .arg[ABI_ARG_VALUE] = bits

/* To no APIC: fixed, physical destination 254, which no guest has (x2APIC). */
#define ICR_TO_NOBODY 0xfe00000030

/* In no table of KVM's, nor in any CPU's. */
#define UNKNOWN_MSR 0xdeadbeef
#define MONITOR_MSR 0xdeadbee0

#define SYSCALL "guest:syscall"
#define X2APIC	"guest:x2apic"

const struct bench msr_benchmarks[] = {
	RD_WR("tsc-aux", 0xc0000103, "TSC_AUX", PASSED, "guest:rdtscp|rdpid"),
	RD_WR("tsc-adjust", 0x3b, "TSC_ADJUST", KERNEL, "guest:tsc-adjust"),
	RD("tsc", 0x10, "TSC", PASSED, NULL, ),
	RD("tsc-deadline", 0x6e0, "TSC_DEADLINE", KERNEL,
	   "guest:tsc-deadline-timer", ),
	WR_BY("msr-wr-tsc-deadline", "tsc-deadline", 0x6e0,
	      "TSC_DEADLINE, 10 s ahead", FAST, "guest:tsc-deadline-timer", ),
	RD_WR("apic-base", 0x1b, "APIC_BASE", KERNEL, NULL),
	RD_WR("x2apic-tpr", 0x808, "the x2APIC's TPR", PASSED, X2APIC),
	RD("x2apic-icr", 0x830, "the x2APIC's ICR", PASSED, X2APIC, ),
	WR("x2apic-icr", 0x830, "the x2APIC's ICR, an IPI to nobody", FAST,
	   X2APIC, WRITE_VALUE(ICR_TO_NOBODY)),
	WR_BY("msr-wr-x2apic-self-ipi", "x2apic-self-ipi", 0x83f,
	      "the x2APIC's SELF_IPI, the vector pending already", PASSED,
	      X2APIC, ),
	WR("x2apic-eoi", 0x80b, "the x2APIC's EOI, no interrupt in service",
	   PASSED, X2APIC, WRITE_VALUE(0)),
	RD_WR("fs-base", 0xc0000100, "FS_BASE", PASSED, NULL),
	RD_WR("gs-base", 0xc0000101, "GS_BASE", PASSED, NULL),
	RD_WR("kernel-gs-base", 0xc0000102, "KERNEL_GS_BASE", PASSED, NULL),
	RD_WR("star", 0xc0000081, "STAR", PASSED, SYSCALL),
	RD_WR("lstar", 0xc0000082, "LSTAR", PASSED, SYSCALL),
	RD_WR("syscall-mask", 0xc0000084, "SYSCALL_MASK", PASSED, SYSCALL),
	RD_WR("sysenter-cs", 0x174, "SYSENTER_CS", PASSED, "guest:sep"),
	RD_WR("sysenter-esp", 0x175, "SYSENTER_ESP", PASSED, "guest:sep"),
	RD_WR("sysenter-eip", 0x176, "SYSENTER_EIP", PASSED, "guest:sep"),
	RD_WR("efer", 0xc0000080, "EFER", KERNEL, NULL),
	RD_WR("pat", 0x277, "PAT", KERNEL, "guest:pat"),
	RD_WR("misc-enable", 0x1a0, "MISC_ENABLE", KERNEL, NULL),
	RD_WR("mtrr-def-type", 0x2ff, "MTRRdefType", KERNEL, "guest:mtrr"),
	RD("spec-ctrl", 0x48, "SPEC_CTRL", PASSED,
	   "guest:spec-ctrl|amd-ibrs|amd-stibp|amd-ssbd", ),
	WR("spec-ctrl", 0x48, "SPEC_CTRL, IBRS set or cleared in turn", PASSED,
	   "guest:spec-ctrl|amd-ibrs", WRITE_TOGGLE(1)),
	WR("pred-cmd", 0x49, "PRED_CMD, an IBPB", PASSED,
	   "guest:spec-ctrl|amd-ibpb", WRITE_VALUE(1)),
	WR("flush-cmd", 0x10b, "FLUSH_CMD, the L1D cache", PASSED,
	   "guest:flush-l1d", WRITE_VALUE(1)),
	RD_WR("tsx-ctrl", 0x122, "TSX_CTRL", KERNEL, "guest:arch-capabilities"),
	RD_WR("xss", 0xda0, "XSS", PASSED, "guest:xsaves"),
	RD_WR("perf-global-ctrl", 0x38f, "PERF_GLOBAL_CTRL", PASSED, NULL),
	RD_BY("msr-rd-fault", "unknown", UNKNOWN_MSR, "an MSR that is none",
	      FAULT, NULL, ),
	WR_BY("msr-wr-fault", "unknown", UNKNOWN_MSR, "an MSR that is none",
	      FAULT, NULL, ),
	RD("user", MONITOR_MSR, "an MSR of the monitor", MONITOR, NULL,
	   .setup = msr_filter_set, .on_exit = answer_msr),
	WR("user", MONITOR_MSR, "an MSR of the monitor", MONITOR, NULL,
	   WRITE_VALUE(0), .setup = msr_filter_set, .on_exit = answer_msr),
	{ 0 },
};
