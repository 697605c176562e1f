// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "lab/boot.h"
#include "util.h"

#define POLL_NS 20000000

static double now_seconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static int fail(struct lab_boot *b, enum lab_boot_end end,
		const struct error *err)
{
	if (!b->failed) {
		b->error = *err;
		b->end = end;
	}
	b->failed = true;
	return -1;
}

int lab_boot_start(struct lab_boot *b, const struct lab_stream_sink *sink,
		   void *context, struct error *err)
{
	b->emulator = PROCESS_NONE;
	b->stream = LAB_STREAM(sink, context);
	b->argv = lab_emulator_argv(b->machine, &b->files);
	b->console_path = lab_emulator_console(b->machine, b->files.work);
	b->stream_path = lab_emulator_stream(b->machine, b->files.work);
	b->until = now_seconds() + b->files.wall_limit;
	return process_start(&b->emulator, b->argv.words, -1, err);
}

/* The emulator makes the file; an old one of that name is not there. */
static int drain(struct lab_boot *b, struct error *err)
{
	char bytes[65536];
	ssize_t got;

	if (b->stream_fd < 0)
		b->stream_fd = open(b->stream_path, O_RDONLY | O_CLOEXEC);
	if (b->stream_fd < 0)
		return 0;
	while ((got = read(b->stream_fd, bytes, sizeof(bytes))) > 0)
		if (lab_stream_feed(&b->stream, bytes, (size_t)got, err))
			return -1;
	return got < 0 && errno != EINTR
		       ? error_set_errno(err, "cannot read '%s'",
					 b->stream_path)
		       : 0;
}

/* What a kernel says on its console when it gives up. */
static const struct obituary {
	const char *sign, *meaning;
	enum lab_boot_end end;
} obituaries[] = {
	{ "Kernel panic - not syncing: System is deadlocked on memory",
	  "the kernel ran out of memory", LAB_BOOT_FAILED },
	{ "Kernel panic - not syncing: Out of memory",
	  "the kernel ran out of memory", LAB_BOOT_FAILED },
	{ "Kernel panic - not syncing: ", "the kernel panicked",
	  LAB_BOOT_CRASHED },
	{ "Initramfs unpacking failed",
	  "the kernel has no room for the initramfs", LAB_BOOT_FAILED },
	{ "BUG: ", "the kernel has a bug", LAB_BOOT_CRASHED },
	{ "Oops: ", "the kernel has a bug", LAB_BOOT_CRASHED },
	{ "Out of memory: ", "the machine ran out of memory", LAB_BOOT_FAILED },
};

/* The rest of the line behind the sign, as far as it fits. */
static void describe_death(const struct obituary *o, const char *at,
			   struct error *err)
{
	int n;

	at += strlen(o->sign);
	at += strspn(at, ": ");
	n = (int)strcspn(at, "\r\n");
	error_set(err, "%s%s%.*s", o->meaning, n ? ": " : "", n, at);
}

static bool find_obituary(const char *console, enum lab_boot_end *end,
			  struct error *err)
{
	const char *at;

	for (size_t i = 0; console && i < ARRAY_SIZE(obituaries); i++) {
		at = strstr(console, obituaries[i].sign);
		if (!at)
			continue;
		describe_death(&obituaries[i], at, err);
		*end = obituaries[i].end;
		return true;
	}
	return false;
}

/* The emulator has ended, and its machine had not said that it would. */
static void diagnose(struct lab_boot *b)
{
	char *console = read_file(b->console_path, NULL);
	enum lab_boot_end end = LAB_BOOT_FAILED;
	struct error err;

	if (find_obituary(console, &end, &err) ||
	    process_wait(&b->emulator, &err)) {
		;
	} else if (console && *console) {
		end = LAB_BOOT_CRASHED;
		error_set(&err, "the machine stopped before the suite ended");
	} else {
		error_set(&err, "the machine stopped and said nothing: is the "
				"kernel one that boots here?");
	}
	fail(b, end, &err);
	free(console);
}

/* It was stopped; what it had not yet written has come now. */
static void time_out(struct lab_boot *b)
{
	char *console = read_file(b->console_path, NULL);
	enum lab_boot_end end = LAB_BOOT_HANGS;
	struct error err;

	drain(b, &err);
	if (!find_obituary(console, &end, &err))
		error_set(
			&err,
			"no end within %g s: it hangs, or give a longer '--wall-limit'",
			b->files.wall_limit);
	fail(b, end, &err);
	free(console);
}

bool lab_boot_poll(struct lab_boot *b)
{
	bool ended = process_ended(&b->emulator);
	struct error err;

	if (drain(b, &err)) {
		fail(b, LAB_BOOT_FAILED, &err);
		process_stop(&b->emulator);
		return true;
	}
	if (ended && !b->stream.ended) {
		diagnose(b);
	} else if (!ended && now_seconds() > b->until) {
		process_stop(&b->emulator);
		time_out(b);
		ended = true;
	}
	return ended;
}

void lab_boot_wait(struct lab_boot *b, const volatile bool *stop)
{
	static const struct timespec pause = { .tv_nsec = POLL_NS };
	struct error err;

	while (!lab_boot_poll(b)) {
		if (stop && *stop) {
			error_set(&err, "interrupted");
			fail(b, LAB_BOOT_FAILED, &err);
			process_stop(&b->emulator);
			return;
		}
		nanosleep(&pause, NULL);
	}
}

int lab_boot_result(const struct lab_boot *b, struct error *err)
{
	if (!b->failed)
		return 0;
	*err = b->error;
	return -1;
}

void lab_boot_free(struct lab_boot *b)
{
	process_stop(&b->emulator);
	lab_stream_free(&b->stream);
	argv_free(&b->argv);
	free(b->console_path);
	free(b->stream_path);
	free(b->exit_text);
	if (b->stream_fd >= 0)
		close(b->stream_fd);
	b->exit_text = b->console_path = b->stream_path = NULL;
	b->stream_fd = -1;
}

char *lab_console_tail(const char *path, unsigned int lines)
{
	char *text = read_file(path, NULL), *at, *tail;

	if (!text)
		return xstrdup("");
	at = text + strlen(text);
	while (at > text && at[-1] == '\n')
		*--at = '\0';
	while (at > text && (at[-1] != '\n' || --lines))
		at--;
	tail = xstrdup(at);
	free(text);
	return tail;
}
