// SPDX-License-Identifier: GPL-2.0-or-later
#include <cpuid.h>
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "host.h"
#include "util.h"

/*
 * No one-line file is longer: sysfs prints at most a page, and bootconfig
 * (Documentation/admin-guide/bootconfig.rst) adds at most 32 KiB to the
 * kernel's command line.
 */
#define LINE_MAX_BYTES (64 * 1024)

static void machine_cpuid(uint32_t leaf, uint32_t subleaf, uint32_t regs[4])
{
	__cpuid_count(leaf, subleaf, regs[0], regs[1], regs[2], regs[3]);
}

const struct host_root host_machine = {
	.path = "",
	.cpuid = machine_cpuid,
};

struct host_root host_root_chosen(void)
{
	const char *path = getenv("VMB_HOST_ROOT");

	if (path && *path)
		return (struct host_root){ .path = path };
	return host_machine;
}

/* Every path of the host passes here. */
char *host_path(const struct host_root *root, const char *path)
{
	return xasprintf("%s%s", root->path, path);
}

enum host_answer host_exists(const struct host_root *root, const char *path)
{
	char *real = host_path(root, path);
	enum host_answer answer = HOST_YES;

	if (access(real, F_OK)) {
		answer = HOST_UNKNOWN;
		if (errno == ENOENT || errno == ENOTDIR)
			answer = HOST_NO;
	}
	free(real);
	return answer;
}

/* Up to @max bytes of @fd, a NUL behind them; NULL with errno set. */
static char *read_head(int fd, size_t max, size_t *len)
{
	size_t used = 0, size = 0;
	char *buf = NULL;
	ssize_t got;

	do {
		if (used == size) {
			size = size ? size * 2 : 4096;
			size = size < max ? size : max;
			buf = xrealloc(buf, size + 1, 1);
		}
		got = read(fd, buf + used, size - used);
		if (got < 0 && errno != EINTR) {
			free(buf);
			return NULL;
		}
		if (got > 0)
			used += (size_t)got;
	} while (got && used < max);
	buf[used] = '\0';
	*len = used;
	return buf;
}

static char *text_or_errno(char *buf, size_t len, size_t max)
{
	int why = 0;

	if (!len)
		why = ENODATA;
	else if (len > max)
		why = EFBIG;
	else if (memchr(buf, '\0', len))
		why = EILSEQ;
	if (!why)
		return buf;
	free(buf);
	errno = why;
	return NULL;
}

static char *read_path(const struct host_root *root, const char *path,
		       size_t max, size_t *len)
{
	char *real = host_path(root, path);
	char *buf = NULL;
	int fd, saved;

	/* Not to wait when the file turns out to be a pipe. */
	fd = open(real, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	if (fd >= 0)
		buf = read_head(fd, max, len);
	saved = errno;
	if (fd >= 0)
		close(fd);
	free(real);
	errno = saved;
	return buf;
}

char *host_text(const struct host_root *root, const char *path, size_t max)
{
	size_t len = 0;
	char *buf;

	/* One byte more tells a longer file from one of @max bytes. */
	buf = read_path(root, path, max + 1, &len);
	return buf ? text_or_errno(buf, len, max) : NULL;
}

char *host_text_head(const struct host_root *root, const char *path, size_t max)
{
	size_t len = 0;
	char *buf;

	buf = read_path(root, path, max, &len);
	return buf ? text_or_errno(buf, len, max) : NULL;
}

char *trim(char *s)
{
	size_t len;

	while (isspace((unsigned char)*s))
		s++;
	len = strlen(s);
	while (len && isspace((unsigned char)s[len - 1]))
		len--;
	s[len] = '\0';
	return s;
}

char *host_line(const struct host_root *root, const char *path)
{
	char *text = host_text(root, path, LINE_MAX_BYTES);
	char *newline, *line;

	if (!text)
		return NULL;
	newline = strchr(text, '\n');
	if (newline && newline[1]) {
		free(text);
		errno = EINVAL;
		return NULL;
	}
	line = xstrdup(trim(text));
	free(text);
	return line;
}

int parse_i64(const char *s, int64_t *value)
{
	const char *digits = s[0] == '-' ? s + 1 : s;
	long long v;
	char *end;

	if (!isdigit((unsigned char)digits[0]))
		return -1;
	errno = 0;
	v = strtoll(s, &end, 10);
	if (errno || *end)
		return -1;
	*value = v;
	return 0;
}

int host_integer(const struct host_root *root, const char *path, int64_t *value)
{
	char *line = host_line(root, path);
	int ret;

	if (!line)
		return -1;
	ret = parse_i64(line, value);
	free(line);
	if (ret)
		errno = EINVAL;
	return ret;
}

enum host_answer host_flag(const struct host_root *root, const char *path)
{
	enum host_answer answer = HOST_UNKNOWN;
	char *line = host_line(root, path);

	if (!line)
		return HOST_UNKNOWN;
	if (!strcmp(line, "1") || !strcmp(line, "Y"))
		answer = HOST_YES;
	else if (!strcmp(line, "0") || !strcmp(line, "N"))
		answer = HOST_NO;
	else
		errno = EINVAL;
	free(line);
	return answer;
}

char *host_choice(const struct host_root *root, const char *path)
{
	char *line = host_line(root, path);
	char *mark, *word = NULL;
	size_t len;

	if (!line)
		return NULL;
	mark = strpbrk(line, "[(");
	if (mark) {
		len = strcspn(mark + 1, "])");
		if (len && mark[1 + len])
			word = xasprintf("%.*s", (int)len, mark + 1);
	}
	free(line);
	if (!word)
		errno = EINVAL;
	return word;
}

int host_write(const struct host_root *root, const char *path, const char *text)
{
	char *real = host_path(root, path), *line = xasprintf("%s\n", text);
	ssize_t len = (ssize_t)strlen(line), written = -1;
	int fd, saved;

	fd = open(real, O_WRONLY | O_TRUNC | O_CLOEXEC | O_NOCTTY);
	if (fd >= 0)
		written = write(fd, line, (size_t)len);
	saved = written >= 0 ? EIO : errno;
	if (fd >= 0)
		close(fd);
	free(line);
	free(real);
	errno = saved;
	return written == len ? 0 : -1;
}

/* Move the names that start with @prefix to a list of their own. */
static char **matching_names(struct dirent **entries, int n, const char *prefix)
{
	char **names = xcalloc((size_t)n + 1, sizeof(*names));
	size_t used = 0;

	for (int i = 0; i < n; i++) {
		const char *name = entries[i]->d_name;

		if (name[0] != '.' && !strncmp(name, prefix, strlen(prefix)))
			names[used++] = xstrdup(name);
		free(entries[i]);
	}
	free(entries);
	return names;
}

char **host_list(const struct host_root *root, const char *dir,
		 const char *prefix)
{
	char *real = host_path(root, dir);
	struct dirent **entries;
	int n, saved;

	n = scandir(real, &entries, NULL, versionsort);
	saved = errno;
	free(real);
	errno = saved;
	return n < 0 ? NULL : matching_names(entries, n, prefix);
}

void host_list_free(char **names)
{
	for (size_t i = 0; names && names[i]; i++)
		free(names[i]);
	free(names);
}
