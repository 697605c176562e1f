/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which model-specific registers were read and written, how often. Pure. */
#ifndef VMB_MSR_TALLY_H
#define VMB_MSR_TALLY_H

#include <stddef.h>
#include <stdint.h>

#define MSR_TALLY_MAX 128

struct msr_count {
	uint32_t index;
	uint64_t reads, writes;
};

struct msr_tally {
	struct msr_count msr[MSR_TALLY_MAX]; /* as they came */
	size_t count;
	uint64_t dropped; /* accesses to MSRs beyond MSR_TALLY_MAX */
};

void msr_tally_read(struct msr_tally *tally, uint32_t index);
void msr_tally_write(struct msr_tally *tally, uint32_t index);

/* Those of @index; zeros when it was not touched. */
struct msr_count msr_tally_find(const struct msr_tally *tally, uint32_t index);

#endif
