// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * NMIs in KVM's run loop. A timer's interrupt ends the guest's run, and KVM lets
 * it be handled while the guest's MSRs are still loaded: from its handler the
 * CPU sends itself the NMI.
 */
#include <linux/sched.h>
#include <linux/smp.h>

#include "internal.h"

/* A host NMI is to hit a vCPU of the caller's, nobody else's. */
static bool in_run_loop(const struct probe_train *train)
{
	return current->flags & PF_VCPU && current->tgid == train->tgid;
}

/* In an interrupt. True when there is more to do. */
static bool fire(struct probe_train *train)
{
	struct vmentry_probe_train_state *state = &train->state;
	struct vmentry_probe_nmi nmi = { .how = VMENTRY_PROBE_SELF,
					 .flags = train->flags };

	if (smp_processor_id() != train->cpu) {
		state->error = -ENXIO; /* its CPU is offline */
	} else if (!in_run_loop(train)) {
		state->elsewhere++;
	} else {
		state->error = probe_nmi_self(&nmi);
		if (!state->error) {
			state->last = nmi;
			state->landed++;
		} else if (state->error == -EBUSY) {
			state->error = 0; /* next time */
		}
	}
	return !state->error &&
	       (!train->wanted || state->landed < train->wanted);
}

static enum hrtimer_restart expire(struct hrtimer *timer)
{
	struct probe_train *train =
		container_of(timer, struct probe_train, timer);
	unsigned long flags;
	bool more;

	raw_spin_lock_irqsave(&train->lock, flags);
	more = fire(train);
	train->state.running = more;
	raw_spin_unlock_irqrestore(&train->lock, flags);
	if (!more)
		return HRTIMER_NORESTART;
	hrtimer_forward_now(timer, train->period);
	return HRTIMER_RESTART;
}

void probe_train_init(struct probe_train *train)
{
	mutex_init(&train->starting);
	raw_spin_lock_init(&train->lock);
	hrtimer_init(&train->timer, CLOCK_MONOTONIC,
		     HRTIMER_MODE_REL_PINNED_HARD);
	train->timer.function = expire;
}

static void set_state(struct probe_train *train,
		      const struct vmentry_probe_train_state *state)
{
	unsigned long flags;

	raw_spin_lock_irqsave(&train->lock, flags);
	train->state = *state;
	raw_spin_unlock_irqrestore(&train->lock, flags);
}

static void start(struct probe_train *train,
		  const struct vmentry_probe_train *request)
{
	const struct vmentry_probe_train_state fresh = { .running = true };

	train->period = ns_to_ktime(request->period_ns);
	train->wanted = request->wanted;
	train->flags = request->flags;
	train->tgid = current->tgid;
	set_state(train, &fresh);
	train->cpu = get_cpu();
	hrtimer_start(&train->timer, train->period,
		      HRTIMER_MODE_REL_PINNED_HARD);
	put_cpu();
}

int probe_train_start(struct probe_train *train,
		      const struct vmentry_probe_train *request)
{
	if (request->flags & ~VMENTRY_PROBE_UNSTAMPED || request->reserved)
		return -EINVAL;
	if (request->period_ns &&
	    (request->period_ns < VMENTRY_PROBE_MIN_PERIOD_NS ||
	     request->period_ns > VMENTRY_PROBE_MAX_PERIOD_NS))
		return -EINVAL;
	mutex_lock(&train->starting);
	probe_train_stop(train);
	if (request->period_ns)
		start(train, request);
	mutex_unlock(&train->starting);
	return 0;
}

void probe_train_stop(struct probe_train *train)
{
	unsigned long flags;

	hrtimer_cancel(&train->timer);
	raw_spin_lock_irqsave(&train->lock, flags);
	train->state.running = false;
	raw_spin_unlock_irqrestore(&train->lock, flags);
}

void probe_train_state(struct probe_train *train,
		       struct vmentry_probe_train_state *state)
{
	unsigned long flags;

	raw_spin_lock_irqsave(&train->lock, flags);
	*state = train->state;
	raw_spin_unlock_irqrestore(&train->lock, flags);
}
