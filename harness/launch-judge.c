// SPDX-License-Identifier: GPL-2.0-or-later
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "counting.h"
#include "launch-judge.h"
#include "launch-rows.h"

/* A timer interrupt that takes longer is one that users complain of. */
#define LONG_TICKS 10000

/* What the passes counted, boundary taken off: per statistic, and exits. */
static size_t count_deltas(const struct vm *vm, const struct guest_run *run,
			   struct verify_count *counts)
{
	const struct guest_pass *counted = &run->pass[ABI_PASS_COUNTED];
	size_t n = 0;

	for (int i = 0; i < vm->stats.count; i++) {
		if (!vm->stats.stat[i].cumulative)
			continue;
		counts[n].name = vm->stats.stat[i].name;
		counts[n++].count = guest_counted_delta(run, i);
	}
	counts[n].name = "userspace_exits";
	counts[n++].count = (int64_t)counted->userspace_exits;
	if (run->bench->count_name) {
		counts[n].name = run->bench->count_name;
		counts[n++].count = (int64_t)counted->hook_count;
	}
	return n;
}

static void store_boundary(const struct vm *vm, const struct guest_run *run,
			   struct launch_result *result)
{
	const struct guest_pass *boundary = &run->pass[ABI_PASS_BOUNDARY];
	char name[KVM_STATS_NAME_SIZE + 16];
	int64_t moved;

	for (int i = 0; i < vm->stats.count; i++) {
		moved = guest_pass_delta(boundary, i);
		if (!vm->stats.stat[i].cumulative || !moved)
			continue;
		snprintf(name, sizeof(name), "boundary:%s",
			 vm->stats.stat[i].name);
		launch_rows_add(result, name, (double)moved, 1);
	}
}

/* Every statistic of KVM that moved. */
static void store_counts(struct launch_result *result,
			 const struct verify_facts *facts)
{
	for (size_t i = 0; i < facts->nr_counts; i++)
		if (facts->count[i].count)
			launch_rows_add(result, facts->count[i].name,
					(double)facts->count[i].count,
					facts->ops);
}

/* Which share of the samples is above LONG_TICKS, as timer people count. */
static void store_tail(const struct vm *vm, uint64_t timed_ops,
		       struct launch_result *result)
{
	const struct abi_samples *samples =
		vm_memory(vm, ABI_SAMPLES_GPA, sizeof(*samples));
	uint64_t above = 0;

	for (uint64_t i = 0; i < timed_ops; i++)
		above += samples->timed[i] > LONG_TICKS;
	launch_rows_add(result, "above_10000_ticks", (double)above, timed_ops);
}

static int64_t exits(const struct verify_facts *facts)
{
	for (size_t i = 0; i < facts->nr_counts; i++)
		if (!strcmp(facts->count[i].name, "exits"))
			return facts->count[i].count;
	return -1;
}

static int summarize(const struct vm *vm, const struct guest_run *run,
		     const struct bench *bench, struct launch_result *result,
		     struct error *err)
{
	uint64_t empty_ops = run->pass[ABI_PASS_EMPTY].ops;
	uint64_t timed_ops = run->pass[ABI_PASS_TIMED].ops;
	struct abi_samples *samples =
		vm_memory(vm, ABI_SAMPLES_GPA, sizeof(*samples));
	struct summary empty;

	if (empty_ops > ABI_EMPTY_OPS || timed_ops > LAUNCH_MAX_SAMPLES)
		return error_set(err, "the guest claims more samples than fit");
	if (!timed_ops && vm_shared(vm)->discarded)
		return error_set(err, "every sample was discarded");
	if (!empty_ops || !timed_ops)
		return error_set(err, "the guest took no samples");
	samples_summarize(samples->empty, empty_ops, &empty);
	samples_summarize(samples->timed, timed_ops, &result->latency);
	/* Sorted: negative ticks, as unsigned numbers, stand at the end. */
	if (samples->timed[timed_ops - 1] >> 63) {
		result->latency = (struct summary){ 0 };
		return error_set(err,
				 "the event came %" PRIu64
				 " ticks before what it is timed from",
				 -samples->timed[timed_ops - 1]);
	}
	result->overhead = bench->is_difference ? NAN : empty.p50;
	if (bench->ops_per_sample > 1)
		summary_divide(&result->latency, bench->ops_per_sample);
	memset(result->histogram, 0, sizeof(result->histogram));
	for (uint64_t i = 0; i < timed_ops; i++)
		result->histogram[histogram_bucket(samples->timed[i])]++;
	return 0;
}

/* Did KVM emulate @count instructions during @pass, or more? */
static bool pass_emulated(const struct vm *vm, const struct guest_pass *pass,
			  uint64_t count)
{
	int emulation = kvm_stats_find(&vm->stats, "insn_emulation");
	int64_t moved;

	if (emulation < 0 || !pass->ended || !count)
		return false;
	/* The guest may claim any number of ops. */
	moved = guest_pass_delta(pass, emulation);
	return moved > 0 && (uint64_t)moved >= count;
}

/* Does KVM emulate the guest's code, instruction by instruction? */
static bool emulated(const struct vm *vm, const struct guest_run *run)
{
	const struct guest_pass *empty = &run->pass[ABI_PASS_EMPTY];

	return pass_emulated(vm, empty, empty->ops);
}

/* Instructions in ring 0 before the first BEGIN: fill_idt() alone has more. */
#define START_INSTRUCTIONS 256

/*
 * Does it emulate code in ring 0, whatever ring is measured? The statistics of
 * a fresh VM began at 0.
 */
static bool start_emulated(const struct vm *vm, const struct guest_run *run)
{
	const struct guest_pass *empty = &run->pass[ABI_PASS_EMPTY];
	int emulation = kvm_stats_find(&vm->stats, "insn_emulation");

	return emulation >= 0 && empty->ended &&
	       empty->begin.value[emulation] >= START_INSTRUCTIONS;
}

/* The same of a guest that an op of the host enters; one OUT an op is due. */
static bool tiny_guest_emulated(const struct vm *vm,
				const struct guest_run *run)
{
	const struct guest_pass *counted = &run->pass[ABI_PASS_COUNTED];

	return pass_emulated(vm, counted, 2 * counted->ops);
}

bool launch_beyond_emulator(const struct vm *vm, const struct guest_run *run)
{
	return vm->run->exit_reason == KVM_EXIT_INTERNAL_ERROR &&
	       vm->run->internal.suberror == KVM_INTERNAL_ERROR_EMULATION &&
	       (emulated(vm, run) || start_emulated(vm, run));
}

void launch_judge(const struct launch_request *request, const struct vm *vm,
		  const struct guest_run *run, struct launch_result *result)
{
	static struct verify_count counts[KVM_STATS_MAX + 2];
	const uint64_t missed = vm_shared(vm)->missed;
	const uint64_t discarded = vm_shared(vm)->discarded;
	struct verify_facts facts = { .count = counts,
				      .apicv = request->apicv,
				      .other_backend = request->other_backend,
				      .idle_hlt = request->idle_hlt };
	struct error err;

	if (summarize(vm, run, request->bench, result, &err)) {
		launch_set_outcome(result, STATUS_FAIL, "%s", err.text);
		return;
	}
	result->emulated = emulated(vm, run);
	result->counted_ops = run->pass[ABI_PASS_COUNTED].ops;
	facts.nr_counts = count_deltas(vm, run, counts);
	facts.ops = result->counted_ops;
	facts.variant = request->variant;
	facts.emulated = request->host ? tiny_guest_emulated(vm, run)
				       : result->emulated;
	result->status = verify(request->bench->expect, &facts, result->reason,
				sizeof(result->reason));
	if (facts.ops) {
		store_counts(result, &facts);
		counting_store(run->counting, facts.ops, exits(&facts), result);
	}
	if (request->bench->records_boundary)
		store_boundary(vm, run, result);
	if (request->bench->counts_long)
		store_tail(vm, run->pass[ABI_PASS_TIMED].ops, result);
	if (missed)
		launch_rows_add(result, "missed_periods", (double)missed,
				run->pass[ABI_PASS_TIMED].ops);
	if (discarded)
		launch_rows_add(result, "discarded_samples", (double)discarded,
				run->pass[ABI_PASS_TIMED].ops);
}
