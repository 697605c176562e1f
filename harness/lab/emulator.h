/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How a machine's emulator is called, and where it leaves what it writes. */
#ifndef VMB_LAB_EMULATOR_H
#define VMB_LAB_EMULATOR_H

#include "lab/argv.h"
#include "lab/machine.h"

/* One boot. */
struct lab_boot_files {
	const char *kernel, *initramfs; /* to read */
	const char *cmdline; /* more for the kernel's command line; or NULL */
	const char *tools; /* directory of lab/files.h */
	const char *work; /* directory for temporary files */
	double wall_limit; /* seconds */
	/* Count what happens in timed windows; see lab/profile.h. */
	bool profile;
	/* Guest addresses whose RDTSC ends a window: "a,b", hexadecimal. */
	const char *close;
};

/* What the emulator writes, each owned by the caller. */
char *lab_emulator_console(const struct lab_machine *machine, const char *work);
char *lab_emulator_stream(const struct lab_machine *machine, const char *work);
char *lab_emulator_counts(const struct lab_machine *machine, const char *work);

/* Its command, for the caller to free. */
struct argv lab_emulator_argv(const struct lab_machine *machine,
			      const struct lab_boot_files *files);

/* "QEMU emulator version 7.2.22 (Debian ...)"; NULL when it is not there. */
char *lab_emulator_version(const struct lab_machine *machine);

/* -1 when it is not there: @err tells how to get it. */
int lab_emulator_check(const struct lab_machine *machine, struct error *err);

/* Where `lab bochs` puts Bochs, unless the machine says otherwise; owned. */
char *lab_bochs_directory(const struct lab_machine *machine);

#endif
