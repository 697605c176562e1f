// SPDX-License-Identifier: GPL-2.0-or-later
#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>

#include "results.h"
#include "trend-arrange.h"
#include "util.h"

/* A host's index may change to this: it is dropped. */
#define DROPPED UINT32_MAX

/* Texts are interned: equal ones are the same. */
static void name_host(struct trend *t, struct trend_host *h)
{
	bool by_label = false, by_cpu = false;
	char *name;

	for (size_t i = 0; i < t->n_hosts; i++) {
		const struct trend_host *o = &t->hosts[i];

		if (o->host != h->host || o->machine != h->machine)
			continue;
		by_label |= o->label != h->label;
		by_cpu |= o->label == h->label && o->cpu != h->cpu;
	}
	by_label &= *h->label != '\0';
	name = xasprintf("%s%s%s%s%s%s%s%s", *h->host ? h->host : "unknown",
			 *h->machine ? "/" : "", h->machine,
			 by_label ? ":" : "", by_label ? h->label : "",
			 by_cpu ? " (" : "", by_cpu ? h->cpu : "",
			 by_cpu ? ")" : "");
	h->name = intern_bytes(t->texts, intern(t->texts, name, strlen(name)));
	free(name);
}

static int compare_hosts(const void *a, const void *b)
{
	const struct trend_host *x = a, *y = b;

	return strverscmp(x->name, y->name);
}

/* Which host each of the old indices is now. */
static uint32_t *arrange_hosts(struct trend *t, const char *glob)
{
	struct trend_host *old = xcalloc(t->n_hosts, sizeof(*old));
	uint32_t *moved = xcalloc(t->n_hosts, sizeof(*moved));
	size_t n_old = t->n_hosts, kept = 0;

	for (size_t i = 0; i < t->n_hosts; i++)
		name_host(t, &t->hosts[i]);
	for (size_t i = 0; i < n_old; i++) {
		old[i] = t->hosts[i];
		if (!glob || !fnmatch(glob, old[i].name, 0))
			t->hosts[kept++] = old[i];
	}
	t->n_hosts = kept;
	if (kept)
		qsort(t->hosts, kept, sizeof(*t->hosts), compare_hosts);
	for (size_t i = 0; i < n_old; i++) {
		moved[i] = DROPPED;
		for (size_t k = 0; k < kept; k++)
			if (t->hosts[k].name == old[i].name)
				moved[i] = (uint32_t)k;
	}
	free(old);
	return moved;
}

/* A night, and which it was before. */
struct moved_night {
	struct trend_night night;
	uint32_t was;
};

static int compare_nights(const void *a, const void *b)
{
	const struct moved_night *x = a, *y = b;

	if (x->night.time != y->night.time)
		return x->night.time < y->night.time ? -1 : 1;
	return strcmp(x->night.run_id, y->night.run_id);
}

static uint32_t *arrange_nights(struct trend *t, const uint32_t *hosts)
{
	struct moved_night *list = xcalloc(t->n_nights, sizeof(*list));
	uint32_t *moved = xcalloc(t->n_nights, sizeof(*moved));
	size_t kept = 0;

	for (size_t i = 0; i < t->n_nights; i++) {
		struct trend_night *n = &t->nights[i];

		n->host = hosts[n->host];
		if (n->host != DROPPED)
			list[kept++] = (struct moved_night){ *n, (uint32_t)i };
	}
	if (kept)
		qsort(list, kept, sizeof(*list), compare_nights);
	for (size_t i = 0; i < kept; i++) {
		t->nights[i] = list[i].night;
		moved[list[i].was] = (uint32_t)i;
	}
	t->n_nights = kept;
	free(list);
	return moved;
}

static int compare_points(const void *a, const void *b)
{
	const struct trend_point *x = a, *y = b;

	return (x->night > y->night) - (x->night < y->night);
}

static int compare_series(const void *a, const void *b)
{
	const struct trend_series *x = a, *y = b;
	const struct result_group g = { .bench = x->bench,
					.variant = x->variant,
					.metric = x->metric,
					.unit = x->unit };
	const struct result_group h = { .bench = y->bench,
					.variant = y->variant,
					.metric = y->metric,
					.unit = y->unit };

	if (x->host != y->host)
		return x->host < y->host ? -1 : 1;
	return result_group_compare(&g, &h);
}

static void arrange_points(const struct trend *t, struct trend_series *s,
			   const uint32_t *nights)
{
	struct trend_lost *lost = &s->lost;
	bool sorted = true;

	for (size_t i = 0; i < s->n_points; i++) {
		s->points[i].night = nights[s->points[i].night];
		sorted &= !i || s->points[i - 1].night < s->points[i].night;
	}
	if (!sorted)
		qsort(s->points, s->n_points, sizeof(*s->points),
		      compare_points);
	lost->absent = t->hosts[s->host].n_nights - s->n_points - lost->failed -
		       lost->skipped - lost->varying;
}

void trend_arrange(struct trend *t, const char *glob)
{
	uint32_t *hosts = arrange_hosts(t, glob);
	uint32_t *nights = arrange_nights(t, hosts);
	size_t kept = 0;

	for (size_t i = 0; i < t->n_series; i++) {
		struct trend_series *s = &t->series[i];

		s->host = hosts[s->host];
		if (s->host == DROPPED) {
			free(s->points);
			continue;
		}
		arrange_points(t, s, nights);
		t->series[kept++] = *s;
	}
	t->n_series = kept;
	if (kept)
		qsort(t->series, kept, sizeof(*t->series), compare_series);
	free(hosts);
	free(nights);
}
