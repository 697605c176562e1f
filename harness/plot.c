// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdlib.h>
#include <string.h>

#include "plot-data.h"
#include "plot-names.h"
#include "plot-pictures.h"
#include "plot-write.h"
#include "plot.h"
#include "util.h"

enum {
	/* Colours times dash patterns of distribution.gp. */
	MAX_CURVES = 40,
	/* Rows of a picture that an image viewer still shows. */
	MAX_ROWS = 400,
};

/* What has a heat map: a benchmark of two parameters. */
#define HEAT "timer/tscdeadline"

/* Variants that share pictures. */
struct kind {
	const char *script;
	size_t max;
	size_t (*write)(FILE *f, const struct plot_variant *v, size_t count);
};

static const struct kind medians = {
	.script = "medians",
	.max = MAX_ROWS,
	.write = plot_write_medians,
};

static const struct kind distribution = {
	.script = "distribution",
	.max = MAX_CURVES,
	.write = plot_write_distribution,
};

static const struct kind heat = {
	.script = "heatmap",
	.write = plot_write_heatmap,
};

struct slice {
	const struct kind *kind;
	const struct plot_variant *v;
	size_t count;
};

static size_t write_slice(FILE *f, const void *ctx)
{
	const struct slice *s = ctx;

	return s->kind->write(f, s->v, s->count);
}

static char *make_title(const char *name, size_t part, size_t parts)
{
	char *printable = plot_printable(name);
	char *title;

	if (parts == 1)
		title = xasprintf("Latency: %s", printable);
	else
		title = xasprintf("Latency: %s (%zu of %zu)", printable,
				  part + 1, parts);
	free(printable);
	return title;
}

/* As many pictures of @kind as @count variants from @v on need. */
static int add_pictures(struct plot_pictures *all, const struct kind *kind,
			const char *name, const struct plot_variant *v,
			size_t count, struct error *err)
{
	size_t parts = count ? (count - 1) / kind->max + 1 : 0;
	int ret = 0;

	for (size_t part = 0; part < parts && !ret; part++) {
		size_t first = count * part / parts;
		size_t end = count * (part + 1) / parts;
		struct slice slice = { kind, v + first, end - first };
		char *title = make_title(name, part, parts);

		ret = plot_pictures_add(
			all,
			&(struct plot_picture){ kind->script, name, title,
						write_slice, &slice },
			err);
		free(title);
	}
	return ret;
}

static int add_heat(struct plot_pictures *all, const struct plot_variant *v,
		    size_t count, struct error *err)
{
	struct slice slice = { &heat, v, count };
	struct plot_picture picture = { heat.script, HEAT "-heat",
					"Latency: " HEAT, write_slice, &slice };

	return plot_pictures_add(all, &picture, err);
}

static int add_bench(struct plot_pictures *all, const struct plot_variant *v,
		     size_t count, struct error *err)
{
	uint64_t samples = 0;

	for (size_t i = 0; i < count; i++)
		samples += v[i].samples;
	if (samples &&
	    add_pictures(all, &distribution, v->bench, v, count, err))
		return -1;
	if (strcmp(v->bench, HEAT))
		return 0;
	return add_heat(all, v, count, err);
}

static int add_all(struct plot_pictures *all, const struct plot_data *data,
		   struct error *err)
{
	const struct plot_variant *v = data->variant;
	size_t end;

	if (add_pictures(all, &medians, "medians", v, data->variants, err))
		return -1;
	for (size_t i = 0; i < data->variants; i = end) {
		for (end = i;
		     end < data->variants && !strcmp(v[i].bench, v[end].bench);)
			end++;
		if (add_bench(all, &v[i], end - i, err))
			return -1;
	}
	return 0;
}

/* ---- captions ----------------------------------------------------------- */

char *plot_run_caption(const struct plot_data *data)
{
	const char *kernel = *data->kernel ? data->kernel
					   : "of unknown release";

	return xasprintf("%s%skernel %s%s%s%s%s", data->label,
			 *data->label ? ": " : "", kernel,
			 *data->host ? " on " : "", data->host,
			 *data->cpu ? ", " : "", data->cpu);
}

/* What a reader would miss in the picture of all medians. */
static char *left_out_caption(const struct plot_data *data)
{
	if (!data->skipped_variants && !data->failed_variants &&
	    !data->lost_launches)
		return xstrdup("Nothing skipped, nothing failed.");
	return xasprintf("Not drawn: %zu skipped and %zu failed variants; "
			 "%zu skipped or failed launches of those drawn.",
			 data->skipped_variants, data->failed_variants,
			 data->lost_launches);
}

static char *overhead_caption(const struct plot_data *data)
{
	if (data->overhead < 0)
		return xstrdup("Times as measured.");
	return xasprintf(
		"Times as measured: the empty op, %.0f to %.0f ticks, is not "
		"subtracted%s.",
		data->overhead_low, data->overhead_high,
		data->differences ? "; in differences (insn/) it cancels" : "");
}

static void put_caption(struct plot_pictures *all, const char *name, char *text)
{
	plot_pictures_caption(all, name, text);
	free(text);
}

int plot_run(const char *dir, struct error *err)
{
	char *plots = xasprintf("%s/plots", dir);
	struct plot_pictures *all = NULL;
	struct plot_data data;
	int ret = plot_data_read(dir, &data, err);

	if (!ret) {
		all = plot_pictures_new(plots, err);
		ret = all ? add_all(all, &data, err) : -1;
	}
	if (!ret) {
		put_caption(all, "run", plot_run_caption(&data));
		put_caption(all, "left_out", left_out_caption(&data));
		put_caption(all, "overhead", overhead_caption(&data));
		ret = plot_pictures_draw(all, err);
	}
	plot_pictures_free(all);
	plot_data_free(&data);
	free(plots);
	return ret;
}
