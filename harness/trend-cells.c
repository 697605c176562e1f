// SPDX-License-Identifier: GPL-2.0-or-later
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "trend-cells.h"
#include "util.h"

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
		number_put_change(cells->delta, cells->interval, &c->shift, "",
				  4);
	else
		number_put_change(cells->delta, cells->interval, &c->percent,
				  "%", 4);
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
