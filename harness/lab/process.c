// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "lab/process.h"
#include "util.h"

/* What a child says that could not become the program, and its reason. */
#define EXEC_FAILED 127
#define POLL_NS	    20000000
#define STOP_POLLS  100 /* 2 s */

static _Noreturn void become(char *const argv[], int out, int messages,
			     pid_t parent)
{
	int null = open("/dev/null", O_RDONLY | O_CLOEXEC);

	/* A script's own children are to be stopped with it. */
	setpgid(0, 0);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(EXEC_FAILED);
	dup2(null, STDIN_FILENO);
	if (messages >= 0) {
		dup2(out < 0 ? messages : out, STDOUT_FILENO);
		dup2(messages, STDERR_FILENO);
	}
	execvp(argv[0], argv);
	dprintf(STDERR_FILENO, "cannot run '%s': %s\n", argv[0],
		strerror(errno));
	_exit(EXEC_FAILED);
}

static void forget_messages(struct process *p)
{
	if (p->messages >= 0)
		close(p->messages);
	p->messages = -1;
}

static int start(struct process *p, char *const argv[], int out,
		 struct error *err)
{
	pid_t parent = getpid();

	p->pid = fork();
	if (p->pid < 0) {
		error_set_errno(err, "cannot fork");
		p->pid = 0;
		forget_messages(p);
		return -1;
	}
	if (!p->pid)
		become(argv, out, p->messages, parent);
	/* Here too: whoever is first. */
	setpgid(p->pid, p->pid);
	return 0;
}

int process_start(struct process *p, char *const argv[], int out,
		  struct error *err)
{
	*p = (struct process){ .name = argv[0] };
	p->messages = memfd_create("messages", MFD_CLOEXEC);
	if (p->messages < 0)
		return error_set_errno(err, "cannot make a file in memory");
	return start(p, argv, out, err);
}

static void reap(struct process *p, int flags)
{
	pid_t got;

	if (!p->pid)
		return;
	do
		got = waitpid(p->pid, &p->status, flags);
	while (got < 0 && errno == EINTR);
	if (got)
		p->pid = 0;
}

bool process_ended(struct process *p)
{
	reap(p, WNOHANG);
	return !p->pid;
}

/* The last line that is not blank. @text is changed. */
static const char *last_line(char *text)
{
	size_t len = strlen(text);
	char *start;

	while (len && strchr(" \t\r\n", text[len - 1]))
		text[--len] = '\0';
	start = strrchr(text, '\n');
	return start ? start + 1 : text;
}

static int describe(const struct process *p, struct error *err)
{
	struct stat st;
	char text[1024];
	const char *line;
	ssize_t got;
	off_t from;

	if (p->messages < 0)
		return error_set(err, "'%s' failed", p->name);
	from = !fstat(p->messages, &st) && st.st_size >= (off_t)sizeof(text)
		       ? st.st_size - (off_t)sizeof(text) + 1
		       : 0;
	got = pread(p->messages, text, sizeof(text) - 1, from);
	text[got > 0 ? got : 0] = '\0';
	line = last_line(text);
	if (WIFEXITED(p->status) && WEXITSTATUS(p->status) == EXEC_FAILED &&
	    *line)
		return error_set(err, "%s", line);
	if (WIFSIGNALED(p->status))
		return error_set(err, "'%s' was killed by signal %d", p->name,
				 WTERMSIG(p->status));
	return error_set(err, "'%s' failed with exit status %d%s%s", p->name,
			 WEXITSTATUS(p->status), *line ? ": " : "", line);
}

int process_wait(struct process *p, struct error *err)
{
	int ret = 0;

	reap(p, 0);
	if (p->status)
		ret = describe(p, err);
	forget_messages(p);
	return ret;
}

void process_stop(struct process *p)
{
	static const struct timespec pause = { .tv_nsec = POLL_NS };

	const pid_t group = p->pid;

	/* Emulators write out then what they still hold. */
	if (group)
		kill(-group, SIGINT);
	for (int i = 0; i < STOP_POLLS && !process_ended(p); i++)
		nanosleep(&pause, NULL);
	if (group)
		kill(-group, SIGKILL);
	reap(p, 0);
	forget_messages(p);
}

int process_show(char *const argv[], const volatile bool *stop,
		 struct error *err)
{
	static const struct timespec pause = { .tv_nsec = POLL_NS };
	struct process p = { .name = argv[0], .messages = -1 };

	if (start(&p, argv, -1, err))
		return -1;
	while (!process_ended(&p)) {
		if (*stop) {
			/* Not killed: make removes what it has half made. */
			kill(-p.pid, SIGTERM);
			reap(&p, 0);
			return error_set(err, "interrupted");
		}
		nanosleep(&pause, NULL);
	}
	return process_wait(&p, err);
}

char *process_output(char *const argv[], size_t *len, struct error *err)
{
	int out = memfd_create("output", MFD_CLOEXEC);
	char *path, *text = NULL;
	struct process p;

	if (out < 0) {
		error_set_errno(err, "cannot make a file in memory");
		return NULL;
	}
	if (!process_start(&p, argv, out, err) && !process_wait(&p, err)) {
		path = xasprintf("/proc/self/fd/%d", out);
		text = read_file(path, len);
		free(path);
		if (!text)
			error_set_errno(err, "cannot read what '%s' printed",
					argv[0]);
	}
	close(out);
	return text;
}
