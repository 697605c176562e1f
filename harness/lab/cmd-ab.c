// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lab/command.h"
#include "lab/series.h"
#include "lab/verdict.h"
#include "util.h"

#define OPTIONS (LAB_OPTION_BOOTS | LAB_OPTION_RUN | LAB_OPTION_MACHINES)

static void print_help(void)
{
	fputs("usage: run-bench lab ab [OPTIONS] BASE NEW [PATTERN...] [-- OPTIONS...]\n"
	      "\n"
	      "Boot two kernels in turn (A B B A), measure in each what PATTERN selects,\n"
	      "or all, and tell what moved. The output directory gets, for each machine,\n"
	      "a results directory for each boot, report.txt and compare.csv.\n"
	      "\n",
	      stdout);
	lab_options_print_help(OPTIONS);
	fputs("\n"
	      "Exit status: 0 done; 1 a kernel did not come to the end, or nothing can\n"
	      "be compared; 2 usage.\n",
	      stdout);
}

/* Another command of this executable on both sides, into OUTPUT/@file. */
static int write_with(const struct lab_series *s, const char *const *command,
		      size_t n, const char *file, struct error *err)
{
	char *path = xasprintf("%s/%s", s->output, file);
	struct argv argv = { 0 };
	struct process process;
	FILE *to = fopen(path, "wxe");
	int ret = -1;

	argv_add(&argv, "/proc/self/exe");
	argv_add_all(&argv, command, n);
	argv_add_all(&argv, (const char *const *)s->paths[LAB_BASE], s->boots);
	argv_add(&argv, "--");
	argv_add_all(&argv, (const char *const *)s->paths[LAB_NEW], s->boots);
	if (!to)
		error_set_errno(err, "cannot create '%s'", path);
	else if (!process_start(&process, argv.words, fileno(to), err))
		ret = process_wait(&process, err);
	if (to)
		fclose(to);
	argv_free(&argv);
	free(path);
	return ret;
}

static int show(const char *directory, const char *file, struct error *err)
{
	char *path = xasprintf("%s/%s", directory, file);
	char *text = read_file(path, NULL);
	int ret = 0;

	if (!text)
		ret = error_set_errno(err, "cannot read '%s'", path);
	else
		fputs(text, stdout);
	free(text);
	free(path);
	return ret;
}

static int tell(const struct lab_series *s, struct lab_verdict *verdict,
		struct error *err)
{
	static const char *const report[] = { "report" };
	static const char *const compare[] = { "compare", "--format", "csv" };

	if (write_with(s, report, ARRAY_SIZE(report), "report.txt", err) ||
	    write_with(s, compare, ARRAY_SIZE(compare), "compare.csv", err) ||
	    show(s->output, "report.txt", err) ||
	    lab_verdict_load(verdict, s->paths[LAB_BASE], s->paths[LAB_NEW],
			     s->boots, err))
		return -1;
	putchar('\n');
	lab_verdict_print(stdout, verdict);
	putchar('\n');
	return 0;
}

static int run_machine(const struct lab_options *o, size_t i,
		       const char *output, char *const *names,
		       struct lab_verdict *verdict)
{
	bool same = !strcmp(names[LAB_BASE], names[LAB_NEW]);
	char *directory =
		o->n_machines == 1
			? xstrdup(output)
			: lab_machine_directory(output, &o->machines[i]);
	struct lab_series series = {
		.options = o,
		.machine = &o->machines[i],
		.kernel = { o->operands[0], o->operands[1] },
		.patterns = o->operands + 2,
		.n_patterns = o->n_operands - 2,
		.output = directory,
	};
	struct error err;
	int ret;

	for (int side = 0; side < LAB_SIDES; side++)
		series.label[side] = same ? lab_side_names[side] : names[side];
	ret = lab_series_run(&series);
	if (!ret) {
		ret = tell(&series, verdict, &err);
		if (ret)
			error_print("%s", err.text);
	}
	lab_series_free(&series);
	free(directory);
	return ret;
}

static int run_machines(const struct lab_options *o, const char *output,
			char *const *names)
{
	struct lab_verdict verdicts[LAB_MAX_MACHINES] = { 0 };
	struct lab_column columns[LAB_MAX_MACHINES];
	int ret = 0;

	for (size_t i = 0; i < o->n_machines && !ret; i++) {
		ret = run_machine(o, i, output, names, &verdicts[i]);
		columns[i] = (struct lab_column){ o->machines[i].text,
						  &verdicts[i].comparison };
	}
	if (!ret && o->n_machines > 1)
		lab_verdict_print_columns(stdout, columns, o->n_machines);
	if (!ret)
		printf("%s\n", output);
	for (size_t i = 0; i < o->n_machines; i++)
		lab_verdict_free(&verdicts[i]);
	return ret;
}

static int run_ab(const struct lab_options *o)
{
	char *names[] = { lab_kernel_name(o->operands[0]),
			  lab_kernel_name(o->operands[1]) };
	char *both = xasprintf("%s-%s", names[0], names[1]);
	char *output = o->output ? xstrdup(o->output)
				 : lab_default_output(both);
	struct error err;
	bool made;
	int ret = lab_output_make(output, &made, &err);

	if (ret)
		error_print("%s", err.text);
	else
		ret = run_machines(o, output, names);
	/* Of kernels that were none, not even an empty directory stays. */
	if (ret && made)
		rmdir(output);
	free(output);
	free(both);
	free(names[0]);
	free(names[1]);
	return ret ? EXIT_FAILED : EXIT_DONE;
}

int lab_cmd_ab(int argc, char **argv)
{
	struct lab_options options;
	struct error err;
	int status;

	if (lab_options_parse(&options, argc, argv, OPTIONS, &err)) {
		status = command_usage_error("lab ab", &err);
	} else if (options.help) {
		print_help();
		status = EXIT_DONE;
	} else if (options.n_operands < 2) {
		error_set(&err, "give two kernels");
		status = command_usage_error("lab ab", &err);
	} else {
		status = run_ab(&options);
	}
	lab_options_free(&options);
	return status;
}
