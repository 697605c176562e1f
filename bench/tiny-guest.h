/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A guest of a few instructions, for ops of the host that enter one: no
 * runtime, no messages. Its exits are 32-bit OUTs to ABI_PORT_NOP, from ring 0
 * or ring 3.
 */
#ifndef VMB_TINY_GUEST_H
#define VMB_TINY_GUEST_H

#include "harness/error.h"
#include "harness/vm.h"

/* At the guest address in RDI when the code starts; RDX has the port. */
struct tiny_data {
	uint64_t entered, left; /* TSC, as the code likes */
};

/*
 * Make vCPU 0 of @vm begin with the @size bytes of @code in ring @cpl. The
 * memory of @vm need not hold anything.
 */
int tiny_guest_load(struct vm *vm, const void *code, size_t size, uint32_t cpl,
		    struct error *err);

struct tiny_data *tiny_guest_data(const struct vm *vm);

/* After KVM_RUN returned @ret: -1 and why, unless it was the guest's OUT. */
int tiny_guest_check(const struct vm *vm, int ret, struct error *err);

#endif
