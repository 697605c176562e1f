// SPDX-License-Identifier: GPL-2.0-or-later
/* A trend from the digests of its nights. */
#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "kernel-commit.h"
#include "parallel.h"
#include "pattern.h"
#include "trend-arrange.h"
#include "trend-digest.h"
#include "trend-walk.h"
#include "trend.h"
#include "util.h"

/* So many digests are in memory at a time. */
#define BATCH 128

/* What is known of a row's names, by the number of its key. */
struct key {
	bool wanted;
	const char *bench, *variant, *metric, *unit;
	uint32_t *series; /* index + 1 for each host; 0: none yet */
	size_t n_series;
};

struct loader {
	struct trend *trend;
	const struct trend_query *query;
	struct intern *key_names;
	struct key *keys;
	size_t keys_room, series_room;
	size_t *points_room; /* of each series */
	const struct trend_paths *paths;
	/* A batch of digests, by jobs: */
	struct digest_request request;
	struct digest *digests;
	struct error *errors;
	size_t first;
};

static const char *text(struct trend *t, const char *s)
{
	return intern_bytes(t->texts, intern(t->texts, s, strlen(s)));
}

/* Owns @why. */
static void leave_out(struct trend *t, const char *path, char *why)
{
	t->left_out =
		xrealloc(t->left_out, t->n_left_out + 1, sizeof(*t->left_out));
	t->left_out[t->n_left_out++] =
		(struct trend_left_out){ xstrdup(path), why };
}

/* --- hosts and nights ------------------------------------------------------ */

/* Texts are interned: equal ones are the same. */
static uint32_t host_of(struct trend *t, const struct trend_host *host)
{
	for (size_t i = 0; i < t->n_hosts; i++) {
		const struct trend_host *h = &t->hosts[i];

		if (h->host == host->host && h->cpu == host->cpu &&
		    h->machine == host->machine && h->label == host->label)
			return (uint32_t)i;
	}
	t->hosts = xrealloc(t->hosts, t->n_hosts + 1, sizeof(*t->hosts));
	t->hosts[t->n_hosts] = *host;
	return (uint32_t)t->n_hosts++;
}

static uint32_t digest_host(struct trend *t, const struct digest *d)
{
	bool default_label =
		!strcmp(d->facts[FACT_LABEL], d->facts[FACT_KERNEL]);
	const struct trend_host host = {
		.host = text(t, d->facts[FACT_HOST]),
		.cpu = text(t, d->facts[FACT_CPU]),
		.machine = text(t, d->facts[FACT_MACHINE]),
		.label = text(t, default_label ? "" : d->facts[FACT_LABEL]),
	};

	return host_of(t, &host);
}

/*
 * When it began. A machine of the lab has the same time in each run; when the
 * results came out is what their run id begins with.
 */
static const char *start_of(struct trend *t, const struct digest *d)
{
	const char *id = d->facts[FACT_RUN_ID];
	struct tm tm = { 0 };
	char started[32];

	if (!*d->facts[FACT_MACHINE] || !strptime(id, "%Y%m%dT%H%M%SZ", &tm))
		return text(t, d->facts[FACT_STARTED]);
	strftime(started, sizeof(started), "%Y-%m-%dT%H:%M:%SZ", &tm);
	return text(t, started);
}

static struct trend_night digest_night(struct trend *t, const struct digest *d,
				       const char *path)
{
	char commit[KERNEL_COMMIT_SIZE];

	kernel_commit(d->facts[FACT_KERNEL], commit);
	return (struct trend_night){
		.path = text(t, path),
		.run_id = text(t, d->facts[FACT_RUN_ID]),
		.started = start_of(t, d),
		.host = digest_host(t, d),
		.kernel = text(t, d->facts[FACT_KERNEL]),
		.kernel_version = text(t, d->facts[FACT_KERNEL_VERSION]),
		.kernel_commit = text(t, commit),
		.tool_version = text(t, d->facts[FACT_TOOL_VERSION]),
		.tool_commit = text(t, d->facts[FACT_TOOL_COMMIT]),
		.deterministic = *d->facts[FACT_DETERMINISTIC],
	};
}

/* --- series ---------------------------------------------------------------- */

static bool is_wanted(const struct trend_query *q, const struct key *key)
{
	if (q->metric && fnmatch(q->metric, key->metric, 0))
		return false;
	for (size_t i = 0; i < q->n_patterns; i++)
		if (pattern_matches(q->patterns[i], key->bench, key->variant))
			return true;
	return !q->n_patterns;
}

static struct key *key_of(struct loader *l, const struct digest_row *row)
{
	uint32_t number = intern(l->key_names, row->key, row->key_len);
	struct key *key;

	if (number < l->keys_room && l->keys[number].bench)
		return &l->keys[number];
	if (number >= l->keys_room) {
		size_t room = l->keys_room ? 2 * l->keys_room : 256;

		l->keys = xrealloc(l->keys, room, sizeof(*l->keys));
		memset(l->keys + l->keys_room, 0,
		       (room - l->keys_room) * sizeof(*l->keys));
		l->keys_room = room;
	}
	key = &l->keys[number];
	key->bench = intern_bytes(l->key_names, number);
	key->variant = key->bench + strlen(key->bench) + 1;
	key->metric = key->variant + strlen(key->variant) + 1;
	key->unit = key->metric + strlen(key->metric) + 1;
	key->wanted = is_wanted(l->query, key);
	return key;
}

static size_t new_series(struct loader *l, const struct key *key, uint32_t host)
{
	struct trend *t = l->trend;

	if (t->n_series == l->series_room) {
		l->series_room = l->series_room ? 2 * l->series_room : 256;
		t->series =
			xrealloc(t->series, l->series_room, sizeof(*t->series));
		l->points_room = xrealloc(l->points_room, l->series_room,
					  sizeof(*l->points_room));
	}
	t->series[t->n_series] = (struct trend_series){
		.bench = text(t, key->bench),
		.variant = text(t, key->variant),
		.metric = text(t, key->metric),
		.unit = text(t, key->unit),
		.host = host,
		.lost.fail_reason = "",
		.lost.skip_reason = "",
		.lost.reason = "",
		.exact = true,
	};
	l->points_room[t->n_series] = 0;
	return t->n_series++;
}

static size_t series_of(struct loader *l, struct key *key, uint32_t host)
{
	if (host >= key->n_series) {
		key->series =
			xrealloc(key->series, host + 1, sizeof(*key->series));
		while (key->n_series <= host)
			key->series[key->n_series++] = 0;
	}
	if (!key->series[host])
		key->series[host] = (uint32_t)new_series(l, key, host) + 1;
	return key->series[host] - 1;
}

static void add_point(struct loader *l, size_t index,
		      const struct digest_row *row)
{
	struct trend *t = l->trend;
	struct trend_series *s = &t->series[index];
	size_t *room = &l->points_room[index];

	if (s->n_points == *room) {
		*room = *room ? 2 * *room : 64;
		s->points = xrealloc(s->points, *room, sizeof(*s->points));
	}
	s->points[s->n_points++] = (struct trend_point){
		.night = (uint32_t)t->n_nights - 1,
		.launches = row->launches,
		.value = row->value,
		.unverified = row->status == DIGEST_UNVERIFIED,
	};
	s->exact &= t->nights[t->n_nights - 1].deterministic;
}

static void add_row(struct loader *l, const struct digest_row *row,
		    uint32_t host)
{
	struct key *key = key_of(l, row);
	struct trend_series *s;
	const char *reason;
	size_t index;

	if (!key->wanted)
		return;
	reason = text(l->trend, row->reason);
	index = series_of(l, key, host);
	s = &l->trend->series[index];
	switch (row->status) {
	case DIGEST_OK:
	case DIGEST_UNVERIFIED:
		add_point(l, index, row);
		return;
	case DIGEST_VARIES:
		s->lost.varying++;
		return;
	case DIGEST_FAIL:
		s->lost.failed++;
		s->lost.reason = s->lost.fail_reason = reason;
		return;
	default:
		s->lost.skipped++;
		s->lost.reason = s->lost.skip_reason = reason;
	}
}

/* --- the nights, a batch at a time ----------------------------------------- */

static void load_job(void *ctx, size_t i)
{
	struct loader *l = ctx;

	l->errors[i].text[0] = '\0';
	if (digest_load(&l->digests[i], l->paths->list[l->first + i],
			&l->request, &l->errors[i]) &&
	    !l->errors[i].text[0])
		error_set(&l->errors[i], "cannot be read");
}

static const struct trend_night *same_run(const struct trend *t,
					  const struct trend_night *night)
{
	for (size_t i = 0; *night->run_id && i < t->n_nights; i++)
		if (t->nights[i].run_id == night->run_id &&
		    t->nights[i].host == night->host)
			return &t->nights[i];
	return NULL;
}

static void add_digest(struct loader *l, const struct digest *d,
		       const char *path)
{
	struct trend *t = l->trend;
	struct trend_night night = digest_night(t, d, path);
	const struct trend_night *same = same_run(t, &night);
	uint64_t unused = 0;

	if (same) {
		leave_out(t, path,
			  xasprintf("has the run id of '%s'", same->path));
		return;
	}
	if (trend_parse_time(night.started, &night.time)) {
		leave_out(t, path,
			  xasprintf("started at '%s', which is no time",
				    night.started));
		return;
	}
	if (!(t->n_nights & (t->n_nights - 1)))
		t->nights = xrealloc(t->nights,
				     t->n_nights ? 2 * t->n_nights : 1,
				     sizeof(*t->nights));
	t->nights[t->n_nights++] = night;
	t->hosts[night.host].n_nights++;
	t->n_digests += d->kept;
	t->n_foreign += d->foreign;
	if (d->foreign && !t->first_foreign)
		t->first_foreign = night.path;
	if (!parse_u64(d->facts[FACT_UNUSED], UINT64_MAX, &unused))
		t->n_unused += unused;
	for (size_t i = 0; i < d->n_rows; i++)
		add_row(l, &d->rows[i], night.host);
}

static void load_batch(struct loader *l, size_t n)
{
	parallel_for(n, load_job, l);
	for (size_t i = 0; i < n; i++) {
		const char *path = l->paths->list[l->first + i];

		if (l->errors[i].text[0])
			leave_out(l->trend, path, xstrdup(l->errors[i].text));
		else
			add_digest(l, &l->digests[i], path);
		digest_free(&l->digests[i]);
	}
}

static void load_all(struct loader *l)
{
	l->digests = xcalloc(BATCH, sizeof(*l->digests));
	l->errors = xcalloc(BATCH, sizeof(*l->errors));
	for (l->first = 0; l->first < l->paths->n; l->first += BATCH) {
		size_t left = l->paths->n - l->first;

		load_batch(l, left < BATCH ? left : BATCH);
	}
	free(l->digests);
	free(l->errors);
	for (size_t i = 0; i < l->keys_room; i++)
		free(l->keys[i].series);
	free(l->keys);
	free(l->points_room);
}

static int check(const struct trend *t, const char *path, struct error *err)
{
	const struct trend_left_out *first = t->left_out;

	if (t->n_series)
		return 0;
	if (t->n_nights)
		return error_set(err, "nothing in '%s' is selected", path);
	if (!t->n_left_out)
		return error_set(err, "no results in '%s'", path);
	return error_set(err, "no night in '%s' can be used; '%s': %s", path,
			 first->path, first->why);
}

int trend_load(struct trend *t, const char *path,
	       const struct trend_query *query, struct error *err)
{
	struct trend_paths paths;
	struct loader l = {
		.trend = t,
		.query = query,
		.paths = &paths,
		.request = { .latencies = query->metric &&
					  !strcmp(query->metric, "latency"),
			     .no_files = query->no_digests },
	};
	int ret = trend_walk(&paths, path, err);

	*t = (struct trend){ .texts = intern_new() };
	if (!ret) {
		l.key_names = intern_new();
		load_all(&l);
		intern_free(l.key_names);
		trend_arrange(t, query->host);
		ret = check(t, path, err);
	}
	trend_paths_free(&paths);
	return ret;
}
