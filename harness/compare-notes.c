// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What must be said above a comparison's table, since it changes what the
 * table is worth.
 */
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <gsl/gsl_cdf.h>

#include "compare.h"
#include "env-diff.h"
#include "util.h"

/* So many names, or differences of hosts, are told; then how many more. */
#define NAMES_MAX 8
#define HOSTS_MAX 24

__attribute__((format(printf, 3, 4))) static void
note(struct comparison *c, bool warning, const char *fmt, ...)
{
	va_list ap;
	char *text;

	va_start(ap, fmt);
	text = xvasprintf(fmt, ap);
	va_end(ap);
	c->notes = xrealloc(c->notes, c->n_notes + 1, sizeof(*c->notes));
	c->notes[c->n_notes++] =
		(struct compare_note){ .warning = warning, .text = text };
}

/* "a, b, c and 7 more", made name by name. */
struct list {
	char *text;
	size_t n;
};

static void list_add(struct list *list, char *name)
{
	if (list->n++ < NAMES_MAX) {
		char *longer = list->text
				       ? xasprintf("%s, %s", list->text, name)
				       : xstrdup(name);

		free(list->text);
		list->text = longer;
	}
	free(name);
}

static void list_end(struct list *list)
{
	char *longer;

	if (list->n <= NAMES_MAX)
		return;
	longer = xasprintf("%s and %zu more", list->text, list->n - NAMES_MAX);
	free(list->text);
	list->text = longer;
}

/* With the metric, unless that is what everybody means. */
static char *full_name(const struct result_group *g)
{
	char *name = compare_name(g), *full;

	if (!strcmp(g->metric, "latency"))
		return name;
	full = xasprintf("%s %s", name, g->metric);
	free(name);
	return full;
}

static void note_faults(struct comparison *c, const struct results *r)
{
	for (size_t i = 0; i < r->n_faults; i++) {
		char *text = results_fault_text(r, &r->faults[i]);

		note(c, true, "%s", text);
		free(text);
	}
}

static json_t **envs(const struct results *r, size_t *known)
{
	json_t **list = xcalloc(r->n_sources, sizeof(json_t *));

	*known = 0;
	for (size_t i = 0; i < r->n_sources; i++) {
		list[i] = r->sources[i].env;
		*known += list[i] != NULL;
	}
	return list;
}

static void note_missing_env(struct comparison *c, const struct results *r)
{
	for (size_t i = 0; i < r->n_sources; i++)
		if (!r->sources[i].env)
			note(c, true, "%s: cannot tell whether the hosts agree",
			     r->sources[i].env_error);
}

static void note_debug(struct comparison *c, const char *side, json_t **env,
		       size_t n)
{
	char *options = env_debug_options(env, n);

	if (*options)
		note(c, true, "%s is a debug kernel: %s", side, options);
	free(options);
}

static void note_hosts(struct comparison *c)
{
	size_t known[2], n = c->base->n_sources, m = c->new->n_sources;
	json_t **base = envs(c->base, &known[0]);
	json_t **new = envs(c->new, &known[1]);
	struct env_differences d = env_compare(base, n, new, m);

	note_missing_env(c, c->base);
	note_missing_env(c, c->new);
	for (size_t i = 0; i < d.n && i < HOSTS_MAX; i++)
		note(c, true, "%s differs: base '%s', new '%s'", d.list[i].path,
		     d.list[i].base, d.list[i].new);
	if (d.n > HOSTS_MAX)
		note(c, true, "%zu more facts about the hosts differ",
		     d.n - HOSTS_MAX);
	note_debug(c, "base", base, n);
	note_debug(c, "new", new, m);
	env_differences_free(&d);
	free(base);
	free(new);
}

/* The same run on both sides, or a run that may be there twice on one. */
static void note_runs(struct comparison *c)
{
	const struct results *sides[] = { c->base, c->new };
	static const char *const names[] = { "base", "new" };

	/* Machines that repeat themselves repeat their clocks, too. */
	if (c->counted)
		return;
	for (int i = 0; i < 2; i++) {
		size_t runs = intern_count(sides[i]->runs);

		if (runs && runs < sides[i]->n_sources)
			note(c, true,
			     "%s: %zu results have %zu run id%s: is a run "
			     "there twice?",
			     names[i], sides[i]->n_sources, runs, plural(runs));
	}
	for (uint32_t i = 0; i < intern_count(c->base->runs); i++)
		for (uint32_t k = 0; k < intern_count(c->new->runs); k++)
			if (!strcmp(intern_bytes(c->base->runs, i),
				    intern_bytes(c->new->runs, k)))
				note(c, false, "run '%s' is on both sides",
				     intern_bytes(c->base->runs, i));
}

/* Why a group that is not in the table has no values on a side. */
enum absence {
	ABSENT_BASE,
	ABSENT_NEW,
	UNCOUNTED_BASE,
	UNCOUNTED_NEW,
	FAILED_BASE,
	FAILED_NEW,
	SKIPPED_BASE,
	SKIPPED_NEW,
	NO_VALUES, /* on either side */
	ABSENCES,
};

static const char *const absence_texts[] = {
	[ABSENT_BASE] = "only in new",
	[ABSENT_NEW] = "only in base",
	[UNCOUNTED_BASE] = "only in new (no row shows that base's kernel "
			   "counts it: no 0 is claimed)",
	[UNCOUNTED_NEW] = "only in base (no row shows that new's kernel "
			  "counts it: no 0 is claimed)",
	[FAILED_BASE] = "failed in base",
	[FAILED_NEW] = "failed in new",
	[SKIPPED_BASE] = "skipped in base",
	[SKIPPED_NEW] = "skipped in new",
	[NO_VALUES] = "without values on both sides",
};

static enum absence absence_of(const struct comparison *c,
			       const struct compare_unpaired *u)
{
	bool base = u->base && u->base->n_values;
	bool new = u->new && u->new->n_values;

	if (!base && !new)
		return NO_VALUES;
	if (!u->base)
		return results_lack_counter(c->base, c->new, u->new)
			       ? UNCOUNTED_BASE
			       : ABSENT_BASE;
	if (!u->new)
		return results_lack_counter(c->new, c->base, u->base)
			       ? UNCOUNTED_NEW
			       : ABSENT_NEW;
	if (base)
		return u->new->n_rows[STATUS_FAIL] ? FAILED_NEW : SKIPPED_NEW;
	return u->base->n_rows[STATUS_FAIL] ? FAILED_BASE : SKIPPED_BASE;
}

/* Why a group has no values: what failed says more than what was skipped. */
static const char *reason_of(const struct result_group *g)
{
	return g->n_rows[STATUS_FAIL] ? g->reasons[STATUS_FAIL]
				      : g->reasons[STATUS_SKIP];
}

/* "exit/rdpmc (no PMU)" */
static char *name_and_reason(const struct compare_unpaired *u)
{
	const struct result_group *g = u->base ? u->base : u->new;
	const char *reason = NULL;
	char *name = full_name(g), *both;

	if (u->base && !u->base->n_values)
		reason = reason_of(u->base);
	if (!reason && u->new && !u->new->n_values)
		reason = reason_of(u->new);
	if (!reason || !*reason)
		return name;
	both = xasprintf("%s (%s)", name, reason);
	free(name);
	return both;
}

static void note_list(struct comparison *c, const struct list *list,
		      enum absence absence)
{
	note(c, absence != NO_VALUES, "%zu row%s %s: %s", list->n,
	     plural(list->n), absence_texts[absence], list->text);
	c->notes[c->n_notes - 1].detail = absence == NO_VALUES;
}

static void note_unpaired(struct comparison *c)
{
	struct list lists[ABSENCES] = { 0 };

	for (size_t i = 0; i < c->n_unpaired; i++)
		list_add(&lists[absence_of(c, &c->unpaired[i])],
			 name_and_reason(&c->unpaired[i]));
	for (int i = 0; i < ABSENCES; i++) {
		list_end(&lists[i]);
		if (lists[i].n)
			note_list(c, &lists[i], (enum absence)i);
		free(lists[i].text);
	}
}

static size_t count_status(const struct comparison *c, bool new,
			   enum row_status status, const char **reason)
{
	size_t n = 0;

	for (size_t i = 0; i < c->n_rows; i++) {
		const struct result_group *g = new ? c->rows[i].new.group
						   : c->rows[i].base.group;

		n += g->n_rows[status];
		if (!*reason)
			*reason = g->reasons[status];
	}
	return n;
}

/* Rows of the table's groups that are not plainly ok. */
static void note_statuses(struct comparison *c)
{
	static const struct {
		enum row_status status;
		const char *text;
	} kinds[] = {
		{ STATUS_FAIL, "launches failed, and do not count" },
		{ STATUS_SKIP, "launches were skipped" },
		{ STATUS_UNVERIFIED, "launches are unverified, and do count" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
		const char *why = NULL;
		size_t base = count_status(c, false, kinds[i].status, &why);
		size_t new = count_status(c, true, kinds[i].status, &why);

		if (base || new)
			note(c, true, "%zu base and %zu new %s%s%s", base, new,
			     kinds[i].text, why && *why ? ", the first: " : "",
			     why ? why : "");
	}
}

/* Zeros that no row says. */
static void note_implied(struct comparison *c)
{
	size_t base = 0, new = 0;

	for (size_t i = 0; i < c->n_rows; i++) {
		base += c->rows[i].base.group->n_implied;
		new += c->rows[i].new.group->n_implied;
	}
	if (base || new)
		note(c, false,
		     "%zu base and %zu new values of counters are 0 since "
		     "their launches wrote none: what did not move is not "
		     "written",
		     base, new);
}

/* Marks that chance makes too, at COMPARE_MARK_LEVEL: more of them than it. */
static void note_marks(struct comparison *c, unsigned int told)
{
	static const struct {
		enum compare_mark mark;
		const char *text;
	} kinds[] = {
		{ COMPARE_DRIFT, "drift from launch to launch: the host was "
				 "not steady" },
		{ COMPARE_SERIAL, "have launches that are like the one "
				  "before: their intervals are too narrow" },
		{ COMPARE_BOOT_SPREAD, "have boots that differ: take five "
				       "boots or more a side" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
		unsigned int n = 0, all = (unsigned int)c->n_rows;

		for (size_t k = 0; k < c->n_rows; k++)
			n += !!(c->rows[k].marks & kinds[i].mark);
		if (!(kinds[i].mark & told) && n &&
		    gsl_cdf_binomial_Q(n - 1, COMPARE_MARK_LEVEL, all) < 0.05)
			note(c, true, "%u of %u rows %s", n, all,
			     kinds[i].text);
	}
}

/* A note of a text that may be missing: is it there? It is freed. */
static bool note_text(struct comparison *c, char *text)
{
	bool there = text;

	if (text)
		note(c, true, "%s", text);
	free(text);
	return there;
}

/* What all rows together tell, and each alone may not: the marks of these. */
static unsigned int note_order(struct comparison *c)
{
	static const char *const sides[] = { "base: ", "new: " };
	double level = COMPARE_MARK_LEVEL / 2;
	unsigned int told = 0;
	bool ranks = false;

	/* There the order of launches is part of what is repeated. */
	if (c->counted)
		return 0;
	for (size_t i = 0; i < c->n_rows; i++)
		ranks |= c->rows[i].method == COMPARE_RANKS;
	for (int i = 0; i < 2; i++) {
		const struct order_test *t = &c->order[i];

		if (note_text(c, order_drift_text(t, level, sides[i])))
			told |= COMPARE_DRIFT;
		if (note_text(c, order_serial_text(t, level, sides[i])))
			told |= COMPARE_SERIAL;
		if (ranks && note_text(c, order_boots_text(t, level, sides[i])))
			told |= COMPARE_BOOT_SPREAD;
	}
	return told;
}

/* Where what should not move moves with the rest, the host did it. */
static void note_overhead(struct comparison *c)
{
	size_t moved = 0, differ = 0;

	for (size_t i = 0; i < c->n_rows; i++) {
		moved += !!(c->rows[i].marks & COMPARE_OVERHEAD);
		differ += c->rows[i].verdict != COMPARE_SAME;
	}
	if (moved && 2 * moved >= differ)
		note(c, true,
		     "in %zu of the %zu rows that differ, the overhead of "
		     "measuring moved too: the host may have run at another "
		     "speed",
		     moved, differ);
}

/* The least launches a side with which one changed row of n can be seen. */
static size_t launches_needed(size_t n_rows)
{
	size_t n = 2;

	while (rank_test_least_p(n, n) * (double)n_rows > 0.05)
		n++;
	return n;
}

/* Too few launches for any verdict, or for one on a lone row. */
static void note_power(struct comparison *c)
{
	size_t few = 0, weak = 0;

	for (size_t i = 0; i < c->n_rows; i++) {
		const struct compare_row *r = &c->rows[i];
		double least = rank_test_least_p(r->base.group->n_values,
						 r->new.group->n_values);

		few += !!(r->marks & COMPARE_FEW);
		weak += r->method == COMPARE_RANKS && !isnan(r->p) &&
			least * (double)c->n_tested > 0.05;
	}
	if (few)
		note(c, true,
		     "%zu row%s with too few launches to reach p < 0.05: take "
		     "4 a side or more",
		     few, plural(few));
	if (weak)
		note(c, true,
		     "%zu row%s with too few launches to show a change that "
		     "stands alone among %zu rows: take %zu a side or more",
		     weak, plural(weak), c->n_tested,
		     launches_needed(c->n_tested));
}

static void note_boots(struct comparison *c)
{
	size_t base = intern_count(c->base->boots);
	size_t new = intern_count(c->new->boots), boots = 0, ranks = 0;

	for (size_t i = 0; i < c->n_rows; i++) {
		boots += c->rows[i].method == COMPARE_BOOTS;
		ranks += c->rows[i].method == COMPARE_RANKS;
	}
	if (boots)
		note(c, false,
		     "%zu row%s by resampling boots, then launches: %zu "
		     "resamples, seed %llu",
		     boots, plural(boots), c->options.resamples,
		     (unsigned long long)c->options.seed);
	if (ranks)
		note(c, false,
		     "boots: %zu of base, %zu of new. How boots of one kernel "
		     "differ is not in these intervals: that takes 5 a side",
		     base, new);
}

void compare_write_notes(struct comparison *c)
{
	note_faults(c, c->base);
	if (c->base != c->new)
		note_faults(c, c->new);
	note_hosts(c);
	note_runs(c);
	note_unpaired(c);
	note_statuses(c);
	note_implied(c);
	note_marks(c, note_order(c));
	note_overhead(c);
	note_power(c);
	note_boots(c);
}
