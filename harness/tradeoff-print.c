// SPDX-License-Identifier: GPL-2.0-or-later
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "text-lines.h"
#include "tradeoff.h"
#include "util.h"

#define MAX_NOTES 24

/* Why cells are empty: each reason once, below the table. */
struct printer {
	FILE *to;
	const char *note[MAX_NOTES];
	size_t n_notes;
};

static size_t note(struct printer *printer, const char *why)
{
	for (size_t i = 0; i < printer->n_notes; i++)
		if (!strcmp(printer->note[i], why))
			return i + 1;
	if (printer->n_notes < MAX_NOTES)
		printer->note[printer->n_notes++] = why;
	return printer->n_notes;
}

static void print_absent(struct printer *printer, const char *name,
			 const struct report_number *number)
{
	fprintf(printer->to, "%-20s %9s [%zu]\n", name, "-",
		note(printer, number->why));
}

/* Behind an interval: what it is of, where that is less than the head says. */
static void end_interval(FILE *to, const struct interval *ci)
{
	if (interval_is_known(ci))
		fputc('\n', to);
	else
		fprintf(to, " (at %.0f %%)\n", floor(100 * ci->level + 1e-6));
}

/* @row: where the number comes from, or NULL. */
static void print_ticks(struct printer *printer, const char *name,
			const struct report_number *number, const char *row)
{
	const struct estimate *e = &number->estimate;
	int decimals = fabs(e->value) < 100 ? 2 : 0;

	if (!number->known) {
		print_absent(printer, name, number);
		return;
	}
	fprintf(printer->to, "%-20s %9.*f %9.*f .. %.*f", name, decimals,
		e->value, decimals, e->ci.lo, decimals, e->ci.hi);
	end_interval(printer->to, &e->ci);
	if (row) {
		char *text = text_clean(xasprintf("  (%s)", row));

		fprintf(printer->to, "%s\n", text);
		free(text);
	}
}

static void print_share(struct printer *printer, const char *name,
			const struct report_number *number)
{
	const struct estimate *e = &number->estimate;

	if (!number->known) {
		print_absent(printer, name, number);
		return;
	}
	fprintf(printer->to, "%-20s %8.3g%% %8.3g%% .. %.3g%%", name,
		100 * e->value, 100 * e->ci.lo, 100 * e->ci.hi);
	end_interval(printer->to, &e->ci);
}

static void print_break_even(struct printer *printer,
			     const struct tradeoff_tsc_aux *t)
{
	const struct report_number *number = &t->break_even;
	const struct estimate *e = &number->estimate;

	if (number->known && t->instructions)
		fputs("Instructions were counted: a WRMSR is one of them here, and far more\n"
		      "time than most on hardware. Which way is cheaper, they do not say.\n",
		      printer->to);
	else if (number->known)
		fprintf(printer->to,
			"The WRMSRs pay above %.3g (%.3g .. %.3g) such NMIs a VM-entry.\n",
			e->value, e->ci.lo, e->ci.hi);
	else
		fprintf(printer->to,
			"Which way is cheaper, the rows do not say [%zu].\n",
			note(printer, number->why));
}

static void print_notes(const struct printer *printer)
{
	char number[32];

	for (size_t i = 0; i < printer->n_notes; i++) {
		snprintf(number, sizeof(number), "[%zu] ", i + 1);
		text_wrapped(printer->to, number, "    ", printer->note[i]);
	}
}

static void print_prices(struct printer *printer,
			 const struct tradeoff_tsc_aux *t)
{
	fputs("TSC ticks, less the empty op\n"
	      "                        median  95 % CI\n",
	      printer->to);
	print_ticks(printer, "WRMSR", &t->wrmsr, t->wrmsr_row);
	print_ticks(printer, "RDMSR", &t->rdmsr, t->rdmsr_row);
	print_ticks(printer, "cheapest round trip", &t->round_trip,
		    t->round_trip_row);
	print_ticks(printer, "LSL", &t->lsl, "insn/lsl where=host3");
	print_ticks(printer, "RDPID", &t->rdpid, "insn/rdpid where=host3");
}

/* Where a price comes from: "(ROW)", or "(ROW - ROW)". */
static void method_row(const struct tradeoff_method *method, char *text,
		       size_t size)
{
	const bool less = method->less_bench;

	snprintf(text, size, "(%s%s%s%s%s%s%s)", method->bench,
		 *method->variant ? " " : "", method->variant,
		 less ? " - " : "", less ? method->less_bench : "",
		 less ? " " : "", less ? method->less_variant : "");
}

static void print_priced(struct printer *printer,
			 const struct tradeoff_priced *priced, size_t n)
{
	char row[128];

	for (size_t i = 0; i < n; i++) {
		print_ticks(printer, priced[i].method->name, &priced[i].ticks,
			    NULL);
		if (!priced[i].ticks.known)
			continue;
		method_row(priced[i].method, row, sizeof(row));
		text_wrapped(printer->to, "  ", "  ", row);
	}
}

static void print_nmis(struct printer *printer,
		       const struct tradeoff_tsc_aux *t)
{
	char row[128];

	fputs("\nAn NMI, or what takes its way: the most direct method first\n",
	      printer->to);
	print_priced(printer, t->nmis, TRADEOFF_NMIS);
	fputs("\nLSL in the paranoid entry: an NMI or #DB that comes in kernel mode pays\n"
	      "LSL - RDPID; one from user mode does not, nor one that ends a guest's\n"
	      "run on VMX\n",
	      printer->to);
	print_priced(printer, t->differences, TRADEOFF_DIFFERENCES);
	print_share(printer, "  of an NMI", &t->share_nmi);
	if (!t->share_nmi.known)
		return;
	snprintf(row, sizeof(row), "(%s, of %s%s%s)", t->per_nmi->method->name,
		 t->nmi->method->bench, *t->nmi->method->variant ? " " : "",
		 t->nmi->method->variant);
	text_wrapped(printer->to, "  ", "  ", row);
}

static void print_shapes(struct printer *printer,
			 const struct tradeoff_tsc_aux *t)
{
	char name[32];

	fputs("\nA guest's own TSC_AUX: every VM-entry after an exit pays\n",
	      printer->to);
	for (size_t i = 0; i < TRADEOFF_SHAPES; i++) {
		snprintf(name, sizeof(name), "shape=%s", t->shape[i].name);
		print_ticks(printer, name, &t->shape[i].difference, NULL);
		if (t->shape[i].counted)
			fprintf(printer->to,
				"  (%.3g WRMSR of TSC_AUX by the host)\n",
				t->shape[i].writes.value);
	}
}

void tradeoff_tsc_aux_print(FILE *to, const struct tradeoff_tsc_aux *t)
{
	struct printer printer = { .to = to };

	print_prices(&printer, t);
	fputs("\nRDPID in the paranoid entry: every VM-entry pays\n", to);
	print_ticks(&printer, "2 WRMSR", &t->per_entry, NULL);
	print_share(&printer, "  of the round trip", &t->share);
	print_ticks(&printer, "2 WRMSR + 1 RDMSR", &t->per_entry_read, NULL);
	print_share(&printer, "  of the round trip", &t->share_read);
	print_nmis(&printer, t);
	print_shapes(&printer, t);
	fputc('\n', to);
	print_break_even(&printer, t);
	print_notes(&printer);
}
