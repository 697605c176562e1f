// SPDX-License-Identifier: GPL-2.0-or-later
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "embedded.h"
#include "gnuplot.h"
#include "plot.h"
#include "plot-data.h"
#include "util.h"

enum {
	/* Colours times dash patterns of distribution.gp. */
	MAX_CURVES = 40,
	/* Rows of a picture that an image viewer still shows. */
	MAX_ROWS = 400,
	/* Leaves room for a number and a suffix in a file name. */
	MAX_STEM = 200,
	/* gnuplot processes at a time. */
	PROCESSES = 2,
};

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

struct picture {
	const struct kind *kind;
	char *stem; /* of its file names */
	char *title;
	size_t longest; /* name in it */
};

struct pictures {
	const char *dir; /* where they go */
	struct picture *picture;
	size_t count;
};

static char *join(const char *dir, const char *stem, const char *suffix)
{
	return xasprintf("%s/%s%s", dir, stem, suffix);
}

static bool taken(const struct pictures *all, const char *stem)
{
	for (size_t i = 0; i < all->count; i++)
		if (!strcasecmp(all->picture[i].stem, stem))
			return true;
	return false;
}

/*
 * A file name for @name that no picture has yet. Only plain characters: it
 * goes into a gnuplot script and must not lead out of the directory.
 */
static char *make_stem(const struct pictures *all, const char *name)
{
	char *base = xasprintf("%.*s", MAX_STEM, *name ? name : "-");
	char *stem;

	for (char *p = base; *p; p++)
		if (!isalnum((unsigned char)*p) && !strchr("_.+-", *p))
			*p = '-';
	if (*base == '.')
		*base = '-';
	stem = xstrdup(base);
	for (unsigned int i = 2; taken(all, stem); i++) {
		free(stem);
		stem = xasprintf("%s-%u", base, i);
	}
	free(base);
	return stem;
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

static int write_data(const struct pictures *all, struct picture *picture,
		      const struct plot_variant *v, size_t count,
		      struct error *err)
{
	char *path = join(all->dir, picture->stem, ".csv");
	FILE *f = fopen(path, "we");
	int ret = 0;

	if (!f) {
		ret = error_set_errno(err, "cannot create '%s'", path);
	} else {
		picture->longest = picture->kind->write(f, v, count);
		if (ferror(f) | fclose(f))
			ret = error_set_errno(err, "cannot write '%s'", path);
	}
	free(path);
	return ret;
}

/* As many pictures of @kind as @count variants from @v on need. */
static int add_pictures(struct pictures *all, const struct kind *kind,
			const char *name, const struct plot_variant *v,
			size_t count, struct error *err)
{
	size_t parts = (count + kind->max - 1) / kind->max;

	for (size_t part = 0; part < parts; part++) {
		size_t first = count * part / parts;
		size_t end = count * (part + 1) / parts;
		struct picture *p;

		all->picture = xrealloc(all->picture, all->count + 1,
					sizeof(*all->picture));
		p = &all->picture[all->count];
		*p = (struct picture){ .kind = kind,
				       .stem = make_stem(all, name) };
		p->title = make_title(name, part, parts);
		all->count++;
		if (write_data(all, p, v + first, end - first, err))
			return -1;
	}
	return 0;
}

static int add_all(struct pictures *all, const struct plot_data *data,
		   struct error *err)
{
	const struct plot_variant *v = data->variant;
	size_t end;

	if (add_pictures(all, &medians, "medians", v, data->variants, err))
		return -1;
	for (size_t i = 0; i < data->variants; i = end) {
		uint64_t samples = 0;

		for (end = i;
		     end < data->variants && !strcmp(v[i].bench, v[end].bench);
		     end++)
			samples += v[end].samples;
		if (samples && add_pictures(all, &distribution, v[i].bench,
					    &v[i], end - i, err))
			return -1;
	}
	return 0;
}

/* ---- captions ----------------------------------------------------------- */

/* "LABEL: kernel KERNEL on HOST, CPU", of what is known. */
static char *run_caption(const struct plot_data *data)
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
		"Times as measured: the empty op, %.0f ticks, is not "
		"subtracted%s.",
		data->overhead,
		data->differences ? "; in differences (insn/) it cancels" : "");
}

/* ---- gnuplot ------------------------------------------------------------ */

static const struct embedded_file *find_script(const struct kind *kind,
					       struct error *err)
{
	char *name = xasprintf("plot/%s.gp", kind->script);
	const struct embedded_file *file = embedded_find(name);

	if (!file)
		error_set(err, "'%s' was not built in", name);
	free(name);
	return file;
}

/* One picture is its script twice: as SVG and as PNG. */
static int script_picture(FILE *f, const struct picture *p, struct error *err)
{
	static const char *const suffixes[] = { ".svg", ".png" };
	const struct embedded_file *script = find_script(p->kind, err);
	char *data;

	if (!script)
		return -1;
	data = xasprintf("%s.csv", p->stem);
	gnuplot_set(f, "data", data);
	gnuplot_set(f, "heading", p->title);
	fprintf(f, "longest = %zu\n", p->longest);
	for (size_t i = 0; i < ARRAY_SIZE(suffixes); i++) {
		char *output = xasprintf("%s%s", p->stem, suffixes[i]);

		gnuplot_set(f, "output", output);
		fwrite(script->data, 1, script->size, f);
		fputc('\n', f);
		free(output);
	}
	free(data);
	return 0;
}

static void script_captions(FILE *f, const struct plot_data *data)
{
	char *run = run_caption(data);
	char *left_out = left_out_caption(data);
	char *overhead = overhead_caption(data);

	gnuplot_set(f, "run", run);
	gnuplot_set(f, "left_out", left_out);
	gnuplot_set(f, "overhead", overhead);
	free(run);
	free(left_out);
	free(overhead);
}

/* Start the process that draws each PROCESSESth picture from @first on. */
static int start(struct gnuplot *g, const struct pictures *all, size_t first,
		 const struct plot_data *data, struct error *err)
{
	char *script = NULL;
	size_t len;
	FILE *f = open_memstream(&script, &len);
	int ret = 0;

	if (!f)
		return error_set_errno(err, "cannot make a gnuplot script");
	script_captions(f, data);
	for (size_t i = first; i < all->count && !ret; i += PROCESSES)
		ret = script_picture(f, &all->picture[i], err);
	if (fclose(f) && !ret)
		ret = error_set_errno(err, "cannot make a gnuplot script");
	if (!ret)
		ret = gnuplot_start(g, all->dir, script, len, err);
	free(script);
	return ret;
}

/* Even a gnuplot that is content may have been unable to write a file. */
static int check_picture(const struct pictures *all, const struct picture *p,
			 const char *suffix, struct error *err)
{
	char *path = join(all->dir, p->stem, suffix);
	struct stat st;
	int ret = 0;

	if (stat(path, &st))
		ret = error_set_errno(err, "gnuplot did not write '%s'", path);
	else if (!st.st_size)
		ret = error_set(err, "gnuplot left '%s' empty", path);
	free(path);
	return ret;
}

static int draw(const struct pictures *all, const struct plot_data *data,
		struct error *err)
{
	struct gnuplot g[PROCESSES] = { { 0 } };
	size_t used = all->count < PROCESSES ? all->count : PROCESSES;
	int ret = 0;

	for (size_t i = 0; i < used && !ret; i++)
		ret = start(&g[i], all, i, data, err);
	/* Each that was started is waited for, and the first error is kept. */
	for (size_t i = 0; i < used; i++)
		if (gnuplot_wait(&g[i], ret ? NULL : err))
			ret = -1;
	for (size_t i = 0; i < all->count && !ret; i++)
		if (check_picture(all, &all->picture[i], ".svg", err) ||
		    check_picture(all, &all->picture[i], ".png", err))
			ret = -1;
	return ret;
}

static void free_pictures(struct pictures *all)
{
	for (size_t i = 0; i < all->count; i++) {
		free(all->picture[i].stem);
		free(all->picture[i].title);
	}
	free(all->picture);
}

int plot_run(const char *dir, struct error *err)
{
	char *plots = xasprintf("%s/plots", dir);
	struct pictures all = { .dir = plots };
	struct plot_data data;
	int ret;

	ret = plot_data_read(dir, &data, err);
	if (!ret) {
		if (mkdir(plots, 0777) && errno != EEXIST)
			ret = error_set_errno(err, "cannot create '%s'", plots);
		if (!ret)
			ret = add_all(&all, &data, err);
		if (!ret)
			ret = draw(&all, &data, err);
		free_pictures(&all);
		plot_data_free(&data);
	}
	free(plots);
	return ret;
}
