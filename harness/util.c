// SPDX-License-Identifier: GPL-2.0-or-later
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "error.h"
#include "util.h"

static void *checked(void *p)
{
	if (!p) {
		error_print("out of memory");
		exit(EXIT_FAILED);
	}
	return p;
}

void *xcalloc(size_t n, size_t size)
{
	return checked(calloc(n ? n : 1, size));
}

void *xrealloc(void *p, size_t n, size_t size)
{
	return checked(reallocarray(p, n ? n : 1, size));
}

char *xstrdup(const char *s)
{
	return checked(strdup(s));
}

char *xasprintf(const char *fmt, ...)
{
	va_list ap;
	char *s;

	va_start(ap, fmt);
	s = xvasprintf(fmt, ap);
	va_end(ap);
	return s;
}

char *xvasprintf(const char *fmt, va_list ap)
{
	char *s = NULL;

	return checked(vasprintf(&s, fmt, ap) < 0 ? NULL : s);
}

char *join_word(char *words, const char *between, const char *word)
{
	char *longer = xasprintf("%s%s%s", words, *words ? between : "", word);

	free(words);
	return longer;
}

uint64_t hash_text(uint64_t h, const char *text)
{
	for (; *text; text++)
		h = (h ^ (unsigned char)*text) * 0x100000001b3u;
	return h;
}

const char *plural(size_t n)
{
	return n == 1 ? "" : "s";
}

int close_written(FILE *file)
{
	int lost = ferror(file);

	/* A full disk may show only here. */
	return fclose(file) || lost ? -1 : 0;
}

FILE *xmemstream(char **text, size_t *size)
{
	return checked(open_memstream(text, size));
}

void xmemstream_close(FILE *stream)
{
	if (close_written(stream))
		checked(NULL);
}

char *read_file(const char *path, size_t *len)
{
	size_t used = 0, size = 4096;
	char *buf = NULL;
	ssize_t got;
	int fd;

	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return NULL;
	do {
		if (!buf || used + 1 >= size) {
			size *= 2;
			buf = xrealloc(buf, size, 1);
		}
		got = read(fd, buf + used, size - used - 1);
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0) {
			int saved = errno;

			free(buf);
			close(fd);
			errno = saved;
			return NULL;
		}
		used += (size_t)got;
	} while (got);
	close(fd);
	buf[used] = '\0';
	if (len)
		*len = used;
	return buf;
}

char *shell_word(const char *word)
{
	static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				    "abcdefghijklmnopqrstuvwxyz"
				    "0123456789_./:,+@%=-";
	char *text;
	size_t size;
	FILE *f;

	if (*word && !word[strspn(word, plain)])
		return xstrdup(word);
	f = xmemstream(&text, &size);
	fputc('\'', f);
	for (; *word; word++)
		if (*word == '\'')
			fputs("'\\''", f);
		else
			fputc(*word, f);
	fputc('\'', f);
	xmemstream_close(f);
	return text;
}

/* Linux 5.9 has a call for it; before, procfs says which ones there are. */
void close_from(int first)
{
	struct dirent *entry;
	DIR *dir;
	int fd;

	if (!syscall(SYS_close_range, first, ~0u, 0))
		return;
	dir = opendir("/proc/self/fd");
	if (!dir)
		return;
	while ((entry = readdir(dir))) {
		fd = atoi(entry->d_name);
		if (fd >= first && fd != dirfd(dir))
			close(fd);
	}
	closedir(dir);
}

int parse_u64(const char *s, uint64_t max, uint64_t *value)
{
	unsigned long long v;
	char *end;

	if (!isdigit((unsigned char)s[0]))
		return -1;
	errno = 0;
	v = strtoull(s, &end, s[0] == '0' && s[1] == 'x' ? 16 : 10);
	if (errno || *end || v > max)
		return -1;
	*value = v;
	return 0;
}

int parse_double(const char *s, double min, double max, double *value)
{
	char *end;

	*value = strtod(s, &end);
	return end != s && !*end && *value >= min && *value <= max ? 0 : -1;
}
