/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Trade-offs between ways to build a kernel, priced from the rows of one run.
 * Pure, but for the printing to a stream.
 */
#ifndef VMB_TRADEOFF_H
#define VMB_TRADEOFF_H

#include <stdio.h>

#include "report-rows.h"
#include "results.h"

/* The shapes that msr/tsc-aux-per-entry tells apart. */
#define TRADEOFF_SHAPES 3

/* Ways to price one thing, by rows or by the difference of two. */
#define TRADEOFF_NMIS	     6
#define TRADEOFF_DIFFERENCES 3

struct tradeoff_method {
	const char *name;
	const char *bench, *variant;
	const char *less_bench, *less_variant; /* NULL: nothing is taken off */
	bool other_entry; /* not, or not always, by the paranoid entry */
};

struct tradeoff_priced {
	const struct tradeoff_method *method;
	struct report_number ticks;
};

/* What a TSC_AUX of the guest's own costs a VM-entry in one of them. */
struct tradeoff_shape {
	const char *name; /* "kernel": of the parameter */
	struct report_number difference; /* ticks, aux=different - aux=same */
	bool counted;
	struct estimate writes; /* host WRMSRs of TSC_AUX, aux=different */
};

/*
 * TSC_AUX and the paranoid entry (Linux 2020): the host's NMI handler may
 * read its CPU's number by RDPID only when KVM writes TSC_AUX twice (and reads
 * it once) around every VM-entry; by LSL it need not.
 */
struct tradeoff_tsc_aux {
	/* Of TSC_AUX where the guest's own access to it does not exit, else of
	 * KERNEL_GS_BASE: the names of the rows say which. */
	struct report_number wrmsr, rdmsr;
	const char *wrmsr_row, *rdmsr_row;
	struct report_number round_trip; /* the cheapest proven exit */
	char round_trip_row[96];
	struct report_number lsl, rdpid; /* host's ring 3: the same core */
	/* An NMI, or what takes its way; the most direct method first. */
	struct tradeoff_priced nmis[TRADEOFF_NMIS];
	const struct tradeoff_priced *nmi; /* the first known, or the last */
	/* What an NMI pays for LSL in place of RDPID, likewise. */
	struct tradeoff_priced differences[TRADEOFF_DIFFERENCES];
	const struct tradeoff_priced *per_nmi;

	struct report_number per_entry; /* 2 WRMSR */
	struct report_number per_entry_read; /* 2 WRMSR + 1 RDMSR */
	struct report_number share, share_read; /* of the round trip */
	struct report_number share_nmi; /* per_nmi of nmi */
	/* NMIs for one VM-entry at which both ways cost the same. */
	struct report_number break_even;
	/* Of a lab machine that counts instructions: their sum is no price. */
	bool instructions;
	struct tradeoff_shape shape[TRADEOFF_SHAPES];
};

/* @tradeoff points into itself: it is not to be copied. */
void tradeoff_tsc_aux(struct tradeoff_tsc_aux *tradeoff,
		      const struct results *results);
void tradeoff_tsc_aux_print(FILE *to, const struct tradeoff_tsc_aux *tradeoff);

#endif
