// SPDX-License-Identifier: GPL-2.0-or-later
#include "bench/first-entry.h"
#include "bench/tiny-guest.h"
#include "harness/kvm.h"

static const uint8_t out_eax_to_dx[] = { 0xef };

static int enter(struct host_context *context, struct vm *vm, struct error *err)
{
	int ret;

	if (tiny_guest_load(vm, out_eax_to_dx, sizeof(out_eax_to_dx),
			    context->cpl, err))
		return -1;
	HOST_TIMED(context, ret = kvm_try_value(vm->vcpu_fd, KVM_RUN, 0));
	if (tiny_guest_check(vm, ret, err))
		return -1;
	context->userspace_exits++;
	return host_count_vm(context, vm, err);
}

static int first_entry_once(struct host_context *context, struct error *err)
{
	const struct vm_config config = {
		.memory_size = vm_memory_size(0),
		.node = context->node,
		.vcpus = 1,
	};
	struct vm vm;
	int ret;

	ret = vm_create(&vm, &config, err);
	if (!ret)
		ret = enter(context, &vm, err);
	vm_destroy(&vm);
	return ret;
}

const struct host_op first_entry_op = { .op = first_entry_once };
