// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdlib.h>
#include <string.h>

#include "compare-print.h"
#include "compare-words.h"
#include "report-block.h"
#include "report-env.h"
#include "report-table.h"
#include "report-verified.h"
#include "report-warn.h"
#include "text-lines.h"
#include "util.h"

static json_t *first_env(const struct results *r)
{
	for (size_t i = 0; i < r->n_sources; i++)
		if (r->sources[i].env)
			return r->sources[i].env;
	return NULL;
}

static const char *unit_of(const struct comparison *c)
{
	return c->n_rows && !strcmp(c->rows[0].base.group->unit, "ns")
		       ? "nanoseconds"
		       : "TSC ticks";
}

static void print_title(FILE *out, const struct report_side *base,
			const struct report_side *new,
			const struct comparison *c)
{
	char *tool = report_tool_text(first_env(base->all));
	char *other = report_tool_text(new ? first_env(new->all) : NULL);
	bool two = new ? strcmp(tool, other) : false;
	const char *group = c->options.group;
	char *text = text_clean(xasprintf("%s%s%s%s%s: median %s, 95%% CI",
					  group ? group : "", group ? ": " : "",
					  tool, two ? " and " : "",
					  two ? other : "", unit_of(c)));

	text_wrapped(out, "", "  ", text);
	free(text);
	free(tool);
	free(other);
}

struct range {
	size_t least, most;
};

static void extend(struct range *r, size_t n)
{
	r->least = n < r->least ? n : r->least;
	r->most = n > r->most ? n : r->most;
}

/* "10 launches", "8 to 10 launches"; @plural is "s" or "es". */
static char *range_text(const struct range *r, const char *what,
			const char *plural)
{
	if (r->least < r->most)
		return xasprintf("%zu to %zu %s%s", r->least, r->most, what,
				 plural);
	return xasprintf("%zu %s%s", r->most, what, r->most == 1 ? "" : plural);
}

/* Has every boot of the group as many launches? Values are sorted by boot. */
static bool is_even(const struct result_group *g, size_t n_boots)
{
	size_t each = g->n_values / n_boots;

	if (g->n_values % n_boots)
		return false;
	for (size_t i = 0; i < g->n_values; i++)
		if (g->values[i].boot != g->values[i - i % each].boot)
			return false;
	return true;
}

/*
 * "10 launches x 3 boots", "8 to 10 launches x 1 boot"; where boots have not as
 * many launches, or rows not as many boots, "7 launches in 2 boots".
 */
static char *size_text(const struct comparison *c, bool new)
{
	struct range all = { SIZE_MAX, 0 }, each = all, boots = all;
	bool even = true;
	char *launches, *times, *text;

	if (!c->n_rows)
		return xstrdup("no launches");
	for (size_t i = 0; i < c->n_rows; i++) {
		const struct compare_side *s = new ? &c->rows[i].new
						   : &c->rows[i].base;

		extend(&all, s->group->n_values);
		extend(&each, s->group->n_values / s->n_boots);
		extend(&boots, s->n_boots);
		even &= is_even(s->group, s->n_boots);
	}
	even &= boots.least == boots.most;
	launches = range_text(even ? &each : &all, "launch", "es");
	times = range_text(&boots, "boot", "s");
	text = xasprintf("%s %s %s", launches, even ? "x" : "in", times);
	free(launches);
	free(times);
	return text;
}

/* The kernel with its build, since a rebuilt one keeps its release. */
static void print_side(FILE *out, const char *name,
		       const struct report_side *side,
		       const struct comparison *c, bool new)
{
	char *labels = compare_list_text(side->all->labels);
	char *kernels = compare_list_text(side->all->kernels);
	char *runs = compare_list_text(side->all->runs),
	     *size = size_text(c, new);
	json_t *env = first_env(side->all);
	const char *version = report_kernel_version(env);
	bool labelled = strcmp(labels, kernels);
	char *text = text_clean(xasprintf(
		"%s: %s%s%s%s%s%s, %s, run %s", name, labelled ? labels : "",
		labelled ? ", " : "", kernels, *version ? " (" : "", version,
		*version ? ")" : "", size, runs));

	text_wrapped(out, "", "  ", text);
	free(text);
	free(labels);
	free(kernels);
	free(runs);
	free(size);
}

static void print_warnings(FILE *out, const struct report_side *base,
			   const struct report_side *new,
			   const struct comparison *c)
{
	report_warn_hosts(out, base->all, new ? new->all : NULL);
	if (new) {
		compare_print_notes(out, c, false);
		return;
	}
	report_warn_rows(out, base->shown);
	report_warn_order(out, c);
	fputc('\n', out);
}

void report_print_block(FILE *out, const struct report_side *base,
			const struct report_side *new,
			const struct comparison *c)
{
	print_title(out, base, new, c);
	report_print_machine(out, first_env(base->all));
	print_side(out, new ? "Base" : "Run", base, c, false);
	if (new)
		print_side(out, "New", new, c, true);
	print_warnings(out, base, new, c);
	if (new)
		compare_print_tables(out, c);
	else
		report_print_table(out, c);
	report_print_verified(out, base, new);
}
