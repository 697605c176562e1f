// SPDX-License-Identifier: GPL-2.0-or-later
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "csv.h"
#include "trend-cells.h"
#include "trend-print.h"

static const char csv_header[] =
	"date,host,cpu,machine,label,hosts_seen,hosts_measured,bench,variant,"
	"metric,unit,direction,before,before_lo,before_hi,after,after_lo,"
	"after_hi,shift,shift_lo,shift_hi,percent,percent_lo,percent_hi,p,"
	"method,told,not_before,not_after,from_run,to_run,from_kernel,"
	"to_kernel,from_commit,to_commit,from_suite,to_suite";

static void put_number(struct csv_line *line, double value)
{
	char text[32];

	snprintf(text, sizeof(text), "%.10g", value);
	csv_put_text(line, isnan(value) ? NULL : text);
}

static void put_estimate(struct csv_line *line, const struct estimate *e)
{
	bool known = e->ci.level > 0;

	put_number(line, e->value);
	put_number(line, known ? e->ci.lo : NAN);
	put_number(line, known ? e->ci.hi : NAN);
}

static void put_pair(struct csv_line *line, const char *before,
		     const char *after)
{
	csv_put_text(line, before);
	csv_put_text(line, after);
}

static void put_nights(struct csv_line *line, const struct trend *t,
		       const struct trend_sighting *s)
{
	const struct trend_series *series = trend_series_of(t, s);
	size_t told = trend_change_of(t, s)->told;
	const struct trend_night *before = trend_before(t, s);
	const struct trend_night *after = trend_after(t, s);

	csv_put_text(line, t->nights[series->points[told].night].started);
	csv_put_text(line, trend_last_before(t, s)->started);
	csv_put_text(line, trend_first_after(t, s)->started);
	put_pair(line, before->run_id, after->run_id);
	put_pair(line, before->kernel, after->kernel);
	put_pair(line, before->kernel_commit, after->kernel_commit);
	put_pair(line, before->tool_commit, after->tool_commit);
}

static void put_row(struct csv_line *line, const struct trend *t,
		    const struct trend_event *e, size_t i)
{
	const struct trend_sighting *s = &e->sightings[i];
	const struct trend_series *series = trend_series_of(t, s);
	const struct trend_host *host = &t->hosts[series->host];
	const struct trend_change *c = trend_change_of(t, s);

	csv_put_text(line, trend_after(t, s)->started);
	csv_put_text(line, host->host);
	csv_put_text(line, host->cpu);
	csv_put_text(line, host->machine);
	csv_put_text(line, host->label);
	csv_put_u64(line, e->n_sightings);
	csv_put_u64(line, e->n_hosts);
	csv_put_text(line, series->bench);
	csv_put_text(line, series->variant);
	csv_put_text(line, series->metric);
	csv_put_text(line, series->unit);
	csv_put_text(line, trend_direction(series, c));
	put_estimate(line, &c->before);
	put_estimate(line, &c->after);
	put_estimate(line, &c->shift);
	put_estimate(line, &c->percent);
	put_number(line, c->p > 0 ? c->p : NAN);
	csv_put_text(line, c->p > 0 ? "e-divisive" : "exact");
	put_nights(line, t, s);
	csv_put_end(line);
}

void trend_print_csv(FILE *out, const struct trend_report *r)
{
	struct csv_line line = { .stream = out };

	fprintf(out, "%s\n", csv_header);
	for (size_t i = 0; i < r->n_blocks; i++)
		for (size_t k = 0; k < r->blocks[i].n_events; k++) {
			const struct trend_event *e = r->blocks[i].events[k];

			for (size_t n = 0; n < e->n_sightings; n++)
				put_row(&line, r->trend, e, n);
		}
}
