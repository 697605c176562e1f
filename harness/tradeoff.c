// SPDX-License-Identifier: GPL-2.0-or-later
#include <math.h>
#include <string.h>

#include "json-path.h"
#include "phases.h"
#include "tradeoff.h"

static const struct tradeoff_method nmi_methods[TRADEOFF_NMIS] = {
	{ .name = "NMI in the run loop",
	  .bench = "nmi/host-ipi",
	  .variant = "from=run-loop,part=whole" },
	{ .name = "NMI of the PMU",
	  .bench = "nmi/host-pmi",
	  .variant = "",
	  .other_entry = true },
	{ .name = "#DB in the run loop",
	  .bench = "nmi/host-db",
	  .variant = "from=run-loop" },
	{ .name = "#DB in a system call",
	  .bench = "nmi/host-db",
	  .variant = "from=syscall" },
	{ .name = "NMI in a guest",
	  .bench = "nmi/guest-paranoid",
	  .variant = "base=lsl,from=ring0,part=whole" },
	{ .name = "NMI to its handler", .bench = "nmi/self", .variant = "" },
};

static const struct tradeoff_method difference_methods[TRADEOFF_DIFFERENCES] = {
	{ .name = "in a guest's entry",
	  .bench = "nmi/guest-paranoid",
	  .variant = "base=lsl,from=ring0,part=entry",
	  .less_bench = "nmi/guest-paranoid",
	  .less_variant = "base=rdpid,from=ring0,part=entry" },
	{ .name = "in the host's kernel",
	  .bench = "insn/lsl",
	  .variant = "where=host0",
	  .less_bench = "insn/rdpid",
	  .less_variant = "where=host0" },
	{ .name = "in host user space",
	  .bench = "insn/lsl",
	  .variant = "where=host3",
	  .less_bench = "insn/rdpid",
	  .less_variant = "where=host3" },
};

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

static struct report_number price(const struct tradeoff_method *method,
				  const struct results *results)
{
	const struct report_number ticks =
		report_latency(results, method->bench, method->variant);
	struct report_number less;

	if (!method->less_bench)
		return ticks;
	less = report_latency(results, method->less_bench,
			      method->less_variant);
	return sum_of_two(1, &ticks, -1, &less);
}

/* The first that is known, or the last. */
static const struct tradeoff_priced *
price_all(struct tradeoff_priced *priced, const struct tradeoff_method *methods,
	  size_t n, const struct results *results)
{
	const struct tradeoff_priced *first = NULL;

	for (size_t i = 0; i < n; i++) {
		priced[i].method = &methods[i];
		priced[i].ticks = price(&methods[i], results);
		if (!first && priced[i].ticks.known && !methods[i].other_entry)
			first = &priced[i];
	}
	return first ? first : &priced[n - 1];
}

static void derive(struct tradeoff_tsc_aux *t)
{
	const struct report_term twice[] = { { 2, &t->wrmsr } };

	t->per_entry = report_sum(twice, 1);
	t->per_entry_read = sum_of_two(2, &t->wrmsr, 1, &t->rdmsr);
	t->share = report_quotient(&t->per_entry, &t->round_trip);
	t->share_read = report_quotient(&t->per_entry_read, &t->round_trip);
	t->share_nmi = report_quotient(&t->per_nmi->ticks, &t->nmi->ticks);
	t->break_even = report_quotient(&t->per_entry, &t->per_nmi->ticks);
}

static void compare_shape(struct tradeoff_shape *shape,
			  const struct results *results)
{
	static const char bench[] = "msr/tsc-aux-per-entry";
	char same_text[64], different_text[64];
	struct report_number same, different;

	snprintf(same_text, sizeof(same_text), "shape=%s,aux=same",
		 shape->name);
	snprintf(different_text, sizeof(different_text),
		 "shape=%s,aux=different", shape->name);
	same = report_latency(results, bench, same_text);
	different = report_latency(results, bench, different_text);
	shape->difference = sum_of_two(1, &different, -1, &same);
	shape->counted = report_counter(results, bench, different_text,
					"msr_writes:TSC_AUX", &shape->writes);
}

void tradeoff_tsc_aux(struct tradeoff_tsc_aux *t, const struct results *results)
{
	static const char *const shapes[] = { "kernel", "user", "blocked" };

	*t = (struct tradeoff_tsc_aux){
		.lsl = report_latency(results, "insn/lsl", "where=host3"),
		.rdpid = report_latency(results, "insn/rdpid", "where=host3"),
	};
	t->nmi = price_all(t->nmis, nmi_methods, TRADEOFF_NMIS, results);
	t->per_nmi = price_all(t->differences, difference_methods,
			       TRADEOFF_DIFFERENCES, results);
	t->wrmsr = msr_access(results, "msr/wr-tsc-aux", "insn/wrmsr",
			      &t->wrmsr_row);
	t->rdmsr = msr_access(results, "msr/rd-tsc-aux", "insn/rdmsr",
			      &t->rdmsr_row);
	t->instructions = results->n_sources &&
			  json_is_true(json_at(results->sources[0].env,
					       "lab.deterministic"));
	find_round_trip(t, results);
	derive(t);
	for (size_t i = 0; i < TRADEOFF_SHAPES; i++) {
		t->shape[i].name = shapes[i];
		compare_shape(&t->shape[i], results);
	}
}

/* --- printing ------------------------------------------------------------- */

#define COLUMNS	  72
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
	fputc('\n', printer->to);
	if (row)
		fprintf(printer->to, "  (%s)\n", row);
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
		fputs("  ", printer->to);
		print_wrapped(printer->to, row, 2);
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
	fputs("  ", printer->to);
	print_wrapped(printer->to, row, 2);
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
