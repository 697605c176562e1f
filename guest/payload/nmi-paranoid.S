/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Handlers of NMIs that enter as Linux 6.1 does where it must not trust GS:
 * paranoid_entry and the end of asm_exc_nmi in arch/x86/entry/entry_64.S,
 * GET_PERCPU_BASE in arch/x86/entry/calling.h. All registers are saved and
 * cleared, the GS base is made the kernel's, data is reached through it, and
 * all is put back. The four ways to the GS base are enum abi_base's:
 *
 *	rdmsr	 without FSGSBASE: a base with the sign bit set is the kernel's
 *	rdgsbase the same test, the base read by RDGSBASE. Linux cannot do so:
 *		 with FSGSBASE, a user may have such a base too
 *	lsl	 with FSGSBASE: save the base, and set that of the CPU whose
 *		 number is the limit of a segment
 *	rdpid	 the same, the number being TSC_AUX: Linux 5.9 went back to LSL
 *
 * The three parts have handlers of their own, so that no sample has more TSC
 * reads in it than its own two. test-payloads knows every byte.
 */
#include "msr-index.h"
#include "nmi-wake.h"
#include "paranoid.h"
#include "segments.h"

	/* Above the CPU's frame: an error code's place and 15 registers. */
	.equ FRAME_RIP, 16 * 8

	.macro save_registers
	cld
	push $-1
	.irp reg, rdi, rsi, rdx, rcx, rax, r8, r9, r10, r11, rbx, rbp, r12, \
		r13, r14, r15
	push %\reg
	.endr
	.irp reg, esi, edx, ecx, r8d, r9d, r10d, r11d, ebx, ebp, r12d, r13d, \
		r14d, r15d
	xor %\reg, %\reg
	.endr
	.endm

	.macro restore_registers
	.irp reg, r15, r14, r13, r12, rbp, rbx, r11, r10, r9, r8, rax, rcx, \
		rdx, rsi, rdi
	pop %\reg
	.endr
	add $8, %rsp
	.endm

	/* By the sign: EBX is 0 when the user's base is to be put back. */
	.macro enter_rdmsr
	mov $1, %ebx
	mov $MSR_GS_BASE, %ecx
	rdmsr
	test %edx, %edx
	js 1f
	xor %ebx, %ebx
	swapgs
1:
	.endm

	.macro enter_rdgsbase
	mov $1, %ebx
	rdgsbase %rdx
	test %rdx, %rdx
	js 1f
	xor %ebx, %ebx
	swapgs
1:
	.endm

	.macro leave_by_sign
	test %ebx, %ebx
	jnz 1f
	swapgs
1:
	.endm

	.macro leave_rdmsr
	leave_by_sign
	.endm

	.macro leave_rdgsbase
	leave_by_sign
	.endm

	/* By the CPU's number, which is in RAX: RBX is what was there before. */
	.macro set_base_of_cpu
	and $CPU_NUMBER_MASK, %rax
	mov per_cpu_offset(, %rax, 8), %rax
	wrgsbase %rax
	.endm

	.macro enter_lsl
	rdgsbase %rbx
	mov $CPU_NODE, %eax
	lsl %eax, %eax
	set_base_of_cpu
	.endm

	.macro enter_rdpid
	rdgsbase %rbx
	rdpid %rax
	set_base_of_cpu
	.endm

	.macro leave_lsl
	wrgsbase %rbx
	.endm

	.macro leave_rdpid
	wrgsbase %rbx
	.endm

	.macro leave base, halts
	incq %gs:PER_CPU_NMIS
	.if \halts
	wake_for_good FRAME_RIP(%rsp)
	.endif
	leave_\base
	restore_registers
	iretq
	.endm

	/* As in measure.h, to which the labels and registers belong. */
	.macro join_tsc
	shl $32, %rdx
	or %rdx, %rax
	.endm

	.macro handlers base, halts, suffix=
	.globl nmi_deliver_\base\suffix
nmi_deliver_\base\suffix:
	rdtsc
	join_tsc
	mov %rax, irq_tsc(%rip)
	save_registers
	enter_\base
	leave \base, \halts

	/* FIRST_TSC without its first LFENCE, the section, SECOND_TSC. */
	.globl nmi_entry_\base\suffix
nmi_entry_\base\suffix:
	rdtsc
	join_tsc
	mov %rax, %r8
	mov %r9, %rax
	mov %r10, %rcx
	mov %r11, %rdx
	lfence
	save_registers
	enter_\base
	lfence
	rdtsc
	lfence
	join_tsc
	mov %rax, irq_tsc(%rip)
	leave \base, \halts

	.globl nmi_whole_\base\suffix
nmi_whole_\base\suffix:
	save_registers
	enter_\base
	movq $1, irq_tsc(%rip)
	leave \base, \halts

	.pushsection .rodata
	.quad nmi_deliver_\base\suffix, nmi_entry_\base\suffix, \
		nmi_whole_\base\suffix
	.popsection
	.endm

	/* In the order of enum abi_base, and of enum abi_part above. */
	.section .rodata
	.balign 8
	.globl paranoid_handlers
paranoid_handlers:
	.text
	handlers rdpid, 0
	handlers lsl, 0
	handlers rdgsbase, 0
	handlers rdmsr, 0
	handlers rdpid, 1, _hlt
	handlers lsl, 1, _hlt
	handlers rdgsbase, 1, _hlt
	handlers rdmsr, 1, _hlt

	.bss
	.balign 64
	.globl per_cpu_offset
per_cpu_offset:
	.skip 8 * PER_CPU_OFFSETS

	.section .note.GNU-stack, "", @progbits
