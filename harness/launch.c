// SPDX-License-Identifier: GPL-2.0-or-later
#include <ctype.h>
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include <x86intrin.h>

#include "confine.h"
#include "kernel-symbol.h"
#include "launch.h"
#include "launch-child.h"
#include "launch-rows.h"
#include "util.h"

/* How long after its own watchdog a child is killed. */
#define KILL_AFTER_MS 3000

struct launch_result *launch_result_alloc(void)
{
	void *p = mmap(NULL, sizeof(struct launch_result),
		       PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1,
		       0);

	return p == MAP_FAILED ? NULL : p;
}

void launch_result_free(struct launch_result *result)
{
	munmap(result, sizeof(*result));
}

static int milliseconds_since(const struct timespec *start)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int)((now.tv_sec - start->tv_sec) * 1000 +
		     (now.tv_nsec - start->tv_nsec) / 1000000);
}

/* Without pidfd_open(), before Linux 5.3: look, but leave the zombie. */
static bool has_ended(pid_t pid)
{
	siginfo_t info = { 0 };

	return !waitid(P_PID, (id_t)pid, &info, WEXITED | WNOHANG | WNOWAIT) &&
	       info.si_pid == pid;
}

/* true when the child ended by itself before @timeout_ms. */
static bool wait_for(pid_t pid, int timeout_ms,
		     const volatile bool *interrupted)
{
	int fd = (int)syscall(SYS_pidfd_open, pid, 0);
	struct pollfd pollfd = { .fd = fd, .events = POLLIN };
	struct timespec start;
	bool ended = false;
	int left;

	clock_gettime(CLOCK_MONOTONIC, &start);
	while (!ended && !*interrupted) {
		left = timeout_ms - milliseconds_since(&start);
		if (left <= 0)
			break;
		if (fd < 0) {
			ended = has_ended(pid);
			poll(NULL, 0, ended ? 0 : 1);
		} else {
			ended = poll(&pollfd, 1, left) > 0;
		}
	}
	if (fd >= 0)
		close(fd);
	return ended;
}

static void print_text(char *text, size_t size)
{
	text[size - 1] = '\0';
	for (; *text; text++)
		if (!isprint((unsigned char)*text))
			*text = '?';
}

/* The child wrote it, and the guest may have got hold of the child. */
static void distrust(const struct launch_request *request,
		     struct launch_result *result)
{
	struct launch_counter *counter;

	if (!request->break_above)
		result->broke = false;
	if ((unsigned int)result->status >= ROW_STATUSES)
		result->status = STATUS_FAIL;
	print_text(result->reason, sizeof(result->reason));
	if (result->nr_counters > LAUNCH_MAX_COUNTERS)
		result->nr_counters = LAUNCH_MAX_COUNTERS;
	for (unsigned int i = 0; i < result->nr_counters; i++) {
		counter = &result->counter[i];
		if (counter->status != STATUS_OK)
			counter->status = STATUS_SKIP;
		print_text(counter->name, sizeof(counter->name));
		print_text(counter->reason, sizeof(counter->reason));
	}
}

static void report_refusal(struct launch_result *result)
{
	char *call = confine_call_name(result->refused_call);

	launch_set_outcome(
		result, STATUS_FAIL,
		"launch process made system call '%s', which launches may not",
		call);
	free(call);
}

static void check_end(int wait_status, bool timed_out, double seconds,
		      struct launch_result *result)
{
	if (result->refused_call >= 0)
		report_refusal(result);
	else if (timed_out)
		launch_set_outcome(result, STATUS_FAIL,
				   "KVM_RUN did not return within %.0f s",
				   seconds);
	else if (WIFSIGNALED(wait_status))
		launch_set_outcome(result, STATUS_FAIL,
				   "launch process ended by signal %d (%s)",
				   WTERMSIG(wait_status),
				   strsignal(WTERMSIG(wait_status)));
	else if (WEXITSTATUS(wait_status))
		launch_set_outcome(result, STATUS_FAIL,
				   "launch process ended with status %d",
				   WEXITSTATUS(wait_status));
}

static pid_t fork_child(const struct launch_request *request,
			struct launch_result *result)
{
	uint64_t fork_tsc = __rdtsc();
	pid_t parent = getpid(), pid = fork();

	if (pid)
		return pid;
	/* The parent handles Ctrl-C, and a child never outlives it. */
	signal(SIGINT, SIG_IGN);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	/*
	 * Above all the lock of the results directory: to end a child that
	 * traces takes a while, in which --resume would find it taken.
	 */
	close_from(STDERR_FILENO + 1);
	if (getppid() == parent)
		launch_child(request, fork_tsc, result);
	_exit(0);
}

int launch_run(const struct launch_request *request,
	       struct launch_result *result, const volatile bool *interrupted)
{
	int timeout_ms =
		(int)(request->watchdog_seconds * 1000) + KILL_AFTER_MS;
	bool ended;
	int status;
	pid_t pid;

	memset(result, 0, sizeof(*result));
	result->refused_call = -1;
	launch_set_outcome(result, STATUS_FAIL,
			   "launch process ended without a result");
	pid = fork_child(request, result);
	if (pid < 0) {
		launch_set_outcome(result, STATUS_FAIL, "cannot fork: %s",
				   strerror(errno));
		return 0;
	}
	ended = wait_for(pid, timeout_ms, interrupted);
	if (!ended)
		kill(pid, SIGKILL);
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	if (!ended && *interrupted)
		return -1;
	distrust(request, result);
	launch_rows_name_functions(result, "/proc/kallsyms");
	check_end(status, !ended, timeout_ms / 1000.0, result);
	return 0;
}
