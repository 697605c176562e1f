/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Errors. Pure modules never print and never exit: a function that can fail
 * takes a struct error, fills it and returns -1 (or NULL). Commands print it.
 *
 * Text: what went wrong first, lower case, no full stop, the subject quoted:
 *	cannot open '/dev/kvm': Permission denied
 */
#ifndef VMB_ERROR_H
#define VMB_ERROR_H

#include <stdarg.h>

struct error {
	char text[512];
};

/* Exit statuses of every command; README.md documents them. */
enum exit_status {
	EXIT_DONE = 0,
	EXIT_FAILED = 1, /* a variant failed, or the job could not be done */
	EXIT_USAGE = 2,
	EXIT_REGRESSION = 3,
	EXIT_ALL_SKIPPED = 77,
};

/* Fill @err (which may be NULL) and return -1, for `return error_set(...)`. */
__attribute__((format(printf, 2, 3))) int error_set(struct error *err,
						    const char *fmt, ...);

/* The same, and append ": " and the text of the current errno. */
__attribute__((format(printf, 2, 3))) int error_set_errno(struct error *err,
							  const char *fmt, ...);

/*
 * Print "run-bench: TEXT" and a newline on stderr; control characters in it
 * become '?'.
 */
__attribute__((format(printf, 1, 2))) void error_print(const char *fmt, ...);

/* The same with "run-bench: warning: ". */
__attribute__((format(printf, 1, 2))) void warning_print(const char *fmt, ...);

#endif
