// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdlib.h>
#include <string.h>

#include "msr-request.h"
#include "util.h"

#define MSR_TSC 0x10

/* What stands behind the colon, NULL when there is none. */
static int parse_access(struct msr_request *request, const char *access)
{
	request->read = !access || !strcmp(access, "rd");
	request->write = !access || !strncmp(access, "wr", 2);
	if (!access || request->read)
		return 0;
	if (!request->write)
		return -1;
	request->has_value = access[2] == '=';
	if (!request->has_value)
		return access[2] ? -1 : 0;
	return parse_u64(access + 3, UINT64_MAX, &request->value);
}

int msr_request_parse(struct msr_request *request, const char *text,
		      struct error *err)
{
	char *copy = xstrdup(text), *colon = strchr(copy, ':');
	uint64_t index;
	int ret;

	*request = (struct msr_request){ .text = text };
	if (colon)
		*colon = '\0';
	ret = parse_u64(copy, UINT32_MAX, &index) ||
	      parse_access(request, colon ? colon + 1 : NULL);
	free(copy);
	if (ret)
		return error_set(
			err,
			"invalid value '%s' of '--msr' (INDEX[:rd|wr[=VALUE]], such as 0x48:wr=1)",
			text);
	request->index = (uint32_t)index;
	if (request->index == MSR_TSC && request->write)
		return error_set(
			err,
			"cannot measure '--msr %s': a write moves the clock that times it ('0x10:rd' is possible)",
			text);
	return 0;
}
