/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Selectors, vectors, stacks and flags shared by start.S and the C code. */
#ifndef VMB_SEGMENTS_H
#define VMB_SEGMENTS_H

#define KERNEL_CS    0x08
#define KERNEL_SS    0x10
#define USER_SS	     (0x18 | 3)
#define USER_CS	     (0x20 | 3)
#define TSS_SELECTOR 0x80 /* of vCPU 0; the others' follow */
#define CPU_NODE     (0x78 | 3) /* its limit is a number, as in Linux: for LSL */

/* That number, also in TSC_AUX: node 1, CPU 3. Linux keeps the CPU in 12 bits. */
#define CPU_NUMBER	3
#define CPU_NUMBER_MASK 0xfff
#define CPU_NODE_NUMBER (1 << 12 | CPU_NUMBER)

/* SDM vol. 3, table 6-1. */
#define NMI_VECTOR	    2
#define DOUBLE_FAULT_VECTOR 8
#define GP_VECTOR	    13
#define SPURIOUS_VECTOR	    0x3f /* of the LAPIC; its low four bits must be ones */
#define NR_VECTORS	    64

#define RING0_STACK_SIZE 8192

/* IST numbers in the TSS. */
#define IST_NONE	 0
#define IST_NMI		 1
#define IST_DOUBLE_FAULT 2

/* IF, IOPL 3 and the bit that is always one. */
#define RFLAGS_RING3 0x3202

#endif
