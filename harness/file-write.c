// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "file-write.h"
#include "util.h"

static int write_all(int fd, const char *data, size_t left)
{
	ssize_t done;

	while (left) {
		done = write(fd, data, left);
		if (done < 0 && errno == EINTR)
			continue;
		if (done < 0)
			return -1;
		data += done;
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
static int write_new(const char *path, const char *data, size_t size)
{
	int fd, ret;

	/* The process's own leftover, if it was killed with the same number. */
	unlink(path);
	fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
	if (fd < 0)
		return -1;
	ret = write_all(fd, data, size);
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

int file_write_atomic(const char *path, const char *data, size_t size,
		      struct error *err)
{
	char *temporary = xasprintf("%s.tmp-%ld", path, (long)getpid());
	int ret = write_new(temporary, data, size);

	if (!ret)
		ret = rename(temporary, path);
	if (ret) {
		error_set_errno(err, "cannot write '%s'", path);
		unlink(temporary);
	} else {
		sync_directory(path);
	}
	free(temporary);
	return ret;
}

/* Does @file begin with @begin, as far as it goes? */
static bool begins_with(FILE *file, const char *begin)
{
	size_t size = strlen(begin), n;
	char *there = xcalloc(1, size + 1);
	bool same;

	n = fread(there, 1, size, file);
	same = !ferror(file) && !memcmp(there, begin, n);
	free(there);
	return same;
}

int file_may_replace(const char *path, const char *begin, struct error *err)
{
	struct stat st = { 0 };
	FILE *file = NULL;
	bool ours = false;

	if (stat(path, &st)) {
		if (errno == ENOENT || errno == ENOTDIR)
			return 0;
		return error_set_errno(err, "cannot write '%s'", path);
	}
	if (S_ISREG(st.st_mode)) {
		file = fopen(path, "re");
		if (!file)
			return error_set_errno(err, "cannot read '%s'", path);
		ours = begins_with(file, begin);
		fclose(file);
	}
	if (ours)
		return 0;
	return error_set(err,
			 "cannot write '%s': a file that run-bench did not "
			 "write is there",
			 path);
}
