/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the module's files share. */
#ifndef INTERNAL_H
#define INTERNAL_H

#include <linux/hrtimer.h>
#include <linux/mutex.h>
#include <linux/spinlock.h>
#include <linux/types.h>

#include "vmentry_probe.h"

/*
 * A fenced read of the TSC. By the bytes around RDTSC `lab explain` finds where a
 * way begins and ends, as in guests (guest/measure.h): a SHL behind it begins
 * one, LFENCEs on both sides end it, others do neither.
 */
static __always_inline u64 probe_tsc(void)
{
	u64 low, high;

	asm volatile("lfence\n\trdtsc\n\tlfence"
		     : "=a"(low), "=d"(high)
		     :
		     : "memory");
	return high << 32 | low;
}

static __always_inline u64 probe_first_tsc(void)
{
	u64 low, high;

	asm volatile("lfence\n\trdtsc\n\tshl $32, %%rdx\n\tlfence"
		     : "=a"(low), "=d"(high)
		     :
		     : "cc", "memory");
	return high | low;
}

static __always_inline u64 probe_tsc_between(void)
{
	u64 low, high;

	asm volatile("lfence\n\tnop\n\trdtsc\n\tlfence"
		     : "=a"(low), "=d"(high)
		     :
		     : "memory");
	return high << 32 | low;
}

/* Before the others, once: is there a TSC_AUX that can be read and written? */
void probe_find_tsc_aux(void);
bool probe_has_tsc_aux(void);
u32 probe_tsc_aux(void); /* 0 without one */
/* Of this CPU: has it what the kernel keeps there, or is there none? */
bool probe_tsc_aux_is_own(void);

/* --- nmi.c -- */

int probe_nmi_register(void);
void probe_nmi_unregister(void);
void probe_nmi_counts(struct vmentry_probe_info *info); /* adds to them */

/* To this CPU. IRQs are off. 0, -EBUSY or -ETIMEDOUT. */
int probe_nmi_self(struct vmentry_probe_nmi *nmi);

/* As the ioctl has it. */
int probe_nmi(struct vmentry_probe_nmi *nmi);

/* --- train.c -- */

struct probe_train {
	struct mutex starting; /* one caller at a time starts or stops it */
	struct hrtimer timer;
	ktime_t period;
	u64 wanted;
	u32 flags;
	int cpu;
	pid_t tgid; /* only its vCPUs are hit */
	raw_spinlock_t lock; /* of state */
	struct vmentry_probe_train_state state;
};

void probe_train_init(struct probe_train *train);
int probe_train_start(struct probe_train *train,
		      const struct vmentry_probe_train *request);
/* When it returns, the timer does not run any more. */
void probe_train_stop(struct probe_train *train);
void probe_train_state(struct probe_train *train,
		       struct vmentry_probe_train_state *state);

/* --- insn.c -- */

int probe_insn(struct vmentry_probe_insn *request);

#endif
