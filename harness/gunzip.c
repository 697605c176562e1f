// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "gunzip.h"
#include "util.h"

/*
 * Start "gzip -dc" on @in, writing to @out. No file name is passed and no
 * environment, so that nothing of the user's changes what gzip does.
 */
static int start_gzip(int in, int out, pid_t *pid)
{
	static char *const argv[] = { "gzip", "-dc", NULL };
	static char *const no_environment[] = { NULL };
	posix_spawn_file_actions_t actions;
	int ret;

	ret = posix_spawn_file_actions_init(&actions);
	if (ret)
		return ret;
	posix_spawn_file_actions_adddup2(&actions, in, STDIN_FILENO);
	posix_spawn_file_actions_adddup2(&actions, out, STDOUT_FILENO);
	posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null",
					 O_WRONLY, 0);
	ret = posix_spawnp(pid, argv[0], &actions, NULL, argv, no_environment);
	posix_spawn_file_actions_destroy(&actions);
	return ret;
}

/* All that comes out of @fd, or more than @max bytes of it. */
static char *drain(int fd, size_t max, size_t *len)
{
	size_t used = 0, size = 64 * 1024;
	char *buf = NULL;
	ssize_t got;

	do {
		if (!buf || used == size) {
			size *= 2;
			buf = xrealloc(buf, size + 1, 1);
		}
		got = read(fd, buf + used, size - used);
		if (got > 0)
			used += (size_t)got;
	} while ((got > 0 && used <= max) || (got < 0 && errno == EINTR));
	buf[used] = '\0';
	*len = used;
	return buf;
}

/* 0 when the child ended well. */
static int reap(pid_t pid)
{
	int status;

	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return -1;
	return WIFEXITED(status) && !WEXITSTATUS(status) ? 0 : -1;
}

static char *gunzip_fd(int in, const char *path, size_t max, struct error *err)
{
	int out[2], ret;
	size_t len = 0;
	char *text;
	pid_t pid;

	if (pipe2(out, O_CLOEXEC)) {
		error_set_errno(err, "cannot make a pipe");
		return NULL;
	}
	ret = start_gzip(in, out[1], &pid);
	close(out[1]);
	if (ret) {
		close(out[0]);
		error_set(err, "cannot run 'gzip': %s", strerror(ret));
		return NULL;
	}
	text = drain(out[0], max, &len);
	/* A gzip that has more to say ends by SIGPIPE. */
	close(out[0]);
	if (!reap(pid) && len && len <= max && !memchr(text, '\0', len))
		return text;
	free(text);
	error_set(err, "cannot decompress '%s': not a compressed text", path);
	return NULL;
}

char *gunzip_text(const char *path, size_t max, struct error *err)
{
	char *text;
	int fd;

	fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	if (fd < 0) {
		error_set_errno(err, "cannot open '%s'", path);
		return NULL;
	}
	text = gunzip_fd(fd, path, max, err);
	close(fd);
	return text;
}
