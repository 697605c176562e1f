// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <fcntl.h>
#include <linux/mount.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "tracefs.h"
#include "util.h"

/* A `format` file: kvm_exit's, with the names of all reasons, has 8 KiB. */
#define FILE_SIZE 65536

/* By number, as C libraries before glibc 2.36 do not know these calls. */
static int mount_detached(void)
{
	int context = (int)syscall(SYS_fsopen, "tracefs", FSOPEN_CLOEXEC);
	int root = -1;

	if (context < 0)
		return -1;
	if (!syscall(SYS_fsconfig, context, FSCONFIG_CMD_CREATE, NULL, NULL, 0))
		root = (int)syscall(SYS_fsmount, context, FSMOUNT_CLOEXEC,
				    MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID |
					    MOUNT_ATTR_NODEV |
					    MOUNT_ATTR_NOEXEC);
	close(context);
	return root;
}

static int open_directory(const char *path)
{
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	/* The mount point is there without a mount, too. */
	if (fd >= 0 && faccessat(fd, "events", R_OK | X_OK, 0)) {
		close(fd);
		return -1;
	}
	return fd;
}

int tracefs_open(struct error *err)
{
	static const char *const mounts[] = { "/sys/kernel/tracing",
					      "/sys/kernel/debug/tracing" };
	int root = mount_detached();

	if (root >= 0)
		return root;
	error_set_errno(err, "cannot reach tracefs%s",
			errno == EPERM ? " (needs root or CAP_SYS_ADMIN)" : "");
	for (size_t i = 0; i < ARRAY_SIZE(mounts); i++) {
		root = open_directory(mounts[i]);
		if (root >= 0)
			return root;
	}
	return -1;
}

/* "SYSTEM:EVENT" -> "events/SYSTEM/EVENT/FILE", or NULL for other names. */
static char *event_path(const char *name, const char *file)
{
	const char *colon = strchr(name, ':');

	if (!colon || colon == name || !colon[1] || strchr(colon + 1, ':') ||
	    strchr(name, '/') || name[0] == '.' || colon[1] == '.')
		return NULL;
	return xasprintf("events/%.*s/%s/%s", (int)(colon - name), name,
			 colon + 1, file);
}

bool tracefs_has(int root, const char *name)
{
	char *path = event_path(name, "id");
	bool has = path && !faccessat(root, path, F_OK, 0);

	free(path);
	return has;
}

/* All of a file, NUL-terminated: the caller frees. */
static char *read_event_file(int root, const char *name, const char *file,
			     struct error *err)
{
	char *path = event_path(name, file), *text = NULL;
	size_t len = 0;
	ssize_t got = -1;
	int fd = -1;

	if (path)
		fd = openat(root, path, O_RDONLY | O_CLOEXEC);
	if (fd >= 0) {
		text = xcalloc(1, FILE_SIZE);
		while ((got = read(fd, text + len, FILE_SIZE - 1 - len)) > 0)
			len += (size_t)got;
	}
	if (!path)
		error_set(err, "'%s' is no name of a tracepoint", name);
	else if (fd < 0 && !tracefs_has(root, name))
		error_set(err, "this kernel has no tracepoint '%s'", name);
	else if (got < 0)
		error_set_errno(err, "cannot read tracepoint '%s'", name);
	if (fd >= 0)
		close(fd);
	free(path);
	if (got >= 0)
		return text;
	free(text);
	return NULL;
}

int tracefs_id(int root, const char *name, uint64_t *id, struct error *err)
{
	char *text = read_event_file(root, name, "id", err);
	int ret;

	if (!text)
		return -1;
	text[strcspn(text, "\n")] = '\0';
	ret = parse_u64(text, UINT32_MAX, id);
	if (ret)
		error_set(err, "tracepoint '%s' has a bad id '%.20s'", name,
			  text);
	free(text);
	return ret;
}

/* Does the declaration "unsigned int exit_reason" declare @field? */
static bool declares(const char *declaration, size_t len, const char *field)
{
	size_t field_len = strlen(field);

	return len > field_len &&
	       !strncmp(declaration + len - field_len, field, field_len) &&
	       strchr(" *", declaration[len - field_len - 1]);
}

int tracefs_parse_field(const char *format, const char *field,
			struct tracefs_field *at, struct error *err)
{
	static const char mark[] = "\tfield:";
	const char *line = format, *end;
	unsigned int offset, size;

	while ((line = strstr(line, mark))) {
		line += sizeof(mark) - 1;
		end = strchr(line, ';');
		if (!end || !declares(line, (size_t)(end - line), field))
			continue;
		if (sscanf(end, ";\toffset:%u;\tsize:%u;", &offset, &size) !=
			    2 ||
		    (size != 1 && size != 2 && size != 4 && size != 8))
			return error_set(err, "field '%s' has a strange format",
					 field);
		*at = (struct tracefs_field){ offset, size };
		return 0;
	}
	return error_set(err, "there is no field '%s'", field);
}

int tracefs_field(int root, const char *name, const char *field,
		  struct tracefs_field *at, struct error *err)
{
	char *text = read_event_file(root, name, "format", err);
	struct error why;
	int ret;

	if (!text)
		return -1;
	ret = tracefs_parse_field(text, field, at, &why);
	free(text);
	if (ret)
		error_set(err, "cannot read records of tracepoint '%s': %.300s",
			  name, why.text);
	return ret;
}

bool tracefs_value(const struct tracefs_field *at, const void *record,
		   size_t size, uint64_t *value)
{
	if (at->offset > size || at->size > size - at->offset ||
	    at->size > sizeof(*value))
		return false;
	/* x86 is little-endian: the low bytes come first. */
	*value = 0;
	memcpy(value, (const char *)record + at->offset, at->size);
	return true;
}

static int copy(int from, int to, const char *path, struct error *err)
{
	char buffer[65536];
	ssize_t got;

	while ((got = read(from, buffer, sizeof(buffer))) > 0)
		if (write(to, buffer, (size_t)got) != got)
			return error_set_errno(err, "cannot write '%s'", path);
	return got ? error_set_errno(err, "cannot read the kernel's trace") : 0;
}

int tracefs_save(const char *path, struct error *err)
{
	int root = tracefs_open(err), trace = -1, to = -1, ret = -1;

	if (root < 0)
		return -1;
	trace = openat(root, "trace", O_RDONLY | O_CLOEXEC);
	if (trace < 0)
		error_set_errno(err, "cannot open the kernel's trace");
	else
		to = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
	if (to >= 0)
		ret = copy(trace, to, path, err);
	else if (trace >= 0)
		error_set_errno(err, "cannot write '%s'", path);
	if (to >= 0)
		close(to);
	if (trace >= 0)
		close(trace);
	close(root);
	return ret;
}
