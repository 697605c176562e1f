// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdio.h>
#include <stdlib.h>

#include "command.h"

int command_usage_error(const char *command, const struct error *err)
{
	error_print("%s", err->text);
	fprintf(stderr, "Try 'run-bench %s --help'.\n", command);
	return EXIT_USAGE;
}

int command_check_unused(const struct results *results)
{
	for (size_t i = 0; i < results->n_faults; i++) {
		char *text = results_fault_text(results, &results->faults[i]);

		error_print("%s", text);
		free(text);
	}
	return results->n_unused ? EXIT_FAILED : EXIT_DONE;
}
