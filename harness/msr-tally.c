// SPDX-License-Identifier: GPL-2.0-or-later
#include "msr-tally.h"

static struct msr_count *entry(struct msr_tally *tally, uint32_t index)
{
	struct msr_count *msr = tally->msr;

	/* A host touches a dozen: nothing but a list is needed. */
	for (; msr < tally->msr + tally->count; msr++)
		if (msr->index == index)
			return msr;
	if (tally->count == MSR_TALLY_MAX) {
		tally->dropped++;
		return NULL;
	}
	tally->count++;
	*msr = (struct msr_count){ .index = index };
	return msr;
}

void msr_tally_read(struct msr_tally *tally, uint32_t index)
{
	struct msr_count *msr = entry(tally, index);

	if (msr)
		msr->reads++;
}

void msr_tally_write(struct msr_tally *tally, uint32_t index)
{
	struct msr_count *msr = entry(tally, index);

	if (msr)
		msr->writes++;
}

struct msr_count msr_tally_find(const struct msr_tally *tally, uint32_t index)
{
	for (size_t i = 0; i < tally->count; i++)
		if (tally->msr[i].index == index)
			return tally->msr[i];
	return (struct msr_count){ .index = index };
}
