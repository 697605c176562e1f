// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli.h"
#include "command.h"
#include "error.h"
#include "export-json.h"
#include "export-kcidb.h"
#include "phases.h"
#include "report-blocks.h"
#include "report-env.h"
#include "report-exits.h"
#include "results-view.h"
#include "results.h"
#include "tradeoff.h"
#include "util.h"

static const char help[] =
	"usage: run-bench report [OPTIONS] DIR [PATTERN...]\n"
	"       run-bench report [OPTIONS] BASE NEW [PATTERN...]\n"
	"       run-bench report [OPTIONS] BASE... -- NEW... [PATTERN...]\n"
	"       run-bench report --perf-kvm-stat | --phases | --tradeoff NAME DIR\n"
	"\n"
	"The block for a cover letter, 72 columns of ASCII: of one result, or of\n"
	"a pair with the differences. Each is a results directory or a\n"
	"summary.csv; several of one side are taken together ('DIR... --' takes\n"
	"several as one), but each host has a block of its own. PATTERN selects\n"
	"benchmarks, as run does.\n"
	"\n"
	"  --ns             nanoseconds instead of TSC ticks, in text\n"
	"  --metric GLOB    these metrics too: msr_writes:*, exits, ...\n"
	"  --format FORMAT  text (default); json: a line for each DIR, metric to\n"
	"                   [min, q1, median, mean, q3, max, stddev, n] of the\n"
	"                   launches; kcidb: one report of all DIRs for KCIDB, v5\n"
	"  --origin NAME    whose KCIDB report it is (default: vmentry_bench)\n"
	"  --build ID       the KCIDB build that was tested, ORIGIN:ID; without\n"
	"                   it the report describes one of its own\n"
	"  --perf-kvm-stat  why the guest was left, as perf kvm stat shows it,\n"
	"                   where tracepoints were recorded\n"
	"  --phases         where the ticks of each exit go: ioctl entry,\n"
	"                   pre-run, guest, post-run, ioctl exit, and how\n"
	"                   certain that is\n"
	"  --tradeoff NAME  what two ways to build a kernel cost:\n"
	"                   tsc-aux  RDPID or LSL in the paranoid entry\n"
	"  --help           print this\n"
	"\n"
	"Exit status: 0 done; 1 the results cannot be read, or have rows that\n"
	"cannot be used; 2 usage.\n";

static void print_phases(FILE *to, const struct results *results)
{
	struct phases phases;

	phases_derive(&phases, results);
	phases_print(to, &phases);
	phases_free(&phases);
}

static void print_tsc_aux(FILE *to, const struct results *results)
{
	struct tradeoff_tsc_aux tradeoff;

	tradeoff_tsc_aux(&tradeoff, results);
	tradeoff_tsc_aux_print(to, &tradeoff);
}

/* One sub-report of all metrics of one result. */
static const struct sub_report {
	const char *option;
	const char *name; /* its value; NULL: the option takes none */
	void (*print)(FILE *to, const struct results *results);
} sub_reports[] = {
	{ "phases", NULL, print_phases },
	{ "tradeoff", "tsc-aux", print_tsc_aux },
	{ "perf-kvm-stat", NULL, report_print_exits },
};

enum format {
	FORMAT_TEXT,
	FORMAT_JSON,
	FORMAT_KCIDB,
};

struct request {
	const struct sub_report *sub;
	enum format format;
	bool ns, help;
	struct results_selection selection;
	struct kcidb_options kcidb;
	/* Positions of results, of patterns in selection. Owned arrays. */
	const char **paths[2];
	size_t n_paths[2];
	bool sides; /* there was a "--" */
};

static const struct sub_report *find(const char *option, const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(sub_reports); i++)
		if (!strcmp(sub_reports[i].option, option) &&
		    (!name || !strcmp(sub_reports[i].name, name)))
			return &sub_reports[i];
	return NULL;
}

static int set_sub_report(const char *option, const char *value, void *to,
			  struct error *err)
{
	const struct sub_report **sub = to, *other = *sub;

	*sub = find(option, value);
	if (!*sub)
		return error_set(err, "there is no trade-off '%s'", value);
	if (other && other != *sub)
		return error_set(err, "'--%s' and '--%s' exclude each other",
				 other->option, option);
	return 0;
}

static int set_format(const char *option, const char *value, void *to,
		      struct error *err)
{
	static const char *const names[] = {
		[FORMAT_TEXT] = "text",
		[FORMAT_JSON] = "json",
		[FORMAT_KCIDB] = "kcidb",
	};

	(void)option;
	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		if (!strcmp(value, names[i])) {
			*(enum format *)to = (enum format)i;
			return 0;
		}
	return error_set(err, "unknown format '%s'", value);
}

static int set_origin(const char *option, const char *value, void *to,
		      struct error *err)
{
	(void)option;
	*(const char **)to = value;
	return kcidb_check_origin(value, err);
}

static int set_build(const char *option, const char *value, void *to,
		     struct error *err)
{
	(void)option;
	*(const char **)to = value;
	return kcidb_check_id(value, err);
}

/* The index of the first operand, or -1. */
static int parse_options(struct request *r, int argc, char **argv,
			 struct error *err)
{
	const struct cli_option options[] = {
		{ "phases", .parse = set_sub_report, .to = &r->sub,
		  .bare = true },
		{ "tradeoff", .parse = set_sub_report, .to = &r->sub },
		{ "perf-kvm-stat", .parse = set_sub_report, .to = &r->sub,
		  .bare = true },
		{ "ns", .on = &r->ns },
		{ "metric", .text = &r->selection.metric },
		{ "format", .parse = set_format, .to = &r->format },
		{ "origin", .parse = set_origin, .to = &r->kcidb.origin },
		{ "build", .parse = set_build, .to = &r->kcidb.build },
		{ "help", .on = &r->help },
		{ 0 },
	};

	return cli_parse(options, argc, argv, err);
}

/* What exists is a result, anything else the name of a benchmark. */
static void add_operand(struct request *r, int side, const char *text)
{
	if (access(text, F_OK)) {
		r->selection.patterns[r->selection.n_patterns++] = text;
		return;
	}
	r->paths[side][r->n_paths[side]++] = text;
}

/* When nothing exists, the first was meant to be a result. */
static void need_result(struct request *r)
{
	struct results_selection *s = &r->selection;

	if (r->n_paths[0] || !s->n_patterns)
		return;
	r->paths[0][r->n_paths[0]++] = s->patterns[0];
	s->n_patterns--;
	memmove(s->patterns, s->patterns + 1,
		s->n_patterns * sizeof(*s->patterns));
}

/* Without a "--", two results are a pair, but not two lines of JSON. */
static void split_pair(struct request *r)
{
	if (r->sides || r->n_paths[0] != 2 || r->format != FORMAT_TEXT)
		return;
	r->paths[1][0] = r->paths[0][1];
	r->n_paths[0] = r->n_paths[1] = 1;
	r->sides = true;
}

/* What would be passed over in silence. */
static int check_options(const struct request *r, struct error *err)
{
	const char *option = r->format != FORMAT_TEXT ? "format"
			     : r->selection.metric    ? "metric"
			     : r->ns		      ? "ns"
						      : NULL;

	if (r->sub && option)
		return error_set(err, "'--%s' and '--%s' exclude each other",
				 r->sub->option, option);
	if (r->sub && r->selection.n_patterns)
		return error_set(err,
				 "'%s' is no file, and '--%s' takes no pattern",
				 r->selection.patterns[0], r->sub->option);
	if (r->ns && r->format != FORMAT_TEXT)
		return error_set(err, "'--ns' wants '--format text'");
	if (r->format != FORMAT_KCIDB && (r->kcidb.origin || r->kcidb.build))
		return error_set(err, "'--%s' wants '--format kcidb'",
				 r->kcidb.origin ? "origin" : "build");
	return 0;
}

static int check_operands(const struct request *r, struct error *err)
{
	if (!r->n_paths[0])
		return error_set(err, "report wants a results directory");
	if (r->sub && (r->n_paths[0] != 1 || r->n_paths[1]))
		return error_set(err, "'--%s' wants one results directory",
				 r->sub->option);
	if (!r->sides && r->n_paths[0] > 2 && r->format == FORMAT_TEXT)
		return error_set(err, "give BASE and NEW, or several of each "
				      "with '--' between them");
	return 0;
}

static int parse(struct request *r, int argc, char **argv, struct error *err)
{
	int end = 1, first;

	while (end < argc && strcmp(argv[end], "--"))
		end++;
	for (int side = 0; side < 2; side++)
		r->paths[side] = xcalloc((size_t)argc + 1, sizeof(char *));
	r->selection.patterns = xcalloc((size_t)argc + 1, sizeof(char *));
	first = parse_options(r, end, argv, err);
	if (first < 0)
		return -1;
	if (r->help)
		return 0;
	for (int i = first; i < end; i++)
		add_operand(r, 0, argv[i]);
	for (int i = end + 1; i < argc; i++)
		add_operand(r, 1, argv[i]);
	r->sides = end < argc;
	need_result(r);
	split_pair(r);
	if (check_options(r, err) || check_operands(r, err))
		return -1;
	if (!r->kcidb.origin)
		r->kcidb.origin = KCIDB_ORIGIN;
	return 0;
}

static int print_blocks(const struct request *r)
{
	const struct report_request of = {
		.paths = { r->paths[0], r->paths[1] },
		.n_paths = { r->n_paths[0], r->n_paths[1] },
		.ns = r->ns,
		.selection = &r->selection,
	};

	return report_print_blocks(&of);
}

static int print_sub_report(const struct request *r)
{
	const struct results_query query = { .stat = RESULT_P50 };
	struct results results;
	struct error err;
	int status = EXIT_FAILED;

	if (results_load(&results, r->paths[0], 1, &query, &err)) {
		error_print("%s", err.text);
	} else {
		report_print_kind(stdout, results.sources[0].env);
		r->sub->print(stdout, &results);
		status = command_check_unused(&results);
	}
	results_free(&results);
	return status;
}

/* Every result is a run of its own, whatever its side. */
static int export(const struct request *r)
{
	size_t n = r->n_paths[0] + r->n_paths[1];
	const char **paths = xcalloc(n, sizeof(*paths));
	struct error err;
	int ret = 0;

	for (size_t i = 0; i < n; i++)
		paths[i] = i < r->n_paths[0] ? r->paths[0][i]
					     : r->paths[1][i - r->n_paths[0]];
	if (r->format == FORMAT_KCIDB)
		ret = export_kcidb(stdout, paths, n, &r->selection, &r->kcidb,
				   &err);
	for (size_t i = 0; r->format == FORMAT_JSON && i < n && !ret; i++)
		ret = export_json(stdout, paths[i], &r->selection, &err);
	if (ret)
		error_print("%s", err.text);
	free(paths);
	return ret ? EXIT_FAILED : EXIT_DONE;
}

static int run(const struct request *r)
{
	int status;

	if (r->sub)
		status = print_sub_report(r);
	else if (r->format == FORMAT_TEXT)
		status = print_blocks(r);
	else
		status = export(r);
	if (fflush(stdout) || ferror(stdout)) {
		error_print("cannot write the report");
		status = EXIT_FAILED;
	}
	return status;
}

int cmd_report(int argc, char **argv)
{
	struct request r = { 0 };
	struct error err;
	int status;

	if (parse(&r, argc, argv, &err)) {
		status = command_usage_error("report", &err);
	} else if (r.help) {
		fputs(help, stdout);
		status = EXIT_DONE;
	} else {
		status = run(&r);
	}
	free(r.paths[0]);
	free(r.paths[1]);
	free(r.selection.patterns);
	return status;
}
