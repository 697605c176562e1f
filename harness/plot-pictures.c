// SPDX-License-Identifier: GPL-2.0-or-later
#include <ctype.h>
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "embedded.h"
#include "file-write.h"
#include "gnuplot.h"
#include "plot-pictures.h"
#include "util.h"

enum {
	/* Leaves room for a number and a suffix in a file name. */
	MAX_STEM = 200,
	/* gnuplot processes at a time. */
	PROCESSES = 2,
};

struct picture {
	const char *script;
	char *stem; /* of its file names */
	char *title;
	size_t longest; /* name in it */
};

struct caption {
	char *name, *text;
};

struct plot_pictures {
	char *dir;
	struct picture *picture;
	size_t count;
	struct caption *caption;
	size_t captions;
};

static char *join(const char *dir, const char *stem, const char *suffix)
{
	return xasprintf("%s/%s%s", dir, stem, suffix);
}

struct plot_pictures *plot_pictures_new(const char *dir, struct error *err)
{
	struct plot_pictures *all;

	if (mkdir(dir, 0777) && errno != EEXIST) {
		error_set_errno(err, "cannot create '%s'", dir);
		return NULL;
	}
	all = xcalloc(1, sizeof(*all));
	all->dir = xstrdup(dir);
	return all;
}

void plot_pictures_free(struct plot_pictures *all)
{
	if (!all)
		return;
	for (size_t i = 0; i < all->count; i++) {
		free(all->picture[i].stem);
		free(all->picture[i].title);
	}
	for (size_t i = 0; i < all->captions; i++) {
		free(all->caption[i].name);
		free(all->caption[i].text);
	}
	free(all->picture);
	free(all->caption);
	free(all->dir);
	free(all);
}

void plot_pictures_caption(struct plot_pictures *all, const char *name,
			   const char *text)
{
	all->caption = xrealloc(all->caption, all->captions + 1,
				sizeof(*all->caption));
	all->caption[all->captions++] =
		(struct caption){ xstrdup(name), xstrdup(text) };
}

static bool taken(const struct plot_pictures *all, const char *stem)
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
static char *make_stem(const struct plot_pictures *all, const char *name)
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

/*
 * Only what an earlier plot left is replaced. A .csv file is known by its first
 * line, which is that of the new one, @text. Pictures do not say who made them:
 * ours have the .csv file beside them, which is written before they are.
 */
static int may_replace(const struct plot_pictures *all, const struct picture *p,
		       const char *text, struct error *err)
{
	static const char *const suffixes[] = { ".svg", ".png" };
	char *path = join(all->dir, p->stem, ".csv");
	char *header = xasprintf("%.*s\n", (int)strcspn(text, "\n"), text);
	int ret = file_may_replace(path, header, err);
	bool there = !access(path, F_OK);

	for (size_t i = 0; i < ARRAY_SIZE(suffixes) && !there && !ret; i++) {
		free(path);
		path = join(all->dir, p->stem, suffixes[i]);
		/* No picture begins with a line as that. */
		ret = file_may_replace(path, header, err);
	}
	free(header);
	free(path);
	return ret;
}

static int write_data(const struct plot_pictures *all, const struct picture *p,
		      const char *text, size_t size, struct error *err)
{
	char *path = join(all->dir, p->stem, ".csv");
	FILE *f = fopen(path, "we");
	int ret = 0;

	if (!f)
		ret = error_set_errno(err, "cannot create '%s'", path);
	else {
		fwrite(text, 1, size, f);
		if (close_written(f))
			ret = error_set_errno(err, "cannot write '%s'", path);
	}
	free(path);
	return ret;
}

int plot_pictures_add(struct plot_pictures *all,
		      const struct plot_picture *picture, struct error *err)
{
	struct picture *p;
	char *text = NULL;
	size_t size;
	FILE *f;
	int ret;

	all->picture =
		xrealloc(all->picture, all->count + 1, sizeof(*all->picture));
	p = &all->picture[all->count];
	*p = (struct picture){ picture->script, make_stem(all, picture->name),
			       xstrdup(picture->title), 0 };
	all->count++;
	f = xmemstream(&text, &size);
	p->longest = picture->write(f, picture->ctx);
	xmemstream_close(f);
	ret = may_replace(all, p, text, err);
	if (!ret)
		ret = write_data(all, p, text, size, err);
	free(text);
	return ret;
}

size_t plot_pictures_count(const struct plot_pictures *all)
{
	return all->count;
}

/* ---- gnuplot ------------------------------------------------------------ */

static const struct embedded_file *find_script(const char *script,
					       struct error *err)
{
	char *name = xasprintf("plot/%s.gp", script);
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
	const struct embedded_file *script = find_script(p->script, err);
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

/* Start the process that draws each PROCESSESth picture from @first on. */
static int start(struct gnuplot *g, const struct plot_pictures *all,
		 size_t first, struct error *err)
{
	char *script = NULL;
	size_t len;
	FILE *f = open_memstream(&script, &len);
	int ret = 0;

	if (!f)
		return error_set_errno(err, "cannot make a gnuplot script");
	for (size_t i = 0; i < all->captions; i++)
		gnuplot_set(f, all->caption[i].name, all->caption[i].text);
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
static int check_picture(const struct plot_pictures *all,
			 const struct picture *p, const char *suffix,
			 struct error *err)
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

int plot_pictures_draw(struct plot_pictures *all, struct error *err)
{
	struct gnuplot g[PROCESSES] = { { 0 } };
	size_t used = all->count < PROCESSES ? all->count : PROCESSES;
	int ret = 0;

	for (size_t i = 0; i < used && !ret; i++)
		ret = start(&g[i], all, i, err);
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
