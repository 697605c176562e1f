// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <stdlib.h>

#include "bench/insn-probe.h"
#include "guest/insn-text.h"
#include "harness/probe.h"
#include "harness/util.h"

static int execute(struct host_context *context, uint32_t insn,
		   struct error *err)
{
	struct vmentry_probe_insn request = {
		.insn = insn,
		.rounds = context->timed ? ABI_INSN_ROUNDS : 0,
	};

	if (probe_insn(context->data, &request, err))
		return -1;
	host_difference(context, request.twice, request.once);
	return 0;
}

static void finish(struct host_context *context)
{
	probe_close(context->data);
	free(context->data);
}

static int try_it(struct host_context *context, uint32_t insn,
		  struct error *err)
{
	context->timed = false;
	if (!execute(context, insn, err))
		return 0;
	if (errno != EOPNOTSUPP)
		return -1;
	error_set(err, "the host's CPU has no such instruction or MSR");
	return BENCH_SKIP;
}

static int start(struct host_context *context, uint32_t insn, struct error *err)
{
	struct probe *probe = xcalloc(1, sizeof(*probe));
	int ret;

	if (probe_open(probe, VMENTRY_PROBE_DEVICE, err)) {
		free(probe);
		return BENCH_SKIP;
	}
	context->data = probe;
	ret = try_it(context, insn, err);
	if (ret)
		finish(context);
	return ret;
}

#define PROBE_INSN(name, insn)                                                 \
	static int name##_start(struct host_context *context,                  \
				struct error *err)                             \
	{                                                                      \
		return start(context, insn, err);                              \
	}                                                                      \
                                                                               \
	static int name##_once(struct host_context *context,                   \
			       struct error *err)                              \
	{                                                                      \
		return execute(context, insn, err);                            \
	}                                                                      \
                                                                               \
	const struct host_op insn_##name##_host0_op = { .start = name##_start, \
							.op = name##_once,     \
							.finish = finish }

PROBE_INSN(nop, VMENTRY_PROBE_NOP);
PROBE_INSN(rdpid, VMENTRY_PROBE_RDPID);
PROBE_INSN(lsl, VMENTRY_PROBE_LSL);
PROBE_INSN(swapgs, VMENTRY_PROBE_SWAPGS);
PROBE_INSN(rdmsr_tsc_aux, VMENTRY_PROBE_RDMSR_TSC_AUX);
PROBE_INSN(wrmsr_tsc_aux, VMENTRY_PROBE_WRMSR_TSC_AUX);
