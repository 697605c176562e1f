/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the exits of a guest mean, for the reasons of rows. */
#ifndef VMB_GUEST_EXIT_H
#define VMB_GUEST_EXIT_H

#include <stdbool.h>
#include <stdint.h>

#include "vm.h"

/* Is vCPU @run's exit a 32-bit OUT to @port? */
bool guest_exit_is_out32(const struct kvm_run *run, uint16_t port);
/* The value of that OUT. */
uint32_t guest_exit_out32(const struct kvm_run *run);

/*
 * Why vCPU @vcpu cannot go on after its last exit: an ABORT message, or an exit
 * that no payload should cause.
 */
void guest_exit_describe(const struct vm *vm, unsigned int vcpu,
			 struct error *err);

/* RIP of vCPU @vcpu as symbol+offset; "?" when KVM does not tell. */
void guest_exit_where(const struct vm *vm, unsigned int vcpu, char *text,
		      size_t size);

#endif
