// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What it takes to make a virtual machine and its parts. The launch's own VM
 * is there all the while, so that none of these is the first or the last of
 * the host: switching virtualisation on and off on every pCPU is not in them.
 */
#include <stdint.h>
#include <unistd.h>

#include "bench/bench.h"
#include "bench/first-entry.h"
#include "harness/host-run.h"
#include "harness/kvm.h"

static int make_vm(const struct host_context *context, struct error *err)
{
	return kvm_do_value(context->vm->kvm_fd, KVM_CREATE_VM, 0, err);
}

static int close_fd(int fd, struct error *err)
{
	return close(fd) ? error_set_errno(err, "cannot close a VM or a vCPU")
			 : 0;
}

static int create_once(struct host_context *context, struct error *err)
{
	int fd;

	HOST_TIMED(context, fd = make_vm(context, err));
	return fd < 0 ? -1 : close_fd(fd, err);
}

/* A vCPU holds its VM: with its descriptor closed, the VM's is the last. */
static int add_vcpus(int vm_fd, uint64_t count, struct error *err)
{
	int fd;

	for (uint64_t id = 0; id < count; id++) {
		fd = kvm_do_value(vm_fd, KVM_CREATE_VCPU, id, err);
		if (fd < 0)
			return -1;
		close(fd);
	}
	return 0;
}

static int destroy_once(struct host_context *context, struct error *err)
{
	int fd = make_vm(context, err), ret;

	if (fd < 0)
		return -1;
	if (add_vcpus(fd, context->arg[ABI_ARG_HOST], err)) {
		close(fd);
		return -1;
	}
	HOST_TIMED(context, ret = close(fd));
	return ret ? error_set_errno(err, "cannot close a VM") : 0;
}

static int create_irqchip_once(struct host_context *context, struct error *err)
{
	int fd = make_vm(context, err), ret;

	if (fd < 0)
		return -1;
	HOST_TIMED(context, ret = kvm_do_value(fd, KVM_CREATE_IRQCHIP, 0, err));
	close(fd);
	return ret;
}

static int create_vcpu_in(struct host_context *context, int vm_fd,
			  struct error *err)
{
	int fd;

	if (kvm_do_value(vm_fd, KVM_CREATE_IRQCHIP, 0, err) < 0)
		return -1;
	HOST_TIMED(context, fd = kvm_do_value(vm_fd, KVM_CREATE_VCPU, 0, err));
	return fd < 0 ? -1 : close_fd(fd, err);
}

static int create_vcpu_once(struct host_context *context, struct error *err)
{
	int fd = make_vm(context, err), ret;

	if (fd < 0)
		return -1;
	ret = create_vcpu_in(context, fd, err);
	close(fd);
	return ret;
}

/* --- memory slots --------------------------------------------------------- */

#define SLOT	  1
#define SLOT_GPA  (1ull << 30)
#define SLOT_SIZE (2ul << 20)

static int set_slot(int vm_fd, void *memory, size_t size, struct error *err)
{
	const struct kvm_userspace_memory_region region = {
		.slot = SLOT,
		.guest_phys_addr = SLOT_GPA,
		.memory_size = size, /* 0 removes the slot */
		.userspace_addr = (uintptr_t)memory,
	};

	return kvm_do(vm_fd, KVM_SET_USER_MEMORY_REGION, &region, err);
}

/* A new VM for each op: what KVM_CREATE_IRQCHIP leaves to do comes once. */
static int make_slot_vm(const struct host_context *context, struct error *err)
{
	int fd = make_vm(context, err);

	if (fd < 0 || !context->arg[ABI_ARG_HOST] ||
	    !kvm_do_value(fd, KVM_CREATE_IRQCHIP, 0, err))
		return fd;
	close(fd);
	return -1;
}

static int add_slot_once(struct host_context *context, struct error *err)
{
	void *memory = vm_memory(context->vm, 0, SLOT_SIZE);
	int fd = make_slot_vm(context, err), ret;

	if (fd < 0)
		return -1;
	HOST_TIMED(context, ret = set_slot(fd, memory, SLOT_SIZE, err));
	close(fd);
	return ret;
}

static int remove_slot_once(struct host_context *context, struct error *err)
{
	void *memory = vm_memory(context->vm, 0, SLOT_SIZE);
	int fd = make_slot_vm(context, err), ret;

	if (fd < 0)
		return -1;
	ret = set_slot(fd, memory, SLOT_SIZE, err);
	if (!ret)
		HOST_TIMED(context, ret = set_slot(fd, memory, 0, err));
	close(fd);
	return ret;
}

static const struct param_value vcpus_values[] = {
	{ "0", 0 },
	{ "1", 1 },
	{ 0 },
};

static const struct param_value irqchip_values[] = {
	{ "none", 0 },
	{ "kernel", 1 },
	{ 0 },
};

#define PARAM_WITH_IRQCHIP                              \
	{                                               \
		.name = "irqchip", .arg = ABI_ARG_HOST, \
		.values = irqchip_values,               \
	}

const struct bench vm_benchmarks[] = {
	{
		.name = "vm/create",
		.summary = "KVM_CREATE_VM",
		.host = &(const struct host_op){ .op = create_once },
	},
	{
		.name = "vm/destroy",
		.summary = "close of a VM's last descriptor",
		.host = &(const struct host_op){ .op = destroy_once },
		.params = { { .name = "vcpus",
			      .arg = ABI_ARG_HOST,
			      .values = vcpus_values } },
	},
	{
		.name = "vm/create-irqchip",
		.summary = "KVM_CREATE_IRQCHIP in a new VM",
		.host = &(const struct host_op){ .op = create_irqchip_once },
	},
	{
		.name = "vm/create-vcpu",
		.summary = "KVM_CREATE_VCPU in a new VM with an irqchip",
		.host = &(const struct host_op){ .op = create_vcpu_once },
	},
	{
		.name = "vm/memslot-add",
		.summary = "KVM_SET_USER_MEMORY_REGION that adds 2 MiB",
		.host = &(const struct host_op){ .op = add_slot_once },
		.params = { PARAM_WITH_IRQCHIP },
	},
	{
		.name = "vm/memslot-remove",
		.summary = "KVM_SET_USER_MEMORY_REGION that removes 2 MiB",
		.host = &(const struct host_op){ .op = remove_slot_once },
		.params = { PARAM_WITH_IRQCHIP },
	},
	{
		.name = "vm/first-entry",
		.summary =
			"a vCPU's first KVM_RUN, to the exit by its first instruction (OUT)",
		.host = &first_entry_op,
		.params = { PARAM_CPL_BOTH },
		.expect = { { EXPECT_EACH, "userspace_exits", 1 },
			    { EXPECT_AT_LEAST, "exits", 1 } },
	},
	{ 0 },
};
