/* SPDX-License-Identifier: GPL-2.0-or-later */
/* TSC ticks as time. */
#ifndef VMB_RESULTS_NS_H
#define VMB_RESULTS_NS_H

#include <stdbool.h>

#include "results.h"

/* Two measurements of one TSC's frequency: within 1 part in 1000. */
bool tsc_khz_agree(double a, double b);

/*
 * Turn all values in ticks into nanoseconds by the tsc_khz of their env.json.
 * -1 with @err set when a source does not tell it or is of a machine whose
 * ticks are no time (lab.deterministic), or when two disagree; then nothing is changed.
 */
int results_to_ns(struct results *r, struct error *err);

#endif
