/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Sets of pCPUs for the scheduler's calls. */
#ifndef VMB_CPU_MASK_H
#define VMB_CPU_MASK_H

#include <sched.h>
#include <stdbool.h>
#include <string.h>

/* As many pCPUs as an x86 kernel can have (its NR_CPUS): a smaller set is refused. */
struct cpu_mask {
	cpu_set_t set[8192 / CPU_SETSIZE];
};

/* @cpu and no other. */
static inline void cpu_mask_set_only(struct cpu_mask *mask, int cpu)
{
	memset(mask, 0, sizeof(*mask));
	CPU_SET_S((size_t)cpu, sizeof(mask->set), mask->set);
}

static inline bool cpu_mask_has_only(const struct cpu_mask *mask, int cpu)
{
	return CPU_COUNT_S(sizeof(mask->set), mask->set) == 1 &&
	       CPU_ISSET_S((size_t)cpu, sizeof(mask->set), mask->set);
}

#endif
