// SPDX-License-Identifier: GPL-2.0-or-later
#include <inttypes.h>
#include <string.h>

#include "guest-exit.h"
#include "kvm.h"
#include "util.h"

bool guest_exit_is_out32(const struct kvm_run *run, uint16_t port)
{
	return run->exit_reason == KVM_EXIT_IO && run->io.port == port &&
	       run->io.direction == KVM_EXIT_IO_OUT && run->io.size == 4 &&
	       run->io.count == 1;
}

uint32_t guest_exit_out32(const struct kvm_run *run)
{
	uint32_t value;

	memcpy(&value, (const char *)run + run->io.data_offset, sizeof(value));
	return value;
}

void guest_exit_where(const struct vm *vm, unsigned int vcpu, char *text,
		      size_t size)
{
	struct kvm_regs regs;

	snprintf(text, size, "?");
	if (!kvm_try(vm->vcpu_fds[vcpu], KVM_GET_REGS, &regs))
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

static void describe_abort(const struct vm *vm, struct error *err)
{
	const volatile struct abi_shared *shared = vm_shared(vm);
	const struct abi_exception exception = shared->exception;
	const uint64_t reason = shared->reason;
	char text[128];

	if (reason) {
		if (vm_string(vm, reason, text, sizeof(text)))
			error_set(err, "the guest aborted: %s", text);
		else
			error_set(err, "the guest aborted with a bad reason");
		return;
	}
	elf_symbolize(&vm->image, exception.rip, text, sizeof(text));
	error_set(err,
		  "unexpected %s (vector %" PRIu64 ", error code 0x%" PRIx64
		  ") at %s",
		  exception_name(exception.vector), exception.vector,
		  exception.error_code, text);
}

static void describe_internal_error(const struct kvm_run *run, const char *rip,
				    struct error *err)
{
	if (run->internal.suberror == KVM_INTERNAL_ERROR_EMULATION)
		error_set(
			err,
			"KVM cannot emulate the instruction at %s (KVM_EXIT_INTERNAL_ERROR)",
			rip);
	else
		error_set(err, "KVM_EXIT_INTERNAL_ERROR, suberror %u, at %s",
			  run->internal.suberror, rip);
}

void guest_exit_describe(const struct vm *vm, unsigned int vcpu,
			 struct error *err)
{
	const struct kvm_run *run = vm->runs[vcpu];
	char rip[128];

	if (guest_exit_is_out32(run, ABI_PORT) &&
	    (guest_exit_out32(run) & 0xff) == ABI_ABORT) {
		describe_abort(vm, err);
		return;
	}
	guest_exit_where(vm, vcpu, rip, sizeof(rip));
	switch (run->exit_reason) {
	case KVM_EXIT_SHUTDOWN:
		error_set(err, "the guest triple-faulted (KVM_EXIT_SHUTDOWN)");
		break;
	case KVM_EXIT_INTERNAL_ERROR:
		describe_internal_error(run, rip, err);
		break;
	case KVM_EXIT_FAIL_ENTRY:
		error_set(err, "VM-entry failed, hardware reason 0x%llx",
			  run->fail_entry.hardware_entry_failure_reason);
		break;
	case KVM_EXIT_IO:
		error_set(err, "the guest used port 0x%x at %s", run->io.port,
			  rip);
		break;
	case KVM_EXIT_X86_RDMSR:
	case KVM_EXIT_X86_WRMSR:
		error_set(err, "KVM sent MSR 0x%x to the monitor at %s",
			  run->msr.index, rip);
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
