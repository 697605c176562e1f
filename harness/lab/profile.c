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
	[PROFILE_HOST] = "host",       [PROFILE_USER] = "user",
	[PROFILE_GUEST] = "guest",     [PROFILE_IDLE] = "idle",
	[PROFILE_VMENTRY] = "vmentry", [PROFILE_EXIT] = "exit",
	[PROFILE_RDMSR] = "rdmsr",     [PROFILE_WRMSR] = "wrmsr",
};

struct window {
	uint64_t start, ticks, count;
	char *lines; /* inside the file's text, up to @end */
	char *end;
};

struct windows {
	struct window *list;
	size_t n;
	uint64_t last, lost;
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
	return sscanf(line, "lost %" SCNu64, &w->lost) == 1 ? 0 : 1;
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
	if (!ret && w.lost)
		ret = error_set(err,
				"the emulator had no room for %" PRIu64
				" counts: shorten the run",
				w.lost);
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

/* --- symbols ----------------------------------------------------------------- */

struct symbol {
	uint64_t address;
	const char *name; /* inside the text of the symbols */
};

struct symbols {
	struct symbol *list;
	size_t n;
};

/* Of one address, in the order of the text. */
static int by_address(const void *a, const void *b)
{
	const struct symbol *x = a, *y = b;

	if (x->address != y->address)
		return x->address < y->address ? -1 : 1;
	return x->name < y->name ? -1 : x->name > y->name;
}

/* "ffffffff81000000 T _text"; what follows the type is the name. */
static void read_symbol(struct symbols *s, char *line)
{
	struct symbol symbol;
	char *end;

	symbol.address = strtoull(line, &end, 16);
	if (end == line || *end != ' ' || !end[1] || !strchr("tTwW", end[1]) ||
	    end[2] != ' ' || !symbol.address)
		return;
	symbol.name = end + 3;
	/* "kvm_cpuid\t[kvm]" of a module. */
	end = strchr(end, '\t');
	if (end)
		*end = ' ';
	if (!(s->n & (s->n - 1)))
		s->list = xrealloc(s->list, 2 * s->n + 1, sizeof(*s->list));
	s->list[s->n++] = symbol;
}

static void read_symbols(struct symbols *s, char *text)
{
	char *rest;

	for (char *line = strtok_r(text, "\n", &rest); line;
	     line = strtok_r(NULL, "\n", &rest))
		read_symbol(s, line);
	if (s->n)
		qsort(s->list, s->n, sizeof(*s->list), by_address);
}

/* The last function that does not begin behind it. */
static const char *function_at(const struct symbols *s, uint64_t address)
{
	size_t low = 0, high = s->n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (s->list[middle].address <= address)
			low = middle + 1;
		else
			high = middle;
	}
	/* Of several names of one address, the first: it has no alias's. */
	while (low > 1 && s->list[low - 2].address == s->list[low - 1].address)
		low--;
	return low ? s->list[low - 1].name : NULL;
}

/* The line before the first @n that it can be added to. */
static struct profile_line *line_of(struct profile *p, size_t n,
				    const char *name)
{
	for (size_t i = 0; i < n; i++)
		if (p->lines[i].kind == PROFILE_HOST &&
		    !strcmp(p->lines[i].name, name))
			return &p->lines[i];
	return NULL;
}

static void name_lines(struct profile *p, const struct symbols *s)
{
	size_t n = 0;

	for (size_t i = 0; i < p->n; i++) {
		struct profile_line line = p->lines[i], *same = NULL;
		const char *name = NULL;

		if (line.kind == PROFILE_HOST)
			name = function_at(s, strtoull(line.name, NULL, 16));
		if (name) {
			free(line.name);
			line.name = xstrdup(name);
			same = line_of(p, n, name);
		}
		if (same) {
			same->per_op += line.per_op;
			free(line.name);
		} else {
			p->lines[n++] = line;
		}
	}
	p->n = n;
}

int profile_symbolize(struct profile *p, const char *symbols, struct error *err)
{
	char *text = read_file(symbols, NULL);
	struct symbols s = { 0 };
	int ret = 0;

	if (!text)
		return error_set_errno(err, "cannot read '%s'", symbols);
	read_symbols(&s, text);
	if (s.n)
		name_lines(p, &s);
	else
		ret = error_set(err, "'%s' tells no address of a function",
				symbols);
	free(s.list);
	free(text);
	return ret;
}

int profile_check(const struct profile *p, struct error *err)
{
	double sum = 0;

	for (size_t i = 0; i < p->n; i++)
		if (p->lines[i].kind <= PROFILE_IDLE)
			sum += p->lines[i].per_op;
	/* Each is a whole number; what is less comes of the division. */
	if (fabs(sum - (double)p->ticks) < 1e-3)
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
