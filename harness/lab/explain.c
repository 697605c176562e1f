// SPDX-License-Identifier: GPL-2.0-or-later
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "exit-names.h"
#include "lab/explain.h"
#include "msr-names.h"
#include "text-lines.h"
#include "util.h"

#define NAME_COLUMNS   40
#define NUMBER_COLUMNS 9

struct table {
	FILE *out;
	bool two; /* profiles */
};

/*
 * "58", "0.5", "-20" with its sign when @sign: whole instructions to the last
 * one, parts of them as far as there is room.
 */
static void put_number(char *cell, size_t size, double value, bool sign)
{
	int digits = fabs(value) < 1 ? 3 : fabs(value) < 1e6 ? 6 : 9;

	if (fabs(value) >= 1e6)
		value = round(value);
	if (sign && value == 0)
		snprintf(cell, size, "0");
	else
		snprintf(cell, size, sign ? "%+.*g" : "%.*g", digits, value);
}

static void print_line(const struct table *t, const char *name, double base,
		       double new)
{
	char cells[3][32];

	put_number(cells[0], sizeof(cells[0]), base, false);
	put_number(cells[1], sizeof(cells[1]), new, false);
	put_number(cells[2], sizeof(cells[2]), new - base, true);
	if (!t->two)
		text_line(t->out, "  %-*s %*s", NAME_COLUMNS, name,
			  NUMBER_COLUMNS, cells[0]);
	else
		text_line(t->out, "  %-*s %*s %*s %*s", NAME_COLUMNS, name,
			  NUMBER_COLUMNS, cells[0], NUMBER_COLUMNS, cells[1],
			  NUMBER_COLUMNS, cells[2]);
}

static void print_head(const struct table *t, const char *title)
{
	if (!t->two)
		text_line(t->out, "%-*s   %*s", NAME_COLUMNS, title,
			  NUMBER_COLUMNS, "an op");
	else
		text_line(t->out, "%-*s   %*s %*s %*s", NAME_COLUMNS, title,
			  NUMBER_COLUMNS, "base", NUMBER_COLUMNS, "new",
			  NUMBER_COLUMNS, "delta");
}

static char *instruction_name(const struct profile_row *row)
{
	switch (row->kind) {
	case PROFILE_USER:
		return xstrdup("[processes]");
	case PROFILE_GUEST:
		return xasprintf("[guest]%s%s", *row->name ? " " : "",
				 row->name);
	case PROFILE_IDLE:
		return xstrdup("[CPU halted, ticks]");
	default:
		return text_clean(xstrdup(row->name));
	}
}

static void print_instructions(const struct table *t,
			       const struct profile *base,
			       const struct profile *new)
{
	size_t n;
	struct profile_row *rows =
		profile_rows(base, new, PROFILE_HOST, PROFILE_IDLE, &n);

	print_head(t, "instructions");
	for (size_t i = 0; i < n; i++) {
		char *name = instruction_name(&rows[i]);

		print_line(t, name, rows[i].base, rows[i].new);
		free(name);
	}
	print_line(t, "total", (double)base->ticks,
		   new ? (double)new->ticks : 0);
	free(rows);
}

static char *event_name(const struct profile_row *row, uint32_t isa)
{
	uint32_t number = (uint32_t)strtoul(row->name, NULL, 16);
	char name[64];

	switch (row->kind) {
	case PROFILE_EXIT:
		exit_name(isa, number, name, sizeof(name));
		return xasprintf("VM-exit %s", name);
	case PROFILE_RDMSR:
		msr_name(number, name, sizeof(name));
		return xasprintf("RDMSR %s", name);
	case PROFILE_WRMSR:
		msr_name(number, name, sizeof(name));
		return xasprintf("WRMSR %s", name);
	default:
		return xstrdup("VM-entry");
	}
}

static void print_events(const struct table *t, const struct profile *base,
			 const struct profile *new, uint32_t isa)
{
	size_t n;
	struct profile_row *rows =
		profile_rows(base, new, PROFILE_VMENTRY, PROFILE_WRMSR, &n);

	fputc('\n', t->out);
	print_head(t, "events");
	for (size_t i = 0; i < n; i++) {
		char *name = event_name(&rows[i], isa);

		print_line(t, name, rows[i].base, rows[i].new);
		free(name);
	}
	free(rows);
}

void explain_print(FILE *out, const struct profile *base,
		   const struct profile *new, uint32_t isa)
{
	const struct table t = { .out = out, .two = new != NULL };

	print_instructions(&t, base, new);
	print_events(&t, base, new, isa);
}

void explain_print_folded(FILE *out, const char *name,
			  const struct profile *base, const struct profile *new)
{
	static const char *const where[] = {
		[PROFILE_HOST] = "kernel",
		[PROFILE_USER] = "processes",
		[PROFILE_GUEST] = "guest",
	};
	size_t n;
	struct profile_row *rows =
		profile_rows(base, new, PROFILE_HOST, PROFILE_GUEST, &n);

	for (size_t i = 0; i < n; i++) {
		fprintf(out, "%s;%s%s%s %.0f", name, where[rows[i].kind],
			*rows[i].name ? ";" : "", rows[i].name, rows[i].base);
		if (new)
			fprintf(out, " %.0f", rows[i].new);
		fputc('\n', out);
	}
	free(rows);
}
