/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The tracepoints whose records are tallied one by one, how their records are
 * laid out on this kernel, and the way from a record to the tallies.
 */
#ifndef VMB_TRACE_FORMAT_H
#define VMB_TRACE_FORMAT_H

#include <stdbool.h>

#include "error.h"
#include "exit-tally.h"
#include "msr-tally.h"
#include "nmi-tally.h"
#include "perf-ring.h"
#include "tracefs.h"

enum trace_point {
	TRACE_MSR_READ,
	TRACE_MSR_WRITE,
	TRACE_KVM_EXIT,
	TRACE_KVM_ENTRY,
	TRACE_NMI_HANDLER,
	TRACE_POINTS,
};

struct trace_format {
	bool usable[TRACE_POINTS];
	uint64_t id[TRACE_POINTS];
	struct tracefs_field msr[2]; /* by TRACE_MSR_READ, TRACE_MSR_WRITE */
	struct tracefs_field exit_reason, exit_isa;
	struct tracefs_field nmi_handler, nmi_ns;
	/* Why there is no tally of the kind, or empty. Of NMIs the row of
	 * their tracepoint's count says so. */
	char msr_why[128], exit_why[128];
};

struct trace_tally {
	struct msr_tally msr;
	struct exit_tally exit;
	struct nmi_tally nmi;
	uint64_t samples; /* all that came, ... */
	uint64_t bad; /* ... and those that made no sense */
};

/* @root: tracefs.h, or -1 and then @why says why there is none. */
void trace_format_read(struct trace_format *format, int root, const char *why);

/* Add @sample to @tally. */
void trace_tally_add(struct trace_tally *tally,
		     const struct trace_format *format,
		     const struct perf_sample *sample);
void trace_tally_free(struct trace_tally *tally);

#endif
