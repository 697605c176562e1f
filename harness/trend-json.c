// SPDX-License-Identifier: GPL-2.0-or-later
#include <math.h>
#include <stdlib.h>

#include "trend-json.h"
#include "util.h"
#include "version.h"

/* Doubles hold all whole numbers up to here. */
#define WHOLE_MAX 9007199254740992.0

static json_t *text_json(const char *text)
{
	json_t *json = json_string(text);
	char *copy;

	if (json)
		return json;
	copy = xstrdup(text);
	for (char *c = copy; *c; c++)
		if (*c & 0x80)
			*c = '?';
	json = json_string(copy);
	free(copy);
	return json;
}

static json_t *number_json(double value)
{
	if (!isfinite(value))
		return json_null();
	if (value == floor(value) && fabs(value) < WHOLE_MAX)
		return json_integer((json_int_t)value);
	return json_real(value);
}

static json_t *estimate_json(const struct estimate *e)
{
	json_t *json = json_array();

	json_array_append_new(json, number_json(e->value));
	json_array_append_new(json, number_json(e->ci.lo));
	json_array_append_new(json, number_json(e->ci.hi));
	json_array_append_new(json, number_json(e->ci.level));
	return json;
}

/* Takes over the values of @array; gives one of them when all are the same. */
static json_t *column_json(json_t *array)
{
	json_t *first = json_array_get(array, 0);

	for (size_t i = 1; i < json_array_size(array); i++)
		if (!json_equal(json_array_get(array, i), first))
			return array;
	if (!first)
		return array;
	json_incref(first);
	json_decref(array);
	return first;
}

static json_t *hosts_json(const struct trend *t)
{
	json_t *hosts = json_array();

	for (size_t i = 0; i < t->n_hosts; i++) {
		const struct trend_host *h = &t->hosts[i];
		json_t *host = json_object();

		json_object_set_new(host, "name", text_json(h->name));
		json_object_set_new(host, "host", text_json(h->host));
		json_object_set_new(host, "cpu", text_json(h->cpu));
		json_object_set_new(host, "machine", text_json(h->machine));
		json_object_set_new(host, "label", text_json(h->label));
		json_array_append_new(hosts, host);
	}
	return hosts;
}

static json_t *nights_json(const struct trend *t)
{
	static const char *const names[] = { "host",   "time",	  "run",
					     "kernel", "version", "commit",
					     "tool" };
	json_t *nights = json_object();
	json_t *columns[ARRAY_SIZE(names)];

	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		columns[i] = json_array();
	for (size_t i = 0; i < t->n_nights; i++) {
		const struct trend_night *n = &t->nights[i];

		json_array_append_new(columns[0], json_integer(n->host));
		json_array_append_new(columns[1], json_integer(n->time));
		json_array_append_new(columns[2], text_json(n->run_id));
		json_array_append_new(columns[3], text_json(n->kernel));
		json_array_append_new(columns[4], text_json(n->kernel_version));
		json_array_append_new(columns[5], text_json(n->kernel_commit));
		json_array_append_new(columns[6], text_json(n->tool_commit));
	}
	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		json_object_set_new(nights, names[i], columns[i]);
	return nights;
}

/* The place of each night among those of its host. */
static uint32_t *count_nights(const struct trend *t)
{
	uint32_t *place = xcalloc(t->n_nights + 1, sizeof(*place));
	uint32_t *seen = xcalloc(t->n_hosts + 1, sizeof(*seen));

	for (size_t i = 0; i < t->n_nights; i++)
		place[i] = seen[t->nights[i].host]++;
	free(seen);
	return place;
}

static void put_points(json_t *series, const struct trend_series *s,
		       const uint32_t *place)
{
	static const char *const names[] = { "gaps",	  "value", "lo",
					     "hi",	  "level", "launches",
					     "unverified" };
	json_t *columns[ARRAY_SIZE(names)];
	uint32_t last = s->n_points ? place[s->points[0].night] : 0;

	json_object_set_new(series, "points",
			    json_integer((json_int_t)s->n_points));
	json_object_set_new(series, "first", json_integer(last));
	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		columns[i] = json_array();
	for (size_t i = 0; i < s->n_points; i++) {
		const struct trend_point *p = &s->points[i];
		const double numbers[ARRAY_SIZE(names)] = {
			place[p->night] - last, p->value.value,
			p->value.ci.lo,		p->value.ci.hi,
			p->value.ci.level,	p->launches,
			p->unverified,
		};

		/* The first gap is none. */
		for (size_t k = !i; k < ARRAY_SIZE(names); k++)
			json_array_append_new(columns[k],
					      number_json(numbers[k]));
		last = place[p->night];
	}
	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		json_object_set_new(series, names[i], column_json(columns[i]));
}

static json_t *lost_json(const struct trend_lost *l)
{
	json_t *lost = json_object();

	json_object_set_new(lost, "absent",
			    json_integer((json_int_t)l->absent));
	json_object_set_new(lost, "failed",
			    json_integer((json_int_t)l->failed));
	json_object_set_new(lost, "skipped",
			    json_integer((json_int_t)l->skipped));
	json_object_set_new(lost, "varying",
			    json_integer((json_int_t)l->varying));
	json_object_set_new(lost, "reason",
			    text_json(l->reason ? l->reason : ""));
	return lost;
}

static json_t *change_json(const struct trend_change *c)
{
	json_t *change = json_object();

	json_object_set_new(change, "at", json_integer((json_int_t)c->at));
	json_object_set_new(change, "first",
			    json_integer((json_int_t)c->at_first));
	json_object_set_new(change, "last",
			    json_integer((json_int_t)c->at_last));
	json_object_set_new(change, "told", json_integer((json_int_t)c->told));
	json_object_set_new(change, "before", estimate_json(&c->before));
	json_object_set_new(change, "after", estimate_json(&c->after));
	json_object_set_new(change, "shift", estimate_json(&c->shift));
	json_object_set_new(change, "percent", estimate_json(&c->percent));
	json_object_set_new(change, "p", number_json(c->p));
	return change;
}

static void put_verdict(json_t *series, const struct trend_verdict *v)
{
	json_t *changes = json_array();

	for (size_t i = 0; i < v->n_changes; i++)
		json_array_append_new(changes, change_json(&v->changes[i]));
	json_object_set_new(series, "changes", changes);
	json_object_set_new(series, "pending",
			    json_integer((json_int_t)v->n_pending));
	json_object_set_new(series, "pending_percent",
			    number_json(v->pending_percent));
}

static json_t *series_json(const struct trend *t)
{
	uint32_t *place = count_nights(t);
	json_t *all = json_array();

	for (size_t i = 0; i < t->n_series; i++) {
		const struct trend_series *s = &t->series[i];
		json_t *series = json_object();

		json_object_set_new(series, "bench", text_json(s->bench));
		json_object_set_new(series, "variant", text_json(s->variant));
		json_object_set_new(series, "metric", text_json(s->metric));
		json_object_set_new(series, "unit", text_json(s->unit));
		json_object_set_new(series, "host", json_integer(s->host));
		json_object_set_new(series, "exact", json_boolean(s->exact));
		put_points(series, s, place);
		json_object_set_new(series, "lost", lost_json(&s->lost));
		put_verdict(series, &s->verdict);
		json_array_append_new(all, series);
	}
	free(place);
	return all;
}

static json_t *events_json(const struct trend *t)
{
	json_t *events = json_array();

	for (size_t i = 0; i < t->n_events; i++) {
		const struct trend_event *e = &t->events[i];
		json_t *event = json_object(), *sightings = json_array();

		for (size_t k = 0; k < e->n_sightings; k++)
			json_array_append_new(
				sightings,
				json_pack("[i, i]", (int)e->sightings[k].series,
					  (int)e->sightings[k].change));
		json_object_set_new(event, "time", json_integer(e->time));
		json_object_set_new(event, "hosts",
				    json_integer((json_int_t)e->n_hosts));
		json_object_set_new(event, "sightings", sightings);
		json_array_append_new(events, event);
	}
	return events;
}

static json_t *left_out_json(const struct trend *t)
{
	json_t *all = json_array();

	for (size_t i = 0; i < t->n_left_out; i++) {
		json_t *one = json_object();

		json_object_set_new(one, "path",
				    text_json(t->left_out[i].path));
		json_object_set_new(one, "why", text_json(t->left_out[i].why));
		json_array_append_new(all, one);
	}
	return all;
}

static json_t *options_json(const struct trend_detect_options *o)
{
	json_t *options = json_object();

	json_object_set_new(options, "seed", json_integer((json_int_t)o->seed));
	json_object_set_new(options, "window",
			    json_integer((json_int_t)o->window));
	json_object_set_new(options, "p", number_json(o->p));
	json_object_set_new(options, "permutations",
			    json_integer((json_int_t)o->permutations));
	json_object_set_new(options, "percent", number_json(o->percent));
	return options;
}

json_t *trend_json(const struct trend *t)
{
	json_t *json = json_object();

	json_object_set_new(json, "format", json_integer(TREND_JSON_FORMAT));
	json_object_set_new(json, "tool",
			    json_string(VMB_VERSION " " VMB_COMMIT));
	json_object_set_new(json, "options", options_json(&t->options));
	json_object_set_new(json, "hosts", hosts_json(t));
	json_object_set_new(json, "nights", nights_json(t));
	json_object_set_new(json, "series", series_json(t));
	json_object_set_new(json, "events", events_json(t));
	json_object_set_new(json, "left_out", left_out_json(t));
	json_object_set_new(json, "unused",
			    json_integer((json_int_t)t->n_unused));
	return json;
}
