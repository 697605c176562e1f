/* SPDX-License-Identifier: GPL-2.0-or-later */
/* IPIs from vCPU 0 to the others, for the payloads that send them. */
#ifndef VMB_IPI_H
#define VMB_IPI_H

#include "measure.h"
#include "msr-index.h"

/* Handlers of ABI_VECTOR_OTHERS (handlers.S), and what they leave. */
extern const char irq_arrived_timed[], irq_arrived_counted[], irq_replying[];
extern volatile uint32_t arrivals, arrivals_wanted, arrival_slots;
extern volatile uint64_t arrival_tsc[ABI_MAX_VCPUS];

/* Spin until all have arrived, for INTERRUPT() and STAMPED_INTERRUPT(). */
#define OPEN_ARRIVALS ""
#define WAIT_ARRIVALS                         \
	"mov arrivals_wanted(%%rip), %%ebx\n" \
	"1:\n"                                \
	"cmp %%ebx, arrivals(%%rip)\n"        \
	"jne 1b\n"

/* What the other vCPUs do: wait for interrupts, for ever. */
static inline void wait_for_interrupts(enum abi_wait wait)
{
	if (wait == ABI_WAIT_HLT)
		asm volatile("1: sti; hlt; jmp 1b"
			     :
			     :
			     : "rax", "rcx", "rdx", "cc", "memory");
	else
		asm volatile("sti; 1: jmp 1b"
			     :
			     :
			     : "rax", "rcx", "rdx", "cc", "memory");
}

/*
 * Time for the target to leave its handler and wait again: 50 us are enough
 * for it to halt, as each of its instructions is emulated at the worst.
 */
#define SETTLE_NS 50000

static inline void settle(const struct abi_shared *shared)
{
	uint64_t end = rdtsc() + ns_to_ticks(shared, SETTLE_NS);

	while (rdtsc() < end)
		asm volatile("pause");
}

#endif
