// SPDX-License-Identifier: GPL-2.0-or-later
#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "trend-report.h"
#include "util.h"

/* So many names are told; then how many more. */
#define NAMES_MAX 8

/* A series that changes more often than once in so many nights wanders. */
#define WANDER_NIGHTS  30
#define WANDER_CHANGES 4

const char *trend_direction(const struct trend_series *s,
			    const struct trend_change *c)
{
	bool time = strcmp(s->unit, "per_op") != 0;

	if (c->shift.value > 0)
		return time ? "slower" : "more";
	return time ? "faster" : "less";
}

const char *trend_unit_text(const struct trend_series *s)
{
	return strcmp(s->unit, "tsc") ? s->unit : "ticks";
}

/* --- blocks ---------------------------------------------------------------- */

static bool since_seen(const struct trend *t, const struct trend_event *e,
		       int64_t since)
{
	for (size_t i = 0; i < e->n_sightings; i++) {
		const struct trend_sighting *s = &e->sightings[i];
		size_t told = trend_change_of(t, s)->told;
		uint32_t night = trend_series_of(t, s)->points[told].night;

		if (t->nights[night].time >= since)
			return true;
	}
	return false;
}

static bool same_nights(const struct trend *t, const struct trend_event *a,
			const struct trend_event *b)
{
	if (a->n_sightings != b->n_sightings || a->n_hosts != b->n_hosts)
		return false;
	for (size_t i = 0; i < a->n_sightings; i++)
		if (trend_after(t, &a->sightings[i]) !=
			    trend_after(t, &b->sightings[i]) ||
		    trend_before(t, &a->sightings[i]) !=
			    trend_before(t, &b->sightings[i]))
			return false;
	return true;
}

/* The block that the event belongs to; events are sorted by time. */
static struct trend_block *block_of(struct trend_report *r,
				    const struct trend_event *e)
{
	for (size_t i = r->n_blocks; i > 0; i--) {
		struct trend_block *b = &r->blocks[i - 1];

		if (b->events[0]->time != e->time)
			break;
		if (same_nights(r->trend, b->events[0], e))
			return b;
	}
	r->blocks = xrealloc(r->blocks, r->n_blocks + 1, sizeof(*r->blocks));
	r->blocks[r->n_blocks] = (struct trend_block){ 0 };
	return &r->blocks[r->n_blocks++];
}

static void add_event(struct trend_report *r, const struct trend_event *e)
{
	struct trend_block *b = block_of(r, e);

	b->events = xrealloc(b->events, b->n_events + 1, sizeof(*b->events));
	b->events[b->n_events++] = e;
	r->n_events++;
}

static char *hosts_text(const struct trend *t, const struct trend_event *e)
{
	char *names = NULL, *longer;

	if (e->n_sightings == e->n_hosts && e->n_hosts > 1)
		return xasprintf("all %zu hosts", e->n_hosts);
	for (size_t i = 0; i < e->n_sightings; i++) {
		uint32_t host = trend_series_of(t, &e->sightings[i])->host;

		longer = xasprintf("%s%s%s", names ? names : "",
				   names ? ", " : "", t->hosts[host].name);
		free(names);
		names = longer;
	}
	if (e->n_hosts == 1) {
		longer = xasprintf("host %s", names);
	} else {
		longer = xasprintf("host%s %s only (%zu of %zu)",
				   plural(e->n_sightings), names,
				   e->n_sightings, e->n_hosts);
	}
	free(names);
	return longer;
}

static json_t *load_env(const struct trend_night *night)
{
	char *path = xasprintf("%s/env.json", night->path);
	json_t *env = json_load_file(path, 0, NULL);

	free(path);
	return env;
}

static struct env_differences differences_of(const struct trend_night *before,
					     const struct trend_night *after)
{
	json_t *a = load_env(before), *b = load_env(after);
	struct env_differences d = env_compare(&a, 1, &b, 1);

	json_decref(a);
	json_decref(b);
	return d;
}

/* What makes a change worth to look into first: slower, and by much. */
static double weight_of(const struct trend *t, const struct trend_event *e)
{
	const struct trend_change *c = trend_change_of(t, e->sightings);
	bool latency =
		!strcmp(trend_series_of(t, e->sightings)->metric, "latency");

	return (latency ? 1e9 : 0) +
	       (isnan(c->percent.value) ? 0 : c->percent.value);
}

static void finish_block(const struct trend *t, struct trend_block *b)
{
	const struct trend_event *first = b->events[0];

	b->worst = first;
	for (size_t i = 1; i < b->n_events; i++)
		if (weight_of(t, b->events[i]) > weight_of(t, b->worst))
			b->worst = b->events[i];
	b->hosts = hosts_text(t, first);
	b->differences = xcalloc(first->n_sightings, sizeof(*b->differences));
	b->same_kernel = b->same_suite = true;
	for (size_t i = 0; i < first->n_sightings; i++) {
		const struct trend_night *before =
			trend_before(t, &first->sightings[i]);
		const struct trend_night *after =
			trend_after(t, &first->sightings[i]);

		b->differences[i] = differences_of(before, after);
		b->same_kernel &= before->kernel == after->kernel &&
				  before->kernel_version ==
					  after->kernel_version;
		b->same_suite &= before->tool_commit == after->tool_commit &&
				 before->tool_version == after->tool_version;
	}
}

static const void *at_offset(const void *object, size_t offset)
{
	return (const char *)object + offset;
}

/* --- notes ----------------------------------------------------------------- */

__attribute__((format(printf, 2, 3))) static void note(struct trend_report *r,
						       const char *fmt, ...)
{
	va_list ap;
	char *text;

	va_start(ap, fmt);
	text = xvasprintf(fmt, ap);
	va_end(ap);
	r->notes = xrealloc(r->notes, r->n_notes + 1, sizeof(*r->notes));
	r->notes[r->n_notes++] = text;
}

static void note_left_out(struct trend_report *r)
{
	const struct trend *t = r->trend;

	for (size_t i = 0; i < t->n_left_out && i < NAMES_MAX; i++)
		note(r, "left out '%s': %s", t->left_out[i].path,
		     t->left_out[i].why);
	if (t->n_left_out > NAMES_MAX)
		note(r, "%zu more results are left out",
		     t->n_left_out - NAMES_MAX);
	if (t->n_foreign)
		note(r,
		     "no digest is kept of %zu night%s: '%s/trend.csv' is no "
		     "digest, and stays as it is",
		     t->n_foreign, plural(t->n_foreign), t->first_foreign);
	if (t->n_unused)
		note(r, "%zu rows of the nights could not be used",
		     t->n_unused);
}

/* A way in which nights are lost, as members of struct trend_lost. */
struct loss {
	const char *what;
	size_t count;
	size_t reason; /* 0: it has none */
};

/* One note for all series that lost nights in one way. */
static void note_lost(struct trend_report *r, const struct loss *loss)
{
	const struct trend *t = r->trend;
	const struct trend_series *first = NULL;
	size_t series = 0, nights = 0;
	const char *reason = "";
	char *name;

	for (size_t i = 0; i < t->n_series; i++) {
		const void *lost = &t->series[i].lost;
		size_t n = *(const size_t *)at_offset(lost, loss->count);

		if (n && !first) {
			first = &t->series[i];
			if (loss->reason)
				reason = *(const char *const *)at_offset(
					lost, loss->reason);
		}
		series += n > 0;
		nights += n;
	}
	if (!first)
		return;
	name = trend_series_name(first);
	note(r, "%zu series, %zu night%s together, %s; the first is %s%s%s%s",
	     series, nights, plural(nights), loss->what, name,
	     *reason ? " (" : "", reason, *reason ? ")" : "");
	free(name);
}

static void note_wanderers(struct trend_report *r)
{
	const struct trend *t = r->trend;
	const struct trend_series *first = NULL;
	size_t series = 0;
	char *name;

	for (size_t i = 0; i < t->n_series; i++) {
		const struct trend_series *s = &t->series[i];
		size_t n = s->verdict.n_changes;

		if (s->exact || n < WANDER_CHANGES ||
		    n * WANDER_NIGHTS < s->n_points)
			continue;
		first = first ? first : s;
		series++;
	}
	if (!first)
		return;
	name = trend_series_name(first);
	note(r,
	     "%zu series changed more often than once in %d nights: do they "
	     "wander? The first is %s on %s",
	     series, WANDER_NIGHTS, name, t->hosts[first->host].name);
	free(name);
}

static void note_short(struct trend_report *r)
{
	const struct trend *t = r->trend;
	size_t least = TREND_NIGHTS_BEFORE + TREND_NIGHTS_MIN, n = 0;

	for (size_t i = 0; i < t->n_series; i++)
		n += !t->series[i].exact && t->series[i].n_points < least;
	if (n)
		note(r,
		     "%zu series ha%s less than %zu nights: too few to tell a "
		     "change",
		     n, n == 1 ? "s" : "ve", least);
}

/* "exit/cpuid on lab1 +5% for 2 nights". Owned. */
static char *pending_text(const struct trend *t, const struct trend_series *s)
{
	const struct trend_verdict *v = &s->verdict;
	char *name = trend_series_name(s), *off, *text;

	if (isnan(v->pending_percent))
		off = xasprintf("%+.3g %s", v->pending_shift,
				trend_unit_text(s));
	else
		off = xasprintf("%+.2g%%", v->pending_percent);
	text = xasprintf("%s on %s %s for %zu night%s", name,
			 t->hosts[s->host].name, off, v->n_pending,
			 plural(v->n_pending));
	free(name);
	free(off);
	return text;
}

static void note_pending(struct trend_report *r)
{
	const struct trend *t = r->trend;
	char *list = xstrdup(""), *one;
	size_t n = 0;

	for (size_t i = 0; i < t->n_series; i++) {
		const struct trend_series *s = &t->series[i];

		if (!s->verdict.n_pending || n++ >= NAMES_MAX)
			continue;
		one = pending_text(t, s);
		list = join_word(list, ", ", one);
		free(one);
	}
	if (n)
		note(r,
		     "not told yet: the newest nights of %zu series are "
		     "off: %s%s",
		     n, list, n > NAMES_MAX ? ", ..." : "");
	free(list);
}

static void write_notes(struct trend_report *r)
{
	static const struct loss losses[] = {
		{ .what = "failed and do not count",
		  .count = offsetof(struct trend_lost, failed),
		  .reason = offsetof(struct trend_lost, fail_reason) },
		{ .what = "were skipped",
		  .count = offsetof(struct trend_lost, skipped),
		  .reason = offsetof(struct trend_lost, skip_reason) },
		{ .what = "vary with when they are measured and do not count",
		  .count = offsetof(struct trend_lost, varying) },
		{ .what = "have no row of the benchmark",
		  .count = offsetof(struct trend_lost, absent) },
	};

	note_left_out(r);
	for (size_t i = 0; i < ARRAY_SIZE(losses); i++)
		note_lost(r, &losses[i]);
	note_short(r);
	note_wanderers(r);
	note_pending(r);
}

void trend_report_make(struct trend_report *r, const struct trend *t,
		       int64_t since)
{
	*r = (struct trend_report){ .trend = t };
	for (size_t i = 0; i < t->n_events; i++)
		if (since_seen(t, &t->events[i], since))
			add_event(r, &t->events[i]);
	for (size_t i = 0; i < r->n_blocks; i++)
		finish_block(t, &r->blocks[i]);
	write_notes(r);
}

void trend_report_free(struct trend_report *r)
{
	for (size_t i = 0; i < r->n_blocks; i++) {
		struct trend_block *b = &r->blocks[i];

		for (size_t k = 0; k < b->events[0]->n_sightings; k++)
			env_differences_free(&b->differences[k]);
		free(b->differences);
		free(b->events);
		free(b->hosts);
	}
	for (size_t i = 0; i < r->n_notes; i++)
		free(r->notes[i]);
	free(r->blocks);
	free(r->notes);
	*r = (struct trend_report){ 0 };
}
