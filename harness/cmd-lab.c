// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdio.h>
#include <string.h>

#include "command.h"
#include "error.h"
#include "lab/command.h"
#include "util.h"

static const struct command {
	const char *name;
	int (*run)(int argc, char **argv);
	const char *summary;
} commands[] = {
	{ "kernel", lab_cmd_kernel,
	  "build a kernel for the lab, with patches" },
	{ "bochs", lab_cmd_bochs, "build the emulator of the Intel machine" },
	{ "run", lab_cmd_run, "boot a kernel and measure in it" },
	{ "ab", lab_cmd_ab, "boot two kernels in turn, and compare them" },
	{ "explain", lab_cmd_explain, "where the instructions of an op go" },
	{ "seeds", lab_cmd_seeds, "the patches that the suite was made for" },
	{ "bisect", lab_cmd_bisect, "a step of git bisect run" },
	{ "reproduce", lab_cmd_reproduce,
	  "let a kernel with a known bug die of it" },
};

static void print_help(FILE *to)
{
	fputs("usage: run-bench lab COMMAND [OPTIONS] [ARGUMENT...]\n"
	      "\n"
	      "Boot kernels under test in emulated or nested machines, with the suite\n"
	      "inside. The default machine counts instructions: its ticks are the same\n"
	      "in each boot, so that a patch shows as an exact number of instructions.\n"
	      "It tells nothing of cycles.\n"
	      "\n"
	      "commands:\n",
	      to);
	for (size_t i = 0; i < ARRAY_SIZE(commands); i++)
		fprintf(to, "  %-9s %s\n", commands[i].name,
			commands[i].summary);
	fputs("\n'run-bench lab COMMAND --help' tells more.\n", to);
}

int cmd_lab(int argc, char **argv)
{
	const char *name = argc > 1 ? argv[1] : "";

	if (!strcmp(name, "--help")) {
		print_help(stdout);
		return EXIT_DONE;
	}
	for (size_t i = 0; i < ARRAY_SIZE(commands); i++)
		if (!strcmp(name, commands[i].name)) {
			lab_catch_signals();
			return commands[i].run(argc - 1, argv + 1);
		}
	if (*name)
		error_print("there is no command 'lab %s'", name);
	print_help(stderr);
	return EXIT_USAGE;
}
