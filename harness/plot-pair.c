// SPDX-License-Identifier: GPL-2.0-or-later
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "compare.h"
#include "phases.h"
#include "plot-data.h"
#include "plot-names.h"
#include "plot-pair-write.h"
#include "plot-pictures.h"
#include "plot.h"
#include "util.h"

enum {
	/* Pairs of curves that colours tell apart. */
	MAX_PAIRS = 8,
	MAX_ROWS = 400,
};

struct pair {
	struct plot_data data[2]; /* base, new */
	struct results results[2]; /* all metrics */
	struct comparison c; /* of the latencies */
	struct results latency[2];
	char *name[2]; /* of the sides, in keys */
	/* Rows of c whose shift has a percentage, and how many have none. */
	const struct compare_row **rows;
	size_t n_rows, n_without;
};

/* The label, unless both have the same. */
static void name_sides(struct pair *p)
{
	bool same = !strcmp(p->data[0].label, p->data[1].label);

	for (int i = 0; i < 2; i++)
		p->name[i] = xstrdup(same || !*p->data[i].label
					     ? (i ? "new" : "base")
					     : p->data[i].label);
}

static int load(struct pair *p, const char *const dirs[2], struct error *err)
{
	static const struct results_query all = { RESULT_P50, NULL };
	static const struct results_query latency = { RESULT_P50, "latency" };
	static const struct compare_options options = {
		.stat = RESULT_P50,
		.seed = COMPARE_SEED,
		.resamples = COMPARE_RESAMPLES,
	};

	for (int i = 0; i < 2; i++)
		if (plot_data_read(dirs[i], &p->data[i], err) ||
		    results_load(&p->results[i], &dirs[i], 1, &all, err) ||
		    results_load(&p->latency[i], &dirs[i], 1, &latency, err))
			return -1;
	name_sides(p);
	if (compare_sides(&p->c, &p->latency[0], &p->latency[1], &options, err))
		return -1;
	p->rows = xcalloc(p->c.n_rows, sizeof(*p->rows));
	for (size_t i = 0; i < p->c.n_rows; i++)
		if (isnan(p->c.rows[i].percent))
			p->n_without++;
		else
			p->rows[p->n_rows++] = &p->c.rows[i];
	return 0;
}

static void unload(struct pair *p)
{
	compare_free(&p->c);
	free(p->rows);
	for (int i = 0; i < 2; i++) {
		plot_data_free(&p->data[i]);
		if (p->results[i].sources)
			results_free(&p->results[i]);
		if (p->latency[i].sources)
			results_free(&p->latency[i]);
		free(p->name[i]);
	}
}

static int add(struct plot_pictures *all, const char *script, const char *name,
	       const char *what, size_t part, size_t parts,
	       size_t (*write)(FILE *f, const void *ctx), const void *ctx,
	       struct error *err)
{
	char *title =
		parts > 1 ? xasprintf("%s (%zu of %zu)", what, part + 1, parts)
			  : xstrdup(what);
	char *printable = plot_printable(title);
	int ret = plot_pictures_add(
		all,
		&(struct plot_picture){ script, name, printable, write, ctx },
		err);

	free(title);
	free(printable);
	return ret;
}

static int add_shifts(struct plot_pictures *all, const struct pair *p,
		      struct error *err)
{
	size_t n = p->n_rows, parts = (n + MAX_ROWS - 1) / MAX_ROWS;
	int ret = 0;

	for (size_t part = 0; part < parts && !ret; part++) {
		size_t from = n * part / parts, to = n * (part + 1) / parts;
		struct plot_shifts s = { p->rows + from, to - from };

		ret = add(all, "shifts", "pair-shifts", "Shift of the median",
			  part, parts, plot_write_shifts, &s, err);
	}
	return ret;
}

/* ---- distributions ------------------------------------------------------ */

static const struct plot_variant *find(const struct plot_data *data,
				       const struct plot_variant *v)
{
	for (size_t i = 0; i < data->variants; i++)
		if (!strcmp(data->variant[i].bench, v->bench) &&
		    !strcmp(data->variant[i].variant, v->variant))
			return &data->variant[i];
	return NULL;
}

/* The variants [first, end) of base that both sides have samples of. */
static size_t pair_up(const struct pair *p, size_t first, size_t end,
		      const struct plot_variant **base,
		      const struct plot_variant **new)
{
	size_t n = 0;

	for (size_t i = first; i < end; i++) {
		base[n] = &p->data[0].variant[i];
		new[n] = find(&p->data[1], base[n]);
		n += base[n]->samples && new[n] && new[n]->samples;
	}
	return n;
}

static int add_overlays(struct plot_pictures *all, const struct pair *p,
			size_t first, size_t end, struct error *err)
{
	const char *bench = p->data[0].variant[first].bench;
	const struct plot_variant **base, **new;
	char *name = xasprintf("pair-%s", bench);
	char *title = xasprintf("Latency: %s", bench);
	size_t n, parts;
	int ret = 0;

	base = xcalloc(end - first, sizeof(*base));
	new = xcalloc(end - first, sizeof(*new));
	n = pair_up(p, first, end, base, new);
	parts = (n + MAX_PAIRS - 1) / MAX_PAIRS;
	for (size_t part = 0; part < parts && !ret; part++) {
		size_t from = n * part / parts, to = n * (part + 1) / parts;
		struct plot_overlay o = { base + from, new + from, to - from,
					  p->name[0], p->name[1] };

		ret = add(all, "distribution", name, title, part, parts,
			  plot_write_overlay, &o, err);
	}
	free(base);
	free(new);
	free(name);
	free(title);
	return ret;
}

static int add_distributions(struct plot_pictures *all, const struct pair *p,
			     struct error *err)
{
	const struct plot_data *d = &p->data[0];
	size_t end;

	for (size_t i = 0; i < d->variants; i = end) {
		for (end = i;
		     end < d->variants &&
		     !strcmp(d->variant[i].bench, d->variant[end].bench);)
			end++;
		if (add_overlays(all, p, i, end, err))
			return -1;
	}
	return 0;
}

static int add_phases(struct plot_pictures *all, const struct pair *p,
		      struct error *err)
{
	struct phases base, new;
	struct plot_phases phases = { &base, &new };
	int ret = 0;

	phases_derive(&base, &p->results[0]);
	phases_derive(&new, &p->results[1]);
	if (plot_count_phases(&phases))
		ret = add(all, "phases", "pair-phases",
			  "Where the ticks of an exit go", 0, 1,
			  plot_write_phases, &phases, err);
	phases_free(&base);
	phases_free(&new);
	return ret;
}

/* ---- captions ----------------------------------------------------------- */

/* "2 rows whose base is 0, ..."; or NULL. Owned. */
static char *without_percent_text(const struct pair *p)
{
	if (!p->n_without)
		return NULL;
	return xasprintf("%zu row%s whose base is 0, so that the shift has no "
			 "percentage",
			 p->n_without, plural(p->n_without));
}

static void put_left_out(struct plot_pictures *all, const struct pair *p)
{
	char *without = without_percent_text(p), *text;
	size_t left_out = 0;

	for (size_t i = 0; i < p->c.n_unpaired; i++)
		left_out += p->c.unpaired[i].base
				    ? p->c.unpaired[i].base->n_values > 0
				    : p->c.unpaired[i].new->n_values > 0;
	text = xasprintf("Not drawn: %zu rows that one side only has%s%s.",
			 left_out, without ? "; " : "", without ? without : "");
	plot_pictures_caption(all, "left_out", text);
	free(text);
	free(without);
}

static void put_captions(struct plot_pictures *all, const struct pair *p)
{
	static const char *const names[] = { "run", "run_new" };
	char *text;

	for (int i = 0; i < 2; i++) {
		char *run = plot_run_caption(&p->data[i]);

		text = xasprintf("%s: %s", i ? "new" : "base", run);
		plot_pictures_caption(all, names[i], text);
		free(text);
		free(run);
	}
	put_left_out(all, p);
	plot_pictures_caption(all, "sides", "2");
	plot_pictures_caption(all, "overhead",
			      "Times as measured: the empty op is not "
			      "subtracted.");
}

static int add_all(struct plot_pictures *all, const struct pair *p,
		   char **not_drawn, struct error *err)
{
	if (add_shifts(all, p, err) || add_distributions(all, p, err) ||
	    add_phases(all, p, err))
		return -1;
	*not_drawn = without_percent_text(p);
	if (plot_pictures_count(all))
		return 0;
	error_set(err, "nothing to draw: no histograms of both sides%s%s",
		  *not_drawn ? ", and " : "", *not_drawn ? *not_drawn : "");
	free(*not_drawn);
	*not_drawn = NULL;
	return -1;
}

int plot_pair(const char *base, const char *new, const char *output,
	      char **not_drawn, struct error *err)
{
	const char *const dirs[2] = { base, new };
	struct pair p = { 0 };
	struct plot_pictures *all = NULL;
	int ret = load(&p, dirs, err);

	*not_drawn = NULL;
	if (!ret) {
		all = plot_pictures_new(output, err);
		ret = all ? 0 : -1;
	}
	if (!ret)
		ret = add_all(all, &p, not_drawn, err);
	if (!ret) {
		put_captions(all, &p);
		ret = plot_pictures_draw(all, err);
	}
	plot_pictures_free(all);
	unload(&p);
	return ret;
}
