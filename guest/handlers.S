/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Handlers of the measured interrupt, and of exceptions that an op raises.
 * Those of interrupts save nothing: the code that waits for them (measure.h)
 * declares RAX, RCX and RDX as clobbered, and interrupts are open nowhere else.
 * So the first instruction can be the RDTSC.
 */
#include "abi.h"
#include "msr-index.h"
#include "nmi-wake.h"

	.macro end_of_interrupt
	mov $MSR_X2APIC_EOI, %ecx
	xor %eax, %eax
	xor %edx, %edx
	wrmsr
	.endm

	.macro send_nmi_to_self
	mov $MSR_X2APIC_ICR, %ecx
	mov $APIC_ICR_NMI_TO_0, %eax
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
	wake_for_good
	iretq

nmi_counted:
	movq $1, irq_tsc(%rip)
	wake_for_good
	iretq

	.globl fault_skip_2
fault_skip_2:
	incq faults(%rip)
	addq $2, 8(%rsp)	/* RIP, above the error code */
	add $8, %rsp
	iretq

/*
 * On the receiving vCPUs of an IPI: each stores its TSC in a slot of its own
 * and is counted.
 */
	.globl irq_arrived_timed, irq_arrived_counted, irq_replying
irq_arrived_timed:
	rdtsc
	shl $32, %rdx
	or %rdx, %rax
	mov $1, %ecx
	lock xadd %ecx, arrival_slots(%rip)
	mov %rax, arrival_tsc(, %rcx, 8)
	lock incl arrivals(%rip)
	end_of_interrupt
	iretq

irq_arrived_counted:
	lock incl arrivals(%rip)
	end_of_interrupt
	iretq

/* Answers vCPU 0 at once, by an IPI with ABI_VECTOR. */
irq_replying:
	mov $MSR_X2APIC_ICR, %ecx
	mov $(ABI_VECTOR | APIC_ICR_ASSERT), %eax
	xor %edx, %edx
	wrmsr
	end_of_interrupt
	iretq

/*
 * NMIs are blocked until IRET: the first sends the second, which arrives after
 * the IRET that stamp_tsc stands in front of.
 */
	.globl nmi_blocked_timed, nmi_blocked_counted
nmi_blocked_timed:
	rdtsc
	shl $32, %rdx
	or %rdx, %rax
	cmpl $0, nmi_nested(%rip)
	jne 1f
	movl $1, nmi_nested(%rip)
	send_nmi_to_self
	rdtsc
	shl $32, %rdx
	or %rdx, %rax
	mov %rax, stamp_tsc(%rip)
	iretq
1:	movl $0, nmi_nested(%rip)
	mov %rax, irq_tsc(%rip)
	iretq

nmi_blocked_counted:
	cmpl $0, nmi_nested(%rip)
	jne 1f
	movl $1, nmi_nested(%rip)
	send_nmi_to_self
	iretq
1:	movl $0, nmi_nested(%rip)
	movq $1, irq_tsc(%rip)
	iretq

	.bss
	.globl faults
	.balign 8
faults:
	.skip 8
	.balign 64
	.globl irq_tsc, stamp_tsc
irq_tsc:
	.skip 8
stamp_tsc:
	.skip 8
nmi_nested:
	.skip 4

	.balign 64
	.globl arrivals, arrivals_wanted, arrival_slots, arrival_tsc
arrivals:
	.skip 4
arrivals_wanted:
	.skip 4
arrival_slots:
	.skip 8
arrival_tsc:
	.skip 8 * ABI_MAX_VCPUS

	.section .note.GNU-stack, "", @progbits
