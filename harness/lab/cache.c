// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdlib.h>

#include "lab/cache.h"
#include "util.h"

static const char *set(const char *variable)
{
	const char *value = getenv(variable);

	return value && *value ? value : NULL;
}

char *lab_cache_path(const char *name)
{
	const char *own = set("VMENTRY_BENCH_CACHE");
	const char *xdg = set("XDG_CACHE_HOME"), *home = set("HOME");

	if (own)
		return xasprintf("%s/%s", own, name);
	if (xdg)
		return xasprintf("%s/vmentry-bench/%s", xdg, name);
	return xasprintf("%s/.cache/vmentry-bench/%s", home ? home : "/root",
			 name);
}
