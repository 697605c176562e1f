// SPDX-License-Identifier: GPL-2.0-or-later
#include <cpuid.h>
#include <string.h>
#include <x86intrin.h>

#include "bench/bench.h"
#include "bench/tiny-guest.h"
#include "guest/msr-index.h"
#include "harness/boot.h"
#include "harness/kvm.h"

/* SDM vol. 3, figure 8-11, vol. 1, 19.5.2: 104 bytes, the port bitmap, ones. */
#define TSS_GPA		  ABI_IMAGE_GPA
#define TSS_BITMAP_OFFSET 102 /* of the offset of the bitmap */
#define TSS_SIZE	  104
#define TSS_BITMAP_SIZE	  (65536 / 8)
#define TSS_SELECTOR	  0x28

#define CODE_GPA (ABI_IMAGE_GPA + 0x10000)
#define DATA_GPA (ABI_IMAGE_GPA + 0x20000)

/* IF off, IOPL 3, and the bit that is always one. */
#define RFLAGS 0x3002

static void enter_in_ring3(struct kvm_sregs *sregs)
{
	sregs->cs.selector |= 3;
	sregs->cs.dpl = 3;
	sregs->ss.selector |= 3;
	sregs->ss.dpl = 3;
}

/* Port I/O from ring 3 by a bitmap of zeros too: IOPL is not always enough. */
static void set_tss(const struct vm *vm, struct kvm_sregs *sregs)
{
	unsigned char *tss =
		vm_memory(vm, TSS_GPA, TSS_SIZE + TSS_BITMAP_SIZE + 1);
	const uint16_t bitmap = TSS_SIZE;

	memcpy(tss + TSS_BITMAP_OFFSET, &bitmap, sizeof(bitmap));
	tss[TSS_SIZE + TSS_BITMAP_SIZE] = 0xff;
	sregs->tr = (struct kvm_segment){
		.base = TSS_GPA,
		.limit = TSS_SIZE + TSS_BITMAP_SIZE,
		.selector = TSS_SELECTOR,
		.type = 0xb, /* busy 64-bit TSS */
		.present = 1,
	};
}

static int set_registers(const struct vm *vm, uint32_t cpl, struct error *err)
{
	const struct kvm_regs regs = {
		.rip = CODE_GPA,
		.rdi = DATA_GPA,
		.rdx = ABI_PORT_NOP,
		.rflags = RFLAGS,
	};
	struct kvm_sregs sregs;

	if (kvm_do(vm->vcpu_fd, KVM_GET_SREGS, &sregs, err) < 0)
		return -1;
	boot_sregs(&sregs, ABI_TABLES_GPA);
	set_tss(vm, &sregs);
	if (cpl == 3)
		enter_in_ring3(&sregs);
	if (kvm_do(vm->vcpu_fd, KVM_SET_SREGS, &sregs, err) < 0)
		return -1;
	return kvm_do(vm->vcpu_fd, KVM_SET_REGS, &regs, err) < 0 ? -1 : 0;
}

int tiny_guest_load(struct vm *vm, const void *code, size_t size, uint32_t cpl,
		    struct error *err)
{
	void *tables = vm_memory(vm, ABI_TABLES_GPA, BOOT_TABLES_SIZE);
	void *room = vm_memory(vm, CODE_GPA, size);

	if (!tables || !room || !tiny_guest_data(vm))
		return error_set(err, "guest memory is too small");
	boot_page_tables(tables, ABI_TABLES_GPA);
	memcpy(room, code, size);
	return set_registers(vm, cpl, err);
}

void *tiny_guest_code(const struct vm *vm, size_t offset)
{
	return vm_memory(vm, CODE_GPA + offset, 1);
}

/* False where the pCPU has none: neither RDTSCP nor RDPID (SDM vol. 2, CPUID). */
static bool read_tsc_aux(uint32_t *aux)
{
	unsigned int eax, ebx, ecx, edx;
	uint64_t wide;

	if (__get_cpuid(0x80000001, &eax, &ebx, &ecx, &edx) && edx >> 27 & 1) {
		__rdtscp(aux);
		return true;
	}
	if (!__get_cpuid_count(7, 0, &eax, &ebx, &ecx, &edx) ||
	    !(ecx >> 22 & 1))
		return false;
	asm volatile("rdpid %0" : "=r"(wide));
	*aux = (uint32_t)wide;
	return true;
}

int tiny_guest_share_tsc_aux(const struct vm *vm, struct error *err)
{
	struct {
		struct kvm_msrs head;
		struct kvm_msr_entry entry;
	} msrs = { .head.nmsrs = 1, .entry.index = MSR_TSC_AUX };
	uint32_t aux;

	if (!read_tsc_aux(&aux))
		return 0;
	msrs.entry.data = aux;
	if (kvm_try(vm->vcpu_fd, KVM_SET_MSRS, &msrs.head) == 1)
		return 0;
	error_set(err, "KVM does not let the monitor set the guest's TSC_AUX");
	return BENCH_SKIP;
}

struct tiny_data *tiny_guest_data(const struct vm *vm)
{
	return vm_memory(vm, DATA_GPA, sizeof(struct tiny_data));
}

int tiny_guest_check(const struct vm *vm, int ret, struct error *err)
{
	const struct kvm_run *run = vm->run;

	if (ret < 0)
		return error_set_errno(err, "KVM_RUN failed");
	if (run->exit_reason != KVM_EXIT_IO || run->io.port != ABI_PORT_NOP)
		return error_set(err, "KVM_RUN returned with reason %u, not %u",
				 run->exit_reason, KVM_EXIT_IO);
	return 0;
}
