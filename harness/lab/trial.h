/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What one boot of `lab reproduce` showed, from what its program
 * (lab/init/tsc-aux-nmi.c) printed until its end or the machine's. Pure.
 */
#ifndef VMB_LAB_TRIAL_H
#define VMB_LAB_TRIAL_H

#include <stdbool.h>
#include <stdint.h>

#include "lab/boot.h"

struct lab_trial {
	uint64_t control; /* events with the host's own TSC_AUX */
	unsigned int values; /* TSC_AUXs of the guest's own that were tried */
	uint32_t last; /* of these */
	uint64_t events; /* with those that were lived through */
	bool ended; /* all of them */
	char problem[128]; /* why the program gave up; "" if it did not */
};

enum lab_trial_end {
	LAB_TRIAL_SURVIVED, /* all values */
	/* Crashed or hung at a value, and at none of the host's own. */
	LAB_TRIAL_DIED,
	LAB_TRIAL_UNCLEAR, /* anything else */
};

void lab_trial_read(struct lab_trial *trial, const char *text);

/* @status: of the program, when the machine came to its end. */
enum lab_trial_end lab_trial_judge(const struct lab_trial *trial,
				   enum lab_boot_end end, int status);

#endif
