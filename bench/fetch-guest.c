// SPDX-License-Identifier: GPL-2.0-or-later
#include "bench/fetch-guest.h"
#include "bench/ioeventfd.h"
#include "bench/tiny-guest.h"
#include "harness/kvm.h"

/*
 * RDI points to struct tiny_data, where the ticks of the twin and of the
 * watched instruction go: entered and left.
 *
 * KVM fetches 15 bytes at once, the longest instruction. The watched byte is not
 * that close behind any other that it may have to emulate.
 */
/* clang-format off */
#define TIMED(setup, label, insn, offset)				\
	"	.balign 64, 0x90\n"					\
	setup "	" insn "\n"						\
	TINY_READ_TSC("r8")						\
	setup label "	" insn "\n"					\
	TINY_READ_TSC("r9")						\
	"	sub %r8, %r9\n"						\
	"	mov %r9, " #offset "(%rdi)\n"

#define GUEST(name, setup, insn)					\
	extern const uint8_t name##_code[], name##_watched[], name##_end[]; \
	asm("	.pushsection .rodata\n"					\
	    "	.balign 64\n"						\
	    #name "_code:\n"						\
	    TIMED(setup, "", insn, 0)					\
	    TIMED(setup, #name "_watched:\n", insn, 8)			\
	    "	mov $" TINY_STRING(ABI_PORT_NOP) ", %edx\n"		\
	    "	out %eax, %dx\n"					\
	    "	jmp " #name "_code\n"					\
	    #name "_end:\n"						\
	    "	.popsection\n")

GUEST(fetch_outs,
      "	mov %rdi, %rsi\n	mov $" TINY_STRING(ABI_PORT_EVENT) ", %edx\n",
      "outsl");
GUEST(fetch_store,
      "	mov $" TINY_STRING(ABI_MMIO_EVENT_GPA) ", %esi\n",
      "mov %eax, (%rsi)");

#define WAY(name, function)						\
	{ .code = name##_code, .watched = name##_watched,		\
	  .end = name##_end, .listen = function }
/* clang-format on */

static const struct fetch_way {
	const uint8_t *code, *watched, *end;
	int (*listen)(struct bench_context *context, struct error *err);
} ways[FETCH_WAYS] = {
	[FETCH_OUTS] = WAY(fetch_outs, ioeventfd_pio),
	[FETCH_STORE] = WAY(fetch_store, ioeventfd_mmio),
};

int fetch_guest_start(struct fetch_guest *guest, struct vm *vm,
		      enum fetch_way_id way, const uint64_t *arg,
		      struct error *err)
{
	const struct fetch_way *w = &ways[way];
	int ret;

	*guest = (struct fetch_guest){
		.vm = vm,
		.way = way,
		.hooks = { .vm = vm, .arg = arg },
	};
	ret = tiny_guest_share_tsc_aux(vm, err);
	if (ret)
		return ret;
	ret = w->listen(&guest->hooks, err);
	if (ret)
		return ret;
	if (!tiny_guest_load(vm, w->code, (size_t)(w->end - w->code), 3, err))
		return 0;
	fetch_guest_stop(guest);
	return -1;
}

const void *fetch_guest_watched(const struct fetch_guest *guest)
{
	const struct fetch_way *w = &ways[guest->way];

	return tiny_guest_code(guest->vm, (size_t)(w->watched - w->code));
}

int fetch_guest_run(const struct fetch_guest *guest, struct fetch_times *times,
		    struct error *err)
{
	const volatile struct tiny_data *data = tiny_guest_data(guest->vm);
	int ret = kvm_try_value(guest->vm->vcpu_fd, KVM_RUN, 0);

	if (tiny_guest_check(guest->vm, ret, err))
		return -1;
	times->twin = data->entered;
	times->watched = data->left;
	return 0;
}

/* An OUT that returned is finished by the next KVM_RUN. */
static void finish_out(const struct vm *vm)
{
	vm->run->immediate_exit = 1;
	kvm_try_value(vm->vcpu_fd, KVM_RUN, 0);
	vm->run->immediate_exit = 0;
}

void fetch_guest_stop(struct fetch_guest *guest)
{
	finish_out(guest->vm);
	ioeventfd_close(&guest->hooks);
}
