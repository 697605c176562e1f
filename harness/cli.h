/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Long options, as every command takes them: a table says which there are, and
 * where their values go. Pure, but for getopt's own state.
 */
#ifndef VMB_CLI_H
#define VMB_CLI_H

#include <stdbool.h>
#include <stdint.h>

#include "error.h"

/* One option: one of the targets says what it takes. */
struct cli_option {
	const char *name; /* without "--"; NULL ends the table */
	/* The command that does not take it, though others do; or NULL. */
	const char *not_of;
	/* No value: sets *on, or makes *unset NULL. */
	bool *on;
	const char **unset;
	/* A text that is not empty; it stays inside argv. */
	const char **text;
	/* A number of @min to @max, as parse_u64() reads it; @max 0: any. */
	uint64_t *number;
	int *index; /* likewise, where -1 means none was given */
	uint64_t min, max;
	/*
	 * Anything else. @value is inside argv, or NULL where the option is
	 * @bare. -1: usage error, in @err.
	 */
	int (*parse)(const char *option, const char *value, void *to,
		     struct error *err);
	void *to;
	bool bare;
};

/*
 * Read the options among @argv, whose first word is the command's name. The
 * index of the first operand, behind which getopt puts all others; or -1:
 * usage error, in @err.
 */
int cli_parse(const struct cli_option *options, int argc, char **argv,
	      struct error *err);

/* "invalid value 'VALUE' of '--OPTION'", and -1. */
int cli_invalid(const char *option, const char *value, struct error *err);

/* For cli_option.parse: @to is a double, which may be 0 or more. */
int cli_parse_percent(const char *option, const char *value, void *to,
		      struct error *err);

#endif
