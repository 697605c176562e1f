// SPDX-License-Identifier: GPL-2.0-or-later
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "compare-cells.h"
#include "plot-names.h"
#include "plot-pair-write.h"
#include "plot-write.h"
#include "util.h"

static void write_shift(FILE *f, const struct compare_row *row,
			const char *name, unsigned int group)
{
	struct estimate e = compare_percent(row);
	char base[NUMBER_CELL], new[NUMBER_CELL], half[NUMBER_CELL];

	number_put_median(base, half, &row->base.median);
	number_put_median(new, half, &row->new.median);
	fprintf(f, "\"%s\",%u,%s,%.6g,", name, group,
		row->verdict == COMPARE_SAME
			? "same"
			: compare_verdict_name(row->verdict),
		e.value);
	if (interval_is_known(&e.ci))
		fprintf(f, "%.6g,%.6g", e.ci.lo, e.ci.hi);
	else
		fputs("NaN,NaN", f);
	fprintf(f, ",\"%s\",\"%s\"\n", base, new);
}

size_t plot_write_shifts(FILE *f, const void *ctx)
{
	const struct plot_shifts *s = ctx;
	const char *bench = NULL;
	unsigned int group = 0;
	size_t longest = 0;

	fprintf(f, "name,group,verdict,percent,lo,hi,base,new\n");
	for (size_t i = 0; i < s->n; i++) {
		const struct result_group *g = s->rows[i]->base.group;
		char *whole = xasprintf("%s%s%s", g->bench,
					*g->variant ? " " : "", g->variant);
		char *name = plot_printable(whole);

		group += bench && strcmp(bench, g->bench);
		bench = g->bench;
		write_shift(f, s->rows[i], name, group);
		longest = plot_longer(longest, name);
		free(name);
		free(whole);
	}
	return longest;
}

size_t plot_write_overlay(FILE *f, const void *ctx)
{
	const struct plot_overlay *o = ctx;
	size_t longest = 0;

	fprintf(f, "name,ticks,below,share\n");
	for (size_t i = 0; i < o->n; i++) {
		size_t base = plot_write_curve(f, o->base[i], o->base_name, !i);
		size_t new = plot_write_curve(f, o->new[i], o->new_name, false);

		longest = base > longest ? base : longest;
		longest = new > longest ? new : longest;
	}
	return longest;
}

/* The same exit of the other side, when both could be told apart. */
static const struct phases_exit *partner(const struct phases *phases,
					 const struct phases_exit *e)
{
	for (size_t i = 0; i < phases->n_exits; i++) {
		const struct phases_exit *other = &phases->exits[i];

		if (!strcmp(other->bench, e->bench) &&
		    !strcmp(other->variant, e->variant) &&
		    other->to_monitor == e->to_monitor)
			return e->contradiction || other->contradiction ? NULL
									: other;
	}
	return NULL;
}

size_t plot_count_phases(const struct plot_phases *p)
{
	size_t n = 0;

	for (size_t i = 0; i < p->base->n_exits; i++)
		n += !!partner(p->new, &p->base->exits[i]);
	return n;
}

static void write_exit(FILE *f, const struct phases_exit *e, const char *name)
{
	fprintf(f, "\"%s\",%.6g", name, e->total.value);
	for (int i = 0; i < PHASES; i++) {
		if (!e->to_monitor &&
		    (i == PHASE_IOCTL_ENTRY || i == PHASE_IOCTL_EXIT))
			fputs(",NaN,NaN", f);
		else
			fprintf(f, ",%.6g,%.6g", fmax(e->phase[i].lo, 0),
				e->phase[i].hi);
	}
	fputc('\n', f);
}

size_t plot_write_phases(FILE *f, const void *ctx)
{
	const struct plot_phases *p = ctx;
	size_t longest = 0;

	fprintf(f, "name,total,entry_lo,entry_hi,pre_lo,pre_hi,guest_lo,"
		   "guest_hi,post_lo,post_hi,exit_lo,exit_hi\n");
	for (size_t i = 0; i < p->base->n_exits; i++) {
		const struct phases_exit *e = &p->base->exits[i];
		const struct phases_exit *other = partner(p->new, e);
		char *whole, *name;

		if (!other)
			continue;
		whole = xasprintf("%s%s%s", e->bench, *e->variant ? " " : "",
				  e->variant);
		name = plot_printable(whole);
		write_exit(f, e, name);
		write_exit(f, other, name);
		longest = plot_longer(longest, name);
		free(name);
		free(whole);
	}
	return longest;
}
