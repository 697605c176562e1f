// SPDX-License-Identifier: GPL-2.0-or-later
#include <math.h>
#include <string.h>

#include "confine.h"
#include "counting.h"
#include "embedded.h"
#include "guest-run.h"
#include "host-run.h"
#include "launch-child.h"
#include "launch-judge.h"
#include "launch-rows.h"
#include "perf-backend.h"
#include "realtime.h"
#include "tracefs.h"
#include "vm.h"

/* From one sample to the next at least: two TSC reads and a comparison. */
#define MIN_SAMPLE_TICKS 16
/* Of a launch's time; the counted pass takes about as long as the timed one. */
#define TIMED_SHARE 0.42

/* A sample may be of several ops: the ticks above which it ends the run. */
static int64_t sample_bound(const struct launch_request *request)
{
	const unsigned int ops = request->bench->ops_per_sample;
	uint64_t bound;

	if (!request->break_above ||
	    __builtin_mul_overflow(request->break_above, ops ? ops : 1,
				   &bound) ||
	    bound > INT64_MAX)
		return INT64_MAX;
	return (int64_t)bound;
}

static void fill_shared(const struct launch_request *request,
			const struct vm *vm)
{
	const uint64_t budget = (uint64_t)(request->seconds * TIMED_SHARE *
					   (double)vm->tsc_khz * 1000);
	volatile struct abi_shared *shared = vm_shared(vm);

	shared->cpl = request->cpl;
	shared->vcpus = request->vcpus;
	for (int i = 0; i < ABI_ARGS; i++)
		shared->arg[i] = request->arg[i];
	shared->tsc_khz = vm->tsc_khz;
	shared->budget = budget;
	/* A short pass need not touch all of the memory for samples. */
	shared->max_ops = budget / MIN_SAMPLE_TICKS < LAUNCH_MAX_SAMPLES
				  ? budget / MIN_SAMPLE_TICKS
				  : LAUNCH_MAX_SAMPLES;
	shared->bound = sample_bound(request);
}

static void store_start(const struct vm *vm, uint64_t fork_tsc,
			struct launch_result *result)
{
	uint64_t start_tsc = vm_shared(vm)->start_tsc;

	result->tsc_khz = vm->tsc_khz;
	result->start_ms = NAN;
	if (vm->same_tsc && start_tsc > fork_tsc)
		result->start_ms =
			(double)(start_tsc - fork_tsc) / (double)vm->tsc_khz;
}

static int load_payload(const struct launch_request *request, struct vm *vm,
			struct error *err)
{
	const struct embedded_file *payload;
	char name[64];

	snprintf(name, sizeof(name), "payload/%s", request->bench->payload);
	payload = embedded_find(name);
	if (!payload)
		return error_set(err, "there is no payload '%s'",
				 request->bench->payload);
	return vm_load(vm, payload->data, payload->size, err);
}

static int prepare(const struct launch_request *request, struct vm *vm,
		   struct error *err)
{
	const struct vm_config config = {
		.memory_size = vm_memory_size(LAUNCH_MAX_SAMPLES),
		.node = request->placement.node,
		.vcpus = request->vcpus,
		.split_irqchip = request->split_irqchip,
	};

	if (topology_bind(request->topology, request->placement.cpu, err))
		return -1;
	if (request->mlock && realtime_lock_memory(err))
		return -1;
	if (vm_create(vm, &config, err))
		return -1;
	fill_shared(request, vm);
	if (!request->host && load_payload(request, vm, err))
		return -1;
	return request->fifo ? realtime_set_fifo(err) : 0;
}

static int run_on_host(const struct launch_request *request, struct vm *vm,
		       struct guest_run *run, struct error *err)
{
	static struct host_context context;
	const unsigned int ops = request->bench->ops_per_sample;

	context = (struct host_context){
		.vm = vm,
		.arg = request->arg,
		.cpl = request->cpl,
		.node = request->placement.node,
		.helper_cpu = request->placement.helper_cpu,
		.perf = &perf_kernel,
	};
	return host_run(request->host, &context, ops ? ops : 1, run, err);
}

/* All is set up: what comes takes few system calls, and is up to the guest. */
static int confine_launch(const struct launch_request *request,
			  struct launch_result *result, struct error *err)
{
	const struct confine_needs needs = {
		.threads = request->vcpus > 1 || request->counters,
		.counts = request->counters,
		/* There is a path always. */
		.saves_trace = request->break_above && request->trace_path,
	};
	int ret;

	if (!confine_is_unseen(request->bench, request->variant, request->host))
		return 0;
	ret = confine(&needs, &result->refused_call, err);
	result->confined = ret > 0 ? CONFINED : CONFINED_NOT_HERE;
	return ret < 0 ? -1 : 0;
}

static int run_hooked(const struct launch_request *request, struct vm *vm,
		      struct guest_run *run, struct launch_result *result,
		      struct error *err)
{
	int ret = 0;

	run->context = (struct bench_context){
		.vm = vm,
		.arg = request->arg,
		.helper_cpu = request->placement.helper_cpu,
	};
	run->move_cpus[0] = request->placement.cpu;
	run->move_cpus[1] = request->placement.helper_cpu;
	if (topology_peers(request->topology, &request->placement,
			   request->vcpus - 1, run->peer_cpus, err))
		return -1;

	if (request->bench->setup)
		ret = request->bench->setup(&run->context, err);
	run->skipped = ret == BENCH_SKIP;
	if (ret)
		return run->skipped ? 0 : -1;
	ret = confine_launch(request, result, err);
	if (!ret)
		ret = guest_run(vm, run, request->watchdog_seconds, err);
	if (request->bench->teardown)
		request->bench->teardown(&run->context);
	return ret;
}

static void save_trace(const struct launch_request *request,
		       struct launch_result *result, struct error *err)
{
	size_t len = strlen(err->text);
	struct error why;

	result->broke = true;
	if (!request->trace_path)
		return;
	if (tracefs_save(request->trace_path, &why))
		snprintf(err->text + len, sizeof(err->text) - len,
			 "; no trace: %.200s", why.text);
	else
		snprintf(err->text + len, sizeof(err->text) - len,
			 "; the kernel's trace is in trace.txt");
}

/* From the guest's first instruction to the row. @run is all zero. */
static void run_and_judge(const struct launch_request *request, struct vm *vm,
			  struct guest_run *run, struct launch_result *result)
{
	struct error err = { "" };
	int ret, cpu;

	run->bench = request->bench;
	if (request->counters)
		run->counting = counting_create(request->counters,
						request->launch,
						request->launches,
						request->placement.helper_cpu);
	if (request->host)
		ret = run_on_host(request, vm, run, &err);
	else
		ret = run_hooked(request, vm, run, result, &err);
	cpu = run->moved ? run->move_cpus[1] : request->placement.cpu;
	if (!ret && topology_check_bound(cpu, &err))
		ret = -1;
	/*
	 * At once, while what led to it is still in the kernel's buffer. A guest
	 * that nobody asked to break must not end the whole run.
	 */
	if (run->broke && request->break_above)
		save_trace(request, result, &err);
	if (ret && launch_beyond_emulator(vm, run))
		launch_set_outcome(result, STATUS_SKIP,
				   VERIFY_EMULATED ", and %s", err.text);
	else if (ret)
		launch_set_outcome(result, STATUS_FAIL, "%s", err.text);
	else if (run->skipped)
		launch_set_outcome(result, STATUS_SKIP, "%s", err.text);
	else
		launch_judge(request, vm, run, result);
	counting_free(run->counting);
}

void launch_child(const struct launch_request *request, uint64_t fork_tsc,
		  struct launch_result *result)
{
	static struct guest_run run;
	struct error err = { "" };
	struct vm vm;

	if (prepare(request, &vm, &err)) {
		launch_set_outcome(result, STATUS_FAIL, "%s", err.text);
		return;
	}
	run_and_judge(request, &vm, &run, result);
	store_start(&vm, fork_tsc, result);
	vm_destroy(&vm);
}
