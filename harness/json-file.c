// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "json-file.h"
#include "util.h"

static int write_all(int fd, const char *text)
{
	size_t left = strlen(text);
	ssize_t done;

	while (left) {
		done = write(fd, text, left);
		if (done < 0 && errno == EINTR)
			continue;
		if (done < 0)
			return -1;
		text += done;
		left -= (size_t)done;
	}
	return 0;
}

/* Close @fd, with errno of an earlier error kept; @ret, or -1 on failure. */
static int close_after(int fd, int ret)
{
	int saved = errno;

	if (close(fd) && !ret)
		return -1;
	errno = saved;
	return ret;
}

/* Write a new file and see it reach the disk. */
static int write_new(const char *path, const char *text)
{
	int fd, ret;

	/* The process's own leftover, if it was killed with the same number. */
	unlink(path);
	fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
	if (fd < 0)
		return -1;
	ret = write_all(fd, text);
	if (!ret)
		ret = fsync(fd);
	return close_after(fd, ret);
}

/*
 * Make the new name last. Some file systems cannot sync a directory; the file
 * is whole all the same, so that this is no failure.
 */
static void sync_directory(const char *path)
{
	char *copy = xstrdup(path);
	int fd = open(dirname(copy), O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd >= 0) {
		fsync(fd);
		close(fd);
	}
	free(copy);
}

int json_write_atomic(const char *path, const json_t *json, struct error *err)
{
	char *dump, *text, *temporary;
	int ret;

	dump = json_dumps(json, JSON_INDENT(2));
	if (!dump)
		return error_set(err,
				 "cannot write '%s': it is not a JSON "
				 "object or array",
				 path);
	text = xasprintf("%s\n", dump);
	free(dump);
	temporary = xasprintf("%s.tmp-%ld", path, (long)getpid());
	ret = write_new(temporary, text);
	if (!ret)
		ret = rename(temporary, path);
	if (ret) {
		error_set_errno(err, "cannot write '%s'", path);
		unlink(temporary);
	} else {
		sync_directory(path);
	}
	free(temporary);
	free(text);
	return ret;
}
