// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "realtime.h"

static int fifo_error(struct error *err)
{
	return error_set_errno(
		err,
		"cannot run at SCHED_FIFO ('--fifo' needs root or CAP_SYS_NICE)");
}

static int memory_error(struct error *err)
{
	return error_set_errno(
		err,
		"cannot lock memory ('--mlock' needs root or 'ulimit -l unlimited')");
}

int realtime_set_fifo(struct error *err)
{
	const struct sched_param param = {
		.sched_priority = sched_get_priority_min(SCHED_FIFO),
	};

	if (sched_setscheduler(0, SCHED_FIFO | SCHED_RESET_ON_FORK, &param))
		return fifo_error(err);
	return 0;
}

int realtime_lock_memory(struct error *err)
{
	if (mlockall(MCL_CURRENT | MCL_FUTURE))
		return memory_error(err);
	return 0;
}

/* 0, or -1 with errno set, of @change in a process of its own. */
static int try_in_child(int (*change)(struct error *err))
{
	int status = 0;
	pid_t pid;

	pid = fork();
	if (pid < 0)
		return -1;
	if (!pid)
		_exit(change(NULL) ? errno : 0);
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	errno = WIFEXITED(status) ? WEXITSTATUS(status) : EFAULT;
	return errno ? -1 : 0;
}

int realtime_try(bool fifo, bool mlock, struct error *err)
{
	if (fifo && try_in_child(realtime_set_fifo))
		return fifo_error(err);
	if (mlock && try_in_child(realtime_lock_memory))
		return memory_error(err);
	return 0;
}
