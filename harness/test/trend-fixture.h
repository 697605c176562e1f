/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A history made up: three hosts, one of them of the lab, the variants of the
 * catalogue, and changes at known nights. The verdicts are filled in as planted,
 * not found, so that what shows them is tested alone.
 */
#ifndef VMB_TEST_TREND_FIXTURE_H
#define VMB_TEST_TREND_FIXTURE_H

#include <fnmatch.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <gsl/gsl_randist.h>
#include <gsl/gsl_rng.h>

#include "plan.h"
#include "trend.h"
#include "util.h"

#define MADE_HOSTS 3
#define MADE_LAB   2 /* the host that repeats to the tick */
#define MADE_BEGIN 1735693200 /* 2025-01-01T01:00:00Z */
#define MADE_DAY   86400

struct planted {
	const char *bench; /* a shell glob */
	int host; /* -1: all */
	double place; /* of the first changed night, as a share of all */
	double percent;
};

/* In the order of time. */
static const struct planted planted[] = {
	{ "timer/tscdeadline-immed", -1, 0.3, 8 },
	{ "timer/tscdeadline-immed", -1, 0.4, -7.4 },
	{ "msr/wr-spec-ctrl", 1, 0.5, -12 },
	{ "exit/*", 0, 0.7, 5.5 },
	{ "exit/cpuid", -1, 0.9, 3.2 },
};

struct made {
	struct trend t;
	gsl_rng *rng;
	struct plan plan;
	bool hostile;
};

/* What a results directory may hold that would break a careless page. */
#define HOSTILE_NAME \
	"evil/</script><script>alert(1)</script><img src=x onerror=alert(2)>"
#define HOSTILE_TEXT \
	"a\"b'c&amp;\xe2\x80\xa8\xe2\x80\xae<!--<script>@{nonce}\x01"
#define HOSTILE_BYTES "\xff\xfe not UTF-8"

static const char *made_text(struct made *m, char *text)
{
	uint32_t number = intern(m->t.texts, text, strlen(text));

	free(text);
	return intern_bytes(m->t.texts, number);
}

static void made_host(struct made *m, size_t i)
{
	static const struct trend_host hosts[MADE_HOSTS] = {
		{ "lab1", "Intel(R) Xeon(R) Gold 6430", "", "", "lab1", 0 },
		{ "lab2", "AMD EPYC 9354", "", "", "lab2", 0 },
		{ "lab", "QEMU TCG", "svm", "", "lab svm", 0 },
	};

	m->t.hosts[i] = hosts[i];
	if (m->hostile && i == 1) {
		m->t.hosts[i].name = "lab2 " HOSTILE_TEXT;
		m->t.hosts[i].cpu = HOSTILE_BYTES;
	}
}

static void made_night(struct made *m, size_t night, size_t host)
{
	struct trend_night *n = &m->t.nights[night * MADE_HOSTS + host];
	unsigned long hash = (night + 1) * 0x9e3779b97f4aul & 0xfffffffffffful;
	const char *commit = made_text(m, xasprintf("%012lx", hash));

	*n = (struct trend_night){
		.path = "",
		.run_id = made_text(m, xasprintf("night-%03zu-%s", night,
						 m->t.hosts[host].host)),
		.started = "",
		.time = MADE_BEGIN + (int64_t)(night * MADE_DAY + host * 600),
		.host = (uint32_t)host,
		.kernel = made_text(
			m, xasprintf("6.%zu.0-rc%zu-%05zu-g%s", 12 + night / 70,
				     1 + night % 70 / 10, night * 37, commit)),
		.kernel_version = "#1 SMP PREEMPT_DYNAMIC",
		.kernel_commit = commit,
		.tool_version = "0.1",
		.tool_commit = "0123456789ab",
		.deterministic = host == MADE_LAB,
	};
	if (m->hostile && host == 1 && night % 7 == 0)
		n->kernel = HOSTILE_TEXT;
	m->t.hosts[host].n_nights++;
}

static bool planted_in(const struct planted *p, const struct trend_series *s)
{
	return (p->host < 0 || (uint32_t)p->host == s->host) &&
	       !fnmatch(p->bench, s->bench, 0);
}

static struct estimate made_estimate(const struct trend_series *s, double value,
				     double half)
{
	if (s->exact)
		half = 0;
	return (struct estimate){ value, { value - half, value + half, 0.95 } };
}

/* The series' level in a night, and its change if it begins there. */
static double made_level(const struct made *m, const struct trend_series *s,
			 size_t night, double base,
			 const struct planted **begins)
{
	size_t n_nights = m->t.n_nights / MADE_HOSTS;

	*begins = NULL;
	for (size_t i = 0; i < ARRAY_SIZE(planted); i++) {
		size_t at = (size_t)(planted[i].place * (double)n_nights);

		if (!planted_in(&planted[i], s) || night < at)
			continue;
		base *= 1 + planted[i].percent / 100;
		if (night == at)
			*begins = &planted[i];
	}
	return s->exact ? round(base) : base;
}

static void made_change(struct trend_series *s, double before, double after)
{
	double percent = 100 * (after - before) / before;
	size_t at = s->n_points;

	s->verdict.changes[s->verdict.n_changes++] = (struct trend_change){
		.at = at,
		.at_first = s->exact ? at : at - 1,
		.at_last = at,
		.told = at + 2,
		.before = made_estimate(s, before, before * 1e-3),
		.after = made_estimate(s, after, after * 1e-3),
		.shift = made_estimate(s, after - before, before * 2e-3),
		.percent = made_estimate(s, percent, 0.2),
		.p = s->exact ? 0 : 0.0002,
	};
}

static double made_noise(const struct made *m, const struct trend_series *s,
			 double level)
{
	double noise = gsl_ran_gaussian(m->rng, 0.004 * level);

	if (s->exact)
		return 0;
	/* A night in a hundred is disturbed. */
	return gsl_rng_uniform(m->rng) < 0.01 ? noise + 0.3 * level : noise;
}

/* Some nights fail for a family, one is without any row. */
static bool made_lost(struct trend_series *s, size_t night)
{
	if (!strncmp(s->bench, "nmi/", 4) && night % 37 == 5) {
		s->lost.failed++;
		s->lost.reason = "expected 1000 NMIs, KVM says 998";
		return true;
	}
	s->lost.absent += night == 20;
	return night == 20;
}

static void made_point(struct made *m, struct trend_series *s, size_t night,
		       double level)
{
	double value = level + made_noise(m, s, level);

	/* The last two are off their level. */
	if (!strcmp(s->bench, "ipi/self") && !s->exact &&
	    night + 2 >= m->t.n_nights / MADE_HOSTS) {
		value = level * 1.05;
		s->verdict.n_pending++;
		s->verdict.pending_percent = 5;
	}
	value = round(value * 2) / 2;
	s->points[s->n_points++] = (struct trend_point){
		.night = (uint32_t)(night * MADE_HOSTS + s->host),
		.launches = s->exact ? 2 : 10,
		.value = made_estimate(s, value, round(value * 0.003)),
		.unverified = !strcmp(s->bench, "exit/pause"),
	};
}

static void made_points(struct made *m, struct trend_series *s, double base)
{
	size_t n_nights = m->t.n_nights / MADE_HOSTS;
	double last = base;

	s->points = xcalloc(n_nights, sizeof(*s->points));
	s->verdict.changes =
		xcalloc(ARRAY_SIZE(planted), sizeof(*s->verdict.changes));
	s->verdict.scatter = s->exact ? 0 : 0.004 * base;
	s->verdict.pending_percent = NAN;
	for (size_t i = 0; i < n_nights; i++) {
		const struct planted *begins;
		double level = made_level(m, s, i, base, &begins);

		if (made_lost(s, i))
			continue;
		if (begins && s->n_points)
			made_change(s, last, level);
		last = level;
		made_point(m, s, i, level);
	}
}

static void made_series(struct made *m, size_t host, size_t i, size_t per_host)
{
	struct trend_series *s = &m->t.series[host * per_host + i];
	const struct variant *v = &m->plan.variants[i % m->plan.count];

	*s = (struct trend_series){
		.bench = v->bench->name,
		.variant = v->text,
		.metric = "latency",
		.unit = "tsc",
		.host = (uint32_t)host,
		.lost.reason = "",
		.exact = host == MADE_LAB,
	};
	/* More than the catalogue has. */
	if (i >= m->plan.count)
		s->variant = made_text(m, xasprintf("set=%zu", i));
	if (m->hostile && i + 1 == per_host) {
		s->bench = HOSTILE_NAME;
		s->variant = HOSTILE_TEXT;
		s->lost.reason = HOSTILE_BYTES;
	}
	made_points(m, s,
		    200 + (double)(i * 7919 % 4000) + 100.0 * (double)host);
}

/* Where a host saw a planted change of its benchmark number @i, if it did. */
static void made_sighting(const struct trend *t, struct trend_event *e,
			  const struct planted *p, uint32_t series)
{
	const struct trend_series *s = &t->series[series];
	const size_t nights = t->n_nights / MADE_HOSTS; /* of one host */
	size_t at = (size_t)(p->place * (double)nights);

	if (!planted_in(p, s))
		return;
	for (uint32_t c = 0; c < s->verdict.n_changes; c++) {
		size_t point = s->verdict.changes[c].at;

		if (s->points[point].night == at * MADE_HOSTS + s->host)
			e->sightings[e->n_sightings++] =
				(struct trend_sighting){ series, c };
	}
	e->time = MADE_BEGIN + (int64_t)at * MADE_DAY;
}

static void made_event(struct trend *t, const struct planted *p, size_t i)
{
	struct trend_event *e = &t->events[t->n_events];

	*e = (struct trend_event){ .n_hosts = MADE_HOSTS };
	e->sightings = xcalloc(MADE_HOSTS, sizeof(*e->sightings));
	for (size_t h = 0; h < MADE_HOSTS; h++)
		made_sighting(t, e, p,
			      (uint32_t)(h * (t->n_series / MADE_HOSTS) + i));
	if (e->n_sightings)
		t->n_events++;
	else
		free(e->sightings);
}

static void made_left_out(struct made *m)
{
	struct trend *t = &m->t;

	t->n_left_out = 1;
	t->left_out = xcalloc(1, sizeof(*t->left_out));
	t->left_out[0].path = xstrdup(m->hostile ? HOSTILE_TEXT : "history/x");
	t->left_out[0].why = xstrdup("was not finished");
}

/* @n_series is a multiple of MADE_HOSTS. To be freed by made_free(). */
static struct made *made_trend(size_t n_series, size_t n_nights, bool hostile)
{
	struct made *m = xcalloc(1, sizeof(*m));
	struct trend *t = &m->t;

	m->hostile = hostile;
	m->rng = gsl_rng_alloc(gsl_rng_mt19937);
	plan_build(&m->plan, bench_families, NULL, 0, NULL);
	t->texts = intern_new();
	t->options = (struct trend_detect_options){ TREND_SEED, TREND_WINDOW,
						    TREND_P, TREND_PERMUTATIONS,
						    TREND_PERCENT };
	t->n_hosts = MADE_HOSTS;
	t->hosts = xcalloc(MADE_HOSTS, sizeof(*t->hosts));
	t->n_nights = n_nights * MADE_HOSTS;
	t->nights = xcalloc(t->n_nights, sizeof(*t->nights));
	t->n_series = n_series;
	t->series = xcalloc(n_series, sizeof(*t->series));
	t->events = xcalloc(n_series * ARRAY_SIZE(planted), sizeof(*t->events));
	for (size_t h = 0; h < MADE_HOSTS; h++)
		made_host(m, h);
	for (size_t i = 0; i < t->n_nights; i++)
		made_night(m, i / MADE_HOSTS, i % MADE_HOSTS);
	for (size_t i = 0; i < n_series; i++)
		made_series(m, i / (n_series / MADE_HOSTS),
			    i % (n_series / MADE_HOSTS), n_series / MADE_HOSTS);
	for (size_t k = 0; k < ARRAY_SIZE(planted); k++)
		for (size_t i = 0; i < n_series / MADE_HOSTS; i++)
			made_event(t, &planted[k], i);
	made_left_out(m);
	return m;
}

static void made_free(struct made *m)
{
	struct trend *t = &m->t;

	for (size_t i = 0; i < t->n_series; i++) {
		free(t->series[i].points);
		free(t->series[i].verdict.changes);
	}
	for (size_t i = 0; i < t->n_events; i++)
		free(t->events[i].sightings);
	free(t->left_out[0].path);
	free(t->left_out[0].why);
	free(t->left_out);
	free(t->events);
	free(t->series);
	free(t->nights);
	free(t->hosts);
	intern_free(t->texts);
	plan_free(&m->plan);
	gsl_rng_free(m->rng);
	free(m);
}

#endif
