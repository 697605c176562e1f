// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What a launch's process may do: which launches are confined, what the filter
 * refuses and lets through, that a refused call becomes a row, and which
 * descriptors of the parent a launch finds open.
 */
#include <dirent.h>
#include <fcntl.h>
#include <pthread.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include "confine.h"
#include "guest-fixture.h"
#include "vm.h"

/* --- which launches -------------------------------------------------------- */

static const struct {
	const char *pattern;
	bool unseen;
} rules[] = {
	{ "exit/cpuid[cpl=3]", true },
	{ "exit/page-fault[cpl=0,backing=absent]", true },
	{ "exit/pio-ioeventfd[cpl=0,match=wildcard]", true },
	{ "msr/wr-tsc-deadline", true },
	{ "msr/tsc-aux-per-entry[shape=kernel,aux=same]", true },
	{ "timer/tscdeadline[delay=1ms,wait=hlt]", true },
	{ "timer/tscdeadline-smp", true },
	{ "ipi/cross", true },
	/* KVM_RUN returns for each op. */
	{ "exit/pio-user[cpl=0]", false },
	{ "exit/mmio-user-in[cpl=3]", false },
	{ "msr/rd-user", false },
	{ "msr/tsc-aux-per-entry[shape=user,aux=same]", false },
	{ "timer/tscdeadline-moved", false },
	{ "nmi/kvm-nmi", false },
	/* A thread makes a call. */
	{ "exit/hlt-wake[idle=1ms]", false },
	{ "nmi/msi[wait=spin]", false },
	/* The op is one. */
	{ "run/syscall", false },
	{ "vm/create", false },
	{ "vm/first-entry[cpl=0]", false },
};

static void test_only_unseen_confinement(void **state)
{
	struct error err;
	struct plan plan;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rules); i++) {
		char *patterns[] = { (char *)rules[i].pattern };
		const struct variant *v;

		assert_int_equal(plan_build(&plan, bench_families, patterns, 1,
					    &err),
				 0);
		assert_int_equal(plan.count, 1);
		v = &plan.variants[0];
		if (confine_is_unseen(v->bench, v->text, v->host) !=
		    rules[i].unseen)
			fail_msg("%s", rules[i].pattern);
		plan_free(&plan);
	}
}

/* --- the filter ------------------------------------------------------------ */

static const struct confine_needs everything = { .threads = true,
						 .counts = true };

static void *do_nothing(void *arg)
{
	return arg;
}

static void work_as_a_launch(void)
{
	const size_t size = 64 << 20;
	pthread_t thread;
	char *memory = malloc(16);

	memory = realloc(memory, size);
	memory = realloc(memory, 2 * size);
	memory[size] = 1;
	free(memory);
	pthread_create(&thread, NULL, do_nothing, NULL);
	pthread_join(thread, NULL);
}

static void open_file(void)
{
	open("/etc/passwd", O_RDONLY);
}

static void create_socket(void)
{
	socket(AF_INET, SOCK_STREAM, 0);
}

static void become_two(void)
{
	fork();
}

static void execute(void)
{
	execl("/bin/true", "true", NULL);
}

static void end_another(void)
{
	kill(1, 0);
}

static void type_at_terminal(void)
{
	ioctl(STDIN_FILENO, TIOCSTI, "x");
}

static void map_code(void)
{
	(void)mmap(NULL, 4096, PROT_READ | PROT_EXEC,
		   MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
}

static void write_elsewhere(void)
{
	if (write(STDOUT_FILENO, "", 0))
		abort();
}

static const struct {
	void (*act)(void);
	const char *refused; /* NULL: nothing */
} acts[] = {
	{ work_as_a_launch, NULL },    { open_file, "openat" },
	{ create_socket, "socket" },   { become_two, "clone" },
	{ execute, "execve" },	       { end_another, "kill" },
	{ type_at_terminal, "ioctl" }, { map_code, "mmap" },
	{ write_elsewhere, "write" },
};

static void confine_or_exit(volatile int *refused)
{
	struct error err;

	if (confine(&everything, refused, &err) <= 0)
		_exit(77);
}

static void test_filter(void **state)
{
	struct launch_result *shared = launch_result_alloc();
	int status;
	char *name;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(acts); i++) {
		shared->refused_call = -1;
		if (!fork()) {
			confine_or_exit(&shared->refused_call);
			acts[i].act();
			_exit(0);
		}
		wait(&status);
		if (WIFEXITED(status) && WEXITSTATUS(status) == 77)
			skip();
		assert_int_equal(status == 0, !acts[i].refused);
		assert_int_equal(shared->refused_call == -1, !acts[i].refused);
		if (!acts[i].refused)
			continue;
		name = confine_call_name(shared->refused_call);
		assert_string_equal(name, acts[i].refused);
		free(name);
	}
	launch_result_free(shared);
}

/* The lines of a process's status that say how the kernel treats it. */
static char *status_lines(pid_t pid)
{
	char *path = xasprintf("/proc/%d/status", pid), *lines = xstrdup("");
	char *text = read_file(path, NULL), *save, *line, *longer;

	assert_non_null(text);
	for (line = strtok_r(text, "\n", &save); line;
	     line = strtok_r(NULL, "\n", &save))
		if (!strncmp(line, "Speculation", strlen("Speculation"))) {
			longer = xasprintf("%s%s\n", lines, line);
			free(lines);
			lines = longer;
		}
	free(text);
	free(path);
	return lines;
}

/* It turns on no mitigation, whose MSR writes would be in every VM-entry. */
static void test_mitigations_stay(void **state)
{
	char *before = status_lines(getpid()), *after;
	int fds[2], to[2], status, refused;
	char byte;
	pid_t pid;

	(void)state;
	assert_int_equal(pipe(fds) | pipe(to), 0);
	pid = fork();
	if (!pid) {
		close(to[1]);
		confine_or_exit(&refused);
		close(fds[1]); /* confined */
		_exit(read(to[0], &byte, 1) == 0 ? 0 : 1);
	}
	close(fds[1]);
	assert_int_equal(read(fds[0], &byte, 1), 0);
	after = status_lines(pid);
	close(to[1]);
	waitpid(pid, &status, 0);
	if (status == 0)
		assert_string_equal(after, before);
	free(before);
	free(after);
	if (status != 0)
		skip();
}

/* --- launches -------------------------------------------------------------- */

static uint64_t call_socket(struct bench_context *context)
{
	(void)context;
	create_socket();
	return 0;
}

static uint64_t call_open(struct bench_context *context)
{
	(void)context;
	open_file();
	return 0;
}

static bool answer_nothing(struct bench_context *context, struct kvm_run *run)
{
	(void)context, (void)run;
	return false;
}

static void test_refused_call_is_a_row(void **state)
{
	struct bench bench = {
		.name = "test/socket",
		.payload = "base-empty",
		.count_name = "sockets",
		.count = call_socket,
	};
	const struct launch_result *result;
	struct fixture *f = *state;

	if (!f)
		skip();
	result = launch(f, &bench, NULL, 20);
	if (result->confined == CONFINED_NOT_HERE)
		skip();
	assert_fails(
		result,
		"launch process made system call 'socket', which launches may not");
	bench.count = call_open;
	result = launch(f, &bench, NULL, 20);
	assert_fails(
		result,
		"launch process made system call 'openat', which launches may not");
	/* An op that returns to the monitor is not confined. */
	bench.on_exit = answer_nothing;
	result = launch(f, &bench, NULL, 20);
	assert_int_equal(result->confined, CONFINED_NOT_ASKED);
	assert_true(result->latency.n > 0);
}

static struct launch_result *victim;

static uint64_t scribble(struct bench_context *context)
{
	(void)context;
	memset(victim, 0xff, sizeof(*victim));
	_exit(0);
}

/* As a guest would that got hold of the launch's process. */
static void test_result_is_not_trusted(void **state)
{
	const struct bench bench = {
		.name = "test/scribble",
		.payload = "base-empty",
		.count_name = "scribbles",
		.count = scribble,
	};
	const struct launch_result *result;
	struct fixture *f = *state;

	if (!f)
		skip();
	victim = f->result;
	result = launch(f, &bench, NULL, 20);
	assert_string_equal(row_status_name(result->status), "fail");
	assert_int_equal(result->nr_counters, LAUNCH_MAX_COUNTERS);
	assert_false(result->broke);
	for (const char *s = result->reason; *s; s++)
		assert_int_equal(*s, '?');
	assert_int_equal(strlen(result->reason), sizeof(result->reason) - 1);
	for (size_t i = 0; i < LAUNCH_MAX_COUNTERS; i++)
		assert_int_equal(strlen(result->counter[i].name),
				 sizeof(result->counter[i].name) - 1);
}

/* Skips, and its reason names the descriptors. */
static int list_descriptors(struct bench_context *context, struct error *err)
{
	DIR *dir = opendir("/proc/self/fd");
	struct dirent *entry;
	char target[128];
	ssize_t len;

	(void)context;
	error_set(err, "descriptors:");
	while ((entry = readdir(dir))) {
		if (atoi(entry->d_name) <= STDERR_FILENO ||
		    atoi(entry->d_name) == dirfd(dir))
			continue;
		len = readlinkat(dirfd(dir), entry->d_name, target,
				 sizeof(target) - 1);
		target[len < 0 ? 0 : len] = '\0';
		len = (ssize_t)strlen(err->text);
		snprintf(err->text + len, sizeof(err->text) - (size_t)len,
			 " %.60s", target);
	}
	closedir(dir);
	return BENCH_SKIP;
}

static void test_no_descriptor_leaks_in(void **state)
{
	const struct bench bench = { .name = "test/descriptors",
				     .payload = "base-empty",
				     .setup = list_descriptors };
	const struct launch_result *result;
	char *words, *word, *save;
	int fds[3];

	if (!*state)
		skip();
	/* As a results directory, its lock, and another launch's VM are. */
	fds[0] = open("/tmp", O_TMPFILE | O_RDWR, 0600);
	fds[1] = open("/proc/self/status", O_RDONLY);
	fds[2] = dup2(fds[1], 500);
	result = launch(*state, &bench, NULL, 20);
	words = xstrdup(result->reason);
	word = strtok_r(words, " ", &save);
	assert_string_equal(word, "descriptors:");
	while ((word = strtok_r(NULL, " ", &save)))
		if (strcmp(word, "/dev/kvm") &&
		    strncmp(word, "anon_inode:kvm-", strlen("anon_inode:kvm-")))
			fail_msg("%s", result->reason);
	assert_non_null(strstr(result->reason, "anon_inode:kvm-vcpu"));
	free(words);
	for (size_t i = 0; i < ARRAY_SIZE(fds); i++)
		close(fds[i]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_only_unseen_confinement),
		cmocka_unit_test(test_filter),
		cmocka_unit_test(test_mitigations_stay),
		cmocka_unit_test(test_refused_call_is_a_row),
		cmocka_unit_test(test_result_is_not_trusted),
		cmocka_unit_test(test_no_descriptor_leaks_in),
	};

	return cmocka_run_group_tests(tests, guest_setup, guest_teardown);
}
