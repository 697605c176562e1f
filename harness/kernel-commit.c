// SPDX-License-Identifier: GPL-2.0-or-later
#include <string.h>

#include "kernel-commit.h"

void kernel_commit(const char *release, char *commit)
{
	const char *at = release;

	*commit = '\0';
	while ((at = strstr(at, "-g"))) {
		size_t len = strspn(at += 2, "0123456789abcdef");

		if (len < 7 || len >= KERNEL_COMMIT_SIZE ||
		    (at[len] && !strchr("-+", at[len])))
			continue;
		memcpy(commit, at, len);
		commit[len] = '\0';
		return;
	}
}
