// SPDX-License-Identifier: GPL-2.0-or-later
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "directories.h"
#include "lab/command.h"
#include "lab/files.h"
#include "lab/kernels.h"
#include "lab/trial.h"
#include "text-lines.h"
#include "util.h"

#define OPTIONS	      (LAB_OPTION_BOOTS | LAB_OPTION_NO_MACHINE)
#define DEFAULT_BOOTS 3
#define TAIL_LINES    20
#define WAYS	      2
/*
 * A kernel that dies may hang: so many times as long as the other one needs at
 * most, and this at least.
 */
#define HANG_FACTOR  10
#define HANG_SECONDS 30

struct bug {
	const char *name, *title, *story;
	const char *patch; /* of scripts/lab/patches: puts the bug back */
	const char *machine; /* on which it shows */
	const char *program; /* an embedded file */
	struct way {
		const char *name; /* the program's argument */
		const char *event;
	} ways[WAYS];
};

static const struct bug bugs[] = {
	{
		.name = "tsc-aux-nmi",
		.title = "RDPID in the paranoid entry (2020)",
		.story =
			"A guest's TSC_AUX names no CPU of the host. KVM leaves "
			"it in the CPU while the vCPU is in KVM's run loop. An NMI "
			"or a #DB that comes there must not take the CPU's number "
			"from it: a kernel that reads it by RDPID finds another "
			"CPU's data, or none; one that uses LSL does not mind.",
		.patch = "paranoid-entry-rdpid",
		.machine = "vmx,features=rdpid",
		.program = "lab/tsc-aux-nmi",
		.ways = { { "db", "#DB" }, { "nmi", "NMIs" } },
	},
};

static void print_help(void)
{
	fputs("usage: run-bench lab reproduce [OPTIONS] BUG [KERNELS]\n"
	      "\n"
	      "Let a kernel that has a bug again, and the same kernel without it, run\n"
	      "what the bug was about, in machines that may crash. The kernels are\n"
	      "built into the directory KERNELS (default: " LAB_KERNELS
	      "). BUG is one of:\n",
	      stdout);
	for (size_t i = 0; i < ARRAY_SIZE(bugs); i++)
		printf("  %-12s %s, on %s\n", bugs[i].name, bugs[i].title,
		       bugs[i].machine);
	fputs("\n", stdout);
	lab_options_print_help(OPTIONS);
	fputs("\n"
	      "Exit status: 0 the bug kills its kernel in each boot, and the other kernel\n"
	      "survives each; 1 not so, or it could not be tried; 2 usage.\n",
	      stdout);
}

/* In the order in which they are tried: see wall_limit(). */
enum {
	WITHOUT_BUG,
	WITH_BUG,
	KERNELS,
};

struct reproduction {
	const struct lab_options *options;
	const struct bug *bug;
	struct lab_machine machine;
	char *kernels[KERNELS];
	char *output;
	uint64_t boots;
	unsigned int as_expected, trials;
	double seconds; /* that the kernel without the bug needed at most */
};

/* One boot and what came of it. */
struct boot {
	const struct way *way;
	size_t kernel; /* of reproduction's */
	uint64_t number;
	char *output; /* directory */
	double seconds;
	enum lab_boot_end boot_end;
	struct lab_trial trial;
	enum lab_trial_end end;
	struct error death; /* of a machine that did not come to its end */
};

static const char *kernel_name(const struct reproduction *r, size_t kernel)
{
	return kernel == WITHOUT_BUG ? LAB_STOCK : r->bug->patch;
}

static double wall_limit(const struct reproduction *r, size_t kernel)
{
	double limit = r->options->wall_limit;

	if (kernel == WITHOUT_BUG || r->seconds <= 0)
		return limit;
	return fmin(limit, fmax(HANG_SECONDS, HANG_FACTOR * r->seconds));
}

/* --- a boot ----------------------------------------------------------------- */

static int run_machine(const struct reproduction *r, struct boot *b, FILE *said)
{
	struct argv args = { 0 };
	struct lab_job job = lab_plan_job(r->options, &r->machine,
					  r->kernels[b->kernel], &args);
	int status = -1;

	b->boot_end = LAB_BOOT_FAILED;
	argv_add(&args, "%s", b->way->name);
	job.guest.program = r->bug->program;
	job.output = b->output;
	job.show = said;
	job.wall_limit = wall_limit(r, b->kernel);
	if (!lab_job_start(&job, &b->death)) {
		lab_job_wait(&job, &lab_interrupted);
		status = lab_job_finish(&job, &b->death);
		b->boot_end = job.boot.end;
	}
	/* By a limit of the user's, it may just not be through. */
	if (b->boot_end == LAB_BOOT_HANGS &&
	    job.wall_limit < HANG_FACTOR * r->seconds)
		b->boot_end = LAB_BOOT_FAILED;
	lab_job_free(&job);
	argv_free(&args);
	return status;
}

static void run_boot(const struct reproduction *r, struct boot *b)
{
	char *text = NULL;
	size_t len = 0;
	FILE *said = xmemstream(&text, &len);
	time_t start = time(NULL);
	int status;

	b->output = xasprintf("%s/%s-%s-%" PRIu64, r->output, b->way->name,
			      kernel_name(r, b->kernel), b->number);
	status = run_machine(r, b, said);
	xmemstream_close(said);
	b->seconds = difftime(time(NULL), start);
	lab_trial_read(&b->trial, text);
	b->end = lab_trial_judge(&b->trial, b->boot_end, status);
	free(text);
}

/* @seconds: what the kernel without the bug needed; 0: not known. */
static void print_end(const struct boot *b, double seconds)
{
	const struct lab_trial *t = &b->trial;

	switch (b->end) {
	case LAB_TRIAL_SURVIVED:
		text_line(stdout,
			  "  lives through %" PRIu64 " %s with %u TSC_AUXs of "
			  "the guest",
			  t->events, b->way->event, t->values);
		break;
	case LAB_TRIAL_DIED:
		text_line(stdout,
			  "  dies of TSC_AUX 0x%08" PRIx32
			  ", number %u of the guest's:",
			  t->last, t->values);
		text_wrapped(stdout, "  ", "  ", b->death.text);
		if (seconds > 0)
			text_line(stdout,
				  "  (the other kernel needs %.0f s for all)",
				  seconds);
		break;
	case LAB_TRIAL_UNCLEAR:
		text_wrapped(stdout, "  unclear: ", "  ",
			     *t->problem      ? t->problem
			     : *b->death.text ? b->death.text
					      : "it ended too soon");
		break;
	}
}

static void print_boot(const struct reproduction *r, const struct boot *b)
{
	text_line(stdout, "%s, %s, boot %" PRIu64, kernel_name(r, b->kernel),
		  b->way->event, b->number);
	if (b->trial.control)
		text_line(stdout,
			  "  lives through %" PRIu64 " %s with the host's own "
			  "TSC_AUX",
			  b->trial.control, b->way->event);
	print_end(b, r->seconds);
	fflush(stdout);
}

/* Of the first boot of each kernel and way: what it said last. */
static void print_console(const struct boot *b)
{
	char *path = xasprintf("%s/" LAB_CONSOLE, b->output);
	char *tail = lab_console_tail(path, TAIL_LINES);

	printf("  The end of '%s':\n%s\n", path,
	       *tail ? tail : "(it says nothing)");
	free(tail);
	free(path);
}

/* --- all -------------------------------------------------------------------- */

static int try(struct reproduction *r, const struct way *way, size_t kernel,
	       uint64_t number)
{
	struct boot b = { .way = way, .kernel = kernel, .number = number };

	run_boot(r, &b);
	if (!lab_interrupted) {
		print_boot(r, &b);
		if (number == 1)
			print_console(&b);
	}
	r->trials++;
	r->as_expected += b.end == (kernel == WITHOUT_BUG ? LAB_TRIAL_SURVIVED
							  : LAB_TRIAL_DIED);
	if (kernel == WITHOUT_BUG)
		r->seconds = fmax(r->seconds, b.seconds);
	free(b.output);
	return lab_interrupted ? -1 : 0;
}

static int try_all(struct reproduction *r)
{
	for (size_t way = 0; way < WAYS; way++)
		for (size_t kernel = 0; kernel < KERNELS; kernel++)
			for (uint64_t i = 1; i <= r->boots; i++)
				if (try(r, &r->bug->ways[way], kernel, i))
					return -1;
	return 0;
}

static void print_title(const struct reproduction *r)
{
	char *version = lab_emulator_version(&r->machine);

	text_line(stdout, "%s: %s", r->bug->name, r->bug->title);
	text_wrapped(stdout, "  ", "  ", r->bug->story);
	text_line(stdout, "  machine: %s, %s", r->machine.text,
		  version ? version : "unknown");
	text_wrapped(stdout, "  with the bug: ", "    ", r->kernels[WITH_BUG]);
	text_wrapped(stdout, "  without: ", "    ", r->kernels[WITHOUT_BUG]);
	fputc('\n', stdout);
	free(version);
}

static int print_verdict(const struct reproduction *r)
{
	bool all = r->as_expected == r->trials;

	text_line(stdout, "%s: %s", r->bug->name,
		  all ? "reproduced" : "not reproduced");
	text_wrapped(
		stdout, "  ", "  ",
		all ? "In each boot the kernel with the bug lived as long as "
		      "the guest had the host's TSC_AUX, and died of one of "
		      "its own; the kernel without lived through all."
		    : "Not every boot went as the bug has it.");
	return all ? EXIT_DONE : EXIT_FAILED;
}

static int get_kernels(struct reproduction *r, const char *directory,
		       struct error *err)
{
	char *files = lab_files_unpack(err);
	const struct lab_kernels kernels = { directory, files };
	int ret = files ? directories_make(directory, err) : -1;

	for (size_t i = 0; i < KERNELS && !ret; i++) {
		r->kernels[i] =
			lab_kernels_get(&kernels, kernel_name(r, i), err);
		ret = r->kernels[i] ? 0 : -1;
	}
	if (!ret)
		ret = lab_kernels_check(r->kernels[WITHOUT_BUG],
					r->kernels[WITH_BUG], err);
	directories_remove(files);
	free(files);
	return ret;
}

static int prepare(struct reproduction *r, struct error *err)
{
	const struct lab_options *o = r->options;

	if (lab_machine_parse(&r->machine,
			      o->n_machines ? o->machines[0].text
					    : r->bug->machine,
			      err) ||
	    lab_emulator_check(&r->machine, err) ||
	    lab_output_make(r->output, NULL, err))
		return -1;
	return get_kernels(r, o->n_operands > 1 ? o->operands[1] : LAB_KERNELS,
			   err);
}

static int reproduce(const struct lab_options *o, const struct bug *bug)
{
	struct reproduction r = {
		.options = o,
		.bug = bug,
		.output = o->output ? xstrdup(o->output)
				    : lab_default_output(bug->name),
		.boots = o->boots ? o->boots : DEFAULT_BOOTS,
	};
	int status = EXIT_FAILED;
	struct error err;

	if (prepare(&r, &err)) {
		error_print("%s", err.text);
	} else {
		print_title(&r);
		if (try_all(&r))
			error_print("interrupted");
		else
			status = print_verdict(&r);
		puts(r.output);
	}
	for (size_t i = 0; i < KERNELS; i++)
		free(r.kernels[i]);
	lab_machine_free(&r.machine);
	free(r.output);
	return status;
}

static const struct bug *find_bug(const struct lab_options *o,
				  struct error *err)
{
	if (!o->n_operands || o->n_operands > 2) {
		error_set(err, "give a BUG, and where its kernels are at most");
		return NULL;
	}
	for (size_t i = 0; i < ARRAY_SIZE(bugs); i++)
		if (!strcmp(o->operands[0], bugs[i].name))
			return &bugs[i];
	error_set(err, "there is no bug '%s'", o->operands[0]);
	return NULL;
}

int lab_cmd_reproduce(int argc, char **argv)
{
	const struct bug *bug = NULL;
	struct lab_options options;
	struct error err;
	int status;

	if (lab_options_parse(&options, argc, argv, OPTIONS, &err) ||
	    (!options.help && !(bug = find_bug(&options, &err)))) {
		status = command_usage_error("lab reproduce", &err);
	} else if (options.help) {
		print_help();
		status = EXIT_DONE;
	} else {
		status = reproduce(&options, bug);
	}
	lab_options_free(&options);
	return status;
}
