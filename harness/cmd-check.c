// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdio.h>

#include "capabilities.h"
#include "cli.h"
#include "command.h"
#include "csv.h"
#include "error.h"
#include "findings.h"
#include "options.h"
#include "placement.h"
#include "require.h"

static const char help[] =
	"usage: run-bench check [--csv] [--require EXPR] [--cpu N]\n"
	"\n"
	"Is this host fit to measure on? Each finding is ok, warn, fail or unknown\n"
	"(the host does not tell), with what was seen and what to do.\n"
	"\n"
	"  --cpu N         judge pCPU N (default: the one that 'run' would choose)\n"
	"  --require EXPR  only when EXPR is met, or else exit status 77; see\n"
	"                  'run-bench run --help'\n"
	"  --csv           finding,status,seen,advice,severity\n"
	"  --help          print this\n"
	"\n"
	"Exit status: 0 no fail; 1 a finding is a fail; 2 usage; 77 EXPR is not met.\n";

struct check_options {
	bool csv, help;
	const char *require;
	int cpu; /* -1: the one that `run` would choose */
};

static int parse(struct check_options *o, int argc, char **argv,
		 struct error *err)
{
	const struct cli_option options[] = {
		{ "csv", .on = &o->csv },
		{ "require", .text = &o->require },
		{ "cpu", .index = &o->cpu, .max = RUN_MAX_NUMBER },
		{ "help", .on = &o->help },
		{ 0 },
	};
	int first = cli_parse(options, argc, argv, err);

	if (first >= 0 && first < argc)
		return error_set(err, "unknown argument '%s'", argv[first]);
	return first < 0 ? -1 : 0;
}

static int usage_error(const struct error *err)
{
	return command_usage_error("check", err);
}

static void print_csv(const struct findings *findings)
{
	struct csv_line line = { .stream = stdout };

	puts("finding,status,seen,advice,severity");
	for (size_t i = 0; i < findings->count; i++) {
		const struct finding *f = &findings->finding[i];
		const char *advice = f->rule->advice;

		csv_put_text(&line, f->rule->name);
		csv_put_text(&line, finding_status_name(f->status));
		csv_put_text(&line, f->seen);
		csv_put_text(&line, f->status == FINDING_OK ? NULL : advice);
		csv_put_text(&line, f->rule->severity);
		csv_put_end(&line);
	}
}

static void print_text(const struct findings *findings)
{
	for (size_t i = 0; i < findings->count; i++) {
		const struct finding *f = &findings->finding[i];

		printf("%-7s %-19s %s\n", finding_status_name(f->status),
		       f->rule->name, f->seen);
		if (f->status == FINDING_WARN || f->status == FINDING_FAIL)
			printf("%27s -> %s\n", "", f->rule->advice);
	}
	printf("%zu findings: %zu ok, %zu warn, %zu fail, %zu unknown\n",
	       findings->count, findings->by_status[FINDING_OK],
	       findings->by_status[FINDING_WARN],
	       findings->by_status[FINDING_FAIL],
	       findings->by_status[FINDING_UNKNOWN]);
}

static int print_findings(const struct check_options *options,
			  const struct capabilities *capabilities,
			  const struct placement *placement)
{
	const struct check_subject subject = {
		.cpu = placement->cpu,
		.cpus = capabilities->require.cpus,
	};
	struct check_facts facts;
	struct findings findings;
	int status;

	check_facts_read(&facts, &capabilities->root, &subject);
	findings_judge(&findings, &facts);
	if (options->csv)
		print_csv(&findings);
	else
		print_text(&findings);
	status = findings.by_status[FINDING_FAIL] ? EXIT_FAILED : EXIT_DONE;
	findings_free(&findings);
	check_facts_free(&facts);
	return status;
}

static int check(const struct check_options *options,
		 const struct capabilities *capabilities)
{
	struct placement placement;
	struct error err;

	switch (require_gate(options->require, &capabilities->require, &err)) {
	case REQUIRE_MET:
		break;
	case REQUIRE_UNMET:
		error_print("%s", err.text);
		return EXIT_ALL_SKIPPED;
	case REQUIRE_INVALID:
		return usage_error(&err);
	}
	if (placement_choose(capabilities->topology, &capabilities->root,
			     options->cpu, -1, &placement, &err))
		return usage_error(&err);
	return print_findings(options, capabilities, &placement);
}

int cmd_check(int argc, char **argv)
{
	struct check_options options = { .cpu = -1 };
	struct capabilities capabilities;
	struct error err;
	int status;

	if (parse(&options, argc, argv, &err))
		return usage_error(&err);
	if (options.help) {
		fputs(help, stdout);
		return EXIT_DONE;
	}
	if (capabilities_probe(&capabilities, &err)) {
		error_print("%s", err.text);
		return EXIT_FAILED;
	}
	status = check(&options, &capabilities);
	capabilities_free(&capabilities);
	return status;
}
