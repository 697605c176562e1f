// SPDX-License-Identifier: GPL-2.0-or-later
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "bench/host-nmi.h"
#include "bench/spin-guest.h"
#include "harness/probe.h"
#include "harness/util.h"

/*
 * From the start of the timer to its expiry: the guest runs by then. It is busy
 * for longer, and the next KVM_RUN waits for the next expiry.
 */
#define PERIOD_NS 200000
#define SPIN_NS	  300000
/* KVM_RUNs in which no timer expires in the run loop: something is wrong. */
#define MAX_RUNS 100
/* More than one in so many discarded: a row of what was left over. */
#define MAX_DISCARDED_SHARE 4

struct host_nmi {
	struct probe probe;
	enum host_nmi_from from;
	uint64_t strays; /* before the first NMI */
	uint64_t tries, discarded;
};

/* In what the NMI must have come. */
static const uint32_t must_land[] = {
	[HOST_NMI_IRQS_OFF] = VMENTRY_PROBE_IN_KERNEL |
			      VMENTRY_PROBE_IN_IRQS_OFF,
	[HOST_NMI_RUN_LOOP] = VMENTRY_PROBE_IN_KERNEL |
			      VMENTRY_PROBE_IN_IRQS_OFF |
			      VMENTRY_PROBE_IN_HARDIRQ | VMENTRY_PROBE_IN_VCPU,
	/* An idle CPU may spin without an interrupt. */
	[HOST_NMI_OTHER] = VMENTRY_PROBE_IN_KERNEL | VMENTRY_PROBE_IN_IRQS_OFF,
	[HOST_NMI_IDLE] = VMENTRY_PROBE_IN_KERNEL | VMENTRY_PROBE_IN_IDLE,
};

/* --- one NMI --------------------------------------------------------------- */

static uint32_t flags_of(const struct host_context *context)
{
	return context->timed ? 0 : VMENTRY_PROBE_UNSTAMPED;
}

static int send(const struct host_context *context,
		struct vmentry_probe_nmi *nmi, struct error *err)
{
	static const uint32_t how[] = {
		[HOST_NMI_IRQS_OFF] = VMENTRY_PROBE_SELF,
		[HOST_NMI_OTHER] = VMENTRY_PROBE_OTHER_SPINS,
		[HOST_NMI_IDLE] = VMENTRY_PROBE_OTHER,
	};
	const struct host_nmi *h = context->data;

	*nmi = (struct vmentry_probe_nmi){
		.how = how[h->from],
		.cpu = (uint32_t)context->helper_cpu,
		.flags = flags_of(context),
		.idle_ns = (uint32_t)context->arg[ABI_ARG_DELAY_NS],
	};
	return probe_send(&h->probe, nmi, err);
}

static int run_guest(struct host_context *context,
		     struct vmentry_probe_nmi *nmi, struct error *err)
{
	const struct vmentry_probe_train train = {
		.period_ns = PERIOD_NS,
		.wanted = 1,
		.flags = flags_of(context),
	};
	const struct host_nmi *h = context->data;
	struct vmentry_probe_train_state state;

	if (probe_train(&h->probe, &train, err))
		return -1;
	for (int i = 0; i < MAX_RUNS; i++) {
		if (spin_guest_run(context->vm, err) ||
		    probe_train_state(&h->probe, &state, err))
			return -1;
		context->userspace_exits++;
		*nmi = state.last;
		if (state.landed)
			return 0;
		if (!state.running)
			return error_set(err, "the NMIs' timer stopped: %s",
					 strerror(-state.error));
	}
	return error_set(err, "no timer expired in KVM's run loop");
}

static uint64_t part_of(const struct vmentry_probe_nmi *nmi, uint64_t part)
{
	switch (part) {
	case HOST_NMI_DELIVER:
		return nmi->handled - nmi->sent;
	case HOST_NMI_RETURN:
		return nmi->returned - nmi->handled;
	default:
		return nmi->returned - nmi->sent;
	}
}

/* Nobody but the pCPU itself can be made sure to be idle: no error then. */
static int check_landing(struct host_context *context,
			 const struct vmentry_probe_nmi *nmi, struct error *err)
{
	struct host_nmi *h = context->data;
	const bool right = (nmi->landed & must_land[h->from]) ==
			   must_land[h->from];

	if (!right && h->from != HOST_NMI_IDLE)
		return error_set(err, "an NMI came elsewhere: landed is %#x",
				 nmi->landed);
	context->discarded = !right;
	/* Not in the idle loop itself, but in an interrupt that came there. */
	if (h->from == HOST_NMI_IDLE && nmi->landed & VMENTRY_PROBE_IN_HARDIRQ)
		context->discarded = true;
	/* The time may be another's; what is counted is not. */
	if (context->timed && nmi->landed & VMENTRY_PROBE_AMONG_OTHERS)
		context->discarded = true;
	h->tries++;
	h->discarded += context->discarded;
	return 0;
}

static int once(struct host_context *context, struct error *err)
{
	const struct host_nmi *h = context->data;
	struct vmentry_probe_nmi nmi;
	int ret;

	ret = h->from == HOST_NMI_RUN_LOOP ? run_guest(context, &nmi, err)
					   : send(context, &nmi, err);
	if (ret || check_landing(context, &nmi, err))
		return -1;
	context->ticks = part_of(&nmi, context->arg[ABI_ARG_PART]);
	return 0;
}

/* --- from start to finish -------------------------------------------------- */

static void finish(struct host_context *context)
{
	struct host_nmi *h = context->data;

	probe_close(&h->probe);
	free(h);
}

/*
 * Where no op of its own does so: a VM-exit clears DR7. Linux leaves DR7.GE set
 * there after a hardware breakpoint is gone, and then each NMI saves DR7 and
 * writes it back.
 */
static int enter_guest(struct vm *vm, struct error *err)
{
	int ret = spin_guest_start(vm, vm_ns_to_ticks(vm, SPIN_NS), err);

	return ret ? ret : spin_guest_run(vm, err);
}

static int prepare(struct host_context *context, struct error *err)
{
	struct host_nmi *h = context->data;
	uint64_t nmis;

	h->from = (enum host_nmi_from)context->arg[ABI_ARG_HOST];
	if (probe_nmis(&h->probe, &nmis, &h->strays, err))
		return -1;
	if (h->from == HOST_NMI_IRQS_OFF || h->from == HOST_NMI_RUN_LOOP)
		return enter_guest(context->vm, err);
	if (h->probe.flags & VMENTRY_PROBE_TSC_SYNC)
		return 0;
	error_set(err, "the kernel says that the pCPUs' TSCs differ");
	return BENCH_SKIP;
}

static int start(struct host_context *context, struct error *err)
{
	struct host_nmi *h = xcalloc(1, sizeof(*h));
	int ret;

	if (probe_open(&h->probe, VMENTRY_PROBE_DEVICE, err)) {
		free(h);
		return BENCH_SKIP;
	}
	context->data = h;
	ret = prepare(context, err);
	if (ret)
		finish(context);
	return ret;
}

/* Around each pass, and so after all ops. */
static int count(struct host_context *context, uint64_t *nmis,
		 struct error *err)
{
	const struct host_nmi *h = context->data;
	uint64_t strays;

	if (probe_nmis(&h->probe, nmis, &strays, err))
		return -1;
	if (strays != h->strays)
		return error_set(
			err,
			"NMIs of others were taken for the module's: %" PRIu64,
			strays - h->strays);
	if (h->discarded > h->tries / MAX_DISCARDED_SHARE)
		return error_set(err,
				 "%" PRIu64 " of %" PRIu64
				 " NMIs came elsewhere or among others",
				 h->discarded, h->tries);
	return 0;
}

const struct host_op host_nmi_op = {
	.start = start,
	.op = once,
	.count = count,
	.finish = finish,
	.marks_windows = true,
};
