/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a payload provides, and what it may use besides measure.h. */
#ifndef VMB_RUNTIME_H
#define VMB_RUNTIME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "abi.h"
#include "segments.h"

/* The payload's own code, in the ring that shared->cpl asks for. */
void payload(struct abi_shared *shared);

/* Called before it, in ring 0; a payload may leave it out. */
void payload_prepare(struct abi_shared *shared);

/*
 * What the other vCPUs do, in ring 0 with interrupts off, where shared->vcpus
 * is not 1; they are ready to be interrupted when payload() begins. Nothing,
 * unless the payload defines it.
 */
void payload_secondary(struct abi_shared *shared, unsigned int vcpu);

/* End the launch; neither returns. @reason is a string constant. */
_Noreturn void guest_skip(const char *reason);
_Noreturn void guest_abort(const char *reason);

/* Send handlers of @vector to @handler on stack @ist. Any ring: it is memory. */
void set_gate(unsigned int vector, const void *handler, unsigned int ist);

/* Where an expected exception goes on; 0 when none is expected. */
extern volatile uint64_t fixup_rip;

/* RDMSR and WRMSR that survive #GP: false then. Ring 0. */
bool rdmsr_safe(uint32_t index, uint64_t *value);
bool wrmsr_safe(uint32_t index, uint64_t value);
/* Does RDPMC of counter @index, or XSETBV of XCR0, work? Ring 0. */
bool rdpmc_works(uint32_t index);
bool xsetbv_works(uint64_t value);

static inline void message(uint32_t text)
{
	asm volatile("outl %0, %w1" : : "a"(text), "Nd"(ABI_PORT) : "memory");
}

static inline uint64_t rdtsc(void)
{
	uint32_t low, high;

	asm volatile("rdtsc" : "=a"(low), "=d"(high));
	return (uint64_t)high << 32 | low;
}

/* TSC ticks in @ns nanoseconds. */
static inline uint64_t ns_to_ticks(const struct abi_shared *shared, uint64_t ns)
{
	return ns * shared->tsc_khz / 1000000;
}

static inline void set_cr4_bits(uint64_t bits)
{
	uint64_t cr4;

	asm volatile("mov %%cr4, %0" : "=r"(cr4));
	asm volatile("mov %0, %%cr4" : : "r"(cr4 | bits) : "memory");
}

static inline void wrmsr(uint32_t index, uint64_t value)
{
	asm volatile("wrmsr"
		     :
		     : "c"(index), "a"((uint32_t)value),
		       "d"((uint32_t)(value >> 32))
		     : "memory");
}

static inline uint64_t rdmsr(uint32_t index)
{
	uint32_t low, high;

	asm volatile("rdmsr" : "=a"(low), "=d"(high) : "c"(index));
	return (uint64_t)high << 32 | low;
}

#endif
