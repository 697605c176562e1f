/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A guest of a few instructions, for ops of the host that enter one: no
 * runtime, no messages. Its exits are 32-bit OUTs to ABI_PORT_NOP, from ring 0
 * or ring 3.
 */
#ifndef VMB_TINY_GUEST_H
#define VMB_TINY_GUEST_H

#include "harness/error.h"
#include "harness/vm.h"

/* Assembler text: the TSC to @to, of 64 bits; RAX and RDX are lost. */
#define TINY_READ_TSC(to)  \
	"	lfence\n"        \
	"	rdtsc\n"         \
	"	lfence\n"        \
	"	shl $32, %rdx\n" \
	"	or %rax, %rdx\n" \
	"	mov %rdx, %" to "\n"

/* A number by its name. */
#define TINY_STRING_(x) #x
#define TINY_STRING(x)	TINY_STRING_(x)

/* At the guest address in RDI when the code starts; RDX has the port. */
struct tiny_data {
	uint64_t entered, left; /* TSC, or what the code makes of them */
};

/*
 * Make vCPU 0 of @vm begin with the @size bytes of @code in ring @cpl. The
 * memory of @vm need not hold anything.
 */
int tiny_guest_load(struct vm *vm, const void *code, size_t size, uint32_t cpl,
		    struct error *err);

struct tiny_data *tiny_guest_data(const struct vm *vm);

/* The monitor's address of byte @offset of the code. */
void *tiny_guest_code(const struct vm *vm, size_t offset);

/*
 * Give vCPU 0 the TSC_AUX of the pCPU that the caller is bound to. A guest's own
 * is in the register while KVM's run loop runs, and a kernel whose paranoid
 * entry trusts it (RDPID) takes another CPU's memory for its own when an NMI or
 * a #DB comes in between: who provokes one there calls this first.
 * 0; BENCH_SKIP and @err when the pCPU has the register and KVM does not let the
 * guest's be set.
 */
int tiny_guest_share_tsc_aux(const struct vm *vm, struct error *err);

/* After KVM_RUN returned @ret: -1 and why, unless it was the guest's OUT. */
int tiny_guest_check(const struct vm *vm, int ret, struct error *err);

#endif
