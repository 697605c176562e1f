/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How users name benchmarks and their variants. */
#ifndef VMB_PATTERN_H
#define VMB_PATTERN_H

#include <stdbool.h>

/*
 * Does @pattern mean the variant "delay=10us,wait=hlt" of the benchmark? It is
 * a shell glob on the name, and may end in [PARAM=GLOB,...]:
 *	exit/[ch]*   timer/tscdeadline[wait=hlt]   exit/cpuid[cpl=3]
 */
bool pattern_matches(const char *pattern, const char *bench,
		     const char *variant);

/* Does one of the "name=value" in a variant's @text match @glob? */
bool variant_has_setting(const char *text, const char *glob);

#endif
