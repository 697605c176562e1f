// SPDX-License-Identifier: GPL-2.0-or-later
#include <perfmon/pfmlib_perf_event.h>
#include <stdbool.h>
#include <string.h>

#include "pfm-encode.h"

/*
 * To libpfm4 4.13 naming mg or mh means wanting it: of "mg=0" it makes a count
 * of the guest alone, the opposite of what it says.
 */
static bool negates_host_or_guest(const char *name)
{
	return strcasestr(name, ":mg=0") || strcasestr(name, ":mh=0");
}

int pfm_encode(const char *name, struct perf_event_attr *attr, char **text,
	       struct error *err)
{
	pfm_perf_encode_arg_t arg = {
		.attr = attr,
		.fstr = text,
		.size = sizeof(arg),
	};
	int ret;

	*text = NULL;
	if (negates_host_or_guest(name))
		return error_set(
			err,
			"cannot encode event '%s': leave out what is not to be counted, instead of mg=0 or mh=0",
			name);
	ret = pfm_initialize();
	if (ret == PFM_SUCCESS)
		ret = pfm_get_os_event_encoding(name, PFM_PLM0 | PFM_PLM3,
						PFM_OS_PERF_EVENT_EXT, &arg);
	if (ret != PFM_SUCCESS)
		return error_set(err, "cannot encode event '%s': %s", name,
				 pfm_strerror(ret));
	return 0;
}
