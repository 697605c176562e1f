// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "guest-cpuid.h"
#include "kvm.h"
#include "util.h"

#define MAX_ENTRIES 256

enum cpuid_register {
	EAX,
	EBX,
	ECX,
	EDX
};

/* SDM vol. 2, CPUID; APM vol. 3, appendix E. */
static const struct flag {
	const char *name;
	uint32_t function, index;
	enum cpuid_register reg;
	unsigned int bit;
} flags[] = {
	{ "vmx", 1, 0, ECX, 5 },
	{ "x2apic", 1, 0, ECX, 21 },
	{ "tsc-deadline-timer", 1, 0, ECX, 24 },
	{ "xsave", 1, 0, ECX, 26 },
	{ "mtrr", 1, 0, EDX, 12 },
	{ "pat", 1, 0, EDX, 16 },
	{ "sep", 1, 0, EDX, 11 },
	{ "fsgsbase", 7, 0, EBX, 0 },
	{ "tsc-adjust", 7, 0, EBX, 1 },
	{ "rtm", 7, 0, EBX, 11 },
	{ "rdpid", 7, 0, ECX, 22 },
	{ "spec-ctrl", 7, 0, EDX, 26 },
	{ "flush-l1d", 7, 0, EDX, 28 },
	{ "arch-capabilities", 7, 0, EDX, 29 },
	{ "xsaves", 0xd, 1, EAX, 3 },
	{ "svm", 0x80000001, 0, ECX, 2 },
	{ "syscall", 0x80000001, 0, EDX, 11 },
	{ "rdtscp", 0x80000001, 0, EDX, 27 },
	{ "amd-ibpb", 0x80000008, 0, EBX, 12 },
	{ "amd-ibrs", 0x80000008, 0, EBX, 14 },
	{ "amd-stibp", 0x80000008, 0, EBX, 15 },
	{ "amd-ssbd", 0x80000008, 0, EBX, 24 },
};

static struct kvm_cpuid_entry2 *find_entry(struct kvm_cpuid2 *cpuid,
					   uint32_t function, uint32_t index)
{
	for (uint32_t i = 0; i < cpuid->nent; i++)
		if (cpuid->entries[i].function == function &&
		    cpuid->entries[i].index == index)
			return &cpuid->entries[i];
	return NULL;
}

static void add_irqchip_flags(int kvm_fd, unsigned int apic_id,
			      struct kvm_cpuid2 *cpuid)
{
	struct kvm_cpuid_entry2 *leaf1 = find_entry(cpuid, 1, 0);

	if (!leaf1)
		return;
	leaf1->ebx = (leaf1->ebx & 0x00ffffff) | apic_id << 24;
	leaf1->ecx |= 1u << 21;
	if (kvm_has(kvm_fd, KVM_CAP_TSC_DEADLINE_TIMER))
		leaf1->ecx |= 1u << 24;
}

struct kvm_cpuid2 *guest_cpuid(int kvm_fd, unsigned int apic_id,
			       struct error *err)
{
	struct kvm_cpuid2 *cpuid;

	cpuid = xcalloc(1, sizeof(*cpuid) +
				   MAX_ENTRIES * sizeof(cpuid->entries[0]));
	cpuid->nent = MAX_ENTRIES;
	if (kvm_do(kvm_fd, KVM_GET_SUPPORTED_CPUID, cpuid, err) < 0) {
		free(cpuid);
		return NULL;
	}
	add_irqchip_flags(kvm_fd, apic_id, cpuid);
	return cpuid;
}

static uint32_t entry_register(const struct kvm_cpuid_entry2 *entry,
			       enum cpuid_register reg)
{
	switch (reg) {
	case EAX:
		return entry->eax;
	case EBX:
		return entry->ebx;
	case ECX:
		return entry->ecx;
	default:
		return entry->edx;
	}
}

enum host_answer guest_cpuid_flag(const struct kvm_cpuid2 *cpuid,
				  const char *name)
{
	const struct kvm_cpuid_entry2 *entry;
	const struct flag *flag;

	for (size_t i = 0; i < ARRAY_SIZE(flags); i++) {
		flag = &flags[i];
		if (strcmp(flag->name, name))
			continue;
		entry = find_entry((struct kvm_cpuid2 *)cpuid, flag->function,
				   flag->index);
		if (entry && entry_register(entry, flag->reg) >> flag->bit & 1)
			return HOST_YES;
		return HOST_NO;
	}
	return HOST_UNKNOWN;
}
