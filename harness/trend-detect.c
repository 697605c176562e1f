// SPDX-License-Identifier: GPL-2.0-or-later
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "trend-detect.h"
#include "trend-energy.h"
#include "trend-levels.h"
#include "trend-settle.h"
#include "util.h"

/*
 * Distances count up to so many times the scatter: a disturbed night is then
 * worth two plain ones that are as far off as can be chance.
 */
#define CUT 6.0

/*
 * How far apart two levels must be: in standard errors of the difference of
 * their medians, if nights were independent, and in the scatter of the nights,
 * for those that wander. Chosen by scripts/measure-trend.
 */
#define ERRORS_MIN  4.0
#define SCATTER_MIN 2.0

/*
 * Nights whose means do not differ by so many standard errors are not looked
 * at further: with medians ERRORS_MIN apart, means are so, too. Values off the
 * level by more than SCREEN_CUT scatters count as that. What the level and its
 * scatter are is looked up again every SCREEN_NIGHTS.
 */
#define SCREEN_ERRORS 3.0
#define SCREEN_CUT    4.0
#define SCREEN_NIGHTS 8

/* By so many times the scatter the newest nights are off the level. */
#define PENDING_MIN 4.0

/* A split of the nights looked at, and what makes it large. */
struct candidate {
	size_t at; /* index of the night */
	double before, after; /* medians */
	double scatter;
};

struct detector {
	const struct trend_detect_options *options;
	const double *x;
	struct trend_verdict *verdict;
	struct energy *energy;
	gsl_rng *rng;
	size_t start; /* of the newest level */
	/* The level and its scatter, known until the night @known_until. */
	double level, scatter;
	size_t known_until;
	/* Of the nights before @start: how far off their level they were. */
	double *off;
	double *window, *scratch;
};

static double median_of(const struct detector *d, size_t from, size_t end)
{
	memcpy(d->scratch, d->x + from, (end - from) * sizeof(*d->scratch));
	return level_median(d->scratch, end - from);
}

/* The first of the nights before the level that fill the window up. */
static size_t first_old(const struct detector *d, size_t end)
{
	size_t window = d->options->window;

	return end > window ? end - window : 0;
}

/* The first night of the newest level that is in the window. */
static size_t first_new(const struct detector *d, size_t end)
{
	size_t old = first_old(d, end);

	return old > d->start ? old : d->start;
}

/*
 * How far the nights in the window are off their levels: those since @at off
 * @after, those before it off @before, and those of older levels off these. In
 * d->window, in the order of time; returned is their scatter.
 */
static double scatter_of(const struct detector *d, size_t end, size_t at,
			 double before, double after)
{
	size_t old = first_old(d, end), new = first_new(d, end), n = end - old;

	for (size_t i = old; i < new; i++)
		d->window[i - old] = d->off[i];
	for (size_t i = new; i < end; i++)
		d->window[i - old] = d->x[i] - (i < at ? before : after);
	memcpy(d->scratch, d->window, n * sizeof(*d->window));
	return level_scatter(d->scratch, n);
}

/* Are two levels further apart than nights let levels seem by themselves? */
static bool is_apart(const struct detector *d, size_t end, struct candidate *c)
{
	size_t old = first_old(d, end);
	double off = fabs(c->after - c->before), correlation;

	c->scatter = scatter_of(d, end, c->at, c->before, c->after);
	if (off < SCATTER_MIN * c->scatter)
		return false;
	correlation = level_correlation(d->window, end - old, c->scatter);
	return off >=
	       ERRORS_MIN * c->scatter *
		       level_error(c->at - old, end - c->at, correlation);
}

static bool is_large(const struct detector *d, size_t end, struct candidate *c)
{
	size_t new = first_new(d, end);
	double off;

	c->before = median_of(d, new, c->at);
	c->after = median_of(d, c->at, end);
	off = fabs(c->after - c->before);
	if (off <= 0 || 100 * off < d->options->percent * fabs(c->before))
		return false;
	return level_supported(d->x + new, c->at - new, c->before, c->after) &&
	       level_supported(d->x + c->at, end - c->at, c->after,
			       c->before) &&
	       is_apart(d, end, c);
}

/*
 * The first night that a change may be at: enough of the level stand before it,
 * and enough nights that the newest ones are compared with.
 */
static size_t first_split(const struct detector *d, size_t end)
{
	size_t new = first_new(d, end) + TREND_NIGHTS_MIN;
	size_t old = first_old(d, end) + TREND_NIGHTS_BEFORE;

	return new > old ? new : old;
}

/* p of a candidate, older nights moved to the level before it. */
static double test(const struct detector *d, size_t end,
		   const struct candidate *c)
{
	size_t old = first_old(d, end), new = first_new(d, end);

	for (size_t i = old; i < new; i++)
		d->window[i - old] = d->off[i] + c->before;
	memcpy(d->window + (new - old), d->x + new,
	       (end - new) * sizeof(*d->window));
	energy_fill(d->energy, d->window, end - old, CUT * c->scatter);
	return energy_test(d->energy, first_split(d, end) - old,
			   TREND_NIGHTS_MIN, d->options->permutations,
			   d->options->p, d->rng);
}

static void know_level(struct detector *d, size_t end)
{
	if (end < d->known_until)
		return;
	d->level = median_of(d, first_new(d, end), end);
	d->scatter = scatter_of(d, end, end, d->level, d->level);
	d->known_until = end + SCREEN_NIGHTS;
}

static double clipped(const struct detector *d, size_t i)
{
	double off = d->x[i] - d->level, most = SCREEN_CUT * d->scatter;

	return off > most ? most : off < -most ? -most : off;
}

/*
 * Is there any split of the newest level whose means differ? Those of l values
 * with sum a, and of the other n - l with sum s - a, do by e standard errors
 * when (n a - l s)^2 > e^2 scatter^2 n l (n - l).
 */
static bool is_split(const struct detector *d, size_t end)
{
	size_t new = first_new(d, end), from = first_split(d, end);
	double n = (double)(end - new), sum = 0, left = 0, l = 0, bound, off;

	bound = SCREEN_ERRORS * d->scatter;
	bound *= bound * n;
	for (size_t i = new; i < end; i++)
		sum += clipped(d, i);
	for (size_t i = new; i + TREND_NIGHTS_MIN < end; i++) {
		left += clipped(d, i);
		l++;
		off = n * left - l * sum;
		if (i + 1 >= from && off * off >= bound * l * (n - l))
			return true;
	}
	return false;
}

/* The best split of the newest level, if it splits at all. */
static bool find_candidate(struct detector *d, size_t end, size_t *at)
{
	size_t new = first_new(d, end), n = end - new, found = 0;

	if (end < first_split(d, end) + TREND_NIGHTS_MIN)
		return false;
	know_level(d, end);
	if (!is_split(d, end))
		return false;
	energy_fill(d->energy, d->x + new, n, CUT * d->scatter);
	if (energy_split(d->energy, first_split(d, end) - new, TREND_NIGHTS_MIN,
			 &found) <= 0)
		return false;
	*at = new + found;
	return true;
}

static void add_change(struct trend_verdict *v, struct trend_change change)
{
	v->changes =
		xrealloc(v->changes, v->n_changes + 1, sizeof(*v->changes));
	v->changes[v->n_changes++] = change;
}

/* The level ends before @end: what its nights say of the scatter is kept. */
static void end_level(struct detector *d, size_t end)
{
	size_t from = first_new(d, end);
	double level = median_of(d, from, end);

	for (size_t i = from; i < end; i++)
		d->off[i] = d->x[i] - level;
	d->start = end;
	d->known_until = 0;
}

/* What the night before @end lets see. */
static void look(struct detector *d, size_t end)
{
	struct candidate c = { 0 };
	double p;

	if (!find_candidate(d, end, &c.at) || !is_large(d, end, &c))
		return;
	p = test(d, end, &c);
	if (p > d->options->p)
		return;
	add_change(d->verdict, (struct trend_change){
				       .at = c.at, .told = end - 1, .p = p });
	end_level(d, c.at);
}

/* The newest nights that are all off the level in one direction. */
static void find_pending(const struct detector *d, size_t n)
{
	struct trend_verdict *v = d->verdict;
	size_t from = first_new(d, n), end = n;
	double level, sign = 0;

	if (n - from < (size_t)2 * TREND_NIGHTS_MIN)
		return;
	level = median_of(d, from, n);
	v->scatter = scatter_of(d, n, n, level, level);
	for (; 2 * (n - end) < n - from; end--) {
		double off = d->x[end - 1] - level;

		if (fabs(off) <= PENDING_MIN * v->scatter || off * sign < 0 ||
		    100 * fabs(off) < d->options->percent * fabs(level))
			break;
		sign = off;
	}
	if (n == end)
		return;
	v->n_pending = n - end;
	v->pending_shift = median_of(d, end, n) - level;
	v->pending_percent =
		fabs(level) > 0 ? 100 * v->pending_shift / fabs(level) : NAN;
}

static void detect_noisy(struct detector *d, size_t n)
{
	size_t window = d->options->window;

	d->energy = energy_new(window);
	d->off = xcalloc(n, sizeof(*d->off));
	d->window = xcalloc(window, sizeof(*d->window));
	d->scratch = xcalloc(window, sizeof(*d->scratch));
	for (size_t end = 1; end <= n; end++)
		look(d, end);
	find_pending(d, n);
	free(d->off);
	free(d->window);
	free(d->scratch);
	energy_free(d->energy);
}

static void detect_exact(struct detector *d, size_t n)
{
	const double *x = d->x;

	for (size_t i = 1; i < n; i++) {
		double off = fabs(x[i] - x[i - 1]);

		if (off > 0 &&
		    100 * off >= d->options->exact_percent * fabs(x[i - 1]))
			add_change(d->verdict,
				   (struct trend_change){ .at = i, .told = i });
	}
}

static unsigned long seed_of(const char *name, uint64_t seed)
{
	uint64_t h = hash_text(HASH_START ^ seed, name);

	return (unsigned long)(h ^ h >> 32);
}

void trend_detect(struct nonparam *np, const double *values, size_t n,
		  bool exact, const char *name,
		  const struct trend_detect_options *options,
		  struct trend_verdict *verdict)
{
	struct detector d = {
		.options = options,
		.x = values,
		.verdict = verdict,
	};

	*verdict = (struct trend_verdict){ .pending_percent = NAN };
	if (exact) {
		detect_exact(&d, n);
	} else {
		d.rng = gsl_rng_alloc(gsl_rng_taus2);
		gsl_rng_set(d.rng, seed_of(name, options->seed));
		detect_noisy(&d, n);
		gsl_rng_free(d.rng);
	}
	trend_settle(np, values, n, exact, options, verdict);
}

void trend_verdict_free(struct trend_verdict *verdict)
{
	free(verdict->changes);
	*verdict = (struct trend_verdict){ 0 };
}
