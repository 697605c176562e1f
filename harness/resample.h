/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The inner loop of the bootstrap of boots.h, which decides how fast it is. */
#ifndef VMB_RESAMPLE_H
#define VMB_RESAMPLE_H

#include <stddef.h>

#include <gsl/gsl_rng.h>

#include "nonparam.h"

/* What rows of the same size share. */
struct resampler;

/* @np must outlive it. */
struct resampler *resampler_new(struct nonparam *np);
void resampler_free(struct resampler *r);

/* Resampled medians kept of each boot. */
#define RESAMPLE_MEDIANS 500

/*
 * Medians of RESAMPLE_MEDIANS resamples of @n sorted values, without the
 * resamples. Which order statistics they are is drawn once for each n: boots
 * draw from them independently of each other all the same.
 */
void resample_medians(struct resampler *r, const double *sorted, size_t n,
		      double *medians);

/* A side: each resample draws @n values of @n_pool, with replacement. */
struct resample_side {
	const double *pool;
	size_t n_pool, n;
};

/* @n resamples of both sides: their Hodges-Lehmann shifts and their medians. */
void resample_shifts(struct resampler *r, const struct resample_side sides[2],
		     gsl_rng *rng, size_t n, double *shifts,
		     double *const medians[2]);

#endif
