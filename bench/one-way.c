// SPDX-License-Identifier: GPL-2.0-or-later
#include "bench/one-way.h"
#include "bench/tiny-guest.h"
#include "harness/kvm.h"

/*
 * The guest: its first instruction in each KVM_RUN reads the TSC, and so does
 * the last but the OUT. The registers it needs stay as they are over an exit.
 */
#define READ_TSC(to)       \
	"	lfence\n"        \
	"	rdtsc\n"         \
	"	lfence\n"        \
	"	shl $32, %rdx\n" \
	"	or %rdx, %rax\n" \
	"	mov %rax, " to "(%rdi)\n"

extern const uint8_t one_way_code[], one_way_end[];
asm(".pushsection .rodata\n"
    "one_way_code:\n"
    "	mov %edx, %esi\n"
    "1:\n" READ_TSC("0") READ_TSC("8") "	mov %esi, %edx\n"
				       "	out %eax, %dx\n"
				       "	jmp 1b\n"
				       "one_way_end:\n"
				       ".popsection\n");

static int start_guest(struct host_context *context, struct error *err)
{
	size_t size = (size_t)(one_way_end - one_way_code);

	if (tiny_guest_load(context->vm, one_way_code, size, context->cpl, err))
		return -1;
	return 0;
}

struct way {
	uint64_t enter, leave; /* TSC ticks */
};

static int go(struct host_context *context, struct way *way, struct error *err)
{
	const volatile struct tiny_data *data = tiny_guest_data(context->vm);
	uint64_t before = host_tsc(), after;
	int ret = kvm_try_value(context->vm->vcpu_fd, KVM_RUN, 0);

	after = host_tsc();
	if (tiny_guest_check(context->vm, ret, err))
		return -1;
	context->userspace_exits++;
	way->enter = data->entered - before;
	way->leave = after - data->left;
	return 0;
}

static int enter_once(struct host_context *context, struct error *err)
{
	struct way way = { 0 };
	int ret = go(context, &way, err);

	context->ticks = way.enter;
	return ret;
}

static int leave_once(struct host_context *context, struct error *err)
{
	struct way way = { 0 };
	int ret = go(context, &way, err);

	context->ticks = way.leave;
	return ret;
}

const struct host_op enter_op = { .start = start_guest, .op = enter_once };
const struct host_op leave_op = { .start = start_guest, .op = leave_once };
