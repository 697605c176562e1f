/* SPDX-License-Identifier: GPL-2.0-or-later */
/* `--msr INDEX[:rd|wr[=VALUE]]`: an MSR that the user wants measured. Pure. */
#ifndef VMB_MSR_REQUEST_H
#define VMB_MSR_REQUEST_H

#include <stdbool.h>
#include <stdint.h>

#include "error.h"

struct msr_request {
	const char *text; /* as the user wrote it: not copied */
	uint32_t index;
	bool read, write; /* both when the user names neither */
	bool has_value; /* to write; else the value that it has */
	uint64_t value;
};

/* -1: @text is no such request, or one that would spoil the measurement. */
int msr_request_parse(struct msr_request *request, const char *text,
		      struct error *err);

#endif
