/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What this machine and its KVM can do, asked once per process. */
#ifndef VMB_CAPABILITIES_H
#define VMB_CAPABILITIES_H

#include "error.h"
#include "require.h"
#include "topology.h"

struct capabilities {
	struct host_root root; /* require.root points here */
	struct require_facts require;
	struct topology *topology;
	bool apicv; /* KVM uses APICv or AVIC where it can */
	bool other_backend; /* KVM's back end is neither VMX nor SVM */
	/*
	 * The CPU has Idle HLT (CPUID 8000000Ah EDX bit 30), which newer kernels
	 * use: see struct verify_facts.
	 */
	bool idle_hlt;
};

/*
 * -1: KVM cannot be used, or hwloc cannot read the machine. @capabilities must
 * stay where it is until capabilities_free().
 */
int capabilities_read(struct capabilities *capabilities, struct error *err);

/*
 * The same for commands that do without KVM: what it would say is unknown then.
 * -1: hwloc cannot read the machine.
 */
int capabilities_probe(struct capabilities *capabilities, struct error *err);
void capabilities_free(struct capabilities *capabilities);

#endif
