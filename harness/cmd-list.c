// SPDX-License-Identifier: GPL-2.0-or-later
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>

#include "bench/bench.h"
#include "command.h"
#include "csv.h"
#include "error.h"
#include "capabilities.h"
#include "plan.h"
#include "require.h"

static const char help[] =
	"usage: run-bench list [--csv] [PATTERN...]\n"
	"\n"
	"Every benchmark, its parameters, and whether this host can run it.\n"
	"\n"
	"  --csv   one line for each variant: bench,variant,runs,reason,summary\n"
	"  --help  print this\n";

struct list_options {
	int csv;
	int help;
};

static int parse(struct list_options *options, int argc, char **argv)
{
	const struct option long_options[] = {
		{ "csv", no_argument, &options->csv, 1 },
		{ "help", no_argument, &options->help, 1 },
		{ 0 },
	};
	int id;

	opterr = 0;
	optind = 0;
	while ((id = getopt_long(argc, argv, "", long_options, NULL)) != -1)
		if (id == '?')
			return -1;
	return 0;
}

static void list_csv(const struct plan *plan, const struct require_facts *facts)
{
	struct csv_line line = { .stream = stdout };
	const struct variant *variant;
	struct error err;
	bool runs;

	puts("bench,variant,runs,reason,summary");
	for (size_t i = 0; i < plan->count; i++) {
		variant = &plan->variants[i];
		runs = require_check(variant->bench->needs, facts, &err) ==
		       REQUIRE_MET;
		csv_put_text(&line, variant->bench->name);
		csv_put_text(&line, variant->text);
		csv_put_text(&line, runs ? "yes" : "no");
		csv_put_text(&line, runs ? NULL : err.text);
		csv_put_text(&line, variant->bench->summary);
		csv_put_end(&line);
	}
}

static void print_params(const struct bench *bench)
{
	for (int i = 0; i < BENCH_MAX_PARAMS && bench->params[i].name; i++) {
		printf("    %s=", bench->params[i].name);
		for (const struct param_value *v = bench->params[i].values;
		     v->text; v++)
			printf("%s%s", v == bench->params[i].values ? "" : ",",
			       v->text);
		putchar('\n');
	}
}

static void list_text(const struct plan *plan,
		      const struct require_facts *facts)
{
	const struct bench *bench = NULL;
	struct error err;

	for (size_t i = 0; i < plan->count; i++) {
		if (plan->variants[i].bench == bench)
			continue;
		bench = plan->variants[i].bench;
		printf("%s\n    %s\n", bench->name, bench->summary);
		print_params(bench);
		if (require_check(bench->needs, facts, &err) != REQUIRE_MET)
			printf("    cannot run here: %s\n", err.text);
	}
}

int cmd_list(int argc, char **argv)
{
	struct list_options options = { 0 };
	struct capabilities capabilities;
	struct error err;
	struct plan plan;

	if (parse(&options, argc, argv)) {
		error_print("unknown option '%s'\n%s", argv[optind - 1],
			    "Try 'run-bench list --help'.");
		return EXIT_USAGE;
	}
	if (options.help) {
		fputs(help, stdout);
		return EXIT_DONE;
	}
	if (plan_build(&plan, bench_families, argv + optind,
		       (size_t)(argc - optind), &err)) {
		error_print("%s", err.text);
		return EXIT_USAGE;
	}
	if (capabilities_read(&capabilities, &err)) {
		error_print("%s", err.text);
		plan_free(&plan);
		return EXIT_FAILED;
	}
	if (options.csv)
		list_csv(&plan, &capabilities.require);
	else
		list_text(&plan, &capabilities.require);
	capabilities_free(&capabilities);
	plan_free(&plan);
	return EXIT_DONE;
}
