// SPDX-License-Identifier: GPL-2.0-or-later
#include <ctype.h>
#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "plot-data.h"
#include "util.h"

enum summary_column {
	S_RUN_ID,
	S_TIME,
	S_LABEL,
	S_HOST,
	S_KERNEL,
	S_BOOT_ID,
	S_LAUNCH,
	S_BENCH,
	S_VARIANT,
	S_METRIC,
	S_UNIT,
	S_STATUS,
	S_REASON,
	S_N,
	S_MIN,
	S_P25,
	S_P50,
	S_MEAN,
	S_P75,
	S_P90,
	S_P99,
	S_P999,
	S_MAX,
	S_STDDEV,
	S_OVERHEAD,
	S_COLUMNS
};

enum histogram_column {
	H_BENCH,
	H_VARIANT,
	H_LAUNCH,
	H_LO,
	H_HI,
	H_COUNT,
	H_COLUMNS
};

static const char summary_header[] =
	"run_id,time_utc,label,host,kernel,boot_id,launch,bench,variant,metric,"
	"unit,status,reason,n,min,p25,p50,mean,p75,p90,p99,p999,max,stddev,"
	"overhead";
static const char histogram_header[] = "bench,variant,launch,lo,hi,count";

/* ---- rows of a CSV file ------------------------------------------------- */

struct row {
	const char *path;
	unsigned long line;
	char **field;
};

typedef int row_fn(void *ctx, const struct row *row, struct error *err);

static int row_error(const struct row *row, struct error *err, const char *what,
		     const char *subject)
{
	return error_set(err, "%s '%s' in line %lu of '%s'", what, subject,
			 row->line, row->path);
}

/*
 * Unquote the field at *@p in place, move *@p behind its separator and put
 * the latter into @end: ',' or '\n' ('\0' at the end of the text), or '"' when
 * the quoting is broken.
 */
static char *next_field(char **p, char *end, unsigned long *line)
{
	char *start = *p, *in = start, *out = start;
	bool quoted = *in == '"';

	if (quoted)
		in++;
	while (*in && (quoted || (*in != ',' && *in != '\n'))) {
		if (quoted && *in == '"' && *++in != '"') {
			quoted = false;
			break;
		}
		*line += *in == '\n';
		*out++ = *in++;
	}
	if (*in == '\r' && in[1] == '\n')
		in++;
	else if (out > start && *in == '\n' && out[-1] == '\r')
		out--;
	*end = *in;
	if (quoted || (*in && *in != ',' && *in != '\n'))
		*end = '"';
	*p = *in ? in + 1 : in;
	*out = '\0';
	return start;
}

/* Split one line into exactly @columns fields. */
static int next_row(char **p, struct row *row, size_t columns,
		    struct error *err)
{
	unsigned long line = row->line;
	size_t n = 0;
	char end;

	do {
		char *field = next_field(p, &end, &line);

		if (n < columns)
			row->field[n] = field;
		n++;
	} while (end == ',');
	if (end == '"')
		return error_set(err, "bad quoting in line %lu of '%s'",
				 row->line, row->path);
	if (n != columns)
		return error_set(
			err, "%zu columns instead of %zu in line %lu of '%s'",
			n, columns, row->line, row->path);
	row->line = line;
	return 0;
}

/* Call @fn for each row below the header; @text is modified. */
static int each_row_of(char *text, const char *header, size_t columns,
		       struct row *row, row_fn *fn, void *ctx,
		       struct error *err)
{
	size_t len = strcspn(text, "\r\n");
	char *p = text + len;

	if (len != strlen(header) || strncmp(text, header, len))
		return error_set(err, "unknown header in '%s'", row->path);
	p += *p == '\r';
	p += *p == '\n';
	for (row->line = 2; *p; row->line++) {
		if (next_row(&p, row, columns, err) || fn(ctx, row, err))
			return -1;
	}
	return 0;
}

/*
 * The one place that reads CSV files: call @fn(@ctx) for each row of the file
 * of that @name in @dir.
 */
static int each_row(const char *dir, const char *name, const char *header,
		    size_t columns, row_fn *fn, void *ctx, struct error *err)
{
	char *path = xasprintf("%s/%s", dir, name);
	struct row row = { .path = path,
			   .field = xcalloc(columns, sizeof(char *)) };
	size_t len;
	char *text = read_file(path, &len);
	int ret;

	if (!text)
		ret = error_set_errno(err, "cannot open '%s'", path);
	else if (strlen(text) != len)
		ret = error_set(err, "NUL byte in '%s'", path);
	else
		ret = each_row_of(text, header, columns, &row, fn, ctx, err);
	free(text);
	free(row.field);
	free(path);
	return ret;
}

static int row_ticks(const struct row *row, int column, double *value,
		     struct error *err)
{
	const char *s = row->field[column];
	char *end;

	*value = strtod(s, &end);
	if (!isdigit((unsigned char)s[0]) || *end || !isfinite(*value))
		return row_error(row, err, "bad number", s);
	return 0;
}

static int row_count(const struct row *row, int column, uint64_t *value,
		     struct error *err)
{
	if (parse_u64(row->field[column], UINT64_MAX, value))
		return row_error(row, err, "bad number", row->field[column]);
	return 0;
}

/* ---- names -------------------------------------------------------------- */

/* The number at *@p with its unit of time, in ns; *@p moves behind them. */
static double name_number(const char **p)
{
	static const struct {
		const char *name;
		double ns;
	} units[] = { { "ns", 1 }, { "us", 1e3 }, { "ms", 1e6 }, { "s", 1e9 } };
	double value = 0;

	while (isdigit((unsigned char)**p))
		value = value * 10 + (*(*p)++ - '0');
	for (size_t i = 0; i < ARRAY_SIZE(units); i++) {
		size_t len = strlen(units[i].name);

		if (!strncmp(*p, units[i].name, len) &&
		    !isalnum((unsigned char)(*p)[len])) {
			*p += len;
			return value * units[i].ns;
		}
	}
	return value;
}

int plot_name_compare(const char *a, const char *b)
{
	const char *p = a, *q = b;

	while (*p && *q) {
		if (isdigit((unsigned char)*p) && isdigit((unsigned char)*q)) {
			double x = name_number(&p), y = name_number(&q);

			if (x != y)
				return x < y ? -1 : 1;
			continue;
		}
		if (*p != *q)
			break;
		p++;
		q++;
	}
	if (*p != *q)
		return (unsigned char)*p < (unsigned char)*q ? -1 : 1;
	return strcmp(a, b);
}

static int variant_compare(const void *a, const void *b)
{
	const struct plot_variant *v = a, *w = b;
	int order = plot_name_compare(v->bench, w->bench);

	return order ? order : plot_name_compare(v->variant, w->variant);
}

char *plot_printable(const char *s)
{
	json_t *utf8 = json_string(s);
	char *copy = xstrdup(s);

	for (char *p = copy; *p; p++) {
		unsigned char c = (unsigned char)*p;

		if (c == '"')
			*p = '\'';
		else if (c == '\\')
			*p = '/';
		else if (c < ' ' || c == 0x7f || (c > 0x7f && !utf8))
			*p = '?';
	}
	json_decref(utf8);
	return copy;
}

/* ---- summary.csv -------------------------------------------------------- */

struct reader {
	struct plot_data *data;
	size_t room;
	struct plot_variant *last;
	double *overhead;
	size_t overheads;
};

static struct plot_variant *add_variant(struct reader *r, const char *bench,
					const char *variant)
{
	struct plot_data *data = r->data;
	struct plot_variant *v;

	for (size_t i = 0; i < data->variants; i++) {
		v = &data->variant[i];
		if (!strcmp(v->bench, bench) && !strcmp(v->variant, variant))
			return v;
	}
	if (data->variants == r->room) {
		r->room = r->room ? 2 * r->room : 64;
		data->variant = xrealloc(data->variant, r->room, sizeof(*v));
	}
	v = &data->variant[data->variants++];
	*v = (struct plot_variant){ .bench = xstrdup(bench),
				    .variant = xstrdup(variant) };
	return v;
}

static int add_launch(struct plot_variant *v, const struct row *row,
		      struct error *err)
{
	struct plot_launch launch = { 0 };

	if (row_count(row, S_LAUNCH, &launch.number, err) ||
	    row_ticks(row, S_P25, &launch.p25, err) ||
	    row_ticks(row, S_P50, &launch.p50, err) ||
	    row_ticks(row, S_P75, &launch.p75, err) ||
	    row_ticks(row, S_P99, &launch.p99, err))
		return -1;
	v->launch = xrealloc(v->launch, v->launches + 1, sizeof(launch));
	v->launch[v->launches++] = launch;
	return 0;
}

static int add_overhead(struct reader *r, const struct row *row,
			struct error *err)
{
	double value;

	if (!*row->field[S_OVERHEAD]) {
		r->data->differences = true;
		return 0;
	}
	if (row_ticks(row, S_OVERHEAD, &value, err))
		return -1;
	r->overhead =
		xrealloc(r->overhead, r->overheads + 1, sizeof(*r->overhead));
	r->overhead[r->overheads++] = value;
	return 0;
}

static void take_caption(struct plot_data *data, const struct row *row)
{
	if (data->label)
		return;
	data->label = plot_printable(row->field[S_LABEL]);
	data->host = plot_printable(row->field[S_HOST]);
	data->kernel = plot_printable(row->field[S_KERNEL]);
}

static int summary_row(void *ctx, const struct row *row, struct error *err)
{
	const char *status = row->field[S_STATUS];
	struct reader *r = ctx;
	struct plot_variant *v;

	take_caption(r->data, row);
	if (strcmp(row->field[S_METRIC], "latency"))
		return 0;
	v = add_variant(r, row->field[S_BENCH], row->field[S_VARIANT]);
	if (!strcmp(status, "skip")) {
		v->skipped++;
		return 0;
	}
	if (!strcmp(status, "fail")) {
		v->failed++;
		return 0;
	}
	if (!strcmp(status, "unverified"))
		v->unverified = true;
	else if (strcmp(status, "ok"))
		return row_error(row, err, "unknown status", status);
	return add_launch(v, row, err) || add_overhead(r, row, err) ? -1 : 0;
}

static int double_compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* Sorts @x. */
static double median(double *x, size_t n)
{
	qsort(x, n, sizeof(*x), double_compare);
	return n % 2 ? x[n / 2] : (x[n / 2 - 1] + x[n / 2]) / 2;
}

/* The median over the launches of the double at @offset of each. */
static double launch_median(const struct plot_variant *v, size_t offset)
{
	double *x = xcalloc(v->launches, sizeof(*x));
	double result;

	for (size_t i = 0; i < v->launches; i++)
		memcpy(&x[i], (const char *)&v->launch[i] + offset, sizeof(*x));
	result = median(x, v->launches);
	free(x);
	return result;
}

static void merge_launches(struct plot_variant *v)
{
	v->p25 = launch_median(v, offsetof(struct plot_launch, p25));
	v->p50 = launch_median(v, offsetof(struct plot_launch, p50));
	v->p75 = launch_median(v, offsetof(struct plot_launch, p75));
	v->p99 = launch_median(v, offsetof(struct plot_launch, p99));
	v->low = v->launch[0].p50;
	v->high = v->low;
	for (size_t i = 1; i < v->launches; i++) {
		v->low = fmin(v->low, v->launch[i].p50);
		v->high = fmax(v->high, v->launch[i].p50);
	}
}

static void free_variant(struct plot_variant *v)
{
	free(v->bench);
	free(v->variant);
	free(v->launch);
	free(v->bucket);
}

/* Keep the variants that have numbers, sorted, and count the rest. */
static void keep_drawable(struct plot_data *data)
{
	size_t kept = 0;

	for (size_t i = 0; i < data->variants; i++) {
		struct plot_variant *v = &data->variant[i];

		if (v->launches) {
			data->lost_launches += v->failed + v->skipped;
			merge_launches(v);
			data->variant[kept++] = *v;
			continue;
		}
		if (v->failed)
			data->failed_variants++;
		else
			data->skipped_variants++;
		free_variant(v);
	}
	data->variants = kept;
	if (kept)
		qsort(data->variant, kept, sizeof(*data->variant),
		      variant_compare);
}

static int read_summary(const char *dir, struct plot_data *data,
			struct error *err)
{
	struct reader r = { .data = data };
	int ret = each_row(dir, "summary.csv", summary_header, S_COLUMNS,
			   summary_row, &r, err);

	data->overhead = r.overheads ? median(r.overhead, r.overheads) : -1;
	free(r.overhead);
	if (ret)
		return ret;
	keep_drawable(data);
	if (data->variants)
		return 0;
	return error_set(err,
			 "no latency to draw in '%s/summary.csv': "
			 "%zu variants skipped, %zu failed",
			 dir, data->skipped_variants, data->failed_variants);
}

/* ---- histogram.csv ------------------------------------------------------ */

/* NULL for a variant that is not drawn. */
static struct plot_variant *find_variant(struct reader *r, char *bench,
					 char *variant)
{
	struct plot_variant key = { .bench = bench, .variant = variant };

	/* The rows of a variant come together. */
	if (r->last && !strcmp(r->last->variant, variant) &&
	    !strcmp(r->last->bench, bench))
		return r->last;
	r->last = bsearch(&key, r->data->variant, r->data->variants,
			  sizeof(key), variant_compare);
	return r->last;
}

static bool has_launch(const struct plot_variant *v, uint64_t number)
{
	for (size_t i = 0; i < v->launches; i++)
		if (v->launch[i].number == number)
			return true;
	return false;
}

static int histogram_row(void *ctx, const struct row *row, struct error *err)
{
	struct plot_bucket b;
	struct plot_variant *v;
	uint64_t launch;

	v = find_variant(ctx, row->field[H_BENCH], row->field[H_VARIANT]);
	if (!v)
		return 0;
	if (row_count(row, H_LAUNCH, &launch, err) ||
	    row_ticks(row, H_LO, &b.lo, err) ||
	    row_ticks(row, H_HI, &b.hi, err) ||
	    row_count(row, H_COUNT, &b.count, err))
		return -1;
	if (b.lo >= b.hi)
		return row_error(row, err, "empty bucket up to",
				 row->field[H_HI]);
	if (!b.count || !has_launch(v, launch))
		return 0;
	if (b.count > UINT64_MAX - v->samples)
		return row_error(row, err, "too many samples",
				 row->field[H_COUNT]);
	/* Room doubles at each power of two. */
	if (!(v->buckets & (v->buckets - 1)))
		v->bucket = xrealloc(v->bucket, v->buckets ? 2 * v->buckets : 1,
				     sizeof(b));
	v->bucket[v->buckets++] = b;
	v->samples += b.count;
	return 0;
}

static int bucket_compare(const void *a, const void *b)
{
	const struct plot_bucket *x = a, *y = b;

	return (x->lo > y->lo) - (x->lo < y->lo);
}

/* Add up the equal buckets of the launches. */
static int merge_buckets(const char *dir, struct plot_variant *v,
			 struct error *err)
{
	size_t last = 0;

	if (!v->buckets)
		return 0; /* the run was ended between the two files */
	qsort(v->bucket, v->buckets, sizeof(*v->bucket), bucket_compare);
	for (size_t i = 1; i < v->buckets; i++) {
		struct plot_bucket *to = &v->bucket[last];
		const struct plot_bucket *b = &v->bucket[i];

		if (b->lo == to->lo && b->hi == to->hi)
			to->count += b->count;
		else if (b->lo >= to->hi)
			v->bucket[++last] = *b;
		else
			return error_set(err,
					 "overlapping buckets of '%s' at %.10g "
					 "in '%s/histogram.csv'",
					 v->bench, b->lo, dir);
	}
	v->buckets = last + 1;
	return 0;
}

static int read_histogram(const char *dir, struct plot_data *data,
			  struct error *err)
{
	struct reader r = { .data = data };

	if (each_row(dir, "histogram.csv", histogram_header, H_COLUMNS,
		     histogram_row, &r, err))
		return -1;
	for (size_t i = 0; i < data->variants; i++)
		if (merge_buckets(dir, &data->variant[i], err))
			return -1;
	return 0;
}

/* ---- env.json ----------------------------------------------------------- */

/* Only the caption wants it: whatever is wrong with it leaves "". */
static char *read_cpu(const char *dir)
{
	char *path = xasprintf("%s/env.json", dir);
	json_t *env = json_load_file(path, 0, NULL);
	json_t *cpu = json_object_get(env, "cpu");
	const char *model = json_string_value(
		json_is_object(cpu) ? json_object_get(cpu, "model_name") : cpu);
	char *copy = plot_printable(model ? model : "");

	json_decref(env);
	free(path);
	return copy;
}

/* ---- the whole ---------------------------------------------------------- */

int plot_data_read(const char *dir, struct plot_data *data, struct error *err)
{
	*data = (struct plot_data){ 0 };
	if (read_summary(dir, data, err) || read_histogram(dir, data, err)) {
		plot_data_free(data);
		return -1;
	}
	data->cpu = read_cpu(dir);
	return 0;
}

void plot_data_free(struct plot_data *data)
{
	for (size_t i = 0; i < data->variants; i++)
		free_variant(&data->variant[i]);
	free(data->variant);
	free(data->label);
	free(data->host);
	free(data->kernel);
	free(data->cpu);
	*data = (struct plot_data){ 0 };
}

/* The larger of @length and that of @name in characters of UTF-8. */
static size_t longer(size_t length, const char *name)
{
	size_t n = 0;

	for (const char *p = name; *p; p++)
		n += ((unsigned char)*p & 0xc0) != 0x80;
	return n > length ? n : length;
}

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
		longest = longer(longest, name);
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

/* A variant as the key calls it. */
static char *curve_name(const struct plot_variant *v)
{
	char *variant = plot_printable(v->variant);
	const char *remark = !v->buckets     ? " (no histogram)"
			     : v->unverified ? " (unverified)"
					     : "";
	char *name =
		xasprintf("%s%s", *variant ? variant : "all samples", remark);

	free(variant);
	return name;
}

size_t plot_write_distribution(FILE *f, const struct plot_variant *v,
			       size_t count)
{
	size_t longest = 0;

	fprintf(f, "name,ticks,below,share\n");
	for (size_t i = 0; i < count; i++) {
		char *name = curve_name(&v[i]);

		/* gnuplot takes blocks apart by two empty lines. */
		if (i)
			fputs("\n\n", f);
		write_corners(f, name, &v[i]);
		longest = longer(longest, name);
		free(name);
	}
	return longest;
}
