// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <string.h>
#include <sys/time.h>

#include "counting.h"
#include "cpu-mask.h"
#include "guest-exit.h"
#include "guest-run.h"
#include "kvm.h"
#include "util.h"

/* What a signal handler can reach: vCPU 0; peers end when it does. */
static struct kvm_run *volatile watched;

static void stop_vcpu(int signal)
{
	(void)signal;
	if (watched)
		kvm_stop(watched);
}

/*
 * The signal ends KVM_RUN; it comes again every 10 ms, as one that arrives
 * just before the ioctl would be lost on kernels without immediate_exit.
 */
static void start_watchdog(struct kvm_run *run, double seconds)
{
	struct sigaction action = { .sa_handler = stop_vcpu };
	struct itimerval timer = {
		.it_value = { .tv_sec = (time_t)seconds,
			      .tv_usec =
				      (suseconds_t)((seconds -
						     (double)(time_t)seconds) *
						    1e6) },
		.it_interval = { .tv_usec = 10000 },
	};

	watched = run;
	sigaction(SIGALRM, &action, NULL);
	setitimer(ITIMER_REAL, &timer, NULL);
}

static void stop_watchdog(void)
{
	static const struct itimerval off;

	setitimer(ITIMER_REAL, &off, NULL);
	watched = NULL;
}

static int report_skip(const struct vm *vm, struct guest_run *run,
		       struct error *err)
{
	char text[128];

	if (!vm_string(vm, vm_shared(vm)->reason, text, sizeof(text)))
		return error_set(err, "the guest skipped without a reason");
	run->skipped = true;
	error_set(err, "%s", text);
	return 0;
}

static uint64_t hook_count(struct guest_run *run)
{
	return run->bench->count ? run->bench->count(&run->context) : 0;
}

int guest_run_break(struct guest_run *run, uint64_t sample, uint64_t ticks,
		    int64_t bound, struct error *err)
{
	const unsigned int ops = run->bench->ops_per_sample;

	run->broke = true;
	if (ops > 1)
		return error_set(
			err,
			"the %u ops of sample %" PRIu64 " took %" PRIu64
			" ticks each, above the %" PRId64 " of '--break-above'",
			ops, sample, ticks / ops, bound / ops);
	return error_set(err,
			 "op %" PRIu64 " took %" PRIu64
			 " ticks, above the %" PRId64 " of '--break-above'",
			 sample, ticks, bound);
}

static void report_break(const struct vm *vm, struct guest_run *run,
			 struct error *err)
{
	const volatile struct abi_shared *shared = vm_shared(vm);
	const int64_t bound = shared->bound;

	if (bound == INT64_MAX)
		error_set(err, "the guest sent BREAK without '--break-above'");
	else
		guest_run_break(run, shared->ops[ABI_PASS_TIMED],
				shared->above_bound, bound, err);
}

static int begin_pass(const struct vm *vm, struct guest_run *run,
		      enum abi_pass id, struct error *err)
{
	struct guest_pass *pass = &run->pass[id];

	if (pass->begun)
		return error_set(err, "the guest began a pass twice");
	pass->begun = true;
	pass->userspace_exits = run->exits;
	pass->hook_count = hook_count(run);
	if (kvm_stats_read(&vm->stats, &pass->begin, err))
		return -1;
	counting_begin(run->counting, id);
	return 0;
}

static int end_pass(const struct vm *vm, struct guest_run *run,
		    enum abi_pass id, struct error *err)
{
	struct guest_pass *pass = &run->pass[id];

	counting_end(run->counting, id);
	if (!pass->begun || pass->ended)
		return error_set(err, "the guest ended a pass out of turn");
	if (kvm_stats_read(&vm->stats, &pass->end, err))
		return -1;
	pass->ended = true;
	pass->hook_count = hook_count(run) - pass->hook_count;
	/* The END message is an exit too. */
	pass->userspace_exits = run->exits - pass->userspace_exits - 1;
	pass->ops = vm_shared(vm)->ops[id];
	return 0;
}

static int check_passes(const struct guest_run *run, struct error *err)
{
	for (int i = 0; i < ABI_PASSES; i++)
		if (!run->pass[i].ended)
			return error_set(err, "the guest left out a pass");
	return 0;
}

static int start_peers(const struct vm *vm, struct guest_run *run,
		       struct error *err)
{
	if (run->peers.started || vm->vcpus == 1)
		return error_set(err,
				 "the guest started its vCPUs out of turn");
	return peers_start(&run->peers, vm, run->peer_cpus, err);
}

static int move_vcpu(struct guest_run *run, struct error *err)
{
	int cpu = run->move_cpus[run->moved ? 0 : 1];
	struct cpu_mask mask;

	if (cpu < 0)
		return error_set(err, "there is no other pCPU to move to");
	cpu_mask_set_only(&mask, cpu);
	if (sched_setaffinity(0, sizeof(mask.set), mask.set))
		return error_set_errno(err, "cannot move to pCPU %d", cpu);
	run->moved = !run->moved;
	return 0;
}

enum step {
	STEP_GO_ON,
	STEP_END,
	STEP_ERROR
};

static enum step handle_message(const struct vm *vm, struct guest_run *run,
				uint32_t message, struct error *err)
{
	unsigned int id = message >> 8;
	int ret;

	switch (message & 0xff) {
	case ABI_BEGIN:
	case ABI_END:
		if (id >= ABI_PASSES) {
			error_set(err, "the guest named a pass %u", id);
			return STEP_ERROR;
		}
		if ((message & 0xff) == ABI_BEGIN)
			ret = begin_pass(vm, run, id, err);
		else
			ret = end_pass(vm, run, id, err);
		return ret ? STEP_ERROR : STEP_GO_ON;
	case ABI_DONE:
		return check_passes(run, err) ? STEP_ERROR : STEP_END;
	case ABI_SKIP:
		return report_skip(vm, run, err) ? STEP_ERROR : STEP_END;
	case ABI_ABORT:
		guest_exit_describe(vm, 0, err);
		return STEP_ERROR;
	case ABI_BREAK:
		report_break(vm, run, err);
		return STEP_ERROR;
	case ABI_MOVE:
		return move_vcpu(run, err) ? STEP_ERROR : STEP_GO_ON;
	case ABI_NMI:
		return kvm_do_value(vm->vcpu_fd, KVM_NMI, 0, err) < 0
			       ? STEP_ERROR
			       : STEP_GO_ON;
	case ABI_START:
		return start_peers(vm, run, err) ? STEP_ERROR : STEP_GO_ON;
	default:
		error_set(err, "the guest sent an unknown message 0x%x",
			  message);
		return STEP_ERROR;
	}
}

static enum step handle_exit(const struct vm *vm, struct guest_run *run,
			     struct error *err)
{
	if (guest_exit_is_out32(vm->run, ABI_PORT))
		return handle_message(vm, run, guest_exit_out32(vm->run), err);
	if (run->bench->on_exit && run->bench->on_exit(&run->context, vm->run))
		return STEP_GO_ON;
	guest_exit_describe(vm, 0, err);
	return STEP_ERROR;
}

/* KVM_RUN was interrupted: by the watchdog, or by nothing of ours. */
static int handle_interruption(const struct vm *vm, const struct guest_run *run,
			       double seconds, struct error *err)
{
	char rip[128];

	if (errno != EINTR && errno != EAGAIN)
		return error_set_errno(err, "KVM_RUN failed");
	if (!kvm_is_stopped(vm->run))
		return 0;
	if (peers_check(&run->peers, err))
		return -1;
	guest_exit_where(vm, 0, rip, sizeof(rip));
	return error_set(err, "no end within %.3g s; the guest was at %s",
			 seconds, rip);
}

static int run_to_end(struct vm *vm, struct guest_run *run, double seconds,
		      struct error *err)
{
	struct kvm_run *kvm_run = vm->run;
	enum step step = STEP_GO_ON;

	while (step == STEP_GO_ON) {
		if (kvm_try_value(vm->vcpu_fd, KVM_RUN, 0) < 0) {
			if (handle_interruption(vm, run, seconds, err))
				return -1;
			continue;
		}
		run->exits++;
		/* First, as exit/pio-user times the way here and back. */
		if (guest_exit_is_out32(kvm_run, ABI_PORT_NOP))
			continue;
		step = handle_exit(vm, run, err);
	}
	return step == STEP_END ? 0 : -1;
}

int guest_run(struct vm *vm, struct guest_run *run, double watchdog_seconds,
	      struct error *err)
{
	int ret;

	start_watchdog(vm->run, watchdog_seconds);
	ret = run_to_end(vm, run, watchdog_seconds, err);
	peers_stop(&run->peers);
	stop_watchdog();
	return ret;
}
