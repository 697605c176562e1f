/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The command line that the commands of `lab` share. Pure, but for getopt. */
#ifndef VMB_LAB_OPTIONS_H
#define VMB_LAB_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "error.h"
#include "lab/machine.h"

#define LAB_MAX_MACHINES 8

struct lab_options {
	/*
	 * One at least, unless LAB_OPTION_NO_MACHINE says otherwise; several
	 * only where LAB_OPTION_MACHINES does.
	 */
	struct lab_machine machines[LAB_MAX_MACHINES];
	size_t n_machines;
	const char *output; /* NULL: results/<UTC time>-lab-<what> */
	const char *label; /* NULL: the kernel's file name */
	const char *modules[2]; /* of the first kernel, of the second; or NULL */
	const char *cmdline; /* more for the kernel's command line; or NULL */
	double limit; /* seconds of the machine's time */
	double wall_limit; /* seconds of this host's time */
	uint64_t boots; /* of each kernel */
	uint64_t jobs; /* machines at a time; 0: as many as there are CPUs */
	/* Of bisect: */
	const char *base; /* a kernel; or NULL */
	const char *source; /* a tree; NULL: the current directory */
	double threshold; /* TSC ticks above the base; NAN: any */
	double above; /* TSC ticks; NAN: compare with the base */
	bool help;
	char **operands; /* inside argv, as all texts */
	size_t n_operands;
	char **run; /* options of the suite, behind "--" */
	size_t n_run;
};

/* Options that not every command takes, as bits. */
enum lab_option_set {
	LAB_OPTION_LABEL = 1 << 0,
	LAB_OPTION_BOOTS = 1 << 1, /* and the number of jobs */
	LAB_OPTION_MACHINES = 1 << 2, /* several, and "all" */
	LAB_OPTION_RUN = 1 << 3, /* "--" and options of the suite */
	LAB_OPTION_BISECT = 1 << 4,
	LAB_OPTION_NO_MACHINE = 1 << 5, /* none unless it is given */
};

/*
 * @argv[0] is the command's name. -1: usage error, in @err. Freed by
 * lab_options_free() in any case.
 */
int lab_options_parse(struct lab_options *options, int argc, char **argv,
		      unsigned int set, struct error *err);
void lab_options_free(struct lab_options *options);

/* The lines of a command's --help about the options in @set. */
void lab_options_print_help(unsigned int set);

#endif
