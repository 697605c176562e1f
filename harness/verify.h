/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Proof that the event happened: what a benchmark declares an op to cause,
 * against what KVM's statistics counted. Pure.
 */
#ifndef VMB_VERIFY_H
#define VMB_VERIFY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bench/bench.h"
#include "row-status.h"

/*
 * By how much a count may differ from the declared one: VERIFY_SHARE of the
 * ops, and VERIFY_EVENTS at least, but never more than a quarter of the ops.
 * Not for the host's own interrupts, which are taken off exactly, but for what
 * KVM does on its own behalf in between: interrupt windows, page faults after
 * migration or merging, NMIs.
 */
#define VERIFY_SHARE  0.01
#define VERIFY_EVENTS 2

/* Is @count within that of @expected? */
bool verify_is_near(double count, double expected, double ops);

struct verify_count {
	const char *name;
	int64_t count; /* during the counted ops */
};

struct verify_facts {
	const struct verify_count *count;
	size_t nr_counts;
	uint64_t ops;
	const char *variant; /* its settings, "cpl=3" */
	bool emulated; /* KVM emulates the guest's own code */
	bool apicv; /* interrupts may arrive without KVM_RUN's help */
	/* Instructions may stay in the guest that VMX and SVM intercept. */
	bool other_backend;
	/* A HLT does not exit while an interrupt is pending (capabilities.h). */
	bool idle_hlt;
};

/*
 * How a reason begins where KVM emulates the guest's own code, that of
 * launch_beyond_emulator() too: --resume tells such rows by it.
 */
#define VERIFY_EMULATED "guest code is emulated"

/*
 * Check all of @expect. The worst outcome counts: fail, then unverified; then
 * @reason, of @size bytes, says why; it is empty when all is well.
 */
enum row_status verify(const struct expectation *expect,
		       const struct verify_facts *facts, char *reason,
		       size_t size);

#endif
