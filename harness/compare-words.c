// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "compare-words.h"
#include "text-lines.h"
#include "util.h"

#define LABEL_MAX 14

void compare_put_label(char *cell, const struct comparison *c, bool new)
{
	const struct intern *own = new ? c->new->labels : c->base->labels;
	const struct intern *other = new ? c->base->labels : c->new->labels;
	const char *name = new ? "new" : "base";

	if (intern_count(own) == 1 && *intern_bytes(own, 0) &&
	    strlen(intern_bytes(own, 0)) <= LABEL_MAX &&
	    !(intern_count(other) == 1 &&
	      !strcmp(intern_bytes(own, 0), intern_bytes(other, 0))))
		name = intern_bytes(own, 0);
	snprintf(cell, NUMBER_CELL, "%s", name);
	text_clean(cell);
}

static const char *unit_text(const char *unit)
{
	if (!strcmp(unit, "tsc"))
		return "TSC ticks";
	return strcmp(unit, "per_op") ? unit : "per op";
}

char *compare_table_title(const struct compare_table *t)
{
	return text_clean(xasprintf("%s, %s", t->metric, unit_text(t->unit)));
}

/* "10" or "3 to 10": launches or boots of the rows of one side. */
static void put_range(char *cell, const struct comparison *c, bool new,
		      bool boots)
{
	size_t least = SIZE_MAX, most = 0;

	for (size_t i = 0; i < c->n_rows; i++) {
		const struct compare_side *s = new ? &c->rows[i].new
						   : &c->rows[i].base;
		size_t n = boots ? s->n_boots : s->group->n_values;

		least = n < least ? n : least;
		most = n > most ? n : most;
	}
	if (least == most)
		snprintf(cell, NUMBER_CELL, "%zu", most);
	else
		snprintf(cell, NUMBER_CELL, "%zu to %zu", least, most);
}

char *compare_list_text(const struct intern *in)
{
	uint32_t n = intern_count(in);
	const char *first = n && *intern_bytes(in, 0) ? intern_bytes(in, 0)
						      : "unknown";

	if (n < 2)
		return xstrdup(first);
	if (n == 2)
		return xasprintf("%s and %s", first, intern_bytes(in, 1));
	return xasprintf("%s, %s and %u more", first, intern_bytes(in, 1),
			 n - 2);
}

char *compare_side_text(const struct comparison *c, bool new)
{
	const struct results *r = new ? c->new : c->base;
	char launches[NUMBER_CELL], boots[NUMBER_CELL], *text;
	char *labels = compare_list_text(r->labels),
	     *kernels = compare_list_text(r->kernels);
	char *hosts = compare_list_text(r->hosts);

	put_range(launches, c, new, false);
	put_range(boots, c, new, true);
	text = xasprintf("%s: %s, kernel %s, host %s, launches: %s, boots: %s",
			 new ? "new" : "base", labels, kernels, hosts, launches,
			 boots);
	free(labels);
	free(kernels);
	free(hosts);
	return text_clean(text);
}

char *compare_title_text(const struct comparison *c)
{
	const char *group = c->options.group;

	return text_clean(
		xasprintf("%s%smedian of each launch's %s, 95%% CI, lower is "
			  "better",
			  group ? group : "", group ? ": " : "",
			  result_stat_name(c->options.stat)));
}

char *compare_note_text(const struct compare_note *note)
{
	return text_clean(xstrdup(note->text));
}

static size_t count_mark(const struct comparison *c, unsigned int mark)
{
	size_t n = 0;

	for (size_t i = 0; i < c->n_rows; i++)
		n += !!(c->rows[i].marks & mark);
	return n;
}

/* How many rows say "exact" by @method. */
static size_t count_exact(const struct comparison *c,
			  enum compare_method method)
{
	size_t n = 0;

	for (size_t i = 0; i < c->n_rows; i++)
		n += c->rows[i].method == method &&
		     compare_is_exact(&c->rows[i]);
	return n;
}

char *compare_unknown_text(const struct comparison *c)
{
	size_t n = 0;

	for (size_t i = 0; i < c->n_rows; i++)
		n += !interval_is_known(&c->rows[i].base.median.ci) ||
		     !interval_is_known(&c->rows[i].new.median.ci);
	if (!n)
		return xstrdup("");
	return xasprintf("+-? fewer than 6 launches: no interval at 95%% (%zu "
			 "row%s)",
			 n, plural(n));
}

char *compare_legend_text(const struct comparison *c, size_t i)
{
	size_t exact = count_exact(c, COMPARE_EXACT), n;
	size_t counted = count_exact(c, COMPARE_COUNTED);

	if (i == 0 && c->options.threshold > 0)
		return xasprintf("~ no difference at 5%%, p corrected for %zu "
				 "rows (Benjamini-Hochberg), or below %g%%",
				 c->n_tested, c->options.threshold);
	if (i == 0)
		return xasprintf("~ no difference at 5%%, p corrected for %zu "
				 "rows (Benjamini-Hochberg)",
				 c->n_tested);
	if (i == 1 && counted)
		return xasprintf(
			"exact: on a machine that repeats itself, where "
			"a tick is an instruction (%zu row%s): no p",
			counted, plural(counted));
	if (i == 1 && exact)
		return xasprintf("exact: every sample is the same on each side "
				 "(%zu row%s): no p",
				 exact, plural(exact));
	if (i == 1)
		return xstrdup("");
	if (i == 2)
		return compare_unknown_text(c);
	i -= 3;
	if (i >= COMPARE_MARKS)
		return NULL;
	n = count_mark(c, compare_marks[i].mark);
	if (!n)
		return xstrdup("");
	return xasprintf("%c %s (%zu row%s)", compare_marks[i].letter,
			 compare_marks[i].meaning, n, plural(n));
}
