// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdbool.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "gnuplot.h"
#include "util.h"

/* A file in memory: neither side can be kept waiting as by a full pipe. */
static int script_file(const char *script, size_t len, struct error *err)
{
	int fd = memfd_create("script", MFD_CLOEXEC);

	if (fd < 0)
		return error_set_errno(err, "cannot make a file in memory");
	for (size_t done = 0; done < len;) {
		ssize_t n = write(fd, script + done, len - done);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0) {
			error_set_errno(err, "cannot write a file in memory");
			close(fd);
			return -1;
		}
		done += (size_t)n;
	}
	lseek(fd, 0, SEEK_SET);
	return fd;
}

/* 0 or an errno. */
static int spawn(pid_t *pid, const char *dir, int in, int messages)
{
	/* -d: the user's settings could change the pictures. */
	static char *argv[] = { "gnuplot", "-d", "-", NULL };
	posix_spawn_file_actions_t actions;
	int ret;

	ret = posix_spawn_file_actions_init(&actions);
	if (ret)
		return ret;
	ret = posix_spawn_file_actions_adddup2(&actions, in, STDIN_FILENO);
	if (!ret)
		ret = posix_spawn_file_actions_addopen(
			&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
	if (!ret)
		ret = posix_spawn_file_actions_adddup2(&actions, messages,
						       STDERR_FILENO);
	if (!ret)
		ret = posix_spawn_file_actions_addchdir_np(&actions, dir);
	if (!ret)
		ret = posix_spawnp(pid, argv[0], &actions, NULL, argv, environ);
	posix_spawn_file_actions_destroy(&actions);
	return ret;
}

int gnuplot_start(struct gnuplot *g, const char *dir, const char *script,
		  size_t len, struct error *err)
{
	int in, ret;

	*g = (struct gnuplot){ .messages = -1 };
	if (access(dir, X_OK))
		return error_set_errno(err, "cannot enter '%s'", dir);
	in = script_file(script, len, err);
	if (in < 0)
		return -1;
	g->messages = memfd_create("messages", MFD_CLOEXEC);
	if (g->messages < 0) {
		error_set_errno(err, "cannot make a file in memory");
		close(in);
		return -1;
	}
	ret = spawn(&g->pid, dir, in, g->messages);
	close(in);
	if (!ret)
		return 0;
	close(g->messages);
	g->pid = 0;
	if (ret == ENOENT)
		return error_set(err, "gnuplot is not installed: install it "
				      "with: apt-get install gnuplot-nox");
	return error_set(err, "cannot run 'gnuplot': %s", strerror(ret));
}

/* 'line 7: undefined value', and not the script's own text shown before. */
static bool is_message(const char *line)
{
	const char *at = strstr(line, "line ");
	int end = 0;

	if (!at || strstr(line, "warning:"))
		return false;
	sscanf(at, "line %*u:%n", &end);
	return end;
}

/*
 * Cut @text down to the first message that is no warning, or when there is
 * none of gnuplot's form, to the first line that is not blank.
 */
static char *first_message(char *text)
{
	char *save, *line, *first = NULL;

	for (line = strtok_r(text, "\n", &save); line;
	     line = strtok_r(NULL, "\n", &save)) {
		line += strspn(line, " \t");
		if (is_message(line))
			return line;
		if (!first && *line)
			first = line;
	}
	return first;
}

int gnuplot_wait(struct gnuplot *g, struct error *err)
{
	char text[4096], *message;
	ssize_t len;
	int status;

	if (!g->pid)
		return 0;
	while (waitpid(g->pid, &status, 0) < 0)
		if (errno != EINTR) {
			close(g->messages);
			return error_set_errno(err,
					       "cannot wait for 'gnuplot'");
		}
	g->pid = 0;
	len = pread(g->messages, text, sizeof(text) - 1, 0);
	close(g->messages);
	if (WIFEXITED(status) && !WEXITSTATUS(status))
		return 0;
	text[len > 0 ? len : 0] = '\0';
	message = first_message(text);
	if (message)
		return error_set(err, "gnuplot failed: %s", message);
	if (WIFSIGNALED(status))
		return error_set(err, "gnuplot was killed by signal %d",
				 WTERMSIG(status));
	return error_set(err, "gnuplot failed with exit status %d",
			 WEXITSTATUS(status));
}

void gnuplot_set(FILE *script, const char *name, const char *value)
{
	fprintf(script, "%s = '", name);
	for (const char *p = value; *p; p++) {
		if (*p == '\'')
			fputc('\'', script);
		fputc((unsigned char)*p < ' ' || *p == 0x7f ? '?' : *p, script);
	}
	fputs("'\n", script);
}
