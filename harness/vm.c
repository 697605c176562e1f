// SPDX-License-Identifier: GPL-2.0-or-later
#include <ctype.h>
#include <numa.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "boot.h"
#include "guest-cpuid.h"
#include "kvm.h"
#include "util.h"
#include "vm.h"

#define SMALL_PAGE 4096ul
#define HUGE_PAGE  (2ul << 20)
/* Three unused pages below 4 GiB, as VMX without unrestricted guest needs. */
#define TSS_ADDRESS	     0xfffbd000ul
#define IDENTITY_MAP_ADDRESS 0xfffbc000ull

size_t vm_memory_size(uint64_t max_ops)
{
	size_t size = ABI_SAMPLES_GPA + sizeof(struct abi_samples) +
		      max_ops * sizeof(uint64_t);

	return (size + HUGE_PAGE - 1) & ~(HUGE_PAGE - 1);
}

/* Zeroed memory that huge pages can back. */
static void *map_aligned(struct vm *vm, size_t size)
{
	uintptr_t address;

	vm->mapping_size = size + HUGE_PAGE;
	vm->mapping = mmap(NULL, vm->mapping_size, PROT_READ | PROT_WRITE,
			   MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (vm->mapping == MAP_FAILED) {
		vm->mapping = NULL;
		return NULL;
	}
	address = (uintptr_t)vm->mapping;
	return (void *)((address + HUGE_PAGE - 1) & ~(HUGE_PAGE - 1));
}

/* A node that is full gives way to another one without a word. */
static int check_node(const struct vm *vm, int node, struct error *err)
{
	void *pages[] = {
		vm->memory,
		vm->memory + vm->memory_size - SMALL_PAGE,
	};
	int where[ARRAY_SIZE(pages)];

	/* What cannot be asked is not checked. */
	if (numa_move_pages(0, ARRAY_SIZE(pages), pages, NULL, where, 0))
		return 0;
	for (size_t i = 0; i < ARRAY_SIZE(pages); i++)
		if (where[i] >= 0 && where[i] != node)
			return error_set(
				err,
				"the kernel put guest memory on NUMA node %d instead of %d",
				where[i], node);
	return 0;
}

static int create_memory(struct vm *vm, size_t size, int node,
			 struct error *err)
{
	struct kvm_userspace_memory_region region = {
		.slot = 0,
		.memory_size = size,
	};
	bool placed;

	vm->memory = map_aligned(vm, size);
	if (!vm->memory)
		return error_set(err, "cannot allocate %zu MiB of guest memory",
				 size >> 20);
	vm->memory_size = size;
	madvise(vm->memory, size, MADV_HUGEPAGE);
	placed = node >= 0 && numa_available() >= 0;
	if (placed)
		numa_tonode_memory(vm->memory, size, node);
	/* Touched now: no fault of the host's falls into a measurement. */
	for (size_t i = 0; i < size; i += SMALL_PAGE)
		((volatile unsigned char *)vm->memory)[i] = 0;
	if (placed && check_node(vm, node, err))
		return -1;
	region.userspace_addr = (uintptr_t)vm->memory;
	return kvm_do(vm->fd, KVM_SET_USER_MEMORY_REGION, &region, err);
}

static int create_split_irqchip(const struct vm *vm, struct error *err)
{
	struct kvm_enable_cap cap = {
		.cap = KVM_CAP_SPLIT_IRQCHIP,
		.args = { 24 }, /* pins of the IOAPIC that we do not have */
	};

	return kvm_do(vm->fd, KVM_ENABLE_CAP, &cap, err);
}

static int create_irqchip(const struct vm *vm, bool split, struct error *err)
{
	uint64_t identity_map = IDENTITY_MAP_ADDRESS;

	/* Where KVM has no use for these two it may not know them. */
	kvm_try_value(vm->fd, KVM_SET_TSS_ADDR, TSS_ADDRESS);
	kvm_try(vm->fd, KVM_SET_IDENTITY_MAP_ADDR, &identity_map);
	if (split)
		return create_split_irqchip(vm, err);
	return kvm_do_value(vm->fd, KVM_CREATE_IRQCHIP, 0, err);
}

static int set_cpuid(const struct vm *vm, unsigned int index, struct error *err)
{
	struct kvm_cpuid2 *cpuid = guest_cpuid(vm->kvm_fd, index, err);
	int ret;

	if (!cpuid)
		return -1;
	/* Its size depends on the number of entries: no compile-time check. */
	ret = ioctl(vm->vcpu_fds[index], KVM_SET_CPUID2, cpuid);
	if (ret < 0)
		error_set_errno(err, "KVM refused 'KVM_SET_CPUID2'");
	free(cpuid);
	return ret;
}

/* Guest TSC = host TSC, where this kernel (5.16 on) lets us set the offset. */
static bool share_tsc(int vcpu_fd)
{
	uint64_t offset = 0;
	struct kvm_device_attr attr = {
		.group = KVM_VCPU_TSC_CTRL,
		.attr = KVM_VCPU_TSC_OFFSET,
		.addr = (uintptr_t)&offset,
	};

	return !kvm_try(vcpu_fd, KVM_SET_DEVICE_ATTR, &attr);
}

static int create_vcpu(struct vm *vm, unsigned int index, struct error *err)
{
	int fd = kvm_do_value(vm->fd, KVM_CREATE_VCPU, index, err);

	if (fd < 0)
		return -1;
	vm->vcpu_fds[index] = fd;
	vm->runs[index] = mmap(NULL, vm->run_size, PROT_READ | PROT_WRITE,
			       MAP_SHARED, fd, 0);
	if (vm->runs[index] == MAP_FAILED) {
		vm->runs[index] = NULL;
		return error_set_errno(err, "cannot map a vCPU");
	}
	vm->same_tsc = share_tsc(fd);
	return set_cpuid(vm, index, err);
}

static int create_vcpus(struct vm *vm, unsigned int vcpus, struct error *err)
{
	int khz, run_size;

	run_size = kvm_do_value(vm->kvm_fd, KVM_GET_VCPU_MMAP_SIZE, 0, err);
	if (run_size < 0)
		return -1;
	vm->run_size = (size_t)run_size;
	while (vm->vcpus < vcpus) {
		vm->vcpu_fds[vm->vcpus] = -1;
		if (create_vcpu(vm, vm->vcpus++, err))
			return -1;
	}
	vm->vcpu_fd = vm->vcpu_fds[0];
	vm->run = vm->runs[0];
	khz = kvm_do_value(vm->vcpu_fd, KVM_GET_TSC_KHZ, 0, err);
	if (khz < 0)
		return -1;
	if (!khz)
		return error_set(err,
				 "KVM does not know the guest's TSC frequency");
	vm->tsc_khz = (uint64_t)khz;
	return 0;
}

/* Those of vCPU 0 under KVM's names, of vCPU n with "vcpuN." before them. */
static int add_stats(struct vm *vm, struct error *err)
{
	char prefix[16];

	if (kvm_stats_add(&vm->stats, vm->fd, "", err) ||
	    kvm_stats_add(&vm->stats, vm->vcpu_fd, "", err))
		return -1;
	for (unsigned int i = 1; i < vm->vcpus; i++) {
		snprintf(prefix, sizeof(prefix), "vcpu%u.", i);
		if (kvm_stats_add(&vm->stats, vm->vcpu_fds[i], prefix, err))
			return -1;
	}
	return 0;
}

int vm_create(struct vm *vm, const struct vm_config *config, struct error *err)
{
	*vm = (struct vm){ .kvm_fd = -1, .fd = -1, .vcpu_fd = -1 };
	vm->kvm_fd = kvm_open(err);
	if (vm->kvm_fd < 0)
		return -1;
	vm->fd = kvm_do_value(vm->kvm_fd, KVM_CREATE_VM, 0, err);
	if (vm->fd < 0)
		return -1;
	/* In this order: after the irqchip a slot waits 6 ms for SRCU. */
	if (create_memory(vm, config->memory_size, config->node, err) ||
	    create_irqchip(vm, config->split_irqchip, err) < 0 ||
	    create_vcpus(vm, config->vcpus, err))
		return -1;
	return add_stats(vm, err);
}

static int set_entry_state(const struct vm *vm, unsigned int index,
			   struct error *err)
{
	struct kvm_mp_state running = { .mp_state = KVM_MP_STATE_RUNNABLE };
	struct kvm_regs regs = {
		.rip = vm->image.entry,
		.rdi = index,
		.rflags = 2,
	};
	int fd = vm->vcpu_fds[index];
	struct kvm_sregs sregs;

	if (kvm_do(fd, KVM_GET_SREGS, &sregs, err) < 0)
		return -1;
	boot_sregs(&sregs, ABI_TABLES_GPA);
	if (kvm_do(fd, KVM_SET_SREGS, &sregs, err) < 0 ||
	    kvm_do(fd, KVM_SET_REGS, &regs, err) < 0)
		return -1;
	/* vCPUs other than the first wait for an INIT IPI otherwise. */
	if (index && kvm_do(fd, KVM_SET_MP_STATE, &running, err) < 0)
		return -1;
	return 0;
}

int vm_load(struct vm *vm, const void *payload, size_t size, struct error *err)
{
	void *window =
		vm_memory(vm, ABI_IMAGE_GPA, ABI_IMAGE_END - ABI_IMAGE_GPA);
	void *tables = vm_memory(vm, ABI_TABLES_GPA, BOOT_TABLES_SIZE);

	if (!window || !tables)
		return error_set(err, "guest memory is too small");
	if (elf_load(&vm->image, payload, size, window, ABI_IMAGE_GPA,
		     ABI_IMAGE_END, err))
		return -1;
	boot_page_tables(tables, ABI_TABLES_GPA);
	for (unsigned int i = 0; i < vm->vcpus; i++)
		if (set_entry_state(vm, i, err))
			return -1;
	return 0;
}

static void destroy_vcpu(struct vm *vm, unsigned int index)
{
	if (vm->runs[index])
		munmap(vm->runs[index], vm->run_size);
	if (vm->vcpu_fds[index] >= 0)
		close(vm->vcpu_fds[index]);
}

void vm_destroy(struct vm *vm)
{
	kvm_stats_close(&vm->stats);
	for (unsigned int i = 0; i < vm->vcpus; i++)
		destroy_vcpu(vm, i);
	if (vm->fd >= 0)
		close(vm->fd);
	if (vm->kvm_fd >= 0)
		close(vm->kvm_fd);
	if (vm->mapping)
		munmap(vm->mapping, vm->mapping_size);
}

void *vm_memory(const struct vm *vm, uint64_t gpa, size_t size)
{
	if (gpa > vm->memory_size || size > vm->memory_size - gpa)
		return NULL;
	return vm->memory + gpa;
}

volatile struct abi_shared *vm_shared(const struct vm *vm)
{
	return vm_memory(vm, ABI_SHARED_GPA, sizeof(struct abi_shared));
}

bool vm_string(const struct vm *vm, uint64_t gpa, char *text, size_t size)
{
	const volatile char *from;
	size_t i;

	for (i = 0; i + 1 < size; i++) {
		from = vm_memory(vm, gpa + i, 1);
		if (!from)
			return false;
		text[i] = *from;
		if (!text[i])
			break;
		if (!isprint((unsigned char)text[i]))
			text[i] = '?';
	}
	text[i] = '\0';
	return i > 0;
}

int vm_signal_msi(const struct vm *vm, uint32_t data)
{
	/* SDM vol. 3, 11.11.1: physical destination, APIC 0. */
	struct kvm_msi msi = { .address_lo = 0xfee00000, .data = data };

	return kvm_try(vm->fd, KVM_SIGNAL_MSI, &msi);
}
