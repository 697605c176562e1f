// SPDX-License-Identifier: GPL-2.0-or-later
/* Programs that end well, badly, by a signal, or never began. */
#include <fcntl.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

#include "lab/process.h"
#include "util.h"

#define SH(script) ((char *[]){ "sh", "-c", script, NULL })

static int run(char *const argv[], struct error *err)
{
	struct process p;

	return process_start(&p, argv, -1, err) ? -1 : process_wait(&p, err);
}

static void expect_failure(char *const argv[], const char *expected)
{
	struct error err;

	assert_int_equal(run(argv, &err), -1);
	assert_string_equal(err.text, expected);
}

static void test_success(void **state)
{
	struct error err;

	(void)state;
	assert_int_equal(run(SH("exit 0"), &err), 0);
	/* What it says is of no interest then. */
	assert_int_equal(run(SH("echo out; echo err >&2"), &err), 0);
}

static void test_exit_status(void **state)
{
	(void)state;
	expect_failure(SH("exit 1"), "'sh' failed with exit status 1");
	expect_failure(SH("exit 255"), "'sh' failed with exit status 255");
	expect_failure(SH("exit 127"), "'sh' failed with exit status 127");
}

static void test_signal(void **state)
{
	(void)state;
	expect_failure(SH("kill -9 $$"), "'sh' was killed by signal 9");
	expect_failure(SH("echo last words >&2; kill -15 $$"),
		       "'sh' was killed by signal 15");
}

static void test_missing_program(void **state)
{
	char *missing[] = { "vmb-no-such-program", "-x", NULL };
	char *directory[] = { "/", NULL };

	(void)state;
	expect_failure(missing, "cannot run 'vmb-no-such-program': "
				"No such file or directory");
	expect_failure(directory, "cannot run '/': Permission denied");
}

static void test_last_line_of_messages(void **state)
{
	(void)state;
	expect_failure(SH("echo first >&2; echo last >&2; exit 2"),
		       "'sh' failed with exit status 2: last");
	expect_failure(SH("echo on stdout; exit 2"),
		       "'sh' failed with exit status 2: on stdout");
	expect_failure(SH("printf 'why\\n \\t\\r\\n\\n' >&2; exit 3"),
		       "'sh' failed with exit status 3: why");
	expect_failure(SH("printf 'no line end' >&2; exit 3"),
		       "'sh' failed with exit status 3: no line end");
	expect_failure(SH("printf '\\n\\n' >&2; exit 3"),
		       "'sh' failed with exit status 3");
}

/* Only the end is read, however much it was. */
static void test_long_messages(void **state)
{
	(void)state;
	expect_failure(SH("i=0; while [ $i -lt 5000 ]; do "
			  "echo line $i; i=$((i+1)); done >&2; exit 1"),
		       "'sh' failed with exit status 1: line 4999");
	for (int n = 1020; n < 1030; n++) {
		char *script =
			xasprintf("printf '%%%ds\\nend' '' >&2; exit 1", n);

		expect_failure(SH(script),
			       "'sh' failed with exit status 1: end");
		free(script);
	}
}

/* --- output ----------------------------------------------------------------------- */

static void test_output(void **state)
{
	struct error err;
	size_t len = 0;
	char *text;

	(void)state;
	text = process_output(SH("echo out; echo err >&2"), NULL, &err);
	assert_non_null(text);
	assert_string_equal(text, "out\n");
	free(text);
	text = process_output(SH("printf 'a\\000b'"), &len, &err);
	assert_non_null(text);
	assert_int_equal(len, 3);
	assert_memory_equal(text, "a\0b", 4);
	free(text);
	text = process_output(SH(":"), &len, &err);
	assert_non_null(text);
	assert_int_equal(len, 0);
	free(text);
}

static void test_much_output(void **state)
{
	struct error err;
	size_t len = 0;
	char *text =
		process_output(SH("head -c 3000000 /dev/zero"), &len, &err);

	(void)state;
	assert_non_null(text);
	assert_int_equal(len, 3000000);
	free(text);
}

static void test_output_of_a_failure(void **state)
{
	char *missing[] = { "vmb-no-such-program", NULL };
	struct error err;

	(void)state;
	assert_null(process_output(SH("echo out; echo why >&2; exit 1"), NULL,
				   &err));
	assert_string_equal(err.text, "'sh' failed with exit status 1: why");
	assert_null(process_output(missing, NULL, &err));
	assert_string_equal(err.text, "cannot run 'vmb-no-such-program': "
				      "No such file or directory");
	/* Nobody needs to know. */
	assert_null(process_output(missing, NULL, NULL));
}

/* Nothing is taken from what the user types, or from a pipe. */
static void test_nothing_to_read(void **state)
{
	int pipe_fds[2], before = dup(STDIN_FILENO);
	struct error err;
	char *text;

	(void)state;
	assert_int_equal(pipe(pipe_fds), 0);
	assert_int_equal(write(pipe_fds[1], "typed\n", 6), 6);
	dup2(pipe_fds[0], STDIN_FILENO);
	text = process_output(SH("cat"), NULL, &err);
	dup2(before, STDIN_FILENO);
	close(before);
	close(pipe_fds[0]);
	close(pipe_fds[1]);
	assert_non_null(text);
	assert_string_equal(text, "");
	free(text);
}

static void test_output_to_a_file(void **state)
{
	int file = memfd_create("test", MFD_CLOEXEC);
	char text[16] = "";
	struct process p;
	struct error err;

	(void)state;
	assert_int_equal(
		process_start(&p, SH("echo out; echo err >&2"), file, &err), 0);
	assert_int_equal(process_wait(&p, &err), 0);
	assert_int_equal(pread(file, text, sizeof(text) - 1, 0), 4);
	assert_string_equal(text, "out\n");
	close(file);
}

/* --- side by side ------------------------------------------------------------------- */

static void test_polling(void **state)
{
	char *argv[] = { "sleep", "60", NULL };
	struct process p;
	struct error err;

	(void)state;
	assert_int_equal(process_start(&p, argv, -1, &err), 0);
	assert_false(process_ended(&p));
	assert_false(process_ended(&p));
	kill(p.pid, SIGTERM);
	while (!process_ended(&p))
		usleep(1000);
	assert_true(process_ended(&p));
	assert_int_equal(process_wait(&p, &err), -1);
	assert_string_equal(err.text, "'sleep' was killed by signal 15");
	assert_int_equal(p.messages, -1);
	process_stop(&p);
}

static void test_status_after_polling(void **state)
{
	struct process p;
	struct error err;

	(void)state;
	assert_int_equal(
		process_start(&p, SH("echo why >&2; exit 4"), -1, &err), 0);
	while (!process_ended(&p))
		usleep(1000);
	assert_int_equal(process_wait(&p, &err), -1);
	assert_string_equal(err.text, "'sh' failed with exit status 4: why");
}

static void test_stop(void **state)
{
	char *argv[] = { "sleep", "60", NULL };
	struct process p = PROCESS_NONE;
	struct error err;
	pid_t pid;

	(void)state;
	process_stop(&p);
	assert_true(process_ended(&p));
	assert_int_equal(process_start(&p, argv, -1, &err), 0);
	pid = p.pid;
	process_stop(&p);
	assert_int_equal(p.pid, 0);
	assert_int_equal(p.messages, -1);
	/* It is gone, and was waited for. */
	assert_int_equal(kill(pid, 0), -1);
	process_stop(&p);
}

/* Files of ours that are open are none of its business. */
static void test_descriptors(void **state)
{
	struct error err;
	char *text = process_output(SH("ls -l /proc/self/fd"), NULL, &err);
	size_t n = 0;

	(void)state;
	assert_non_null(text);
	/* Its output and its messages: once each. */
	for (const char *at = text; (at = strstr(at, "/memfd:")); at++)
		n++;
	assert_int_equal(n, 2);
	free(text);
}

/* A script is stopped with all that it started. */
static void test_stop_of_a_script(void **state)
{
	struct pollfd from = { .events = POLLIN };
	struct process p;
	struct error err;
	int fds[2];
	char byte;

	(void)state;
	assert_int_equal(pipe(fds), 0);
	from.fd = fds[0];
	/* Both hold the pipe's end until they are gone. */
	assert_int_equal(process_start(&p, SH("sleep 60 & echo; wait"), fds[1],
				       &err),
			 0);
	close(fds[1]);
	assert_int_equal(read(fds[0], &byte, 1), 1);
	process_stop(&p);
	assert_int_equal(poll(&from, 1, 10000), 1);
	assert_int_equal(read(fds[0], &byte, 1), 0);
	close(fds[0]);
}

static volatile bool stop;

static void on_alarm(int signal)
{
	(void)signal;
	stop = true;
}

/* So is one that is shown: whoever holds the pipe's end is gone. */
static void test_stop_of_what_is_shown(void **state)
{
	char *script;
	struct error err;
	int fds[2];
	char byte;

	(void)state;
	assert_int_equal(pipe(fds), 0);
	script = xasprintf("sleep 60 >&%d & wait", fds[1]);
	signal(SIGALRM, on_alarm);
	alarm(1);
	assert_int_equal(process_show(SH(script), &stop, &err), -1);
	assert_string_equal(err.text, "interrupted");
	stop = false;
	close(fds[1]);
	assert_int_equal(read(fds[0], &byte, 1), 0);
	close(fds[0]);
	free(script);
}

static void test_shown_failure(void **state)
{
	struct error err;

	(void)state;
	assert_int_equal(process_show(SH("exit 0"), &stop, &err), 0);
	assert_int_equal(process_show(SH("exit 5"), &stop, &err), -1);
	assert_string_equal(err.text, "'sh' failed");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_success),
		cmocka_unit_test(test_exit_status),
		cmocka_unit_test(test_signal),
		cmocka_unit_test(test_missing_program),
		cmocka_unit_test(test_last_line_of_messages),
		cmocka_unit_test(test_long_messages),
		cmocka_unit_test(test_output),
		cmocka_unit_test(test_much_output),
		cmocka_unit_test(test_output_of_a_failure),
		cmocka_unit_test(test_nothing_to_read),
		cmocka_unit_test(test_output_to_a_file),
		cmocka_unit_test(test_polling),
		cmocka_unit_test(test_status_after_polling),
		cmocka_unit_test(test_stop),
		cmocka_unit_test(test_descriptors),
		cmocka_unit_test(test_stop_of_a_script),
		cmocka_unit_test(test_stop_of_what_is_shown),
		cmocka_unit_test(test_shown_failure),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
