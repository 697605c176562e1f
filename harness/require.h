/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Capability expressions: what a benchmark needs of the host, and what a user
 * gates a run on (`--require`). Terms joined by commas that must all hold:
 *	module:NAME	/sys/module/NAME is there ('-' and '_' are the same)
 *	module:NAME>=V	... and its MODULE_VERSION is; see version_compare()
 *	param:MODULE.PARAM=VALUE	Y and 1, N and 0 are the same
 *	cpu:FLAG	/proc/cpuinfo has it ('-' and '_' are the same)
 *	kernel>=V	the running release is; see release_compare()
 *	backend:A|B	KVM runs guests by one of svm, vmx, other
 *	cap:NAME	KVM_CHECK_EXTENSION says more than 0; see kvm-cap.h
 *	guest:A|B	a guest's CPUID has one of these (guest-cpuid.h)
 *	cpus>=N		this process may use that many pCPUs
 *	guest-tsc=host-tsc
 *			KVM lets the guest read the host's TSC unshifted
 * V is compared by >=, <=, >, < or =. What cannot be found out is not met.
 */
#ifndef VMB_REQUIRE_H
#define VMB_REQUIRE_H

#include <linux/kvm.h>
#include <stdbool.h>

#include "error.h"
#include "host.h"

/* What is NULL is not known. */
struct require_facts {
	const struct kvm_cpuid2 *guest_cpuid;
	const struct host_root *root;
	/* What KVM_CHECK_EXTENSION returns, or -1 with errno set. */
	int (*extension)(int capability);
	int cpus;
	bool same_tsc;
};

enum require_result {
	REQUIRE_MET,
	REQUIRE_UNMET, /* @err: what is needed, and what was found */
	REQUIRE_INVALID, /* @err: which term cannot be understood */
};

/*
 * @expr may be NULL: met. The first term that is not met counts, but a term
 * that cannot be understood makes all of it invalid, wherever it stands.
 */
enum require_result require_check(const char *expr,
				  const struct require_facts *facts,
				  struct error *err);

/*
 * The same for users, whose expression may have many terms: the text for an
 * unmet one starts with it, "'cpus>=4' is not met: ".
 */
enum require_result require_gate(const char *expr,
				 const struct require_facts *facts,
				 struct error *err);

#endif
