// SPDX-License-Identifier: GPL-2.0-or-later
#include <linux/kvm.h>
#include <string.h>

#include "bench/answer.h"

bool answer_pio_in(struct bench_context *context, struct kvm_run *run)
{
	(void)context;
	if (run->exit_reason != KVM_EXIT_IO || run->io.port != ABI_PORT_NOP ||
	    run->io.direction != KVM_EXIT_IO_IN || run->io.size != 4 ||
	    run->io.count != 1)
		return false;
	memset((char *)run + run->io.data_offset, 0, 4);
	return true;
}

bool answer_mmio(struct bench_context *context, struct kvm_run *run)
{
	(void)context;
	if (run->exit_reason != KVM_EXIT_MMIO ||
	    run->mmio.phys_addr != ABI_MMIO_NOP_GPA || run->mmio.len != 4)
		return false;
	if (!run->mmio.is_write)
		memset(run->mmio.data, 0, 4);
	return true;
}

bool answer_msr(struct bench_context *context, struct kvm_run *run)
{
	if ((run->exit_reason != KVM_EXIT_X86_RDMSR &&
	     run->exit_reason != KVM_EXIT_X86_WRMSR) ||
	    run->msr.index != context->arg[ABI_ARG_MSR])
		return false;
	run->msr.error = 0;
	if (run->exit_reason == KVM_EXIT_X86_RDMSR)
		run->msr.data = 0;
	return true;
}
