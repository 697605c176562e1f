// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * An NMI whose handler enters as Linux does where it must not trust GS: the
 * handlers are in nmi-paranoid.S. Each counts its NMI in the per-CPU data; in
 * the end the count must be right, and GS what it was.
 */
#include "msr-index.h"
#include "paranoid.h"

#define ASK_FOR_NMI ABI_MESSAGE(ABI_NMI, 0)

/* How an NMI is raised from each enum abi_from, for the macros of measure.h. */
#define BY_ICR	   AWAIT, "wrmsr", APIC_ICR_NMI_TO_0, MSR_X2APIC_ICR, 0
#define BY_MONITOR AWAIT, "outl %%eax, %%dx", ASK_FOR_NMI, 0, ABI_PORT
/* The OUT tells a thread of the monitor, which raises it later. */
#define BY_THREAD	   HLT, "outl %%eax, %%dx", 0, 0, ABI_PORT_EVENT
#define EXPAND(macro, ...) macro(__VA_ARGS__)

enum owner {
	OWNER_USER = 1,
	OWNER_KERNEL,
};

struct nmi {
	struct abi_shared *shared;
	enum abi_part part;
	enum abi_from from;
	uint64_t raised; /* NMIs so far */
};

static struct per_cpu kernel_area = { .name = OWNER_KERNEL };
static struct per_cpu user_area = { .name = OWNER_USER };

/* Whose area GS points to. */
static uint64_t gs_owner(void)
{
	uint64_t name;

	asm volatile("mov %%gs:%c1, %0" : "=r"(name) : "i"(PER_CPU_NAME));
	return name;
}

static uint64_t deliver(const struct nmi *nmi)
{
	switch (nmi->from) {
	case ABI_FROM_RING0:
		return EXPAND(TIMED_INTERRUPT, BY_ICR);
	case ABI_FROM_RING3:
		return EXPAND(TIMED_INTERRUPT, BY_MONITOR);
	case ABI_FROM_HLT:
		EXPAND(INTERRUPT, BY_THREAD);
		return irq_tsc - nmi->shared->raised;
	}
	return 0;
}

static uint64_t enter(const struct nmi *nmi)
{
	switch (nmi->from) {
	case ABI_FROM_RING0:
		return EXPAND(ENTERED_INTERRUPT, BY_ICR);
	case ABI_FROM_RING3:
		return EXPAND(ENTERED_INTERRUPT, BY_MONITOR);
	case ABI_FROM_HLT:
		return EXPAND(ENTERED_INTERRUPT, BY_THREAD);
	}
	return 0;
}

static uint64_t whole(const struct nmi *nmi)
{
	switch (nmi->from) {
	case ABI_FROM_RING0:
		return EXPAND(TIMED_RETURN, BY_ICR);
	case ABI_FROM_RING3:
		return EXPAND(TIMED_RETURN, BY_MONITOR);
	case ABI_FROM_HLT:
		return EXPAND(RETURNED_INTERRUPT, BY_THREAD) -
		       nmi->shared->raised;
	}
	return 0;
}

static uint64_t timed_nmi(struct nmi *nmi)
{
	nmi->raised++;
	switch (nmi->part) {
	case ABI_PART_DELIVER:
		return deliver(nmi);
	case ABI_PART_ENTRY:
		return enter(nmi);
	default:
		return whole(nmi);
	}
}

static void counted_nmi(struct nmi *nmi)
{
	nmi->raised++;
	if (nmi->from == ABI_FROM_RING0)
		EXPAND(INTERRUPT, BY_ICR);
	else if (nmi->from == ABI_FROM_RING3)
		EXPAND(INTERRUPT, BY_MONITOR);
	else
		EXPAND(INTERRUPT, BY_THREAD);
}

static void check(const struct nmi *nmi)
{
	const volatile struct per_cpu *kernel = &kernel_area;
	const volatile struct per_cpu *user = &user_area;

	if (user->nmis)
		guest_abort("an NMI's entry took the user's GS base");
	if (kernel->nmis != nmi->raised)
		guest_abort("an NMI's entry had the wrong per-CPU data");
	if (gs_owner() !=
	    (nmi->from == ABI_FROM_RING3 ? OWNER_USER : OWNER_KERNEL))
		guest_abort("an NMI's exit left the wrong GS base");
}

static void set_handler(const struct nmi *nmi, enum abi_part part)
{
	uint64_t base = nmi->shared->arg[ABI_ARG_BASE];

	set_gate(NMI_VECTOR,
		 paranoid_handlers[nmi->from == ABI_FROM_HLT][base][part],
		 IST_NMI);
}

/*
 * All but RDMSR's use RDGSBASE. Tried, as where KVM emulates ring 0 it knows
 * the instruction even where CPUID has no such flag.
 */
static void need_fsgsbase(void)
{
	if (!SURVIVES("rdgsbase %%rax\nwrgsbase %%rax", 0, 0, 0))
		guest_skip("RDGSBASE raises an exception in this guest");
}

/* The kernel's base has the sign bit set, the user's has not. */
void payload_prepare(struct abi_shared *shared)
{
	uint64_t kernel = ABI_HIGH_BASE + (uintptr_t)&kernel_area;
	uint64_t user = (uintptr_t)&user_area;
	bool from_user = shared->arg[ABI_ARG_FROM] == ABI_FROM_RING3;

	if (shared->arg[ABI_ARG_BASE] != ABI_BASE_RDMSR)
		need_fsgsbase();
	/* All other CPUs' are the user's, too: a wrong number is found out. */
	for (int i = 0; i < PER_CPU_OFFSETS; i++)
		per_cpu_offset[i] = i == CPU_NUMBER ? kernel : user;
	/* As in Linux. IRET to ring 3 would take away a selector of ring 0. */
	asm volatile("mov %0, %%gs" : : "r"(0));
	wrmsr(MSR_GS_BASE, from_user ? user : kernel);
	wrmsr(MSR_KERNEL_GS_BASE, from_user ? kernel : user);
	/*
	 * Whatever the base, as KVM may have to switch it: a row differs from
	 * another by its instructions only. Linux sets it wherever it exists.
	 */
	if (!wrmsr_safe(MSR_TSC_AUX, CPU_NODE_NUMBER) &&
	    shared->arg[ABI_ARG_BASE] == ABI_BASE_RDPID)
		guest_skip("this guest has no TSC_AUX");
}

void payload(struct abi_shared *shared)
{
	struct nmi nmi = {
		.shared = shared,
		.part = (enum abi_part)shared->arg[ABI_ARG_PART],
		.from = (enum abi_from)shared->arg[ABI_ARG_FROM],
	};
	uint64_t ops;

	set_handler(&nmi, nmi.part);
	ops = TIMED_PASS(shared, timed_nmi(&nmi));
	/* That of the whole reads no TSC. */
	set_handler(&nmi, ABI_PART_WHOLE);
	COUNTED_PASS(shared, ops, counted_nmi(&nmi));
	check(&nmi);
}
