// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <string.h>
#include <sys/time.h>

#include "counting.h"
#include "guest-run.h"
#include "kvm.h"
#include "util.h"

/* What a signal handler can reach: a launch process runs one vCPU. */
static struct kvm_run *volatile watched;

static void stop_vcpu(int signal)
{
	(void)signal;
	if (watched)
		watched->immediate_exit = 1;
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

/* RIP as symbol+offset, for reasons; "?" when KVM does not tell. */
static void where(const struct vm *vm, char *text, size_t size)
{
	struct kvm_regs regs;

	snprintf(text, size, "?");
	if (!kvm_try(vm->vcpu_fd, KVM_GET_REGS, &regs))
		elf_symbolize(&vm->image, regs.rip, text, size);
}

static const char *exception_name(uint64_t vector)
{
	/* SDM vol. 3, table 6-1 */
	static const char *const names[] = {
		"#DE", "#DB", "NMI", "#BP", "#OF", "#BR", "#UD", "#NM",
		"#DF", NULL,  "#TS", "#NP", "#SS", "#GP", "#PF", NULL,
		"#MF", "#AC", "#MC", "#XM", "#VE", "#CP",
	};

	if (vector < ARRAY_SIZE(names) && names[vector])
		return names[vector];
	return "interrupt";
}

static int report_abort(const struct vm *vm, struct error *err)
{
	struct abi_shared *shared = vm_shared(vm);
	const struct abi_exception exception = shared->exception;
	const uint64_t reason = shared->reason;
	char text[128];

	if (reason) {
		if (!vm_string(vm, reason, text, sizeof(text)))
			return error_set(err,
					 "the guest aborted with a bad reason");
		return error_set(err, "the guest aborted: %s", text);
	}
	elf_symbolize(&vm->image, exception.rip, text, sizeof(text));
	return error_set(err,
			 "unexpected %s (vector %" PRIu64
			 ", error code 0x%" PRIx64 ") at %s",
			 exception_name(exception.vector), exception.vector,
			 exception.error_code, text);
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

static int begin_pass(const struct vm *vm, struct guest_run *run,
		      enum abi_pass id, struct error *err)
{
	struct guest_pass *pass = &run->pass[id];

	if (pass->begun)
		return error_set(err, "the guest began a pass twice");
	pass->begun = true;
	pass->userspace_exits = run->exits;
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
		report_abort(vm, err);
		return STEP_ERROR;
	default:
		error_set(err, "the guest sent an unknown message 0x%x",
			  message);
		return STEP_ERROR;
	}
}

static void report_internal_error(const struct vm *vm, const char *rip,
				  struct error *err)
{
	const struct kvm_run *run = vm->run;

	if (run->internal.suberror == KVM_INTERNAL_ERROR_EMULATION)
		error_set(
			err,
			"KVM cannot emulate the instruction at %s (KVM_EXIT_INTERNAL_ERROR)",
			rip);
	else
		error_set(err, "KVM_EXIT_INTERNAL_ERROR, suberror %u, at %s",
			  run->internal.suberror, rip);
}

static void report_exit(const struct vm *vm, struct error *err)
{
	const struct kvm_run *run = vm->run;
	char rip[128];

	where(vm, rip, sizeof(rip));
	switch (run->exit_reason) {
	case KVM_EXIT_SHUTDOWN:
		error_set(err, "the guest triple-faulted (KVM_EXIT_SHUTDOWN)");
		break;
	case KVM_EXIT_INTERNAL_ERROR:
		report_internal_error(vm, rip, err);
		break;
	case KVM_EXIT_FAIL_ENTRY:
		error_set(err, "VM-entry failed, hardware reason 0x%llx",
			  run->fail_entry.hardware_entry_failure_reason);
		break;
	case KVM_EXIT_IO:
		error_set(err, "the guest used port 0x%x at %s", run->io.port,
			  rip);
		break;
	case KVM_EXIT_MMIO:
		error_set(err, "the guest touched address 0x%llx at %s",
			  run->mmio.phys_addr, rip);
		break;
	default:
		error_set(err, "unexpected exit %u at %s", run->exit_reason,
			  rip);
	}
}

static bool is_out32(const struct kvm_run *run, uint16_t port)
{
	return run->exit_reason == KVM_EXIT_IO && run->io.port == port &&
	       run->io.direction == KVM_EXIT_IO_OUT && run->io.size == 4 &&
	       run->io.count == 1;
}

static enum step handle_exit(const struct vm *vm, struct guest_run *run,
			     struct error *err)
{
	uint32_t message;

	if (is_out32(vm->run, ABI_PORT)) {
		memcpy(&message,
		       (const char *)vm->run + vm->run->io.data_offset,
		       sizeof(message));
		return handle_message(vm, run, message, err);
	}
	report_exit(vm, err);
	return STEP_ERROR;
}

/* KVM_RUN was interrupted: by the watchdog, or by nothing of ours. */
static int handle_interruption(const struct vm *vm, double seconds,
			       struct error *err)
{
	char rip[128];

	if (errno != EINTR && errno != EAGAIN)
		return error_set_errno(err, "KVM_RUN failed");
	if (!vm->run->immediate_exit)
		return 0;
	where(vm, rip, sizeof(rip));
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
			if (handle_interruption(vm, seconds, err))
				return -1;
			continue;
		}
		run->exits++;
		/* First, as exit/pio-user times the way here and back. */
		if (is_out32(kvm_run, ABI_PORT_NOP))
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
	stop_watchdog();
	return ret;
}
