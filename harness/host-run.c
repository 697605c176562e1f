// SPDX-License-Identifier: GPL-2.0-or-later
#include "counting.h"
#include "host-run.h"

int host_count_vm(struct host_context *context, const struct vm *vm,
		  struct error *err)
{
	struct kvm_stats_values now = { 0 };

	if (kvm_stats_read(&vm->stats, &now, err))
		return -1;
	for (int i = 0; i < vm->stats.count; i++)
		context->moved.value[i] += now.value[i];
	return 0;
}

static int own_count(const struct host_op *op, struct host_context *context,
		     uint64_t *count, struct error *err)
{
	*count = 0;
	return op->count ? op->count(context, count, err) : 0;
}

static int begin_pass(const struct host_op *op, struct host_context *context,
		      struct guest_run *run, enum abi_pass id,
		      struct error *err)
{
	struct guest_pass *pass = &run->pass[id];

	pass->begun = true;
	pass->userspace_exits = context->userspace_exits;
	if (own_count(op, context, &pass->hook_count, err) ||
	    kvm_stats_read(&context->vm->stats, &pass->begin, err))
		return -1;
	for (int i = 0; i < context->vm->stats.count; i++)
		pass->begin.value[i] += context->moved.value[i];
	counting_begin(run->counting, id);
	return 0;
}

static int end_pass(const struct host_op *op, struct host_context *context,
		    struct guest_run *run, enum abi_pass id, uint64_t ops,
		    struct error *err)
{
	struct guest_pass *pass = &run->pass[id];
	uint64_t count;

	counting_end(run->counting, id);
	if (kvm_stats_read(&context->vm->stats, &pass->end, err) ||
	    own_count(op, context, &count, err))
		return -1;
	pass->hook_count = count - pass->hook_count;
	for (int i = 0; i < context->vm->stats.count; i++)
		pass->end.value[i] += context->moved.value[i];
	pass->ended = true;
	pass->ops = ops;
	pass->userspace_exits =
		context->userspace_exits - pass->userspace_exits;
	return 0;
}

static int empty_op(struct host_context *context, struct error *err)
{
	(void)err;
	HOST_TIMED(context, (void)0);
	return 0;
}

struct samples {
	uint64_t *first;
	uint64_t limit, count;
	uint64_t discarded;
	uint64_t end; /* TSC */
	int64_t bound; /* TSC ticks above which one ends the launch */
};

static int sample(int (*op)(struct host_context *, struct error *),
		  struct host_context *context, struct guest_run *run,
		  struct samples *samples, struct error *err)
{
	context->timed = true;
	do {
		context->discarded = false;
		if (op(context, err))
			return -1;
		if (context->discarded)
			samples->discarded++;
		else
			samples->first[samples->count++] = context->ticks;
		if (!context->discarded &&
		    (int64_t)context->ticks > samples->bound)
			return guest_run_break(run, samples->count,
					       context->ticks, samples->bound,
					       err);
	} while (samples->count < samples->limit && host_tsc() < samples->end);
	return 0;
}

static int warm_up(const struct host_op *op, struct host_context *context,
		   struct guest_run *run, uint64_t budget, struct error *err)
{
	uint64_t ticks[ABI_WARM_UP_OPS];
	struct samples samples = {
		.first = ticks,
		.limit = ABI_WARM_UP_OPS,
		.end = host_tsc() + budget / ABI_WARM_UP_SHARE,
		.bound = INT64_MAX,
	};

	return sample(op->op, context, run, &samples, err);
}

static int sample_pass(const struct host_op *op, struct host_context *context,
		       struct guest_run *run, enum abi_pass id,
		       struct samples *samples, struct error *err)
{
	const bool empty = id == ABI_PASS_EMPTY;
	uint64_t budget = vm_shared(context->vm)->budget;

	if (empty)
		budget /= ABI_EMPTY_SHARE;
	if (begin_pass(op, context, run, id, err))
		return -1;
	samples->end = host_tsc() + budget;
	if (sample(empty ? empty_op : op->op, context, run, samples, err))
		return -1;
	return end_pass(op, context, run, id, samples->count, err);
}

static int counted_passes(const struct host_op *op,
			  struct host_context *context, struct guest_run *run,
			  uint64_t ops, unsigned int ops_per_op,
			  struct error *err)
{
	if (begin_pass(op, context, run, ABI_PASS_BOUNDARY, err) ||
	    end_pass(op, context, run, ABI_PASS_BOUNDARY, 0, err) ||
	    begin_pass(op, context, run, ABI_PASS_COUNTED, err))
		return -1;
	context->timed = false;
	for (uint64_t i = 0; i < ops; i++)
		if (op->op(context, err))
			return -1;
	return end_pass(op, context, run, ABI_PASS_COUNTED, ops * ops_per_op,
			err);
}

static int run_passes(const struct host_op *op, struct host_context *context,
		      unsigned int ops_per_op, struct guest_run *run,
		      struct error *err)
{
	volatile struct abi_shared *shared = vm_shared(context->vm);
	struct abi_samples *memory =
		vm_memory(context->vm, ABI_SAMPLES_GPA,
			  sizeof(*memory) + shared->max_ops * sizeof(uint64_t));
	struct samples empty = { .first = memory->empty,
				 .limit = ABI_EMPTY_OPS,
				 .bound = INT64_MAX };
	struct samples timed = { .first = memory->timed,
				 .limit = shared->max_ops,
				 .bound = shared->bound };

	if (sample_pass(op, context, run, ABI_PASS_EMPTY, &empty, err) ||
	    warm_up(op, context, run, shared->budget, err) ||
	    sample_pass(op, context, run, ABI_PASS_TIMED, &timed, err))
		return -1;
	shared->discarded = timed.discarded;
	return counted_passes(op, context, run, timed.count, ops_per_op, err);
}

int host_run(const struct host_op *op, struct host_context *context,
	     unsigned int ops_per_op, struct guest_run *run, struct error *err)
{
	int ret = 0;

	if (op->start)
		ret = op->start(context, err);
	run->skipped = ret == BENCH_SKIP;
	if (ret)
		return run->skipped ? 0 : -1;
	ret = run_passes(op, context, ops_per_op, run, err);
	if (op->finish)
		op->finish(context);
	return ret;
}
