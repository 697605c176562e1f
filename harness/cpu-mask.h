/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Sets of pCPUs for the scheduler's calls. */
#ifndef VMB_CPU_MASK_H
#define VMB_CPU_MASK_H

#include <sched.h>
#include <stdbool.h>
#include <string.h>

/* As many as an x86 kernel can have (NR_CPUS): it refuses to fill smaller sets. */
#define CPU_MASK_CPUS 8192

struct cpu_mask {
	cpu_set_t set[CPU_MASK_CPUS / CPU_SETSIZE];
};

/* The pCPUs that this thread may use. -1 with errno set. */
static inline int cpu_mask_get(struct cpu_mask *mask)
{
	return sched_getaffinity(0, sizeof(mask->set), mask->set);
}

static inline int cpu_mask_count(const struct cpu_mask *mask)
{
	return CPU_COUNT_S(sizeof(mask->set), mask->set);
}

static inline bool cpu_mask_has(const struct cpu_mask *mask, int cpu)
{
	return CPU_ISSET_S((size_t)cpu, sizeof(mask->set), mask->set);
}

/* @cpu and no other. */
static inline void cpu_mask_set_only(struct cpu_mask *mask, int cpu)
{
	memset(mask, 0, sizeof(*mask));
	CPU_SET_S((size_t)cpu, sizeof(mask->set), mask->set);
}

/* How many this thread may use; 1 where the kernel does not tell. */
static inline size_t cpu_mask_usable(void)
{
	struct cpu_mask mask;

	return cpu_mask_get(&mask) ? 1 : (size_t)cpu_mask_count(&mask);
}

#endif
