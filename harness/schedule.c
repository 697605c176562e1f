// SPDX-License-Identifier: GPL-2.0-or-later
#include <gsl/gsl_randist.h>
#include <gsl/gsl_rng.h>

#include "schedule.h"
#include "util.h"

struct scheduled_launch *schedule_build(size_t variants, uint64_t launches,
					uint64_t seed)
{
	gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);
	struct scheduled_launch *schedule, *round;

	gsl_rng_set(rng, seed);
	schedule = xcalloc(variants * launches, sizeof(*schedule));
	for (uint64_t launch = 0; launch < launches; launch++) {
		round = schedule + launch * variants;
		for (size_t i = 0; i < variants; i++)
			round[i] = (struct scheduled_launch){
				.launch = launch + 1,
				.variant = i,
			};
		gsl_ran_shuffle(rng, round, variants, sizeof(*round));
	}
	gsl_rng_free(rng);
	return schedule;
}
