/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The host's fitness for one run: it is tuned if the user wants it, judged, and
 * its noise is measured. What `run` does before it measures anything.
 */
#ifndef VMB_FITNESS_H
#define VMB_FITNESS_H

#include <jansson.h>

#include "findings.h"
#include "noise.h"
#include "reporter.h"
#include "tune.h"

struct fitness {
	struct tune tune;
	struct findings findings;
	struct noise noise; /* duration 0: not measured */
};

/* Judge the host. Findings reflect what fitness->tune has changed. */
void fitness_judge(struct fitness *fitness, const struct host_root *root,
		   const struct check_subject *subject);

/* -1 when a finding is a fail: @err names each of them. */
int fitness_require(const struct fitness *fitness, struct error *err);

/* Set "check", "noise" and "tune" of env.json's top level. */
void fitness_put_json(const struct fitness *fitness, json_t *env);

/* One line on the findings, one on the noise, one on what could not be set. */
void fitness_note(const struct fitness *fitness, struct reporter *reporter);

/* What would be set, on stdout. */
void fitness_print_plan(const struct tune *tune);

/* Restore what is tuned, and free all. -1: see tune_end(). */
int fitness_end(struct fitness *fitness);

#endif
