/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The commands of run-bench, one cmd-NAME.c each. @argv[0] is the command's
 * name. A command prints its own errors and returns an enum exit_status.
 */
#ifndef VMB_COMMAND_H
#define VMB_COMMAND_H

#include "error.h"
#include "results.h"

int cmd_check(int argc, char **argv);
int cmd_compare(int argc, char **argv);
int cmd_lab(int argc, char **argv);
int cmd_list(int argc, char **argv);
int cmd_plot(int argc, char **argv);
int cmd_report(int argc, char **argv);
int cmd_run(int argc, char **argv);
int cmd_trend(int argc, char **argv);

/* Print the error and how to get help on "compare", "lab ab": EXIT_USAGE. */
int command_usage_error(const char *command, const struct error *err);

/* Print, as errors, which rows cannot be used: EXIT_FAILED, or EXIT_DONE. */
int command_check_unused(const struct results *results);

#endif
