/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Capability expressions: what a benchmark needs of the host. Terms joined by
 * commas, all of which must hold:
 *	guest:A|B	a guest's CPUID has one of these flags (guest-cpuid.h)
 *	cpus>=N		this process may use that many pCPUs
 *	guest-tsc=host-tsc	KVM lets the guest read the host's TSC unshifted
 */
#ifndef VMB_REQUIRE_H
#define VMB_REQUIRE_H

#include <linux/kvm.h>
#include <stdbool.h>

#include "error.h"

struct require_facts {
	const struct kvm_cpuid2 *guest_cpuid;
	int cpus;
	bool same_tsc;
};

enum require_result {
	REQUIRE_MET,
	REQUIRE_UNMET, /* @err: which term, and why */
	REQUIRE_INVALID, /* @err: which term cannot be understood */
};

/* @expr may be NULL: met. */
enum require_result require_check(const char *expr,
				  const struct require_facts *facts,
				  struct error *err);

#endif
