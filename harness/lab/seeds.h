/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The kernel patches that the suite was made to put numbers on, as experiments:
 * scripts/lab/patches/NAME.patch takes one improvement out of LAB_SOURCE again,
 * so that the kernel with it is the base, and the one without is new.
 */
#ifndef VMB_LAB_SEEDS_H
#define VMB_LAB_SEEDS_H

#include <stddef.h>

#define LAB_SEED_PROFILES 3

struct lab_seed {
	const char *name;
	const char *title; /* of the improvement: its subject, and its year */
	const char *claim; /* what its author, or a reviewer, said */
	/* Variants whose MSR accesses are shown; NULL ends them. */
	const char *profiles[LAB_SEED_PROFILES + 1];
	const char *unseen; /* what a count of instructions cannot show */
};

extern const struct lab_seed lab_seeds[];
extern const size_t lab_seed_count;

#endif
