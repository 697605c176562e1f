// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tune.h"
#include "util.h"

/* --- the guardian --------------------------------------------------------- */

/* The ends of the two pipes that the guardian has. */
struct channel {
	int parent_fd; /* at its end when the parent is gone or done */
	int report_fd; /* an int for each setting: what setting it gave */
};

/* Whoever reads the run's output must not have to wait for us. */
static void detach(void)
{
	int null_fd = open("/dev/null", O_RDWR);

	setsid();
	if (null_fd < 0)
		return;
	dup2(null_fd, STDIN_FILENO);
	dup2(null_fd, STDOUT_FILENO);
	close(null_fd);
}

/* 0 or an errno. The file stays open until this process ends. */
static int hold_latency(const struct host_root *root, const char *path)
{
	const int32_t us = TUNE_LATENCY_US;
	char *real = host_path(root, path);
	int fd = open(real, O_WRONLY | O_CLOEXEC);

	free(real);
	if (fd < 0 || write(fd, &us, sizeof(us)) < 0)
		return errno;
	return 0;
}

static void apply(struct tune *tune)
{
	for (size_t i = 0; i < tune->count; i++) {
		struct tune_setting *s = &tune->setting[i];

		if (s->held)
			s->why = hold_latency(&tune->root, s->path);
		else if (host_write(&tune->root, s->path, s->to))
			s->why = errno;
	}
}

/* In the opposite order, as one setting may depend on another. */
static int restore(const struct tune *tune)
{
	int ret = 0;

	for (size_t i = tune->count; i-- > 0;) {
		const struct tune_setting *s = &tune->setting[i];

		if (s->held || s->why ||
		    !host_write(&tune->root, s->path, s->from))
			continue;
		warning_print("cannot restore '%s' to '%s': %s", s->path,
			      s->from, strerror(errno));
		ret = -1;
	}
	return ret;
}

static void report(const struct tune *tune, int fd)
{
	for (size_t i = 0; i < tune->count; i++)
		/* When the parent is gone already, nobody wants to know. */
		if (write(fd, &tune->setting[i].why, sizeof(int)) < 0)
			break;
	close(fd);
}

static void wait_for_end(int fd)
{
	char byte;

	while (read(fd, &byte, 1) != 0)
		if (errno != EINTR)
			break;
}

static void guard(struct tune *tune, const struct channel *channel)
{
	detach();
	apply(tune);
	report(tune, channel->report_fd);
	wait_for_end(channel->parent_fd);
	_exit(restore(tune) ? EXIT_FAILED : EXIT_DONE);
}

/* --- the parent ----------------------------------------------------------- */

static int read_report(struct tune *tune, int fd, struct error *err)
{
	for (size_t i = 0; i < tune->count; i++)
		if (read(fd, &tune->setting[i].why, sizeof(int)) != sizeof(int))
			return error_set(err,
					 "the guardian of '--tune' is gone");
	return 0;
}

/*
 * A lock that the guardian inherits, and so keeps until it is done. On what
 * every host has and nobody else locks.
 */
static int lock_host(const struct host_root *root, struct error *err)
{
	char *path = host_path(root, "/sys/devices/system/cpu");
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0) {
		error_set_errno(err, "cannot open '%s'", path);
	} else if (flock(fd, LOCK_EX | LOCK_NB)) {
		error_set(err,
			  errno == EWOULDBLOCK
				  ? "another run with '--tune' goes on here"
				  : "cannot lock the host's settings");
		close(fd);
		fd = -1;
	}
	free(path);
	return fd;
}

/* All signals stay blocked in the child: not one moment must be open. */
static pid_t fork_blocking_signals(void)
{
	sigset_t all, before;
	pid_t pid;

	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, &before);
	pid = fork();
	if (pid)
		sigprocmask(SIG_SETMASK, &before, NULL);
	return pid;
}

static void close_pipe(const int fd[2])
{
	close(fd[0]);
	close(fd[1]);
}

static int start_guardian(struct tune *tune, struct error *err)
{
	int orders[2], reports[2], ret;

	if (pipe2(orders, O_CLOEXEC))
		return error_set_errno(err, "cannot make a pipe");
	if (pipe2(reports, O_CLOEXEC)) {
		close_pipe(orders);
		return error_set_errno(err, "cannot make a pipe");
	}
	tune->guardian = fork_blocking_signals();
	if (tune->guardian < 0) {
		tune->guardian = 0;
		close_pipe(orders);
		close_pipe(reports);
		return error_set_errno(err, "cannot fork");
	}
	if (!tune->guardian) {
		close(orders[1]);
		close(reports[0]);
		guard(tune, &(struct channel){
				    .parent_fd = orders[0],
				    .report_fd = reports[1],
			    });
	}
	close(orders[0]);
	close(reports[1]);
	tune->pipe_fd = orders[1];
	ret = read_report(tune, reports[0], err);
	close(reports[0]);
	return ret;
}

int tune_begin(struct tune *tune, const struct host_root *root, int cpu,
	       struct error *err)
{
	int lock_fd, ret;

	*tune = (struct tune){ .root = *root };
	lock_fd = lock_host(root, err);
	if (lock_fd < 0)
		return -1;
	/* Under the lock: what another run has set is not to be restored. */
	tune_plan(tune, root, cpu);
	ret = start_guardian(tune, err);
	if (tune->guardian)
		tune->lock_fd = lock_fd;
	else
		close(lock_fd);
	return ret;
}

/* What the guardian should have done, and, if it was killed, did not. */
static int end_guardian(const struct tune *tune)
{
	int status = 0;

	close(tune->pipe_fd);
	while (waitpid(tune->guardian, &status, 0) < 0 && errno == EINTR)
		;
	if (WIFSIGNALED(status)) {
		error_print("the guardian of '--tune' was killed by signal %d: "
			    "the host may not have been tuned to the end",
			    WTERMSIG(status));
		restore(tune);
	} else if (status) {
		error_print("'--tune' could not restore every setting");
	}
	close(tune->lock_fd);
	return status ? -1 : 0;
}

int tune_end(struct tune *tune)
{
	int ret = tune->guardian ? end_guardian(tune) : 0;

	for (size_t i = 0; i < tune->count; i++) {
		free(tune->setting[i].path);
		free(tune->setting[i].from);
		free(tune->setting[i].to);
	}
	free(tune->setting);
	*tune = (struct tune){ 0 };
	return ret;
}
