// SPDX-License-Identifier: GPL-2.0-or-later
#include <fcntl.h>
#include <libgen.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "directories.h"
#include "embedded.h"
#include "lab/files.h"
#include "util.h"

#define BELOW "lab/"

static int unpack_file(const char *directory, const struct embedded_file *file,
		       struct error *err)
{
	char *path = xasprintf("%s/%s", directory, file->name + strlen(BELOW));
	char *parent = xstrdup(path);
	int ret = directories_make(dirname(parent), err), fd;

	/* All may be executed: what is a script the table does not say. */
	fd = ret ? -1
		 : open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0755);
	if (!ret && (fd < 0 ||
		     write(fd, file->data, file->size) != (ssize_t)file->size))
		ret = error_set_errno(err, "cannot write '%s'", path);
	if (fd >= 0)
		close(fd);
	free(parent);
	free(path);
	return ret;
}

char *lab_files_unpack(struct error *err)
{
	char *directory = directories_temporary(err);
	int ret = directory ? 0 : -1;

	for (size_t i = 0; i < embedded_count && !ret; i++)
		if (!strncmp(embedded_files[i].name, BELOW, strlen(BELOW)))
			ret = unpack_file(directory, &embedded_files[i], err);
	if (!ret)
		return directory;
	directories_remove(directory);
	free(directory);
	return NULL;
}
