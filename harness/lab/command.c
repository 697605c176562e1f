// SPDX-License-Identifier: GPL-2.0-or-later
#include <libgen.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "lab/command.h"
#include "lab/identity.h"
#include "results-dir.h"
#include "util.h"

#define TAIL_LINES 20

/* So that boots do the same; a user may choose otherwise. */
static const char *const usual_args[] = { "run",   "--seed", "1",
					  "--cpu", "0",	     "--no-plots" };
/* Where init finds the results, and how lab/identity.h names them. */
static const char *const fixed_args[] = { "--output", LAB_RESULTS, "--label",
					  LAB_LABEL, "--" };
/* Where launches repeat themselves, few and short ones do. */
static const char *const counted_args[] = { "--quick", "--no-counters",
					    "--launches", "2", "--time" };

/* A process has one of them. */
volatile bool lab_interrupted;

static void on_signal(int signal)
{
	(void)signal;
	lab_interrupted = true;
}

void lab_catch_signals(void)
{
	const struct sigaction action = { .sa_handler = on_signal,
					  .sa_flags = SA_RESTART };

	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
}

char *lab_kernel_name(const char *kernel)
{
	static const char suffix[] = ".bzImage";
	char *path = xstrdup(kernel), *name = xstrdup(basename(path));
	size_t len = strlen(name);

	if (len > strlen(suffix) &&
	    !strcmp(name + len - strlen(suffix), suffix))
		name[len - strlen(suffix)] = '\0';
	free(path);
	return name;
}

char *lab_default_output(const char *name)
{
	char now[32];

	utc_time(now, sizeof(now), true);
	return xasprintf("results/%s-lab-%s", now, name);
}

char *lab_machine_directory(const char *output,
			    const struct lab_machine *machine)
{
	char *path = xasprintf("%s/%s", output, machine->text);

	/* Models and paths of emulators have slashes. */
	for (char *at = path + strlen(output) + 1; *at; at++)
		if (*at == ',' || *at == '/')
			*at = '-';
	return path;
}

static void add_default_args(struct argv *args, const struct lab_machine *m)
{
	if (!lab_machine_deterministic(m))
		return;
	argv_add_all(args, counted_args, ARRAY_SIZE(counted_args));
	argv_add(args, "%s", lab_machine_seconds(m));
}

struct argv lab_suite_args(const struct lab_options *o,
			   const struct lab_machine *machine,
			   char *const *patterns, size_t n_patterns)
{
	struct argv args = { 0 };

	argv_add_all(&args, usual_args, ARRAY_SIZE(usual_args));
	if (o->n_run)
		argv_add_all(&args, (const char *const *)o->run, o->n_run);
	else
		add_default_args(&args, machine);
	argv_add_all(&args, fixed_args, ARRAY_SIZE(fixed_args));
	argv_add_all(&args, (const char *const *)patterns, n_patterns);
	return args;
}

void lab_print_failure(const struct lab_job *job, const struct error *err)
{
	char *console = xasprintf("%s/" LAB_CONSOLE, job->output);
	char *tail = lab_console_tail(console, TAIL_LINES);

	error_print("cannot run '%s': %s", job->kernel, err->text);
	if (*tail)
		fprintf(stderr, "The end of '%s':\n%s\n", console, tail);
	free(console);
	free(tail);
}

struct lab_job lab_plan_job(const struct lab_options *o,
			    const struct lab_machine *machine,
			    const char *kernel, const struct argv *args)
{
	return (struct lab_job){
		.machine = machine,
		.kernel = kernel,
		.guest = { .args = args,
			   .modules = o->modules[0],
			   .limit = o->limit },
		.cmdline = o->cmdline,
		.number = 1,
		.wall_limit = o->wall_limit,
	};
}

int lab_run_job(struct lab_job *job)
{
	struct error err;
	int status = -1;

	if (lab_job_start(job, &err)) {
		error_print("%s", err.text);
	} else {
		lab_job_wait(job, &lab_interrupted);
		status = lab_job_finish(job, &err);
		if (status < 0)
			lab_print_failure(job, &err);
	}
	lab_job_free(job);
	return status;
}
