// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdlib.h>
#include <string.h>

#include "plot-names.h"
#include "plot-write.h"
#include "util.h"

/* A variant as the picture of all medians calls it. */
static char *row_name(const struct plot_variant *v)
{
	char *bench = plot_printable(v->bench);
	char *variant = plot_printable(v->variant);
	char *name = xasprintf("%s%s%s", bench, *variant ? " " : "", variant);

	free(bench);
	free(variant);
	return name;
}

static void write_row(FILE *f, const char *name, unsigned int group,
		      const struct plot_variant *v)
{
	const double ticks[] = {
		v->p25, v->p50, v->p75, v->p99, v->low, v->high
	};

	fprintf(f, "\"%s\",%u,%s,%zu", name, group,
		v->unverified ? "unverified" : "ok", v->launches);
	for (size_t i = 0; i < ARRAY_SIZE(ticks); i++)
		fprintf(f, ",%.10g", ticks[i]);
	fputc('\n', f);
}

size_t plot_write_medians(FILE *f, const struct plot_variant *v, size_t count)
{
	unsigned int group = 0;
	size_t longest = 0;

	fprintf(f, "name,group,status,launches,p25,p50,p75,p99,low,high\n");
	for (size_t i = 0; i < count; i++) {
		char *name = row_name(&v[i]);

		group += i && strcmp(v[i].bench, v[i - 1].bench);
		write_row(f, name, group, &v[i]);
		longest = plot_longer(longest, name);
		free(name);
	}
	return longest;
}

static void write_corner(FILE *f, const char *name, double ticks,
			 uint64_t below, uint64_t samples)
{
	fprintf(f, "\"%s\",%.15g,%llu,%.9g\n", name, ticks,
		(unsigned long long)below, (double)below / (double)samples);
}

/*
 * The corners of the cumulative distribution: level where there are no
 * samples, rising through each bucket that has some.
 */
static void write_corners(FILE *f, const char *name,
			  const struct plot_variant *v)
{
	uint64_t below = 0;
	double last = 0;

	for (size_t i = 0; i < v->buckets; i++) {
		const struct plot_bucket *b = &v->bucket[i];

		if (!i || b->lo != last)
			write_corner(f, name, b->lo, below, v->samples);
		below += b->count;
		last = b->hi;
		write_corner(f, name, b->hi, below, v->samples);
	}
	if (!v->buckets) {
		/* Its name in the key says why there is no curve. */
		fprintf(f, "\"%s\",NaN,NaN,NaN\n", name);
		fprintf(f, "\"%s\",NaN,NaN,NaN\n", name);
	}
}

/* A variant, and its side when there are two, as the key calls it. */
static char *curve_name(const struct plot_variant *v, const char *side)
{
	const char *remark = !v->buckets     ? " (no histogram)"
			     : v->unverified ? " (unverified)"
					     : "";
	const char *variant = *v->variant ? v->variant
			      : side	  ? ""
					  : "all samples";
	char *whole = xasprintf("%s%s%s%s", variant,
				side && *variant ? " " : "", side ? side : "",
				remark);
	char *name = plot_printable(whole);

	free(whole);
	return name;
}

size_t plot_write_curve(FILE *f, const struct plot_variant *v, const char *side,
			bool first)
{
	char *name = curve_name(v, side);
	size_t longest = plot_longer(0, name);

	/* gnuplot takes blocks apart by two empty lines. */
	if (!first)
		fputs("\n\n", f);
	write_corners(f, name, v);
	free(name);
	return longest;
}

size_t plot_write_distribution(FILE *f, const struct plot_variant *v,
			       size_t count)
{
	size_t longest = 0;

	fprintf(f, "name,ticks,below,share\n");
	for (size_t i = 0; i < count; i++) {
		size_t length = plot_write_curve(f, &v[i], NULL, !i);

		longest = length > longest ? length : longest;
	}
	return longest;
}

/* The values of "a=X,b=Y", which the caller frees; false for other forms. */
static bool two_values(const char *variant, char *value[2])
{
	const char *a = strchr(variant, '='), *comma, *b;

	comma = a ? strchr(a, ',') : NULL;
	b = comma ? strchr(comma, '=') : NULL;
	if (!b || strchr(b, ','))
		return false;
	value[0] = xasprintf("%.*s", (int)(comma - a - 1), a + 1);
	value[1] = xstrdup(b + 1);
	return true;
}

/* Distinct texts, numbered as they come; at most as many as variants. */
struct axis {
	char **value;
	size_t n;
};

/* The number of @value, which is taken over. */
static size_t axis_at(struct axis *axis, char *value)
{
	size_t i = 0;

	while (i < axis->n && strcmp(axis->value[i], value))
		i++;
	if (i < axis->n)
		free(value);
	else
		axis->value[axis->n++] = value;
	return i;
}

static void axis_free(struct axis *axis)
{
	for (size_t i = 0; i < axis->n; i++)
		free(axis->value[i]);
	free(axis->value);
}

size_t plot_write_heatmap(FILE *f, const struct plot_variant *v, size_t count)
{
	struct axis axis[2] = { { xcalloc(count, sizeof(char *)), 0 },
				{ xcalloc(count, sizeof(char *)), 0 } };
	size_t longest = 0;

	fprintf(f, "x,y,delay,wait,status,p50,p99\n");
	for (size_t i = 0; i < count; i++) {
		char *printable = plot_printable(v[i].variant), *value[2];
		bool two = two_values(printable, value);
		size_t x, y;

		free(printable);
		if (!two)
			continue;
		longest = plot_longer(longest, value[1]);
		x = axis_at(&axis[0], value[0]);
		y = axis_at(&axis[1], value[1]);
		fprintf(f, "%zu,%zu,\"%s\",\"%s\",%s,%.10g,%.10g\n", x, y,
			axis[0].value[x], axis[1].value[y],
			v[i].unverified ? "unverified" : "ok", v[i].p50,
			v[i].p99);
	}
	axis_free(&axis[0]);
	axis_free(&axis[1]);
	return longest;
}
