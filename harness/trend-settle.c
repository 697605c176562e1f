// SPDX-License-Identifier: GPL-2.0-or-later
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <gsl/gsl_sort.h>

#include "trend-energy.h"
#include "trend-levels.h"
#include "trend-settle.h"
#include "util.h"

/* Levels less apart than this many times the scatter are one. */
#define SCATTER_MIN 1.0

/* A distance counts up to so many times the scatter, as in trend-detect.c. */
#define CUT 6.0

/*
 * The 95 % interval of a change's place has this many times the square of
 * scatter over shift on each side: [B], section 4, a symmetric distribution.
 */
#define PLACE_QUANTILE 11.0

struct settler {
	struct nonparam *np;
	const struct trend_detect_options *options;
	const double *x;
	size_t n;
	struct trend_verdict *verdict;
	struct energy *energy;
	double *before, *after, *scratch; /* a window each */
};

/* The nights on both sides of a change, a window each at most. */
struct sides {
	size_t from, at, end;
};

static struct sides sides_of(const struct settler *s, size_t i, size_t most)
{
	const struct trend_verdict *v = s->verdict;
	size_t at = v->changes[i].at, from = i ? v->changes[i - 1].at : 0;
	size_t end = i + 1 < v->n_changes ? v->changes[i + 1].at : s->n;

	return (struct sides){
		at - from > most ? at - most : from,
		at,
		end - at > most ? at + most : end,
	};
}

static double median_of(const struct settler *s, size_t from, size_t end)
{
	memcpy(s->scratch, s->x + from, (end - from) * sizeof(*s->scratch));
	return level_median(s->scratch, end - from);
}

static double scatter_of(const struct settler *s, const struct sides *w,
			 double before, double after)
{
	for (size_t i = w->from; i < w->end; i++)
		s->scratch[i - w->from] =
			s->x[i] - (i < w->at ? before : after);
	return level_scatter(s->scratch, w->end - w->from);
}

/* How far apart the sides are, in their scatter; 0 when they are one level. */
static double strength_of(const struct settler *s, size_t i)
{
	struct sides w = sides_of(s, i, s->options->window);
	double before = median_of(s, w.from, w.at);
	double after = median_of(s, w.at, w.end), off = fabs(after - before);

	if (off <= 0 || 100 * off < s->options->percent * fabs(before))
		return 0;
	return off / scatter_of(s, &w, before, after);
}

/* To where the nights of both sides differ most. */
static void place(const struct settler *s, size_t i)
{
	struct trend_change *c = &s->verdict->changes[i];
	struct sides w = sides_of(s, i, s->options->window / 2);
	double before = median_of(s, w.from, w.at);
	double after = median_of(s, w.at, w.end);
	double scatter = scatter_of(s, &w, before, after);
	double limit, split;
	size_t at = 0;

	if (w.end - w.from < (size_t)2 * TREND_NIGHTS_MIN)
		return;
	energy_fill(s->energy, s->x + w.from, w.end - w.from, CUT * scatter);
	split = energy_split(s->energy, TREND_NIGHTS_MIN, TREND_NIGHTS_MIN,
			     &at);
	limit = 1 + PLACE_QUANTILE * scatter * scatter /
			    ((after - before) * (after - before));
	/* Another place than the one that was tested is another change. */
	if (split > 0 && fabs((double)(w.from + at) - (double)c->at) <= limit)
		c->at = w.from + at;
}

static void remove_change(struct trend_verdict *v, size_t i)
{
	v->n_changes--;
	memmove(&v->changes[i], &v->changes[i + 1],
		(v->n_changes - i) * sizeof(*v->changes));
}

/* Take back the weakest of those that are none, until all are some. */
static void merge(const struct settler *s)
{
	struct trend_verdict *v = s->verdict;

	while (v->n_changes) {
		double least = INFINITY;
		size_t weakest = 0;

		for (size_t i = 0; i < v->n_changes; i++) {
			double strength = strength_of(s, i);

			if (strength < least) {
				least = strength;
				weakest = i;
			}
		}
		if (least >= SCATTER_MIN)
			return;
		remove_change(v, weakest);
	}
}

static struct estimate percent_of(const struct trend_change *c)
{
	double scale = 100 / fabs(c->before.value);
	struct estimate e = c->shift;

	if (!isfinite(scale))
		return (struct estimate){ NAN, { NAN, NAN, 0 } };
	e.value *= scale;
	e.ci.lo *= scale;
	e.ci.hi *= scale;
	return e;
}

static void place_interval(struct trend_change *c, const struct sides *w,
			   double scatter)
{
	double ratio = scatter / c->shift.value, slack;

	slack = floor(PLACE_QUANTILE * ratio * ratio);
	c->at_first = c->at_last = c->at;
	if (!(slack >= 1))
		return;
	c->at_first = (double)(c->at - w->from - 1) < slack
			      ? w->from + 1
			      : c->at - (size_t)slack;
	c->at_last = (double)(w->end - 1 - c->at) < slack
			     ? w->end - 1
			     : c->at + (size_t)slack;
}

static void measure(const struct settler *s, size_t i)
{
	struct trend_change *c = &s->verdict->changes[i];
	struct sides w = sides_of(s, i, s->options->window);
	size_t l = w.at - w.from, r = w.end - w.at;

	memcpy(s->before, s->x + w.from, l * sizeof(*s->before));
	memcpy(s->after, s->x + w.at, r * sizeof(*s->after));
	gsl_sort(s->before, 1, l);
	gsl_sort(s->after, 1, r);
	c->before = median_estimate(s->before, l);
	c->after = median_estimate(s->after, r);
	c->shift = shift_estimate(s->np, s->before, l, s->after, r);
	c->percent = percent_of(c);
	place_interval(c, &w,
		       scatter_of(s, &w, c->before.value, c->after.value));
}

static void settle_noisy(struct settler *s)
{
	size_t window = s->options->window;

	s->energy = energy_new(window);
	s->before = xcalloc(window, sizeof(*s->before));
	s->after = xcalloc(window, sizeof(*s->after));
	s->scratch = xcalloc(2 * window, sizeof(*s->scratch));
	for (size_t i = 0; i < s->verdict->n_changes; i++)
		place(s, i);
	merge(s);
	for (size_t i = 0; i < s->verdict->n_changes; i++)
		measure(s, i);
	free(s->before);
	free(s->after);
	free(s->scratch);
	energy_free(s->energy);
}

static void measure_exact(struct trend_change *c, const double *x)
{
	c->at_first = c->at_last = c->at;
	c->before = estimate_exactly(x[c->at - 1]);
	c->after = estimate_exactly(x[c->at]);
	c->shift = estimate_exactly(x[c->at] - x[c->at - 1]);
	c->percent = percent_of(c);
}

void trend_settle(struct nonparam *np, const double *values, size_t n,
		  bool exact, const struct trend_detect_options *options,
		  struct trend_verdict *verdict)
{
	struct settler s = {
		.np = np,
		.options = options,
		.x = values,
		.n = n,
		.verdict = verdict,
	};

	if (!exact)
		settle_noisy(&s);
	else
		for (size_t i = 0; i < verdict->n_changes; i++)
			measure_exact(&verdict->changes[i], values);
}
