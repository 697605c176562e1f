// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A statistic that moved on one side of a comparison and never on the other
 * has no row there, and would be compared with nothing: the strongest change
 * of all, from 0 to something. But a kernel that does not have the statistic
 * has no row either, and did not count 0.
 */
#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "results-rows.h"
#include "util.h"

/* The launches of a benchmark's variant that counted what they do not list. */
struct result_witness {
	const char *bench, *variant, *metric; /* a witness's, results-rows.h */
	double fewest_samples;
	uint32_t *boots; /* of each launch, in the order of values */
	size_t n;
};

/* Without a row of it anywhere: returns of KVM_RUN, which the monitor counts. */
static const char *const always_counted[] = { "userspace_exits" };

static const char *const msr_kinds[] = { "msr_writes:", "msr_reads:" };

/* What shows that a kernel counts @metric: a name, of @len bytes. */
static const char *kind_of(const char *metric, size_t *len)
{
	const char *colon = strchr(metric, ':');
	const char *dot = strchr(metric, '.');

	/* One tracepoint's format tells of both. */
	for (size_t i = 0; i < ARRAY_SIZE(msr_kinds); i++)
		if (!strncmp(metric, msr_kinds[i], strlen(msr_kinds[i]))) {
			*len = strlen(msr_kinds[0]);
			return msr_kinds[0];
		}
	if (colon) {
		*len = (size_t)(colon - metric) + 1;
		return metric;
	}
	/* "vcpu1.exits" is there where "exits" is. */
	if (dot && !strncmp(metric, "vcpu", 4) &&
	    isdigit((unsigned char)metric[4]))
		metric = dot + 1;
	*len = strlen(metric);
	return metric;
}

static void note_kinds(struct results *r)
{
	for (size_t i = 0; i < ARRAY_SIZE(always_counted); i++)
		intern(r->counted, always_counted[i],
		       strlen(always_counted[i]));
	for (size_t i = 0; i < r->n_groups; i++) {
		size_t len;
		const char *kind = kind_of(r->groups[i].metric, &len);

		if (r->groups[i].counted)
			intern(r->counted, kind, len);
	}
}

static bool counts(const struct results *r, const char *metric)
{
	uint32_t number;
	size_t len;
	const char *kind = kind_of(metric, &len);

	return intern_find(r->counted, kind, len, &number);
}

static int compare_witnesses(const void *a, const void *b)
{
	const struct result_witness *x = a, *y = b;
	int order = strcmp(x->bench, y->bench);

	if (!order)
		order = strcmp(x->variant, y->variant);
	return order ? order : strcmp(x->metric, y->metric);
}

/* The complete launches of the groups that are witnesses. */
static void note_launches(struct results *r, const struct loaded_rows *rows)
{
	size_t *witness_of = xcalloc(r->n_groups, sizeof(*witness_of));

	r->witnesses = xcalloc(r->n_groups, sizeof(*r->witnesses));
	for (size_t i = 0; i < r->n_groups; i++) {
		const struct result_group *g = &r->groups[i];

		if (!results_is_witness(g->metric))
			continue;
		witness_of[i] = ++r->n_witnesses;
		r->witnesses[r->n_witnesses - 1] = (struct result_witness){
			.bench = g->bench,
			.variant = g->variant,
			.metric = g->metric,
			.fewest_samples = g->fewest_samples,
		};
	}
	for (size_t i = 0; i < rows->n; i++) {
		const struct loaded_row *row = &rows->list[i];
		struct result_witness *w;

		if (!row->complete || !witness_of[row->group])
			continue;
		w = &r->witnesses[witness_of[row->group] - 1];
		if (!(w->n & (w->n - 1)))
			w->boots = xrealloc(w->boots, 2 * w->n + 1,
					    sizeof(*w->boots));
		w->boots[w->n++] = row->value.boot;
	}
	free(witness_of);
}

static int compare_boots(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return (x > y) - (x < y);
}

void results_note_evidence(struct results *r, const struct loaded_rows *rows)
{
	note_kinds(r);
	note_launches(r, rows);
	for (size_t i = 0; i < r->n_witnesses; i++)
		if (r->witnesses[i].n)
			qsort(r->witnesses[i].boots, r->witnesses[i].n,
			      sizeof(*r->witnesses[i].boots), compare_boots);
	if (r->n_witnesses)
		qsort(r->witnesses, r->n_witnesses, sizeof(*r->witnesses),
		      compare_witnesses);
}

void results_free_evidence(struct results *r)
{
	for (size_t i = 0; i < r->n_witnesses; i++)
		free(r->witnesses[i].boots);
	free(r->witnesses);
	free(r->zeros);
	intern_free(r->counted);
}

/* Launches of @r that @g, which is not there, had to be 0 in; or NULL. */
static const struct result_witness *launches_of(const struct results *r,
						const struct results *other,
						const struct result_group *g)
{
	struct result_witness key = { .bench = g->bench,
				      .variant = g->variant };
	const struct result_witness *w;

	if (!g->n_values || strcmp(g->unit, "per_op") || !r->n_witnesses)
		return NULL;
	/* What launches of either side take turns at says nothing. */
	key.metric = results_witness_of(r, g->metric);
	if (!key.metric || !results_witness_of(other, g->metric))
		return NULL;
	w = bsearch(&key, r->witnesses, r->n_witnesses, sizeof(key),
		    compare_witnesses);
	return w && w->n ? w : NULL;
}

bool results_lack_counter(const struct results *r, const struct results *other,
			  const struct result_group *g)
{
	return launches_of(r, other, g) && !counts(r, g->metric);
}

static const struct result_group *find(const struct results *r,
				       const struct result_group *like)
{
	for (size_t low = 0, high = r->n_groups; low < high;) {
		size_t at = (low + high) / 2;
		int order = result_group_compare(like, &r->groups[at]);

		if (!order)
			return &r->groups[at];
		if (order < 0)
			high = at;
		else
			low = at + 1;
	}
	return NULL;
}

/* The names of @g, which belong to another side, as this one's. */
static struct result_group zero_group(struct results *r,
				      const struct result_group *g,
				      const struct result_witness *w)
{
	const char *const names[] = { g->bench, g->variant, g->metric,
				      g->unit };
	const char *own[ARRAY_SIZE(names)];

	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		own[i] = intern_bytes(r->keys, intern(r->keys, names[i],
						      strlen(names[i])));
	return (struct result_group){
		.bench = own[0],
		.variant = own[1],
		.metric = own[2],
		.unit = own[3],
		.n_values = w->n,
		.n_rows = { [STATUS_OK] = w->n },
		.n_implied = w->n,
		.constant_samples = true,
		.steady_samples = true,
		.fewest_samples = w->fewest_samples,
		.without_range = true,
	};
}

/* What is to be added to one side, before anything is. */
struct additions {
	struct addition {
		struct result_group group;
		const struct result_witness *witness;
	} * list;
	size_t n, n_values;
};

static struct additions find_additions(struct results *r,
				       const struct results *other)
{
	struct additions a = { 0 };

	for (size_t i = 0; i < other->n_groups; i++) {
		const struct result_group *g = &other->groups[i];
		const struct result_witness *w = launches_of(r, other, g);

		if (!w || !counts(r, g->metric) || find(r, g))
			continue;
		if (!(a.n & (a.n - 1)))
			a.list = xrealloc(a.list, 2 * a.n + 1, sizeof(*a.list));
		a.list[a.n++] = (struct addition){ zero_group(r, g, w), w };
		a.n_values += w->n;
	}
	return a;
}

static int compare_groups(const void *a, const void *b)
{
	return result_group_compare(a, b);
}

static void add(struct results *r, const struct additions *a)
{
	struct result_value *value;

	if (!a->n)
		return;
	r->zeros = value = xcalloc(a->n_values, sizeof(*value));
	r->groups = xrealloc(r->groups, r->n_groups + a->n, sizeof(*r->groups));
	for (size_t i = 0; i < a->n; i++) {
		const struct result_witness *w = a->list[i].witness;

		r->groups[r->n_groups] = a->list[i].group;
		r->groups[r->n_groups++].values = value;
		for (size_t k = 0; k < w->n; k++)
			*value++ = (struct result_value){ .overhead = NAN,
							  .boot = w->boots[k] };
	}
	qsort(r->groups, r->n_groups, sizeof(*r->groups), compare_groups);
}

void results_imply_across(struct results *base, struct results *new)
{
	struct additions to_base = find_additions(base, new);
	struct additions to_new = find_additions(new, base);

	add(base, &to_base);
	add(new, &to_new);
	free(to_base.list);
	free(to_new.list);
}
