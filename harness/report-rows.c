// SPDX-License-Identifier: GPL-2.0-or-later
#include <gsl/gsl_sort_double.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "report-rows.h"
#include "util.h"

__attribute__((format(printf, 1, 2))) static struct report_number
absent(const char *fmt, ...)
{
	struct report_number number = { .known = false };
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(number.why, sizeof(number.why), fmt, ap);
	va_end(ap);
	return number;
}

static const struct result_group *find(const struct results *results,
				       const char *bench, const char *variant,
				       const char *metric)
{
	const struct result_group *group;

	for (size_t i = 0; i < results->n_groups; i++) {
		group = &results->groups[i];
		if (!strcmp(group->bench, bench) &&
		    !strcmp(group->variant, variant) &&
		    !strcmp(group->metric, metric))
			return group;
	}
	return NULL;
}

struct estimate report_estimate(const double *values, size_t n)
{
	double *sorted = xcalloc(n, sizeof(*sorted));
	struct estimate estimate;

	memcpy(sorted, values, n * sizeof(*sorted));
	gsl_sort(sorted, 1, n);
	estimate = median_estimate(sorted, n);
	free(sorted);
	return estimate;
}

/*
 * Samples that end in an interrupt handler hold one of the two fenced TSC reads
 * or none: the empty op's cost is not in them (results/README.md).
 */
static bool has_both_tsc_reads(const char *bench)
{
	static const char *const families[] = { "ipi/", "nmi/", "timer/" };

	for (size_t i = 0; i < ARRAY_SIZE(families); i++)
		if (!strncmp(bench, families[i], strlen(families[i])))
			return false;
	return strcmp(bench, "exit/hlt-wake") != 0;
}

static struct estimate group_estimate(const struct result_group *group)
{
	double *values = xcalloc(group->n_values, sizeof(*values));
	const bool subtract = has_both_tsc_reads(group->bench);
	struct estimate estimate;

	for (size_t i = 0; i < group->n_values; i++) {
		values[i] = group->values[i].value;
		if (subtract && !isnan(group->values[i].overhead))
			values[i] -= (double)group->values[i].overhead;
	}
	estimate = report_estimate(values, group->n_values);
	free(values);
	return estimate;
}

/* The status to hold against the group: the first of these that it has. */
static enum row_status worst(const struct result_group *group)
{
	if (group->n_rows[STATUS_FAIL])
		return STATUS_FAIL;
	if (group->n_rows[STATUS_UNVERIFIED])
		return STATUS_UNVERIFIED;
	return group->n_values ? STATUS_OK : STATUS_SKIP;
}

struct report_number report_latency(const struct results *results,
				    const char *bench, const char *variant)
{
	const struct result_group *group =
		find(results, bench, variant, "latency");
	const char *space = *variant ? " " : "";
	enum row_status status;

	if (!group)
		return absent("no row of %s%s%s", bench, space, variant);
	status = worst(group);
	if (status != STATUS_OK)
		return absent("%s%s%s: %s: %s", bench, space, variant,
			      row_status_name(status),
			      group->reasons[status] ? group->reasons[status]
						     : "no reason");
	return (struct report_number){ .known = true,
				       .estimate = group_estimate(group) };
}

bool report_counter(const struct results *results, const char *bench,
		    const char *variant, const char *metric,
		    struct estimate *per_op)
{
	const struct result_group *group =
		find(results, bench, variant, metric);

	if (!group || !group->n_values)
		return false;
	*per_op = group_estimate(group);
	return true;
}

/* --- arithmetic ----------------------------------------------------------- */

static double square(double x)
{
	return x * x;
}

struct report_number report_sum(const struct report_term *terms, size_t n)
{
	struct report_number sum = { .known = true };
	double below = 0, above = 0, level = 1;

	for (size_t i = 0; i < n; i++) {
		const struct estimate *e = &terms[i].number->estimate;
		double f = terms[i].factor;
		double to_lo = f * (e->value - e->ci.lo);
		double to_hi = f * (e->ci.hi - e->value);

		if (!terms[i].number->known)
			return *terms[i].number;
		sum.estimate.value += f * e->value;
		/* A negative factor swaps the sides. */
		below += square(f > 0 ? to_lo : to_hi);
		above += square(f > 0 ? to_hi : to_lo);
		level = fmin(level, e->ci.level);
	}
	sum.estimate.ci.lo = sum.estimate.value - sqrt(below);
	sum.estimate.ci.hi = sum.estimate.value + sqrt(above);
	sum.estimate.ci.level = level;
	return sum;
}

struct report_number report_quotient(const struct report_number *a,
				     const struct report_number *b)
{
	const struct estimate *x = &a->estimate, *y = &b->estimate;
	struct report_number q = { .known = true };
	double value;

	if (!a->known)
		return *a;
	if (!b->known)
		return *b;
	if (y->ci.lo <= 0)
		return absent("cannot divide by a number that may be 0");
	value = x->value / y->value;
	q.estimate.value = value;
	q.estimate.ci.lo = value - hypot((x->value - x->ci.lo) / y->value,
					 value * (y->ci.hi / y->value - 1));
	q.estimate.ci.hi = value + hypot((x->ci.hi - x->value) / y->value,
					 value * (1 - y->ci.lo / y->value));
	q.estimate.ci.level = fmin(x->ci.level, y->ci.level);
	return q;
}
