// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * NMIs by the APIC's ICR, and the handler that stamps them. A CPU has one under
 * way at most. Whoever sends one waits for it with IRQs off, for some
 * milliseconds when it does not come.
 */
#include <linux/cpu.h>
#include <linux/hardirq.h>
#include <linux/ktime.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/nospec.h>
#include <linux/percpu.h>
#include <linux/preempt.h>
#include <linux/ptrace.h>
#include <linux/sched.h>
#include <linux/smp.h>
#include <asm/apic.h>
#include <asm/barrier.h>
#include <asm/nmi.h>
#include <asm/processor.h>
#include <asm/tsc.h>

#include "internal.h"

#define NAME "vmentry_probe"

/* Rounds of an empty loop, a clock cycle or more each. */
#define WAIT_ROUNDS (4 * 1000 * 1000)
/* Reads of the APIC, a hundred clock cycles or more each. */
#define ICR_ROUNDS 10000
/* An NMI comes within microseconds; a hypervisor may hold it up. */
#define STRAY_MS 1000

enum slot_state {
	SLOT_FREE,
	SLOT_TAKEN, /* by a sender, which has not sent yet */
	SLOT_SENT,
	SLOT_LANDED, /* the handler wrote what it has to tell */
	SLOT_LATE, /* the sender gave up waiting */
};

/* Of the CPU that an NMI is for. */
struct slot {
	int state;
	u32 landed;
	u64 handled;
	u64 count;
	u64 strays;
	u64 strayed_at; /* the count at the last stray */
	/* The interrupted code of OTHER_SPINS. */
	call_single_data_t csd;
	bool lost; /* spin() is still to begin or to end: not to be taken */
	bool spins, spun;
	bool own_aux; /* with spins: what probe_tsc_aux_is_own() says */
	u64 returned;
};

static DEFINE_PER_CPU(struct slot, slots);

/* Two CPUs that wait for each other with IRQs off would wait in vain. */
static DEFINE_MUTEX(one_sender);

/* --- the handler -- */

static u32 what_was_interrupted(struct pt_regs *regs)
{
	u32 landed = 0;

	if (!user_mode(regs))
		landed |= VMENTRY_PROBE_IN_KERNEL;
	if (!(regs->flags & X86_EFLAGS_IF))
		landed |= VMENTRY_PROBE_IN_IRQS_OFF;
	/* nmi_enter() counts as an interrupt itself. */
	if (hardirq_count() > HARDIRQ_OFFSET)
		landed |= VMENTRY_PROBE_IN_HARDIRQ;
	if (is_idle_task(current))
		landed |= VMENTRY_PROBE_IN_IDLE;
	if (current->flags & PF_VCPU)
		landed |= VMENTRY_PROBE_IN_VCPU;
	return landed;
}

static notrace int handle(unsigned int type, struct pt_regs *regs)
{
	const u64 now = probe_tsc_between();
	struct slot *slot = this_cpu_ptr(&slots);
	int state = READ_ONCE(slot->state);

	if (state != SLOT_SENT && state != SLOT_LATE)
		return NMI_DONE; /* somebody else's */
	slot->handled = now;
	slot->landed = what_was_interrupted(regs);
	slot->count++;
	/* Where the sender gave up, nobody else frees the slot. */
	if (cmpxchg(&slot->state, SLOT_SENT, SLOT_LANDED) == SLOT_LATE)
		WRITE_ONCE(slot->state, SLOT_FREE);
	return NMI_HANDLED;
}

/*
 * An NMI does not say who sent it. One of somebody else's that comes between the
 * sending and the delivery of the module's is taken for it, and the module's own
 * is unknown then. One for each that was claimed, and soon, is claimed here.
 */
static notrace int handle_stray(unsigned int type, struct pt_regs *regs)
{
	struct slot *slot = this_cpu_ptr(&slots);

	if (slot->strayed_at == slot->count ||
	    rdtsc() - slot->handled > (u64)tsc_khz * STRAY_MS)
		return NMI_DONE;
	slot->strayed_at = slot->count;
	slot->strays++;
	return NMI_HANDLED;
}

void probe_nmi_counts(struct vmentry_probe_info *info)
{
	int cpu;

	for_each_possible_cpu(cpu) {
		info->nmis += READ_ONCE(per_cpu_ptr(&slots, cpu)->count);
		info->strays += READ_ONCE(per_cpu_ptr(&slots, cpu)->strays);
	}
}

/* Of all NMIs, whoever sent them. */
static unsigned int all_nmis(int cpu)
{
	return READ_ONCE(per_cpu(irq_stat, cpu).__nmi_count);
}

/* --- sending -- */

/* In xAPIC mode the ICR may be busy with an IPI of the kernel's. */
static bool icr_is_free(void)
{
	int rounds = ICR_ROUNDS;

	if (x2apic_enabled())
		return true;
	while (apic->read(APIC_ICR) & APIC_ICR_BUSY)
		if (!--rounds)
			return false;
	return true;
}

static bool take(struct slot *slot)
{
	return !READ_ONCE(slot->lost) &&
	       cmpxchg(&slot->state, SLOT_FREE, SLOT_TAKEN) == SLOT_FREE;
}

static void give_back(struct slot *slot)
{
	/* The next one's to take, with all of it read. */
	smp_store_release(&slot->state, SLOT_FREE);
}

/*
 * Stamp, send, wait, stamp. Between the stamps of an NMI to the own CPU stand,
 * besides the NMI, the call of the APIC driver's ICR write and two rounds of the
 * loop.
 */
static __always_inline void send_and_wait(struct slot *slot, int cpu,
					  struct vmentry_probe_nmi *nmi)
{
	void (*write_icr)(u32 low, u32 id) = apic->icr_write;
	const u32 id = per_cpu(x86_cpu_to_apicid, cpu);
	const bool stamped = !(nmi->flags & VMENTRY_PROBE_UNSTAMPED);
	int rounds = WAIT_ROUNDS;

	/*
	 * The other CPU sees it before the NMI: the WRMSR of x2APIC mode waits
	 * for no store, and LOCK does not make it wait.
	 */
	smp_store_mb(slot->state, SLOT_SENT);
	weak_wrmsr_fence();
	nmi->sent = likely(stamped) ? probe_first_tsc() : 0;
	write_icr(APIC_DM_NMI | APIC_DEST_PHYSICAL, id);
	while (READ_ONCE(slot->state) == SLOT_SENT && --rounds)
		;
	nmi->returned = likely(stamped) ? probe_tsc() : 0;
}

/*
 * An NMI that does not come in time is still claimed when it does. Should that
 * be after the module is gone, the kernel would complain of it: so it stays.
 */
static int take_result(struct slot *slot, unsigned int nmis_before,
		       struct vmentry_probe_nmi *nmi)
{
	unsigned int nmis = all_nmis(nmi->cpu) - nmis_before;

	if (cmpxchg(&slot->state, SLOT_SENT, SLOT_LATE) == SLOT_SENT) {
		__module_get(THIS_MODULE);
		return -ETIMEDOUT;
	}
	nmi->handled = slot->handled;
	nmi->landed = slot->landed;
	if (nmis != 1)
		nmi->landed |= VMENTRY_PROBE_AMONG_OTHERS;
	give_back(slot);
	return 0;
}

int probe_nmi_self(struct vmentry_probe_nmi *nmi)
{
	struct slot *slot = this_cpu_ptr(&slots);
	int cpu = smp_processor_id();
	unsigned int nmis = all_nmis(cpu);

	if (!take(slot))
		return -EBUSY;
	if (!icr_is_free()) {
		give_back(slot);
		return -EBUSY;
	}
	nmi->cpu = cpu;
	nmi->tsc_aux = probe_tsc_aux();
	send_and_wait(slot, cpu, nmi);
	return take_result(slot, nmis, nmi);
}

/* --- to another CPU -- */

/*
 * On the other CPU, IRQs off: be what an NMI interrupts. From an interrupt's
 * handler, or from the idle loop, whose CPU may poll for calls.
 */
static void spin(void *info)
{
	struct slot *slot = info;
	int rounds = WAIT_ROUNDS;

	slot->own_aux = probe_tsc_aux_is_own();
	/* With own_aux, which the sender reads then. */
	smp_store_release(&slot->spins, true);
	if (!slot->own_aux)
		return;
	while (READ_ONCE(slot->state) != SLOT_LANDED && --rounds)
		;
	slot->returned = probe_tsc();
	if (!rounds)
		slot->returned = 0; /* nothing came back */
	/* With the stamp, which the sender reads then. */
	smp_store_release(&slot->spun, true);
}

static bool wait_for(const bool *what)
{
	int rounds = WAIT_ROUNDS;

	/* Pairs with spin()'s releases. */
	while (!smp_load_acquire(what))
		if (!--rounds)
			return false;
	return true;
}

/* Neither the slot nor the module may go before spin() has. */
static int lose(struct slot *slot)
{
	WRITE_ONCE(slot->lost, true);
	__module_get(THIS_MODULE);
	return -ETIMEDOUT;
}

static int make_spin(struct slot *slot, int cpu)
{
	int ret;

	slot->spins = false;
	slot->spun = false;
	ret = smp_call_function_single_async(cpu, &slot->csd);
	if (ret)
		return ret;
	if (!wait_for(&slot->spins))
		return lose(slot);
	return slot->own_aux ? 0 : -EAGAIN;
}

/* Before the slot is free: until then the other CPU looks at it. */
static int end_spin(struct slot *slot, struct vmentry_probe_nmi *nmi)
{
	if (!wait_for(&slot->spun))
		return lose(slot);
	nmi->returned = slot->returned;
	return nmi->returned ? 0 : -ETIMEDOUT;
}

static int send_to_other(struct slot *slot, struct vmentry_probe_nmi *nmi)
{
	const bool spins = nmi->how == VMENTRY_PROBE_OTHER_SPINS;
	int ret = spins ? make_spin(slot, nmi->cpu) : 0, spun = 0, came;
	unsigned int nmis = all_nmis(nmi->cpu);

	if (ret) {
		give_back(slot);
		return ret;
	}
	nmi->tsc_aux = 0;
	if (icr_is_free()) {
		send_and_wait(slot, nmi->cpu, nmi);
	} else {
		ret = -EBUSY;
		/* No NMI will come: spin() ends as if it had. */
		smp_store_release(&slot->state, SLOT_LANDED);
	}
	if (spins)
		spun = end_spin(slot, nmi);
	came = take_result(slot, nmis, nmi);
	return ret ?: came ?: spun;
}

static void look_at_tsc_aux(void *own)
{
	*(bool *)own = probe_tsc_aux_is_own();
}

/* The look wakes the CPU: it is idle for @idle_ns by the time of the NMI. */
static int look_and_wait(int cpu, u32 idle_ns)
{
	const u64 end = ktime_get_ns() + idle_ns;
	bool own = false;
	int ret = smp_call_function_single(cpu, look_at_tsc_aux, &own, true);

	if (ret)
		return ret;
	if (!own)
		return -EAGAIN;
	while (ktime_get_ns() < end)
		cpu_relax();
	return 0;
}

static int nmi_other_online(struct vmentry_probe_nmi *nmi)
{
	struct slot *slot = per_cpu_ptr(&slots, nmi->cpu);
	unsigned long flags;
	int ret;

	/* spin() looks for itself. */
	if (nmi->how == VMENTRY_PROBE_OTHER) {
		ret = look_and_wait(nmi->cpu, nmi->idle_ns);
		if (ret)
			return ret;
	}
	local_irq_save(flags);
	if (nmi->cpu == smp_processor_id())
		ret = -ENXIO;
	else
		ret = take(slot) ? send_to_other(slot, nmi) : -EBUSY;
	local_irq_restore(flags);
	return ret;
}

static int nmi_other(struct vmentry_probe_nmi *nmi)
{
	int ret = -ENXIO;

	if (nmi->cpu >= nr_cpu_ids)
		return -ENXIO;
	nmi->cpu = array_index_nospec(nmi->cpu, nr_cpu_ids);
	mutex_lock(&one_sender);
	cpus_read_lock();
	if (cpu_online(nmi->cpu))
		ret = nmi_other_online(nmi);
	cpus_read_unlock();
	mutex_unlock(&one_sender);
	return ret;
}

int probe_nmi(struct vmentry_probe_nmi *nmi)
{
	unsigned long flags;
	int ret;

	if (nmi->flags & ~VMENTRY_PROBE_UNSTAMPED)
		return -EINVAL;
	if (nmi->idle_ns && nmi->how != VMENTRY_PROBE_OTHER)
		return -EINVAL;
	switch (nmi->how) {
	case VMENTRY_PROBE_SELF:
		local_irq_save(flags);
		ret = probe_nmi_self(nmi);
		local_irq_restore(flags);
		return ret;
	case VMENTRY_PROBE_OTHER:
		if (nmi->idle_ns > VMENTRY_PROBE_MAX_IDLE_NS)
			return -EINVAL;
		return nmi_other(nmi);
	case VMENTRY_PROBE_OTHER_SPINS:
		return nmi_other(nmi);
	}
	return -EINVAL;
}

/* --- coming and going -- */

int probe_nmi_register(void)
{
	struct slot *slot;
	int cpu, ret;

	for_each_possible_cpu(cpu) {
		slot = per_cpu_ptr(&slots, cpu);
		INIT_CSD(&slot->csd, spin, slot);
	}
	/* First, so that no other handler's time comes before the stamp. */
	ret = register_nmi_handler(NMI_LOCAL, handle, NMI_FLAG_FIRST, NAME);
	if (ret)
		return ret;
	ret = register_nmi_handler(NMI_UNKNOWN, handle_stray, NMI_FLAG_FIRST,
				   NAME);
	if (ret)
		unregister_nmi_handler(NMI_LOCAL, NAME);
	return ret;
}

void probe_nmi_unregister(void)
{
	unregister_nmi_handler(NMI_UNKNOWN, NAME);
	unregister_nmi_handler(NMI_LOCAL, NAME);
}
