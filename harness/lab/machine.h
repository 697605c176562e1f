/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The lab's machines: which emulator, and how it must be set so that what it
 * runs is repeatable. A machine is named by text, "svm", "svm,cpus=2,accel=
 * tcg-realtime"; machine.c has the tables. Pure.
 */
#ifndef VMB_LAB_MACHINE_H
#define VMB_LAB_MACHINE_H

#include <stdbool.h>
#include <stddef.h>

#include "error.h"
#include "lab/argv.h"

enum lab_accel {
	/* QEMU, instructions counted: one TSC tick is one instruction. */
	LAB_ACCEL_TCG,
	/* QEMU, emulated too, in real time: several CPUs, no numbers. */
	LAB_ACCEL_TCG_REALTIME,
	/* Nested KVM, in real time. */
	LAB_ACCEL_KVM,
	LAB_ACCELS,
};

struct lab_machine {
	enum lab_accel accel;
	unsigned int cpus;
	unsigned int memory; /* MiB */
	bool advance; /* KVM's adaptive timer advance stays on */
	const char *cpu; /* QEMU's CPU model; NULL: the accelerator's best */
	const char *emulator; /* another QEMU; NULL: the one on PATH */
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
const char *lab_emulator(const struct lab_machine *machine);

/* What one boot needs besides the machine. */
struct lab_boot_files {
	const char *kernel, *initramfs; /* to read */
	const char *console, *stream; /* to write */
	const char *cmdline; /* more for the kernel's command line; or NULL */
	const char *plugin; /* "-plugin" and its arguments; or NULL */
};

/* The emulator's command, for the caller to free. */
struct argv lab_machine_argv(const struct lab_machine *machine,
			     const struct lab_boot_files *files);

extern const char lab_machine_help[];

#endif
