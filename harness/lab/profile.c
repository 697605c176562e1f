// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lab/profile.h"
#include "util.h"

static const char *const kind_names[PROFILE_KINDS] = {
	[PROFILE_HOST] = "host",   [PROFILE_GUEST] = "guest",
	[PROFILE_IDLE] = "idle",   [PROFILE_VMENTRY] = "vmentry",
	[PROFILE_EXIT] = "exit",   [PROFILE_RDMSR] = "rdmsr",
	[PROFILE_WRMSR] = "wrmsr",
};

struct window {
	uint64_t start, ticks, count;
	char *lines; /* inside the file's text, up to @end */
	char *end;
};

struct windows {
	struct window *list;
	size_t n;
	uint64_t last;
};

static int bad_line(const char *line, struct error *err)
{
	return error_set(err, "the profile has a line '%.60s'", line);
}

/* What stands outside of a window, or begins one. */
static int read_mark(struct windows *w, char *line, char *next,
		     struct error *err)
{
	struct window window = { .lines = next };

	if (sscanf(line, "window %" SCNx64 " %" SCNu64 " %" SCNu64,
		   &window.start, &window.ticks, &window.count) == 3) {
		if (!window.count)
			return bad_line(line, err);
		w->list = xrealloc(w->list, w->n + 1, sizeof(*w->list));
		w->list[w->n++] = window;
		return 0;
	}
	if (sscanf(line, "last %" SCNx64, &w->last) == 1)
		return 0;
	return strncmp(line, "lost ", 5) ? 1 : 0;
}

static int split(struct windows *w, char *text, struct error *err)
{
	char *line = text, *next;
	int ret;

	for (; *line; line = next) {
		next = line + strcspn(line, "\n");
		if (*next)
			*next++ = '\0';
		ret = read_mark(w, line, next, err);
		if (ret < 0)
			return -1;
		if (ret && !w->n)
			return bad_line(line, err);
		if (ret)
			w->list[w->n - 1].end = next;
	}
	return 0;
}

static int by_ticks(const void *a, const void *b)
{
	const struct window *x = a, *y = b;

	return x->ticks < y->ticks ? -1 : x->ticks > y->ticks;
}

/* The lower median of the ops that opened where the last one did. */
static const struct window *middle(struct windows *w, uint64_t *all)
{
	uint64_t below = 0;

	*all = 0;
	if (w->n)
		qsort(w->list, w->n, sizeof(*w->list), by_ticks);
	for (size_t i = 0; i < w->n; i++)
		if (w->list[i].start == w->last)
			*all += w->list[i].count;
	for (size_t i = 0; i < w->n; i++) {
		if (w->list[i].start != w->last)
			continue;
		below += w->list[i].count;
		if (2 * below >= *all)
			return &w->list[i];
	}
	return NULL;
}

/* "host svm_vcpu_run 58", "idle 20": the name may be missing. */
static int read_line(struct profile *p, const char *line, struct error *err)
{
	size_t len = strcspn(line, " "), name_len;
	const char *name = line + len + (line[len] == ' ');
	const char *number = strrchr(line, ' ');
	struct profile_line *to;
	char *end;
	int kind;

	for (kind = 0; kind < PROFILE_KINDS; kind++)
		if (strlen(kind_names[kind]) == len &&
		    !strncmp(line, kind_names[kind], len))
			break;
	if (kind == PROFILE_KINDS || !number)
		return bad_line(line, err);
	name_len = number > name ? (size_t)(number - name) : 0;
	p->lines = xrealloc(p->lines, p->n + 1, sizeof(*p->lines));
	to = &p->lines[p->n++];
	to->kind = (enum profile_kind)kind;
	to->name = xasprintf("%.*s", (int)name_len, name);
	to->per_op = strtod(number + 1, &end) / (double)p->ops;
	return end == number + 1 || *end ? bad_line(line, err) : 0;
}

static int take_window(struct profile *p, const struct window *w,
		       struct error *err)
{
	p->ticks = w->ticks;
	p->ops = w->count;
	for (char *line = w->lines; w->end && line < w->end;
	     line += strlen(line) + 1)
		if (read_line(p, line, err))
			return -1;
	return 0;
}

int profile_read(struct profile *p, const char *path, struct error *err)
{
	char *text = read_file(path, NULL);
	struct windows w = { 0 };
	const struct window *op;
	int ret;

	*p = (struct profile){ 0 };
	if (!text)
		return error_set_errno(err, "cannot read '%s'", path);
	ret = split(&w, text, err);
	if (!ret) {
		op = middle(&w, &p->all);
		ret = op ? take_window(p, op, err)
			 : error_set(err, "nothing was counted: no sample of "
					  "this benchmark begins and ends at "
					  "an instruction");
	}
	free(w.list);
	free(text);
	return ret;
}

void profile_free(struct profile *p)
{
	for (size_t i = 0; i < p->n; i++)
		free(p->lines[i].name);
	free(p->lines);
	*p = (struct profile){ 0 };
}

int profile_check(const struct profile *p, struct error *err)
{
	double sum = 0;

	for (size_t i = 0; i < p->n; i++)
		if (p->lines[i].kind <= PROFILE_IDLE)
			sum += p->lines[i].per_op;
	if (fabs(sum - (double)p->ticks) < 1e-6 * (double)p->ticks)
		return 0;
	return error_set(err,
			 "%.6g instructions were counted in an op of "
			 "%" PRIu64 " ticks",
			 sum, p->ticks);
}

/* --- rows ------------------------------------------------------------------- */

static int by_change(const void *a, const void *b)
{
	const struct profile_row *x = a, *y = b;
	double dx = fabs(x->new - x->base), dy = fabs(y->new - y->base);

	if (x->kind != y->kind)
		return x->kind < y->kind ? -1 : 1;
	if (dx > dy || dx < dy)
		return dx > dy ? -1 : 1;
	if (x->base > y->base || x->base < y->base)
		return x->base > y->base ? -1 : 1;
	return strcmp(x->name, y->name);
}

static struct profile_row *row_of(struct profile_row **rows, size_t *n,
				  const struct profile_line *line)
{
	for (size_t i = 0; i < *n; i++)
		if ((*rows)[i].kind == line->kind &&
		    !strcmp((*rows)[i].name, line->name))
			return &(*rows)[i];
	*rows = xrealloc(*rows, *n + 1, sizeof(**rows));
	(*rows)[*n] = (struct profile_row){ line->kind, line->name, 0, 0 };
	return &(*rows)[(*n)++];
}

struct profile_row *profile_rows(const struct profile *base,
				 const struct profile *new,
				 enum profile_kind first,
				 enum profile_kind last, size_t *n)
{
	const struct profile *sides[] = { base, new };
	struct profile_row *rows = NULL, *row;

	*n = 0;
	for (int side = 0; side < 2; side++)
		for (size_t i = 0; sides[side] && i < sides[side]->n; i++) {
			const struct profile_line *line =
				&sides[side]->lines[i];

			if (line->kind < first || line->kind > last)
				continue;
			row = row_of(&rows, n, line);
			*(side ? &row->new : &row->base) += line->per_op;
		}
	if (rows)
		qsort(rows, *n, sizeof(*rows), by_change);
	return rows;
}
