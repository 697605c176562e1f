// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/bench.h"
#include "capabilities.h"
#include "cli.h"
#include "command.h"
#include "csv.h"
#include "error.h"
#include "plan.h"
#include "runner.h"

static const char help[] =
	"usage: run-bench list [--csv | --markdown] [PATTERN...]\n"
	"\n"
	"Every benchmark, its parameters, and whether this host can run it.\n"
	"\n"
	"  --csv       one line for each variant: bench,variant,runs,reason,summary\n"
	"  --markdown  a table of all benchmarks, the same on every host\n"
	"  --help      print this\n";

struct list_options {
	bool csv, markdown, help;
};

/* What this host can do; or why nothing is known of it. */
struct host {
	struct capabilities capabilities;
	bool known;
	struct error why;
};

/* The index of the first pattern, or -1. */
static int parse(struct list_options *o, int argc, char **argv,
		 struct error *err)
{
	const struct cli_option options[] = {
		{ "csv", .on = &o->csv },
		{ "markdown", .on = &o->markdown },
		{ "help", .on = &o->help },
		{ 0 },
	};

	return cli_parse(options, argc, argv, err);
}

static bool can_run(const struct host *host, const struct variant *variant,
		    struct error *err)
{
	if (host->known)
		return runner_can_run(variant, &host->capabilities.require,
				      err) == REQUIRE_MET;
	*err = host->why;
	return false;
}

static void list_csv(const struct plan *plan, const struct host *host)
{
	struct csv_line line = { .stream = stdout };
	const struct variant *variant;
	struct error err;
	bool runs;

	puts("bench,variant,runs,reason,summary");
	for (size_t i = 0; i < plan->count; i++) {
		variant = &plan->variants[i];
		runs = can_run(host, variant, &err);
		csv_put_text(&line, variant->bench->name);
		csv_put_text(&line, variant->text);
		csv_put_text(&line, runs ? "yes" : "no");
		csv_put_text(&line, runs ? NULL : err.text);
		csv_put_text(&line, variant->bench->summary);
		csv_put_end(&line);
	}
}

static void print_param(const struct param *param)
{
	printf("%s=", param->name);
	for (const struct param_value *v = param->values; v->text; v++)
		printf("%s%s", v == param->values ? "" : ",", v->text);
}

/* Values of a parameter may need more than the rest of the benchmark. */
static void print_unmet(const struct param *param, const struct host *host)
{
	struct error err;

	for (const struct param_value *v = param->values; v->text; v++)
		if (require_check(v->needs, &host->capabilities.require,
				  &err) != REQUIRE_MET)
			printf("    %s=%s cannot run here: %s\n", param->name,
			       v->text, err.text);
}

static void list_text_one(const struct variant *variant,
			  const struct host *host)
{
	const struct bench *bench = variant->bench;
	struct variant any = *variant;
	struct error err;

	printf("%s\n    %s\n", bench->name, bench->summary);
	for (int i = 0; i < BENCH_MAX_PARAMS && bench->params[i].name; i++) {
		fputs("    ", stdout);
		print_param(&bench->params[i]);
		putchar('\n');
	}
	memset(any.needs, 0, sizeof(any.needs));
	if (!can_run(host, &any, &err)) {
		printf("    cannot run here: %s\n", err.text);
		return;
	}
	for (int i = 0; i < BENCH_MAX_PARAMS && bench->params[i].name; i++)
		print_unmet(&bench->params[i], host);
}

static void list_markdown_one(const struct bench *bench)
{
	printf("| `%s` |", bench->name);
	for (int i = 0; i < BENCH_MAX_PARAMS && bench->params[i].name; i++) {
		fputs(i ? "; `" : " `", stdout);
		print_param(&bench->params[i]);
		putchar('`');
	}
	printf(" | %s |\n", bench->summary);
}

/* Once for each benchmark, however many variants of it are in the plan. */
static void list_benchmarks(const struct plan *plan, const struct host *host,
			    bool markdown)
{
	const struct bench *bench = NULL;

	if (markdown)
		puts("| benchmark | parameters | what an op is |\n|---|---|---|");
	for (size_t i = 0; i < plan->count; i++) {
		if (plan->variants[i].bench == bench)
			continue;
		bench = plan->variants[i].bench;
		if (markdown)
			list_markdown_one(bench);
		else
			list_text_one(&plan->variants[i], host);
	}
}

int cmd_list(int argc, char **argv)
{
	struct list_options options = { 0 };
	struct host host = { 0 };
	struct error err;
	struct plan plan;
	int first = parse(&options, argc, argv, &err);

	if (first < 0)
		return command_usage_error("list", &err);
	if (options.help) {
		fputs(help, stdout);
		return EXIT_DONE;
	}
	if (plan_build(&plan, bench_families, argv + first,
		       (size_t)(argc - first), &err)) {
		error_print("%s", err.text);
		return EXIT_USAGE;
	}
	host.known = !capabilities_read(&host.capabilities, &host.why);
	if (options.csv)
		list_csv(&plan, &host);
	else
		list_benchmarks(&plan, &host, options.markdown);
	if (host.known)
		capabilities_free(&host.capabilities);
	plan_free(&plan);
	return EXIT_DONE;
}
