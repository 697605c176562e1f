/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Bits of control registers and EFER, for guests (SDM vol. 3, 2.2.1 and 2.5). */
#ifndef VMB_CONTROL_BITS_H
#define VMB_CONTROL_BITS_H

#define CR0_PE	     (1ul << 0)
#define CR0_MP	     (1ul << 1)
#define CR0_ET	     (1ul << 4)
#define CR0_NE	     (1ul << 5)
#define CR0_WP	     (1ul << 16)
#define CR0_PG	     (1ul << 31)
#define CR4_PAE	     (1ul << 5)
#define CR4_PGE	     (1ul << 7)
#define CR4_PCE	     (1ul << 8)
#define CR4_FSGSBASE (1ul << 16)
#define CR4_OSXSAVE  (1ul << 18)
#define EFER_LME     (1ul << 8)
#define EFER_LMA     (1ul << 10)

/* Value of DR7 after a reset: no breakpoint; the bit is always one. */
#define DR7_RESET 0x400ul

#endif
