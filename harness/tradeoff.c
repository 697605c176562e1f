// SPDX-License-Identifier: GPL-2.0-or-later
#include <math.h>
#include <string.h>

#include "phases.h"
#include "tradeoff.h"

/* Did the guest's own access go through, without an exit? */
static bool passed_through(const struct results *results, const char *bench)
{
	struct estimate exits;

	return !report_counter(results, bench, "", "exits", &exits) ||
	       exits.value < 0.05;
}

/* @own, where it costs what it costs the host; else a row of insn/. */
static struct report_number msr_access(const struct results *results,
				       const char *own, const char *other,
				       const char **row)
{
	struct report_number number = report_latency(results, own, "");

	*row = own;
	if (number.known && passed_through(results, own))
		return number;
	*row = other;
	return report_latency(results, other, "where=guest0");
}

static void find_round_trip(struct tradeoff_tsc_aux *t,
			    const struct results *results)
{
	const struct phases_exit *cheapest = NULL;
	struct phases phases;

	phases_derive(&phases, results);
	for (size_t i = 0; i < phases.n_exits; i++)
		if (!cheapest ||
		    phases.exits[i].total.value < cheapest->total.value)
			cheapest = &phases.exits[i];
	t->round_trip.known = cheapest;
	if (cheapest) {
		t->round_trip.estimate = cheapest->total;
		snprintf(t->round_trip_row, sizeof(t->round_trip_row), "%s%s%s",
			 cheapest->bench, *cheapest->variant ? " " : "",
			 cheapest->variant);
	} else {
		snprintf(t->round_trip.why, sizeof(t->round_trip.why),
			 "no exit/ or msr/ row has one proven exit an op");
	}
	phases_free(&phases);
}

static struct report_number sum_of_two(double a, const struct report_number *x,
				       double b, const struct report_number *y)
{
	const struct report_term terms[] = { { a, x }, { b, y } };

	return report_sum(terms, 2);
}

static void derive(struct tradeoff_tsc_aux *t)
{
	const struct report_term twice[] = { { 2, &t->wrmsr } };

	t->per_entry = report_sum(twice, 1);
	t->per_entry_read = sum_of_two(2, &t->wrmsr, 1, &t->rdmsr);
	t->share = report_quotient(&t->per_entry, &t->round_trip);
	t->share_read = report_quotient(&t->per_entry_read, &t->round_trip);
	t->per_nmi = sum_of_two(1, &t->lsl, -1, &t->rdpid);
	t->share_nmi = report_quotient(&t->per_nmi, &t->nmi);
	t->break_even = report_quotient(&t->per_entry, &t->per_nmi);
}

void tradeoff_tsc_aux(struct tradeoff_tsc_aux *t, const struct results *results)
{
	*t = (struct tradeoff_tsc_aux){
		.lsl = report_latency(results, "insn/lsl", "where=host3"),
		.rdpid = report_latency(results, "insn/rdpid", "where=host3"),
		.nmi = report_latency(results, "nmi/self", ""),
	};
	t->wrmsr = msr_access(results, "msr/wr-tsc-aux", "insn/wrmsr",
			      &t->wrmsr_row);
	t->rdmsr = msr_access(results, "msr/rd-tsc-aux", "insn/rdmsr",
			      &t->rdmsr_row);
	find_round_trip(t, results);
	derive(t);
}

/* --- printing ------------------------------------------------------------- */

#define COLUMNS	  72
#define MAX_NOTES 8

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
	if (row)
		fprintf(printer->to, "  %s", row);
	fputc('\n', printer->to);
}

static void print_share(struct printer *printer, const char *name,
			const struct report_number *number)
{
	const struct estimate *e = &number->estimate;

	if (number->known)
		fprintf(printer->to, "%-20s %8.3g%% %8.3g%% .. %.3g%%\n", name,
			100 * e->value, 100 * e->ci.lo, 100 * e->ci.hi);
	else
		print_absent(printer, name, number);
}

static void print_break_even(struct printer *printer,
			     const struct report_number *number)
{
	const struct estimate *e = &number->estimate;

	if (number->known)
		fprintf(printer->to,
			"The WRMSRs pay above %.3g (%.3g .. %.3g) NMIs a VM-entry.\n",
			e->value, e->ci.lo, e->ci.hi);
	else
		fprintf(printer->to,
			"Which way is cheaper, the rows do not say [%zu].\n",
			note(printer, number->why));
}

/* At most COLUMNS wide, broken at spaces. */
static void print_wrapped(FILE *to, const char *text, size_t indent)
{
	size_t at = indent, len;

	for (; *text; text += len + strspn(text + len, " ")) {
		len = strcspn(text, " ");
		if (at > indent && at + 1 + len > COLUMNS) {
			fprintf(to, "\n%*s", (int)indent, "");
			at = indent;
		} else if (at > indent) {
			fputc(' ', to);
			at++;
		}
		fprintf(to, "%.*s", (int)len, text);
		at += len;
	}
	fputc('\n', to);
}

static void print_notes(const struct printer *printer)
{
	for (size_t i = 0; i < printer->n_notes; i++) {
		fprintf(printer->to, "[%zu] ", i + 1);
		print_wrapped(printer->to, printer->note[i], 4);
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
	print_ticks(printer, "NMI to its handler", &t->nmi, "nmi/self");
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
	fputs("\nLSL in the paranoid entry: every NMI pays\n", to);
	print_ticks(&printer, "LSL - RDPID", &t->per_nmi, NULL);
	print_share(&printer, "  of an NMI", &t->share_nmi);
	fputc('\n', to);
	print_break_even(&printer, &t->break_even);
	print_notes(&printer);
}
