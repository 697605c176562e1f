/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The instructions whose price insn/ asks for, as assembler text. Guests, the
 * host and the module of scripts/probe execute the same bytes: ABI_INSN_COPIES
 * of them in a row against twice as many. Each copy stands for itself, but for
 * what the instruction reads and writes by nature; so the price is that of a
 * busy pipeline and not of a chain of results.
 *
 * Operands: RAX and RDX are 0; RCX is INSN_..._RCX, an MSR, or 0.
 */
#ifndef VMB_INSN_TEXT_H
#define VMB_INSN_TEXT_H

/* How many copies of an instruction stand behind a sample of insn/. Even. */
#define ABI_INSN_COPIES 100
/* The least of so many tries is taken: noise only adds. */
#define ABI_INSN_ROUNDS 8

#define INSN_NOP      "nop"
#define INSN_LFENCE   "lfence"
#define INSN_RDTSC    "rdtsc"
#define INSN_RDTSCP   "rdtscp"
#define INSN_RDPID    "rdpid %%rax"
#define INSN_RDGSBASE "rdgsbase %%rax"
#define INSN_WRGSBASE "wrgsbase %%rax"
#define INSN_SWAPGS   "swapgs"
#define INSN_RDMSR    "rdmsr"
#define INSN_WRMSR    "wrmsr"

/* Linux's __CPUNODE_SEG, as its vDSO and its paranoid entry read it. */
#define INSN_LSL     "lsl %%ecx, %%eax"
#define INSN_LSL_RCX 0x7b

#define INSN_STRING_(text) #text
#define INSN_STRING(text)  INSN_STRING_(text)
/* @times (1 or 2) x ABI_INSN_COPIES copies. */
#define INSN_UNROLL(times, op) \
	".rept " #times " * " INSN_STRING(ABI_INSN_COPIES) "\n" op "\n.endr\n"

#endif
