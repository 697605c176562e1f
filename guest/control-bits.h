/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Bits of control registers that guests set (SDM vol. 3, 2.5). */
#ifndef VMB_CONTROL_BITS_H
#define VMB_CONTROL_BITS_H

#define CR0_WP	     (1ul << 16)
#define CR4_PGE	     (1ul << 7)
#define CR4_PCE	     (1ul << 8)
#define CR4_FSGSBASE (1ul << 16)
#define CR4_OSXSAVE  (1ul << 18)

/* Value of DR7 after a reset: no breakpoint; the bit is always one. */
#define DR7_RESET 0x400ul

#endif
