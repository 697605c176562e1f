// SPDX-License-Identifier: GPL-2.0-or-later
#include <math.h>
#include <stdlib.h>

#include "bench/host-pmi.h"
#include "bench/tiny-guest.h"
#include "harness/kvm.h"
#include "harness/nmi-sweep.h"
#include "harness/overflow.h"
#include "harness/util.h"

/* Iterations: cycles, about. A third of a millisecond. */
#define LOOP 1048576

/*
 * Cycles from NMI to NMI. The shortest makes 45,000 NMIs a second at 3 GHz: the
 * kernel throttles at 100,000, and when they take a quarter of the time.
 */
static const uint64_t period[HOST_PMI_RUNS] = {
	OVERFLOW_SELDOM,
	LOOP / 4,
	LOOP / 8,
	LOOP / 16,
};

/* The ticks of the loop go to tiny_data.entered, at RDI. */
extern const uint8_t pmi_loop_code[], pmi_loop_end[];
/* clang-format off */
asm("	.pushsection .rodata\n"
    "pmi_loop_code:\n"
    TINY_READ_TSC("r8")
    "	mov $" TINY_STRING(LOOP) ", %ecx\n"
    "	.balign 64, 0x90\n"
    "1:	dec %ecx\n"
    "	jnz 1b\n"
    TINY_READ_TSC("r9")
    "	sub %r8, %r9\n"
    "	mov %r9, (%rdi)\n"
    "	mov $" TINY_STRING(ABI_PORT_NOP) ", %edx\n"
    "	out %eax, %dx\n"
    "	jmp pmi_loop_code\n"
    "pmi_loop_end:\n"
    "	.popsection\n");
/* clang-format on */

struct host_pmi {
	struct overflow *overflow;
	struct nmi_run run[HOST_PMI_RUNS];
	bool descending;
	uint64_t nmis; /* so far */
};

static int run_loop(struct host_context *context, uint64_t cycles,
		    struct nmi_run *run, struct error *err)
{
	const volatile struct tiny_data *data = tiny_guest_data(context->vm);
	struct host_pmi *pmi = context->data;
	struct nmi_run before;
	int ret;

	/* Counting begins anew with the period: the loop comes next, so that
	 * hardly an NMI is counted that it does not feel. */
	if (overflow_take(pmi->overflow, &before, err) ||
	    overflow_set_period(pmi->overflow, cycles, err))
		return -1;
	ret = kvm_try_value(context->vm->vcpu_fd, KVM_RUN, 0);
	if (tiny_guest_check(context->vm, ret, err) ||
	    overflow_take(pmi->overflow, run, err))
		return -1;
	context->userspace_exits++;
	run->ticks = data->entered;
	pmi->nmis += run->nmis;
	return 0;
}

/* Every other sweep begins with the shortest period: a drift cancels. */
static int run_sweep(struct host_context *context, struct error *err)
{
	struct host_pmi *pmi = context->data;
	int at;

	pmi->descending = !pmi->descending;
	for (int i = 0; i < HOST_PMI_RUNS; i++) {
		at = pmi->descending ? HOST_PMI_RUNS - 1 - i : i;
		if (run_loop(context, period[at], &pmi->run[at], err))
			return -1;
	}
	return 0;
}

static int sweep_once(struct host_context *context, struct error *err)
{
	struct host_pmi *pmi = context->data;
	struct error why;
	double slope;

	if (run_sweep(context, err))
		return -1;
	context->discarded =
		nmi_sweep_slope(pmi->run, HOST_PMI_RUNS, &slope, &why) ||
		slope < 0;
	if (!context->discarded)
		context->ticks = (uint64_t)llround(slope);
	return 0;
}

static void close_pmi(struct host_context *context)
{
	struct host_pmi *pmi = context->data;

	if (pmi->overflow)
		overflow_close(pmi->overflow);
	free(pmi);
}

/* What a first sweep cannot measure, none will. */
static int try_sweep(struct host_context *context, struct error *err)
{
	struct host_pmi *pmi = context->data;
	double slope;

	if (run_sweep(context, err))
		return -1;
	return nmi_sweep_slope(pmi->run, HOST_PMI_RUNS, &slope, err)
		       ? BENCH_SKIP
		       : 0;
}

static int prepare(struct host_context *context, struct error *err)
{
	const size_t size = (size_t)(pmi_loop_end - pmi_loop_code);
	struct host_pmi *pmi = context->data;
	int ret;

	pmi->overflow = overflow_open(context->perf, err);
	if (!pmi->overflow)
		return BENCH_SKIP;
	ret = tiny_guest_share_tsc_aux(context->vm, err);
	if (ret)
		return ret;
	if (tiny_guest_load(context->vm, pmi_loop_code, size, 3, err))
		return -1;
	return try_sweep(context, err);
}

static int start(struct host_context *context, struct error *err)
{
	int ret;

	context->data = xcalloc(1, sizeof(struct host_pmi));
	ret = prepare(context, err);
	if (ret)
		close_pmi(context);
	return ret;
}

static int count_nmis(struct host_context *context, uint64_t *nmis,
		      struct error *err)
{
	const struct host_pmi *pmi = context->data;

	(void)err;
	*nmis = pmi->nmis;
	return 0;
}

const struct host_op host_pmi_op = {
	.start = start,
	.op = sweep_once,
	.count = count_nmis,
	.finish = close_pmi,
};
