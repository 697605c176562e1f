/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Entry point, exception stubs and the way into ring 3. */

#include "abi.h"
#include "segments.h"

	.section .text.start, "ax"
	.globl start
start:
	/* abi.h: start_tsc is taken by the first instruction. */
	rdtsc
	shl $32, %rdx
	or %rdx, %rax
	mov %rdi, %rsi		/* the vCPU's number */
	mov %rax, %rdi
	lea 1(%rsi), %rcx
	imul $RING0_STACK_SIZE, %rcx
	lea ring0_stacks(%rcx), %rsp
	call runtime_main
1:	hlt
	jmp 1b

	.text
/*
 * One stub for each vector, 16 bytes apart from the first, so that the runtime
 * computes their addresses: nothing unexpected stays unseen. Error codes are
 * pushed by the CPU for the vectors below (SDM vol. 3, table 6-1); 0 stands in for the others.
 */
#define HAS_ERROR_CODE(v) ((v) == 8 || ((v) >= 10 && (v) <= 14) || \
			   (v) == 17 || (v) == 21 || (v) == 29 || (v) == 30)
	.balign 16
	.globl exception_stubs
exception_stubs:
	.set vector, 0
	.rept NR_VECTORS
	.balign 16
	.if !HAS_ERROR_CODE(vector)
	push $0
	.endif
	push $vector
	jmp exception_common
	.set vector, vector + 1
	.endr

exception_common:
	push %rax
	push %rcx
	push %rdx
	push %rsi
	push %rdi
	push %r8
	push %r9
	push %r10
	push %r11
	cld
	lea 72(%rsp), %rdi	/* struct exception_frame */
	call runtime_exception
	pop %r11
	pop %r10
	pop %r9
	pop %r8
	pop %rdi
	pop %rsi
	pop %rdx
	pop %rcx
	pop %rax
	add $16, %rsp		/* vector, error code */
	iretq

/* void enter_ring3(void (*function)(void)): does not return. */
	.globl enter_ring3
enter_ring3:
	push $USER_SS
	push $ring3_stack_top - 8
	push $RFLAGS_RING3
	push $USER_CS
	push %rdi
	iretq

	.bss
	.balign 16
ring0_stacks:
	.skip RING0_STACK_SIZE * ABI_MAX_VCPUS
	.skip 8192
ring3_stack_top:

	.section .note.GNU-stack, "", @progbits
