// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "parallel.h"
#include "trend-arrange.h"
#include "trend.h"
#include "util.h"

static void analyse_job(void *ctx, size_t i)
{
	struct trend *t = ctx;
	struct trend_series *s = &t->series[i];
	double *values = xcalloc(s->n_points, sizeof(*values));
	struct nonparam *np = nonparam_new();
	char *name = trend_series_name(s);

	for (size_t k = 0; k < s->n_points; k++)
		values[k] = s->points[k].value.value;
	trend_detect(np, values, s->n_points, s->exact, name, &t->options,
		     &s->verdict);
	free(name);
	nonparam_free(np);
	free(values);
}

void trend_analyse(struct trend *t, const struct trend_detect_options *options)
{
	t->options = *options;
	parallel_for(t->n_series, analyse_job, t);
	trend_find_events(t);
}

void trend_free(struct trend *t)
{
	for (size_t i = 0; i < t->n_series; i++) {
		free(t->series[i].points);
		trend_verdict_free(&t->series[i].verdict);
	}
	for (size_t i = 0; i < t->n_left_out; i++) {
		free(t->left_out[i].path);
		free(t->left_out[i].why);
	}
	for (size_t i = 0; i < t->n_events; i++)
		free(t->events[i].sightings);
	intern_free(t->texts);
	free(t->hosts);
	free(t->nights);
	free(t->series);
	free(t->left_out);
	free(t->events);
	*t = (struct trend){ 0 };
}

int trend_parse_time(const char *text, int64_t *time)
{
	static const char *const formats[] = { "%Y-%m-%dT%H:%M:%SZ",
					       "%Y-%m-%d" };

	for (size_t i = 0; i < ARRAY_SIZE(formats); i++) {
		struct tm tm = { 0 };
		const char *end = strptime(text, formats[i], &tm);

		if (end && !*end) {
			int day = tm.tm_mday;

			*time = timegm(&tm);
			/* Of 31 February, it makes a day in March. */
			return tm.tm_mday == day ? 0 : -1;
		}
	}
	return -1;
}

char *trend_series_name(const struct trend_series *s)
{
	bool variant = *s->variant, metric = strcmp(s->metric, "latency");

	return xasprintf("%s%s%s%s%s%s", s->bench, variant ? "[" : "",
			 s->variant, variant ? "]" : "", metric ? " " : "",
			 metric ? s->metric : "");
}

const struct trend_series *trend_series_of(const struct trend *t,
					   const struct trend_sighting *s)
{
	return &t->series[s->series];
}

const struct trend_change *trend_change_of(const struct trend *t,
					   const struct trend_sighting *s)
{
	return &t->series[s->series].verdict.changes[s->change];
}

static const struct trend_night *
night_at(const struct trend *t, const struct trend_sighting *s, size_t point)
{
	return &t->nights[trend_series_of(t, s)->points[point].night];
}

const struct trend_night *trend_after(const struct trend *t,
				      const struct trend_sighting *s)
{
	return night_at(t, s, trend_change_of(t, s)->at);
}

const struct trend_night *trend_before(const struct trend *t,
				       const struct trend_sighting *s)
{
	return night_at(t, s, trend_change_of(t, s)->at - 1);
}
