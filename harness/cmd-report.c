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
#include "report-block.h"
#include "report-env.h"
#include "report-exits.h"
#include "results-ns.h"
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
	"several as one). PATTERN selects benchmarks, as run does.\n"
	"\n"
	"  --ns             nanoseconds instead of TSC ticks\n"
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
	const struct sub_report **sub = to;

	*sub = find(option, value);
	return *sub ? 0 : error_set(err, "there is no trade-off '%s'", value);
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
	return check_operands(r, err);
}

/* The block says it, too; here it makes the exit status. */
static int check_unused(const struct results *r)
{
	if (!r->n_unused)
		return EXIT_DONE;
	error_print("%zu row%s of '%s' cannot be used: %s", r->n_unused,
		    plural(r->n_unused), r->sources[r->faults[0].source].path,
		    r->faults[0].what);
	return EXIT_FAILED;
}

/* One side: all of it, and what is to be shown. */
struct side {
	struct results all, shown;
};

static int load_side(struct side *side, const struct request *r, int which,
		     struct error *err)
{
	const struct results_query query = { .stat = RESULT_P50 };

	if (results_load(&side->all, r->paths[which], r->n_paths[which], &query,
			 err))
		return -1;
	return r->ns ? results_to_ns(&side->all, err) : 0;
}

static int select_rows(struct side *side, const struct request *r,
		       struct error *err)
{
	return results_view(&side->shown, &side->all, &r->selection, err);
}

static void free_side(struct side *side)
{
	results_view_free(&side->shown);
	results_free(&side->all);
}

static int print_sides(const struct side *base, const struct side *new)
{
	const struct compare_options options = {
		.stat = RESULT_P50,
		.seed = COMPARE_SEED,
		.resamples = COMPARE_RESAMPLES,
	};
	const struct report_side sides[] = {
		{ &base->all, &base->shown },
		{ new ? &new->all : NULL, new ? &new->shown : NULL },
	};
	struct comparison c;
	struct error err;
	int status = check_unused(&base->all);

	if (new != NULL && check_unused(&new->all))
		status = EXIT_FAILED;
	if (compare_sides(&c, &base->shown, new ? &new->shown : &base->shown,
			  &options, &err)) {
		error_print("cannot report: %s", err.text);
		status = EXIT_FAILED;
	}
	report_print_block(stdout, &sides[0], new ? &sides[1] : NULL, &c);
	compare_free(&c);
	return status;
}

static int load_sides(struct side *base, struct side *new,
		      const struct request *r, struct error *err)
{
	bool pair = r->n_paths[1];

	if (load_side(base, r, 0, err) || (pair && load_side(new, r, 1, err)))
		return -1;
	/* Which kernel counts what, all rows show, and not only those asked for. */
	if (pair)
		results_imply_across(&base->all, &new->all);
	return select_rows(base, r, err) || (pair && select_rows(new, r, err))
		       ? -1
		       : 0;
}

static int print_block(const struct request *r)
{
	struct side base = { 0 }, new = { 0 };
	bool pair = r->n_paths[1];
	struct error err;
	int status = EXIT_FAILED;

	if (load_sides(&base, &new, r, &err))
		error_print("%s", err.text);
	else
		status = print_sides(&base, pair ? &new : NULL);
	free_side(&base);
	if (pair)
		free_side(&new);
	return status;
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
		status = check_unused(&results);
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
		status = print_block(r);
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
	struct request r = {
		.kcidb = { .origin = KCIDB_ORIGIN },
	};
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
