// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdio.h>

#include "command.h"

int command_usage_error(const char *command, const struct error *err)
{
	error_print("%s", err->text);
	fprintf(stderr, "Try 'run-bench %s --help'.\n", command);
	return EXIT_USAGE;
}
