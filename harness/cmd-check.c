// SPDX-License-Identifier: GPL-2.0-or-later
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>

#include "capabilities.h"
#include "command.h"
#include "csv.h"
#include "error.h"
#include "findings.h"
#include "placement.h"
#include "require.h"
#include "util.h"

#define MAX_CPU 65535

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

static int apply(struct check_options *options, int id, struct error *err)
{
	uint64_t cpu;

	switch (id) {
	case 'c':
		options->csv = true;
		return 0;
	case 'h':
		options->help = true;
		return 0;
	case 'r':
		if (!*optarg)
			return error_set(err, "'--require' is empty");
		options->require = optarg;
		return 0;
	default:
		if (parse_u64(optarg, MAX_CPU, &cpu))
			return error_set(err, "invalid value '%s' of '--cpu'",
					 optarg);
		options->cpu = (int)cpu;
		return 0;
	}
}

static int parse(struct check_options *options, int argc, char **argv,
		 struct error *err)
{
	static const struct option long_options[] = {
		{ "csv", no_argument, NULL, 'c' },
		{ "help", no_argument, NULL, 'h' },
		{ "require", required_argument, NULL, 'r' },
		{ "cpu", required_argument, NULL, 'n' },
		{ 0 },
	};
	int id;

	*options = (struct check_options){ .cpu = -1 };
	opterr = 0;
	optind = 0;
	while ((id = getopt_long(argc, argv, ":", long_options, NULL)) != -1) {
		if (id == ':')
			return error_set(err, "option '%s' needs a value",
					 argv[optind - 1]);
		if (id == '?')
			return error_set(err, "unknown option '%s'",
					 argv[optind - 1]);
		if (apply(options, id, err))
			return -1;
	}
	if (optind < argc)
		return error_set(err, "unexpected argument '%s'", argv[optind]);
	return 0;
}

static int usage_error(const struct error *err)
{
	error_print("%s", err->text);
	fputs("Try 'run-bench check --help'.\n", stderr);
	return EXIT_USAGE;
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
	struct check_options options;
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
