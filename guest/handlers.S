/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Handlers of the measured interrupt, and of exceptions that an op raises.
 * Those of interrupts save nothing: the code that waits
 * for them (measure.h) declares RAX, RCX and RDX as clobbered, and interrupts
 * are open nowhere else. So the first instruction can be the RDTSC.
 */
#include "msr-index.h"

	.macro end_of_interrupt
	mov $MSR_X2APIC_EOI, %ecx
	xor %eax, %eax
	xor %edx, %edx
	wrmsr
	.endm

	.macro store_tsc
	rdtsc
	shl $32, %rdx
	or %rdx, %rax
	mov %rax, irq_tsc(%rip)
	.endm

	.text
	.globl irq_timed, irq_counted, nmi_timed, nmi_counted
irq_timed:
	store_tsc
	end_of_interrupt
	iretq

irq_counted:
	movq $1, irq_tsc(%rip)
	end_of_interrupt
	iretq

nmi_timed:
	store_tsc
	iretq

nmi_counted:
	movq $1, irq_tsc(%rip)
	iretq

	.globl fault_skip_2
fault_skip_2:
	incq faults(%rip)
	addq $2, 8(%rsp)	/* RIP, above the error code */
	add $8, %rsp
	iretq

	.bss
	.globl faults
	.balign 8
faults:
	.skip 8
	.balign 64
	.globl irq_tsc
irq_tsc:
	.skip 64

	.section .note.GNU-stack, "", @progbits
