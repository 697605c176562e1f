// SPDX-License-Identifier: GPL-2.0-or-later
/* From a change to the commands that find its commit. */
#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "text-lines.h"
#include "trend-report.h"
#include "util.h"

const struct trend_night *trend_last_before(const struct trend *t,
					    const struct trend_sighting *s)
{
	size_t first = trend_change_of(t, s)->at_first;
	const struct trend_point *points = trend_series_of(t, s)->points;

	return &t->nights[points[first - 1].night];
}

const struct trend_night *trend_first_after(const struct trend *t,
					    const struct trend_sighting *s)
{
	size_t last = trend_change_of(t, s)->at_last;

	return &t->nights[trend_series_of(t, s)->points[last].night];
}

/* v6.1-rc2 of 6.1.0-rc2, v6.1 of 6.1.0, v6.1.7 of 6.1.7; else NULL. */
static char *tag_of(const char *release)
{
	unsigned int major, minor, patch, rc = 0;
	int end = 0;

	if (sscanf(release, "%u.%u.%u%n", &major, &minor, &patch, &end) != 3)
		return NULL;
	release += end;
	if (sscanf(release, "-rc%u%n", &rc, &end) == 1 && !release[end])
		return patch ? NULL
			     : xasprintf("v%u.%u-rc%u", major, minor, rc);
	if (*release)
		return NULL;
	return patch ? xasprintf("v%u.%u.%u", major, minor, patch)
		     : xasprintf("v%u.%u", major, minor);
}

char *trend_git_name(const struct trend_night *night)
{
	return *night->kernel_commit ? xstrdup(night->kernel_commit)
				     : tag_of(night->kernel);
}

struct lines {
	char **list;
	size_t n;
};

/* @text is taken over. */
static void add(struct lines *lines, char *text)
{
	lines->list = xrealloc(lines->list, lines->n + 1, sizeof(*lines->list));
	lines->list[lines->n++] = text;
}

/*
 * Names come from files. A '?' in the place of what cannot be printed is right
 * in a pattern: it is a glob.
 */
static char *pattern_of(const struct trend_series *s)
{
	char *name = *s->variant ? xasprintf("%s[%s]", s->bench, s->variant)
				 : xstrdup(s->bench);
	char *pattern = shell_word(text_clean(name));

	free(name);
	return pattern;
}

/*
 * A machine of the lab repeats its ticks, so that what lies between two levels
 * tells them apart. Elsewhere the good kernel has to be measured there, too.
 */
static void add_commands(struct lines *lines, const struct trend *t,
			 const struct trend_sighting *s, const char *good,
			 const char *bad)
{
	const struct trend_series *series = trend_series_of(t, s);
	const struct trend_change *c = trend_change_of(t, s);
	char *machine = shell_word(t->hosts[series->host].machine);
	bool in_lab = *t->hosts[series->host].machine;
	char *pattern = pattern_of(series);

	if (!in_lab)
		add(lines, xasprintf("git checkout %s; run-bench lab kernel "
				     "--source . --output good.bzImage",
				     good));
	add(lines, xasprintf("git bisect start %s %s", bad, good));
	if (in_lab)
		add(lines,
		    xasprintf("git bisect run run-bench lab bisect --machine "
			      "%s --above %.10g %s",
			      machine, (c->before.value + c->after.value) / 2,
			      pattern));
	else
		add(lines, xasprintf("git bisect run run-bench lab bisect "
				     "--base good.bzImage %s",
				     pattern));
	free(machine);
	free(pattern);
}

char **trend_bisect_lines(const struct trend *t, const struct trend_block *b,
			  size_t *n)
{
	const struct trend_sighting *s = b->worst->sightings;
	const struct trend_series *series = trend_series_of(t, s);
	char *good = trend_git_name(trend_last_before(t, s));
	char *bad = trend_git_name(trend_first_after(t, s));
	struct lines lines = { 0 };

	if (b->same_kernel)
		add(&lines, xstrdup("no bisection: the kernel is the same"));
	else if (!good || !bad)
		add(&lines,
		    xasprintf("no bisection: a release without its commit "
			      "('%s'): build with LOCALVERSION_AUTO",
			      (good ? trend_first_after(t, s)
				    : trend_last_before(t, s))
				      ->kernel));
	else if (strcmp(series->metric, "latency"))
		add(&lines, xasprintf("git bisect start %s %s", bad, good));
	else if (trend_change_of(t, s)->shift.value < 0)
		add(&lines, xasprintf("faster: git log %s..%s", good, bad));
	else
		add_commands(&lines, t, s, good, bad);
	free(good);
	free(bad);
	*n = lines.n;
	return lines.list;
}
