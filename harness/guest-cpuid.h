/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What CPUID says in our guests, and the names of its flags. */
#ifndef VMB_GUEST_CPUID_H
#define VMB_GUEST_CPUID_H

#include <linux/kvm.h>
#include <stdbool.h>

#include "error.h"
#include "host.h"

/*
 * All that KVM supports, and x2APIC and the TSC deadline timer, which
 * KVM_GET_SUPPORTED_CPUID leaves out where the irqchip provides them
 * (Documentation/virt/kvm/api.rst, KVM_GET_SUPPORTED_CPUID). @apic_id
 * is the vCPU's. The caller frees it. NULL on error.
 */
struct kvm_cpuid2 *guest_cpuid(int kvm_fd, unsigned int apic_id,
			       struct error *err);

/*
 * Is flag @name (as in /proc/cpuinfo, with '-' for '_') set? HOST_UNKNOWN for a
 * name that is none.
 */
enum host_answer guest_cpuid_flag(const struct kvm_cpuid2 *cpuid,
				  const char *name);

#endif
