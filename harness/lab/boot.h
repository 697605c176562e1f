/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One boot of a lab machine, from the start of its emulator to its end. Boots
 * go on side by side: each is polled.
 */
#ifndef VMB_LAB_BOOT_H
#define VMB_LAB_BOOT_H

#include <stdbool.h>

#include "error.h"
#include "lab/emulator.h"
#include "lab/process.h"
#include "lab/stream-read.h"

/* How it came to its end. */
enum lab_boot_end {
	LAB_BOOT_ENDED, /* as init told, whatever the suite's status */
	LAB_BOOT_CRASHED, /* the kernel panicked, or the machine was reset */
	LAB_BOOT_HANGS, /* at the wall limit */
	LAB_BOOT_FAILED, /* for lack of memory, the emulator's or this host's fault */
};

struct lab_boot {
	/* Set by the caller, who keeps what they point to. */
	const struct lab_machine *machine;
	struct lab_boot_files files;

	struct argv argv; /* the emulator's command */
	char *console_path, *stream_path; /* what it writes */
	struct process emulator;
	struct lab_stream stream;
	int stream_fd;
	double until; /* of CLOCK_MONOTONIC */
	char *exit_text; /* what the machine said at its end; NULL: nothing */
	enum lab_boot_end end; /* once lab_boot_poll() said so */
	bool failed; /* @error says why */
	struct error error;
};

/*
 * Start it. What the machine sends goes to @sink, but for EXIT, which is kept.
 * -1: it did not start. Freed by lab_boot_free() in any case.
 */
int lab_boot_start(struct lab_boot *boot, const struct lab_stream_sink *sink,
		   void *context, struct error *err);

/* Take what has come; true when the machine has ended, or was stopped. */
bool lab_boot_poll(struct lab_boot *boot);

/* Poll until the end. @stop ends it early, as by a signal. */
void lab_boot_wait(struct lab_boot *boot, const volatile bool *stop);

/* Did the machine come to its end? Else @err says what happened. */
int lab_boot_result(const struct lab_boot *boot, struct error *err);

void lab_boot_free(struct lab_boot *boot);

/* The last @lines lines of a console's log, owned by the caller; "" if none. */
char *lab_console_tail(const char *path, unsigned int lines);

#endif
