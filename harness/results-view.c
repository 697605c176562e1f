// SPDX-License-Identifier: GPL-2.0-or-later
#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>

#include "pattern.h"
#include "results-view.h"
#include "util.h"

static bool wanted_metric(const struct results_selection *s, const char *metric)
{
	return !strcmp(metric, "latency") ||
	       (s->metric && !fnmatch(s->metric, metric, 0));
}

static bool wanted_name(const struct results_selection *s,
			const struct result_group *g)
{
	for (size_t i = 0; i < s->n_patterns; i++)
		if (pattern_matches(s->patterns[i], g->bench, g->variant))
			return true;
	return !s->n_patterns;
}

static int check_patterns(const struct results *all,
			  const struct results_selection *s, struct error *err)
{
	for (size_t i = 0; i < s->n_patterns; i++) {
		size_t n = 0;

		for (size_t k = 0; k < all->n_groups; k++)
			n += pattern_matches(s->patterns[i],
					     all->groups[k].bench,
					     all->groups[k].variant);
		if (!n)
			return error_set(err,
					 "'%s' is no file, and no benchmark "
					 "of '%s' matches it",
					 s->patterns[i], all->sources[0].path);
	}
	return 0;
}

static int check_metric(const struct results *all,
			const struct results_selection *s, struct error *err)
{
	for (size_t i = 0; s->metric && i < all->n_groups; i++)
		if (!fnmatch(s->metric, all->groups[i].metric, 0))
			return 0;
	if (!s->metric)
		return 0;
	return error_set(err, "no metric of '%s' matches '%s'",
			 all->sources[0].path, s->metric);
}

int results_view(struct results *view, const struct results *all,
		 const struct results_selection *selection, struct error *err)
{
	*view = *all;
	view->groups = xcalloc(all->n_groups, sizeof(*view->groups));
	view->n_groups = 0;
	for (size_t i = 0; i < all->n_groups; i++) {
		const struct result_group *g = &all->groups[i];

		if (wanted_metric(selection, g->metric) &&
		    wanted_name(selection, g))
			view->groups[view->n_groups++] = *g;
	}
	if (check_patterns(all, selection, err))
		return -1;
	return check_metric(all, selection, err);
}

void results_view_free(struct results *view)
{
	free(view->groups);
	*view = (struct results){ 0 };
}
