// SPDX-License-Identifier: GPL-2.0-or-later
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

#include "kernel-symbol.h"

/* "ADDRESS TYPE NAME[\tMODULE]"; T and t are functions. */
static bool is_function(const char *line, uint64_t address, char *name,
			size_t size)
{
	uint64_t found;
	char type, text[128];

	if (sscanf(line, "%" SCNx64 " %c %127s", &found, &type, text) != 3 ||
	    found != address || (type != 'T' && type != 't'))
		return false;
	snprintf(name, size, "%s", text);
	return true;
}

/*
 * Where the kernel hides its addresses: what is the same in each boot of it, and
 * tells nobody where it is (RANDOMIZE_BASE goes by 2 MiB).
 */
#define KASLR_STEP (2u << 20)

void kernel_symbol(const char *kallsyms, uint64_t address, char *name,
		   size_t size)
{
	FILE *file = fopen(kallsyms, "re");
	bool found = false;
	size_t room = 0;
	char *line = NULL;

	while (file && !found && getline(&line, &room, file) > 0)
		found = is_function(line, address, name, size);
	if (!found)
		snprintf(name, size, "unknown-%05" PRIx64,
			 address % KASLR_STEP);
	free(line);
	if (file)
		fclose(file);
}
