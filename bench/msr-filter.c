// SPDX-License-Identifier: GPL-2.0-or-later
#include "bench/msr-filter.h"
#include "harness/kvm.h"
#include "harness/vm.h"

int msr_filter_set(struct bench_context *context, struct error *err)
{
	const struct vm *vm = context->vm;
	struct kvm_enable_cap cap = {
		.cap = KVM_CAP_X86_USER_SPACE_MSR,
		.args = { KVM_MSR_EXIT_REASON_FILTER },
	};
	uint64_t none = 0; /* a bit that is 0: filtered; KVM reads a long */
	struct kvm_msr_filter filter = {
		.flags = KVM_MSR_FILTER_DEFAULT_ALLOW,
		.ranges = { {
			.flags = KVM_MSR_FILTER_READ | KVM_MSR_FILTER_WRITE,
			.base = (uint32_t)context->arg[ABI_ARG_MSR],
			.nmsrs = 1,
			.bitmap = (uint8_t *)&none,
		} },
	};

	if (!kvm_has(vm->kvm_fd, KVM_CAP_X86_USER_SPACE_MSR) ||
	    !kvm_has(vm->kvm_fd, KVM_CAP_X86_MSR_FILTER)) {
		error_set(
			err,
			"KVM cannot send MSRs to the monitor (Linux 5.10 can)");
		return BENCH_SKIP;
	}
	if (kvm_do(vm->fd, KVM_ENABLE_CAP, &cap, err) < 0 ||
	    kvm_do(vm->fd, KVM_X86_SET_MSR_FILTER, &filter, err) < 0)
		return -1;
	return 0;
}
