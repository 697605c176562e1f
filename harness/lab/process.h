/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Other programs that the lab starts: emulators and small tools. */
#ifndef VMB_LAB_PROCESS_H
#define VMB_LAB_PROCESS_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "error.h"

struct process {
	pid_t pid; /* 0: none */
	int messages; /* a file in memory: what it says on stderr; -1: none */
	int status; /* of waitpid(), once it ended */
	const char *name; /* for errors; not owned */
};

#define PROCESS_NONE            \
	(struct process)        \
	{                       \
		.messages = -1, \
	}

/*
 * Start @argv, found on PATH, with nothing to read and its output going to
 * @out (-1: with its messages). It dies with this process. Ended by
 * process_wait() or process_stop().
 */
int process_start(struct process *p, char *const argv[], int out,
		  struct error *err);

/* Has it ended? Never waits. */
bool process_ended(struct process *p);

/* Wait for its end. -1 when that is not exit status 0: @err says what it said. */
int process_wait(struct process *p, struct error *err);

/*
 * End it, and what it started, by SIGINT, or SIGKILL 2 s later, unless it has
 * ended; none is fine.
 */
void process_stop(struct process *p);

/*
 * Start and wait; what it says goes where this process's own output goes. @stop ends
 * it, and all that it started, early, as by a signal.
 */
int process_show(char *const argv[], const volatile bool *stop,
		 struct error *err);

/*
 * Start and wait: what it printed, @len bytes (NULL: a text) and a NUL, owned by
 * the caller. NULL on error.
 */
char *process_output(char *const argv[], size_t *len, struct error *err);

#endif
