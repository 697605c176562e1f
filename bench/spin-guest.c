// SPDX-License-Identifier: GPL-2.0-or-later
#include "bench/bench.h"
#include "bench/spin-guest.h"
#include "bench/tiny-guest.h"
#include "harness/kvm.h"

/*
 * R9 = TSC. The registers stay as they are over an exit. No fences, unlike
 * TINY_READ_TSC(): nothing is timed here, and what interrupts the loop is not to
 * wait for one.
 */
#define READ_TSC           \
	"	rdtsc\n"         \
	"	shl $32, %rdx\n" \
	"	or %rdx, %rax\n" \
	"	mov %rax, %r9\n"

/* RDI points to struct tiny_data, whose left says how long to spin. */
extern const uint8_t spin_code[], spin_end[];
asm(".pushsection .rodata\n"
    "spin_code:\n"
    "	mov %edx, %esi\n"
    "1:\n" READ_TSC "	mov %r9, %r8\n"
    "2:\n" READ_TSC "	sub %r8, %r9\n"
    "	cmp 8(%rdi), %r9\n"
    "	jb 2b\n"
    "	mov %esi, %edx\n"
    "	out %eax, %dx\n"
    "	jmp 1b\n"
    "spin_end:\n"
    ".popsection\n");

int spin_guest_start(struct vm *vm, uint64_t ticks, struct error *err)
{
	int ret = tiny_guest_share_tsc_aux(vm, err);

	if (ret)
		return ret;
	if (tiny_guest_load(vm, spin_code, (size_t)(spin_end - spin_code), 3,
			    err))
		return -1;
	tiny_guest_data(vm)->left = ticks;
	return 0;
}

int spin_guest_run(const struct vm *vm, struct error *err)
{
	return tiny_guest_check(vm, kvm_try_value(vm->vcpu_fd, KVM_RUN, 0),
				err);
}
