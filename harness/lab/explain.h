/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A profile, or the difference of two, for people. */
#ifndef VMB_LAB_EXPLAIN_H
#define VMB_LAB_EXPLAIN_H

#include <stdint.h>
#include <stdio.h>

#include "lab/profile.h"

/*
 * The table: instructions of an op by function, of which the total is the sum
 * to the instruction; VM-entries, exits and MSR accesses. @new may be NULL.
 * @isa (exit-names.h) says how exits are numbered.
 */
void explain_print(FILE *out, const struct profile *base,
		   const struct profile *new, uint32_t isa);

/*
 * The functions in the form of flame graphs: "NAME;kernel;FUNCTION BASE", and
 * " NEW" where there are two (difffolded.pl's form).
 */
void explain_print_folded(FILE *out, const char *name,
			  const struct profile *base,
			  const struct profile *new);

#endif
