// SPDX-License-Identifier: GPL-2.0-or-later
/* The same change on several hosts is one event. */
#include <stdlib.h>
#include <string.h>

#include "trend-arrange.h"
#include "util.h"

/* Hosts measure a kernel within so many days of each other. */
#define EVENT_SECONDS (int64_t)(2.5 * 86400)

struct finder {
	struct trend *trend;
	size_t room;
};

static bool same_names(const struct trend_series *a,
		       const struct trend_series *b)
{
	return a->bench == b->bench && a->variant == b->variant &&
	       a->metric == b->metric && a->unit == b->unit;
}

static bool same_kernel(const struct trend_night *a,
			const struct trend_night *b)
{
	return a->kernel == b->kernel && a->kernel_version == b->kernel_version;
}

static bool same_change(const struct trend *t, const struct trend_sighting *a,
			const struct trend_sighting *b)
{
	const struct trend_night *x = trend_after(t, a), *y = trend_after(t, b);
	double up = trend_change_of(t, a)->shift.value;

	if (up * trend_change_of(t, b)->shift.value <= 0)
		return false;
	if (llabs(x->time - y->time) <= EVENT_SECONDS)
		return true;
	return same_kernel(x, y) &&
	       same_kernel(trend_before(t, a), trend_before(t, b));
}

static bool has_host(const struct trend *t, const struct trend_event *e,
		     uint32_t host)
{
	for (size_t i = 0; i < e->n_sightings; i++)
		if (trend_series_of(t, &e->sightings[i])->host == host)
			return true;
	return false;
}

/* The event that @s is a sighting of, if there is one yet. */
static struct trend_event *find_event(struct trend *t,
				      const struct trend_sighting *s)
{
	const struct trend_series *own = trend_series_of(t, s);

	for (size_t i = 0; i < t->n_events; i++) {
		struct trend_event *e = &t->events[i];

		if (same_names(own, trend_series_of(t, e->sightings)) &&
		    !has_host(t, e, own->host) &&
		    same_change(t, e->sightings, s))
			return e;
	}
	return NULL;
}

static void add_sighting(struct finder *f, struct trend_sighting s)
{
	struct trend *t = f->trend;
	struct trend_event *e = find_event(t, &s);

	if (!e) {
		if (t->n_events == f->room) {
			f->room = f->room ? 2 * f->room : 64;
			t->events = xrealloc(t->events, f->room,
					     sizeof(*t->events));
		}
		e = &t->events[t->n_events++];
		*e = (struct trend_event){ .time = trend_after(t, &s)->time };
	}
	e->sightings = xrealloc(e->sightings, e->n_sightings + 1,
				sizeof(*e->sightings));
	e->sightings[e->n_sightings++] = s;
	if (trend_after(t, &s)->time < e->time)
		e->time = trend_after(t, &s)->time;
}

/* Does the series have nights on both sides of @time? */
static bool spans(const struct trend *t, const struct trend_series *s,
		  int64_t time)
{
	return s->n_points &&
	       t->nights[s->points[0].night].time < time + EVENT_SECONDS &&
	       t->nights[s->points[s->n_points - 1].night].time >= time;
}

static void count_hosts(const struct trend *t, struct trend_event *e)
{
	const struct trend_series *own = trend_series_of(t, e->sightings);

	e->n_hosts = e->n_sightings;
	for (size_t i = 0; i < t->n_series; i++) {
		const struct trend_series *s = &t->series[i];

		if (same_names(s, own) && !has_host(t, e, s->host) &&
		    spans(t, s, e->time))
			e->n_hosts++;
	}
}

/* Events are few and few at a time, but their order decides the report. */
struct sort_key {
	struct trend_event event;
	size_t was;
};

static int compare_events(const void *a, const void *b)
{
	const struct sort_key *x = a, *y = b;

	if (x->event.time != y->event.time)
		return x->event.time < y->event.time ? -1 : 1;
	return (x->was > y->was) - (x->was < y->was);
}

static void sort_events(struct trend *t)
{
	struct sort_key *list = xcalloc(t->n_events, sizeof(*list));

	for (size_t i = 0; i < t->n_events; i++)
		list[i] = (struct sort_key){ t->events[i], i };
	if (t->n_events)
		qsort(list, t->n_events, sizeof(*list), compare_events);
	for (size_t i = 0; i < t->n_events; i++)
		t->events[i] = list[i].event;
	free(list);
}

void trend_find_events(struct trend *t)
{
	struct finder f = { .trend = t };

	for (size_t i = 0; i < t->n_series; i++)
		for (size_t k = 0; k < t->series[i].verdict.n_changes; k++)
			add_sighting(&f, (struct trend_sighting){
						 (uint32_t)i, (uint32_t)k });
	for (size_t i = 0; i < t->n_events; i++)
		count_hosts(t, &t->events[i]);
	sort_events(t);
}
