/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Names of the reasons for which a guest is left. */
#ifndef VMB_EXIT_NAMES_H
#define VMB_EXIT_NAMES_H

#include <stddef.h>
#include <stdint.h>

/* What the `isa` field of kvm:kvm_exit says (KVM_ISA_* of the kernel). */
enum exit_isa {
	EXIT_ISA_VMX = 1,
	EXIT_ISA_SVM = 2,
};

/*
 * "CPUID"; the number where there is no name, or for other back ends than
 * VMX and SVM: "0x72". A VM-entry that failed is "FAILED_VMENTRY:REASON".
 */
void exit_name(uint32_t isa, uint32_t reason, char *name, size_t size);

#endif
