// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "lab/cpio.h"
#include "util.h"

int cpio_create(struct cpio *cpio, const char *path, struct error *err)
{
	*cpio = (struct cpio){ .file = fopen(path, "wxe") };
	if (!cpio->file)
		return error_set_errno(err, "cannot create '%s'", path);
	cpio->path = xstrdup(path);
	return 0;
}

static void pad(struct cpio *cpio, size_t n)
{
	static const char zeros[4];

	fwrite(zeros, 1, (4 - n % 4) % 4, cpio->file);
}

struct device {
	unsigned int major, minor;
};

static void put(struct cpio *cpio, const char *name, unsigned int mode,
		struct device device, const void *bytes, size_t n)
{
	size_t name_size = strlen(name) + 1;

	/* ino mode uid gid nlink mtime size dev 0:0 rdev namesize check */
	fprintf(cpio->file,
		"070701%08X%08X%08X%08X%08X%08X%08zX%08X%08X%08X%08X%08zX%08X",
		++cpio->members, mode, 0, 0, 1, 0, n, 0, 0, device.major,
		device.minor, name_size, 0);
	fwrite(name, 1, name_size, cpio->file);
	pad(cpio, 110 + name_size);
	fwrite(bytes, 1, n, cpio->file);
	pad(cpio, n);
}

void cpio_directory(struct cpio *cpio, const char *name)
{
	put(cpio, name, S_IFDIR | 0755, (struct device){ 0 }, "", 0);
}

void cpio_console(struct cpio *cpio, const char *name)
{
	put(cpio, name, S_IFCHR | 0600, (struct device){ 5, 1 }, "", 0);
}

void cpio_data(struct cpio *cpio, const char *name, unsigned int mode,
	       const void *bytes, size_t n)
{
	put(cpio, name, S_IFREG | mode, (struct device){ 0 }, bytes, n);
}

int cpio_copy(struct cpio *cpio, const char *name, unsigned int mode,
	      const char *from, struct error *err)
{
	size_t n;
	char *bytes = read_file(from, &n);

	if (!bytes)
		return error_set_errno(err, "cannot read '%s'", from);
	cpio_data(cpio, name, mode, bytes, n);
	free(bytes);
	return 0;
}

int cpio_close(struct cpio *cpio, struct error *err)
{
	int ret = 0;

	if (!cpio->file)
		return 0;
	put(cpio, "TRAILER!!!", 0, (struct device){ 0 }, "", 0);
	if (close_written(cpio->file))
		ret = error_set_errno(err, "cannot write '%s'", cpio->path);
	free(cpio->path);
	*cpio = (struct cpio){ 0 };
	return ret;
}
