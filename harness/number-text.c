// SPDX-License-Identifier: GPL-2.0-or-later
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "number-text.h"

#define PLACES_MAX 9 /* digits after the point */

int number_places(double half)
{
	double first;
	int power;

	if (!(half > 0) || !isfinite(half))
		return NUMBER_NO_PLACES;
	power = (int)floor(log10(half));
	first = half / pow(10, power);
	if (first >= 9.5)
		power++;
	else if (first < 1.95 && power)
		power--;
	return -power > PLACES_MAX ? PLACES_MAX : -power;
}

void number_put(char *cell, double value, int places, bool sign)
{
	double unit = places < 0 ? pow(10, -places) : 1;

	*cell = '\0';
	if (isnan(value))
		return;
	if (places == NUMBER_NO_PLACES)
		snprintf(cell, NUMBER_CELL, sign ? "%+.10g" : "%.10g", value);
	else if (fabs(value) >= 1e12)
		snprintf(cell, NUMBER_CELL, sign ? "%+.3e" : "%.3e", value);
	else
		snprintf(cell, NUMBER_CELL, sign ? "%+.*f" : "%.*f",
			 places < 0 ? 0 : places,
			 places < 0 ? round(value / unit) * unit : value);
	/* A rounded zero has no sign. */
	if (*cell == '-' && !cell[strspn(cell, "-0.")])
		memmove(cell, cell + 1, strlen(cell));
}

/* "+-13"; empty without places. */
static void put_half(char *cell, double half, int places)
{
	char number[NUMBER_CELL];

	*cell = '\0';
	if (places == NUMBER_NO_PLACES)
		return;
	number_put(number, half, places, false);
	snprintf(cell, NUMBER_CELL, "+-%.*s", NUMBER_CELL - 3, number);
}

static int most(int a, int b)
{
	return a > b ? a : b;
}

void number_put_median(char *cell, char *half_cell, const struct estimate *e)
{
	double half = estimate_half(e);
	int places = number_places(half);

	/* The interval may be longer than the value: that is still not 0. */
	if (places != NUMBER_NO_PLACES && e->value != 0)
		places = most(places, -(int)floor(log10(fabs(e->value))));

	if (e->ci.level > 0)
		number_put(cell, e->value, places, false);
	else if (fabs(e->value) < 1000)
		snprintf(cell, NUMBER_CELL, "%.3g", e->value);
	else
		number_put(cell, e->value, 0, false);
	if (interval_is_known(&e->ci))
		put_half(half_cell, half, places);
	else
		snprintf(half_cell, NUMBER_CELL, "+-?");
}

void number_put_end(char *cell, double end, int places)
{
	number_put(cell, end, places, true);
	if (end != 0 && !cell[strspn(cell, "+-0.")])
		snprintf(cell, NUMBER_CELL, "%+.1g", end);
}

void number_put_change(char *number, char *interval, const struct estimate *e,
		       const char *unit, int digits)
{
	int places = number_places(estimate_half(e));
	char value[NUMBER_CELL], lo[NUMBER_CELL], hi[NUMBER_CELL];

	/* With its interval a change may be shown as 0; alone it says that. */
	if (interval_is_known(&e->ci))
		number_put(value, e->value, places, true);
	else
		number_put_end(value, e->value, places);
	if (places == NUMBER_NO_PLACES)
		snprintf(value, NUMBER_CELL, "%+.*g", digits, e->value);
	snprintf(number, NUMBER_CELL, "%.*s%s", NUMBER_CELL - 2, value, unit);
	*interval = '\0';
	if (places == NUMBER_NO_PLACES || !interval_is_known(&e->ci))
		return;
	number_put_end(lo, e->ci.lo, places);
	number_put_end(hi, e->ci.hi, places);
	snprintf(interval, NUMBER_CELL, "[%.14s,%.14s]", lo, hi);
}
