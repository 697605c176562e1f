// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A statistic that did not move in a launch is not written. Where it moved in
 * others, leaving these launches out would compare the busy ones only.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "results-rows.h"
#include "util.h"

/*
 * What is counted of every launch that ran, and what only of the launches that
 * trace, which "msr_tally_lost" tells.
 */
#define RAN    "latency"
#define TRACED "msr_tally_lost"

static const char *const traced_prefixes[] = { "msr_writes:", "msr_reads:",
					       "exit_reason:" };

bool results_is_witness(const char *metric)
{
	return !strcmp(metric, RAN) || !strcmp(metric, TRACED);
}

/* Launches take turns at counting events, so that absence says nothing. */
static bool is_event(const struct results *r, const char *metric)
{
	for (size_t i = 0; i < r->n_sources; i++) {
		json_t *event,
			*list = json_object_get(r->sources[i].env, "events");
		size_t k;

		json_array_foreach(list, k, event) {
			const char *name = json_string_value(
				json_object_get(event, "metric"));

			if (name && !strcmp(name, metric))
				return true;
		}
	}
	return false;
}

const char *results_witness_of(const struct results *r, const char *metric)
{
	for (size_t i = 0; i < ARRAY_SIZE(traced_prefixes); i++)
		if (!strncmp(metric, traced_prefixes[i],
			     strlen(traced_prefixes[i])))
			return TRACED;
	if (strchr(metric, ':') || results_is_witness(metric) ||
	    is_event(r, metric))
		return NULL;
	return RAN;
}

/* All rows of all groups: group g has [start[g], start[g + 1]) of order. */
struct by_group {
	size_t *start, *order;
};

static struct by_group index_rows(const struct results *r,
				  const struct loaded_rows *rows)
{
	struct by_group b = { xcalloc(r->n_groups + 2, sizeof(size_t)),
			      xcalloc(rows->n, sizeof(size_t)) };

	for (size_t i = 0; i < rows->n; i++)
		b.start[rows->list[i].group + 2]++;
	for (size_t g = 0; g < r->n_groups; g++)
		b.start[g + 2] += b.start[g + 1];
	/* Filling moves each start on to the next. */
	for (size_t i = 0; i < rows->n; i++)
		b.order[b.start[rows->list[i].group + 1]++] = i;
	return b;
}

static uint64_t launch_key(const struct loaded_row *row)
{
	return (uint64_t)row->source << 32 | row->launch;
}

static int compare_keys(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

static void add_zero(struct loaded_rows *rows, size_t like, uint32_t group)
{
	struct loaded_row *row = loaded_rows_add(rows);

	*row = rows->list[like];
	row->group = group;
	row->has_value = true;
	row->value.value = 0;
	row->value.overhead = NAN;
}

/* A zero for each complete launch of @witness that @group has no row of. */
static size_t complete_group(struct loaded_rows *rows, const struct by_group *b,
			     uint32_t group, size_t witness)
{
	size_t n = b->start[group + 1] - b->start[group], added = 0;
	const size_t *own = b->order + b->start[group];
	uint64_t *have = xcalloc(n, sizeof(*have));

	for (size_t i = 0; i < n; i++)
		have[i] = launch_key(&rows->list[own[i]]);
	qsort(have, n, sizeof(*have), compare_keys);
	for (size_t i = b->start[witness]; i < b->start[witness + 1]; i++) {
		size_t like = b->order[i];
		uint64_t key = launch_key(&rows->list[like]);

		if (!rows->list[like].complete ||
		    bsearch(&key, have, n, sizeof(key), compare_keys))
			continue;
		add_zero(rows, like, group);
		added++;
	}
	free(have);
	return added;
}

/* The group of @g's benchmark and variant, and of @metric and @unit. */
static bool find_group(const struct results *r, const struct result_group *g,
		       const char *metric, const char *unit, uint32_t *found)
{
	char *key = NULL;
	size_t len;
	FILE *f = xmemstream(&key, &len);
	bool there;

	fprintf(f, "%s%c%s%c%s%c%s%c", g->bench, 0, g->variant, 0, metric, 0,
		unit, 0);
	xmemstream_close(f);
	there = intern_find(r->keys, key, len, found);
	free(key);
	return there;
}

static void imply_group(struct results *r, struct loaded_rows *rows,
			const struct by_group *b, uint32_t group)
{
	static const char *const units[] = { "tsc", "ns", "per_op" };
	struct result_group *g = &r->groups[group];
	const char *witness = results_witness_of(r, g->metric);
	uint32_t found;

	for (size_t i = 0; witness && i < ARRAY_SIZE(units); i++)
		if (find_group(r, g, witness, units[i], &found))
			g->n_implied += complete_group(rows, b, group, found);
	g->n_rows[STATUS_OK] += g->n_implied;
}

void results_imply_zeros(struct results *r, struct loaded_rows *rows)
{
	struct by_group b = index_rows(r, rows);

	for (size_t i = 0; i < r->n_groups; i++)
		if (!r->groups[i].unwanted && r->groups[i].n_rows[STATUS_OK] &&
		    !strcmp(r->groups[i].unit, "per_op"))
			imply_group(r, rows, &b, (uint32_t)i);
	free(b.start);
	free(b.order);
}
