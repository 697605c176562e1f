// SPDX-License-Identifier: GPL-2.0-or-later
#include <string.h>

#include "bench/first-entry.h"
#include "harness/boot.h"
#include "harness/kvm.h"

/* SDM vol. 3, figure 8-11 and 19.5.2: 104 bytes, the port bitmap, ones. */
#define TSS_GPA		  ABI_IMAGE_GPA
#define TSS_BITMAP_OFFSET 102 /* of the offset of the bitmap */
#define TSS_SIZE	  104
#define TSS_BITMAP_SIZE	  (65536 / 8)

#define CODE_GPA (ABI_IMAGE_GPA + 0x10000)

static const uint8_t out_dx_eax[] = { 0xef };

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
		.selector = 0x28,
		.type = 0xb, /* busy 64-bit TSS */
		.present = 1,
	};
}

static int make_ready(struct vm *vm, uint32_t cpl, struct error *err)
{
	struct kvm_regs regs = {
		.rip = CODE_GPA,
		.rdx = ABI_PORT_NOP,
		.rflags = RFLAGS,
	};
	struct kvm_sregs sregs;

	boot_page_tables(vm_memory(vm, ABI_TABLES_GPA, BOOT_TABLES_SIZE),
			 ABI_TABLES_GPA);
	memcpy(vm_memory(vm, CODE_GPA, sizeof(out_dx_eax)), out_dx_eax,
	       sizeof(out_dx_eax));
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

static int check_exit(const struct kvm_run *run, int ret, struct error *err)
{
	if (ret < 0)
		return error_set_errno(err, "KVM_RUN failed");
	if (run->exit_reason != KVM_EXIT_IO || run->io.port != ABI_PORT_NOP)
		return error_set(err, "the first exit has reason %u, not %u",
				 run->exit_reason, KVM_EXIT_IO);
	return 0;
}

static int enter(struct host_context *context, struct vm *vm, struct error *err)
{
	int ret;

	if (make_ready(vm, context->cpl, err))
		return -1;
	HOST_TIMED(context, ret = kvm_try_value(vm->vcpu_fd, KVM_RUN, 0));
	if (check_exit(vm->run, ret, err))
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
