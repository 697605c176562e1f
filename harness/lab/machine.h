/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The lab's machines: which emulator, and how it must be set so that what it
 * runs is repeatable. A machine is named by text: "svm", "vmx,apicv=0"; the
 * tables are in machine.c. Pure.
 */
#ifndef VMB_LAB_MACHINE_H
#define VMB_LAB_MACHINE_H

#include <stdbool.h>
#include <stddef.h>

#include "error.h"

enum lab_accel {
	/* QEMU, instructions counted: one TSC tick is one instruction. */
	LAB_ACCEL_TCG,
	/* QEMU, emulated too, in real time: several CPUs, no numbers. */
	LAB_ACCEL_TCG_REALTIME,
	/* Nested KVM under QEMU, in real time. */
	LAB_ACCEL_KVM,
	/* Bochs: one TSC tick is one instruction of each CPU. */
	LAB_ACCEL_BOCHS,
	LAB_ACCELS,
};

struct lab_machine {
	enum lab_accel accel;
	unsigned int cpus;
	unsigned int memory; /* MiB */
	bool advance; /* KVM's adaptive timer advance stays on */
	bool no_apicv; /* VMX: KVM is told not to use it */
	const char *cpu; /* the emulator's CPU model; NULL: the default */
	const char *features; /* VMX: of the CPU, added; or NULL */
	const char *emulator; /* QEMU, or Bochs's directory; NULL: the default */
	char *text; /* as named, owned */
};

/*
 * Parse "NAME[,KEY=VALUE]...". The machine is freed by lab_machine_free(); its
 * texts lie in machine->text. -1: usage error.
 */
int lab_machine_parse(struct lab_machine *machine, const char *text,
		      struct error *err);
void lab_machine_free(struct lab_machine *machine);

/* Do two boots of one kernel give the same ticks? */
bool lab_machine_deterministic(const struct lab_machine *machine);

const char *lab_accel_name(enum lab_accel accel);

/* Where boots repeat to the tick: the suite's --time for one launch. */
const char *lab_machine_seconds(const struct lab_machine *machine);

extern const char lab_machine_help[];

#endif
