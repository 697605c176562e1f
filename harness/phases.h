/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where the ticks of an exit go, from the rows of one run. Pure.
 *
 * An exit passes six stretches: from the monitor's system call to KVM's loop
 * (ioctl entry), up to the VM-entry (pre-run), VM-entry, VM-exit, handling
 * (post-run), and from the loop to the monitor (ioctl exit). VM-entry and
 * VM-exit make up the guest's phase, in which the guest executes one
 * instruction. No benchmark times one stretch alone; each row gives a sum:
 *	run/immediate-exit	ioctl entry + ioctl exit
 *	run/enter		ioctl entry + pre-run + VM-entry
 *	exit that KVM handles	pre-run + VM-entry + VM-exit + post-run
 *	exit to the monitor	all six
 *	exit_time:REASON	all but VM-entry and VM-exit, at most: from
 *				kvm_exit to kvm_entry, slowed down by tracing
 * From these, each an interval, follow the least and the most that a stretch
 * can have taken: that is its uncertainty.
 */
#ifndef VMB_PHASES_H
#define VMB_PHASES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "report-rows.h"
#include "results.h"

enum phase {
	PHASE_IOCTL_ENTRY,
	PHASE_PRE_RUN,
	PHASE_GUEST,
	PHASE_POST_RUN,
	PHASE_IOCTL_EXIT,
	PHASES
};

struct phase_bounds {
	double lo, hi;
};

struct phases_exit {
	const char *bench, *variant; /* of the results */
	bool to_monitor; /* the ioctl phases are part of it */
	bool traced;
	/* The sums contradict each other: phase[] means nothing. */
	bool contradiction;
	struct estimate total;
	struct phase_bounds phase[PHASES];
};

struct phases {
	/* Ways without an exit. */
	struct report_number syscall, ioctl, immediate_exit;
	struct phases_exit *exits; /* owned */
	size_t n_exits;
	size_t n_unproven; /* exit/ and msr/ rows that are not ok */
};

/* Needs all metrics of @results, which must outlive @phases. */
void phases_derive(struct phases *phases, const struct results *results);
void phases_free(struct phases *phases);

/* At most 72 columns, but for names that are longer. */
void phases_print(FILE *to, const struct phases *phases);

#endif
