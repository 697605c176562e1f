/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the handlers of nmi/guest-paranoid (payload/nmi-paranoid.S) and their
 * payload share. GS points to one of two areas in turn: the kernel's, which
 * has a high address, and the user's, which has a low one. What lies in them:
 */
#ifndef VMB_PARANOID_H
#define VMB_PARANOID_H

#define PER_CPU_NMIS 0 /* how many NMIs were counted here */
#define PER_CPU_NAME 8 /* whose area it is: enum owner */

#define PER_CPU_OFFSETS 8 /* entries of per_cpu_offset[] */

#ifndef __ASSEMBLER__

#include "measure.h"

struct per_cpu {
	uint64_t nmis;
	uint64_t name;
};

/* Of no matter what kind; [halts][enum abi_base][enum abi_part]. */
extern const void *const paranoid_handlers[2][ABI_BASES][ABI_PARTS];

/* Where the area of each CPU is, by its number. */
extern uint64_t per_cpu_offset[PER_CPU_OFFSETS];

/*
 * Wait for the handler, as NMIs need no open interrupts: with AWAIT, there is
 * no STI in front of the op and no CLI behind the loop.
 */
#define OPEN_AWAIT ""
#define WAIT_AWAIT                  \
	"1:\n"                      \
	"cmpq $0, irq_tsc(%%rip)\n" \
	"je 1b\n"

/* TSC ticks between the handler's two TSC reads: the first is left in R8. */
#define ENTERED_INTERRUPT(mode, op, a, c, d)                                   \
	({                                                                     \
		uint64_t entered_ = INTERRUPT_BETWEEN(LOAD_OPERANDS, mode, op, \
						      "", a, c, d)             \
					    .before;                           \
		irq_tsc - entered_;                                            \
	})

/* The TSC when the interrupted code goes on, the handler being through. */
#define RETURNED_INTERRUPT(mode, op, a, c, d) \
	(INTERRUPT_BETWEEN(LOAD_OPERANDS, mode, op, SECOND_TSC, a, c, d).after)

/* TSC ticks from before the op to then. */
#define TIMED_RETURN(mode, op, a, c, d)                            \
	({                                                         \
		struct stamps stamps_ = INTERRUPT_BETWEEN(         \
			FIRST_TSC, mode, op, SECOND_TSC, a, c, d); \
		stamps_.after - stamps_.before;                    \
	})

#endif /* __ASSEMBLER__ */

#endif
