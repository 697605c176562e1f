// SPDX-License-Identifier: GPL-2.0-or-later
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "trend-cells.h"
#include "util.h"

static void put_change(struct trend_cells *cells, const struct estimate *e,
		       const char *unit)
{
	int places = number_places((e->ci.hi - e->ci.lo) / 2);
	char number[NUMBER_CELL], lo[NUMBER_CELL], hi[NUMBER_CELL];

	number_put(number, e->value, places, true);
	if (places == NUMBER_NO_PLACES)
		snprintf(number, sizeof(number), "%+.4g", e->value);
	snprintf(cells->delta, sizeof(cells->delta), "%s%s", number, unit);
	if (places == NUMBER_NO_PLACES)
		return;
	number_put_end(lo, e->ci.lo, places);
	number_put_end(hi, e->ci.hi, places);
	snprintf(cells->interval, sizeof(cells->interval), "[%.28s,%.28s]", lo,
		 hi);
}

void trend_fill(struct trend_cells *cells, const struct trend_change *c)
{
	char half[NUMBER_CELL];

	*cells = (struct trend_cells){ 0 };
	number_put_median(cells->before, half, &c->before);
	number_put_median(cells->after, half, &c->after);
	if (c->p <= 0) {
		snprintf(cells->before, NUMBER_CELL, "%.10g", c->before.value);
		snprintf(cells->after, NUMBER_CELL, "%.10g", c->after.value);
		snprintf(cells->delta, sizeof(cells->delta), "%+.10g",
			 c->shift.value);
		snprintf(cells->sure, NUMBER_CELL, "exact");
		return;
	}
	if (isnan(c->percent.value))
		put_change(cells, &c->shift, "");
	else
		put_change(cells, &c->percent, "%");
	snprintf(cells->sure, NUMBER_CELL, "p=%.1g", c->p);
}

char *trend_date_text(const struct trend_night *night)
{
	return xasprintf("%.10s", night->started);
}

char *trend_kernel_text(const struct trend_night *night,
			const struct trend_night *other)
{
	const char *release = *night->kernel ? night->kernel : "unknown";

	if (strcmp(night->kernel, other->kernel) ||
	    !strcmp(night->kernel_version, other->kernel_version))
		return xstrdup(release);
	return xasprintf("%s %s", release, night->kernel_version);
}

char *trend_suite_text(const struct trend_night *night)
{
	return xasprintf("%s (%s)",
			 *night->tool_version ? night->tool_version : "unknown",
			 *night->tool_commit ? night->tool_commit : "unknown");
}
