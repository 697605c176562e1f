// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <ftw.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "directories.h"
#include "util.h"

#define OPEN_DIRECTORIES 16

int directories_make(const char *path, struct error *err)
{
	char *partial = xstrdup(path), *slash = partial;
	int ret = 0;

	do {
		slash = strchr(slash + 1, '/');
		if (slash)
			*slash = '\0';
		if (mkdir(partial, 0777) && errno != EEXIST)
			ret = error_set_errno(
				err, "cannot create directory '%s'", partial);
		if (slash)
			*slash = '/';
	} while (slash && !ret);
	free(partial);
	return ret;
}

char *directories_temporary(struct error *err)
{
	const char *tmp = getenv("TMPDIR");
	char *path = xasprintf("%s/vmentry-bench-XXXXXX",
			       tmp && *tmp ? tmp : "/tmp");

	if (mkdtemp(path))
		return path;
	error_set_errno(err, "cannot create directory '%s'", path);
	free(path);
	return NULL;
}

static int remove_one(const char *path, const struct stat *st, int type,
		      struct FTW *ftw)
{
	(void)st, (void)type, (void)ftw;
	remove(path);
	return 0;
}

void directories_remove(const char *path)
{
	if (path)
		nftw(path, remove_one, OPEN_DIRECTORIES, FTW_DEPTH | FTW_PHYS);
}
