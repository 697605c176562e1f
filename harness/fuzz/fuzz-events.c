// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A list of --events, encoded by libpfm4, of which all PMUs are there whatever
 * the machine is: LIBPFM_ENCODE_INACTIVE.
 */
#include <stdlib.h>

#include "fuzz.h"
#include "perf-events.h"

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc, (void)argv;
	return setenv("LIBPFM_ENCODE_INACTIVE", "1", 1);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct fuzz_input input = { data, size };
	struct perf_events events = { 0 };
	char *list = fuzz_text(&input);
	struct error err;

	perf_events_add_list(&events, list, -1, "there is no tracefs", &err);
	perf_events_free(&events);
	free(list);
	return 0;
}
