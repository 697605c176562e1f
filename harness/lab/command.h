/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The commands of `run-bench lab`, one lab/cmd-NAME.c each, as command.h has
 * those of run-bench; and what they share.
 */
#ifndef VMB_LAB_COMMAND_H
#define VMB_LAB_COMMAND_H

#include "harness/command.h"
#include "error.h"
#include "lab/argv.h"
#include "lab/job.h"
#include "lab/options.h"

int lab_cmd_ab(int argc, char **argv);
int lab_cmd_bisect(int argc, char **argv);
int lab_cmd_bochs(int argc, char **argv);
int lab_cmd_explain(int argc, char **argv);
int lab_cmd_kernel(int argc, char **argv);
int lab_cmd_reproduce(int argc, char **argv);
int lab_cmd_run(int argc, char **argv);
int lab_cmd_seeds(int argc, char **argv);

/*
 * Set by SIGINT and SIGTERM from lab_catch_signals() on: machines and builds are
 * to stop, so that no temporary files are left.
 */
extern volatile bool lab_interrupted;
void lab_catch_signals(void);

/* "stock" of "dir/stock.bzImage", owned by the caller. */
char *lab_kernel_name(const char *kernel);

/* results/<UTC time>-lab-NAME, owned by the caller. */
char *lab_default_output(const char *name);

/* OUTPUT/MACHINE, commas of the machine's name as '-'; owned by the caller. */
char *lab_machine_directory(const char *output,
			    const struct lab_machine *machine);

/*
 * Arguments of the suite: what it measures, and where it puts it. For the
 * caller to free.
 */
struct argv lab_suite_args(const struct lab_options *options,
			   const struct lab_machine *machine,
			   char *const *patterns, size_t n_patterns);

/*
 * A job with what the options say of every boot; @args are kept by the caller,
 * who sets the output and the label.
 */
struct lab_job lab_plan_job(const struct lab_options *options,
			    const struct lab_machine *machine,
			    const char *kernel, const struct argv *args);

/*
 * Run one job to its end: the suite's exit status, or -1 when the machine
 * failed, which is printed. The job is freed.
 */
int lab_run_job(struct lab_job *job);

/* Print why a machine failed, and the end of its console. */
void lab_print_failure(const struct lab_job *job, const struct error *err);

#endif
