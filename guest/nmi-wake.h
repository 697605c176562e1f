/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * For handlers of NMIs, in assembler. NMIs do not wait for the STI in front of
 * the HLT of WAIT_HLT: one that came before the HLT goes on behind it, as
 * nothing else would end it. \rip: where the interrupted RIP is. Changes RDX.
 */
#ifndef VMB_NMI_WAKE_H
#define VMB_NMI_WAKE_H

/* clang-format off */
	.macro wake_for_good rip=0(%rsp)
	mov \rip, %rdx
	cmpb $0xfb, (%rdx)	/* sti */
	jne 2f
	inc %rdx
2:	cmpb $0xf4, (%rdx)	/* hlt */
	jne 3f
	inc %rdx
	mov %rdx, \rip
3:
	.endm
/* clang-format on */

#endif
