/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What guest/test/test-hostile.c does: by argument HOSTILE_ARG_WHAT. */
#ifndef VMB_HOSTILE_H
#define VMB_HOSTILE_H

#include "../abi.h"

#define HOSTILE_ARG_WHAT   ABI_ARG_VALUE
#define HOSTILE_ARG_MEMORY ABI_ARG_DELAY_NS /* how many bytes there are of it */

enum hostile {
	/* Memory. */
	HOSTILE_ALL_MEMORY, /* ones all over memory, its own code included */
	HOSTILE_PAGE_TABLES, /* no address is mapped any more */
	HOSTILE_IDT, /* every gate is garbage, then an exception */
	HOSTILE_SHARED, /* ones in the shared page, then all is well */
	HOSTILE_SAMPLES, /* negative ticks in every sample */
	HOSTILE_RACE, /* vCPU 1 writes the shared page all the while */
	HOSTILE_PEER, /* vCPU 1 triple-faults while vCPU 0 spins */

	/* What it claims. */
	HOSTILE_MANY_SAMPLES, /* one more than fits */
	HOSTILE_2_TO_63, /* samples, likewise */
	HOSTILE_COUNTED_2_TO_63, /* ops in the counted pass */
	HOSTILE_COUNTED_NONE, /* no op there */
	HOSTILE_DONE, /* DONE and nothing else */
	HOSTILE_TWICE, /* one pass without end */
	HOSTILE_BAD_PASS,
	HOSTILE_UNKNOWN, /* a message that is none */
	HOSTILE_BREAK, /* an op above a bound that nobody set */
	HOSTILE_START, /* the other vCPUs, of which there are none */

	/* ABORT, whose reason is ... */
	HOSTILE_REASON_END, /* the last byte of memory, no NUL behind it */
	HOSTILE_REASON_BEHIND, /* the first byte behind it */
	HOSTILE_REASON_WRAPS, /* 2^64 - 1 */
	HOSTILE_REASON_HUGE, /* of a mebibyte */
	HOSTILE_REASON_ESCAPES, /* control characters and a terminal's escapes */
	HOSTILE_REASON_EMPTY,
	HOSTILE_EXCEPTION, /* none, but an exception that there is not */

	/* Exits. */
	HOSTILE_SHUTDOWN,
	HOSTILE_EXECUTE_MMIO, /* an instruction that nobody can emulate */
	HOSTILE_PORT_OUT8,
	HOSTILE_PORT_OUT16,
	HOSTILE_PORT_OUT32,
	HOSTILE_PORT_IN8,
	HOSTILE_PORT_IN32,
	HOSTILE_PORT_OUTS, /* a string, to the port of messages */
	HOSTILE_PORT_INS,
	HOSTILE_PORT_SMALL, /* a byte to the port of messages */
	HOSTILE_RESET, /* by the keyboard controller */
	HOSTILE_MMIO_READ,
	HOSTILE_MMIO_WRITE,
	HOSTILE_NO_MSR, /* RDMSR of what is none */
	HOSTILE_FILTERED_MSR, /* of ABI_ARG_MSR, which KVM asks the monitor for */

	/* No end. */
	HOSTILE_SPIN, /* interrupts off */
	HOSTILE_HALT, /* likewise */
	HOSTILE_INIT, /* INIT to itself, which waits for a SIPI then */
	HOSTILE_FLOOD_PORT, /* one that the monitor answers at once */
	HOSTILE_FLOOD_KERNEL, /* exits that KVM answers */
	HOSTILE_FLOOD_MOVE, /* to another pCPU and back */
	HOSTILE_FLOOD_NMI, /* by message, into a handler that sends the next */
	HOSTILE_ALL_MSRS, /* ones to MSRs, then spin */
	HOSTILES,
};

#endif
