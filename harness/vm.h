/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A minimal virtual machine: vCPU 0, which the measured code runs on, others
 * when asked for, and one memory slot at guest address 0. Functions with an @err
 * return 0, or -1 with it filled.
 */
#ifndef VMB_VM_H
#define VMB_VM_H

#include <linux/kvm.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "elf-image.h"
#include "error.h"
#include "guest/abi.h"
#include "kvm-stats.h"

struct vm_config {
	size_t memory_size;
	int node; /* NUMA node of the memory, or -1 for the kernel's choice */
	unsigned int vcpus; /* 1 to ABI_MAX_VCPUS */
	bool split_irqchip; /* LAPICs in the kernel, no PIC and no IOAPIC */
};

struct vm {
	int kvm_fd, fd;
	unsigned int vcpus;
	int vcpu_fds[ABI_MAX_VCPUS];
	struct kvm_run *runs[ABI_MAX_VCPUS];
	size_t run_size;
	/* Those of vCPU 0 again, as nearly all code means them. */
	int vcpu_fd;
	struct kvm_run *run;
	unsigned char *memory; /* guest address 0 */
	size_t memory_size;
	void *mapping; /* what holds memory, before alignment */
	size_t mapping_size;
	struct elf_image image;
	struct kvm_stats stats;
	uint64_t tsc_khz;
	bool same_tsc; /* the guest reads the host's TSC, unshifted */
};

/* The caller ends with vm_destroy(), also when this failed. */
int vm_create(struct vm *vm, const struct vm_config *config, struct error *err);

/*
 * Load the ELF file of @size bytes at @payload, which must stay as long as @vm,
 * and let all vCPUs begin at its entry point. The shared page is the caller's.
 */
int vm_load(struct vm *vm, const void *payload, size_t size, struct error *err);

void vm_destroy(struct vm *vm);

/*
 * The one place where a guest address becomes a pointer: NULL unless all of
 * [@gpa, @gpa + @size) is guest memory.
 */
void *vm_memory(const struct vm *vm, uint64_t gpa, size_t size);

/*
 * The shared page. Other vCPUs may write to it at any time: an access is one
 * access, and what was checked is what was copied, never what is read again.
 */
volatile struct abi_shared *vm_shared(const struct vm *vm);

/* Copy the guest's string at @gpa, unprintable bytes as '?': false if none. */
bool vm_string(const struct vm *vm, uint64_t gpa, char *text, size_t size);

/*
 * Deliver an MSI to vCPU 0: @data as in SDM vol. 3, 11.11.2, a vector or an
 * NMI. Any thread, also while the vCPU runs. What KVM_SIGNAL_MSI returned.
 */
int vm_signal_msi(const struct vm *vm, uint32_t data);

/* TSC ticks in @ns nanoseconds. */
static inline uint64_t vm_ns_to_ticks(const struct vm *vm, uint64_t ns)
{
	return ns * vm->tsc_khz / 1000000;
}

/* Bytes of guest memory for @max_ops samples. */
size_t vm_memory_size(uint64_t max_ops);

#endif
