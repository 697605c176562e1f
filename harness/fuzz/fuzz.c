// SPDX-License-Identifier: GPL-2.0-or-later
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include "directories.h"
#include "fuzz.h"
#include "util.h"

#define DIRECTORIES_MAX 4

static int files[FUZZ_FILES] = { -1, -1, -1, -1 };
static char *paths[FUZZ_FILES];
static char *directories[DIRECTORIES_MAX];

static void need(bool done, const char *what)
{
	if (done)
		return;
	perror(what);
	abort();
}

bool fuzz_part(struct fuzz_input *input, struct fuzz_input *part)
{
	const uint8_t *end;

	if (!input->size)
		return false;
	*part = *input;
	end = memchr(input->data, 0, input->size);
	if (end)
		part->size = (size_t)(end - input->data);
	input->data += part->size + (end != NULL);
	input->size -= part->size + (end != NULL);
	return true;
}

uint64_t fuzz_number(struct fuzz_input *input, size_t size)
{
	size_t have = size < input->size ? size : input->size;
	uint64_t number = 0;

	if (have)
		memcpy(&number, input->data, have);
	input->data += have;
	input->size -= have;
	return number;
}

char *fuzz_text(const struct fuzz_input *part)
{
	char *text = xcalloc(part->size + 1, 1);

	if (part->size)
		memcpy(text, part->data, part->size);
	return text;
}

void *fuzz_bytes(const struct fuzz_input *part)
{
	/* calloc() would make a byte of none. */
	void *bytes = malloc(part->size);

	need(bytes || !part->size, "malloc");
	if (part->size)
		memcpy(bytes, part->data, part->size);
	return bytes;
}

static const char *open_file(unsigned int file)
{
	if (files[file] < 0) {
		files[file] = memfd_create("fuzz", 0);
		need(files[file] >= 0, "memfd_create");
		paths[file] = xasprintf("/proc/self/fd/%d", files[file]);
	}
	return paths[file];
}

const char *fuzz_file(unsigned int file, const void *data, size_t size)
{
	const char *path = open_file(file);

	need(!ftruncate(files[file], 0), "ftruncate");
	need(pwrite(files[file], data, size, 0) == (ssize_t)size, "pwrite");
	return path;
}

static void remove_directories(void)
{
	for (size_t i = 0; i < DIRECTORIES_MAX; i++) {
		directories_remove(directories[i]);
		free(directories[i]);
	}
	for (size_t i = 0; i < FUZZ_FILES; i++)
		free(paths[i]);
}

const char *fuzz_directory(const char *const *names, size_t n_names)
{
	size_t n = 0;
	char *link;

	while (directories[n])
		n++;
	need(n < DIRECTORIES_MAX, "directories");
	if (!n)
		atexit(remove_directories);
	directories[n] = directories_temporary(NULL);
	need(directories[n], "mkdtemp");
	for (unsigned int i = 0; i < n_names; i++) {
		link = xasprintf("%s/%s", directories[n], names[i]);
		need(!symlink(open_file(i), link), "symlink");
		free(link);
	}
	return directories[n];
}

FILE *fuzz_sink(void)
{
	static FILE *sink;

	if (!sink)
		sink = fopen("/dev/null", "we");
	need(sink, "/dev/null");
	return sink;
}

/*
 * libFuzzer's own limit is of wall time, which says nothing on a busy machine.
 * At SIGUSR1 it ends as if its time were over.
 */
__attribute__((constructor)) static void limit_cpu_time(void)
{
	const char *seconds = getenv("FUZZ_CPU_SECONDS");
	struct itimerspec limit = { 0 };
	struct sigevent event = {
		.sigev_notify = SIGEV_SIGNAL,
		.sigev_signo = SIGUSR1,
	};
	timer_t timer;

	if (!seconds)
		return;
	limit.it_value.tv_sec = atol(seconds);
	need(!timer_create(CLOCK_PROCESS_CPUTIME_ID, &event, &timer) &&
		     !timer_settime(timer, 0, &limit, NULL),
	     "timer");
}
