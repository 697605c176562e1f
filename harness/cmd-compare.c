// SPDX-License-Identifier: GPL-2.0-or-later
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"
#include "command.h"
#include "compare-groups.h"
#include "compare-print.h"
#include "error.h"
#include "text-lines.h"
#include "util.h"

static const char help[] =
	"usage: run-bench compare [OPTIONS] BASE NEW\n"
	"       run-bench compare [OPTIONS] BASE... -- NEW...\n"
	"\n"
	"Say which rows of NEW differ from BASE. Each is a results directory or\n"
	"a summary.csv; several of one side are taken together. Where a side has\n"
	"several hosts or CPU models, each is compared with itself.\n"
	"\n"
	"  --format FORMAT  text (default), csv or markdown\n"
	"  --stat STAT      what a launch counts by: p50 (default), mean, min,\n"
	"                   p25, p75, p90, p99, p999 or max\n"
	"  --metric GLOB    compare these metrics (default: latency)\n"
	"  --all-metrics    compare the counters too\n"
	"  --threshold PCT  call a difference of less than PCT percent none\n"
	"  --fail-on-regression PCT\n"
	"                   exit with 3 when a row is PCT percent or more\n"
	"                   higher in NEW and not by chance, or fails in NEW\n"
	"  --seed N         seed of the resampling (default: 1)\n"
	"  --help           print this\n"
	"\n"
	"Exit status: 0 done; 1 a file could not be read, had rows that could\n"
	"not be used, or the sides have no row in common; 2 usage;\n"
	"3 --fail-on-regression found one.\n";

struct request {
	enum compare_format format;
	struct results_query query;
	struct compare_options compare;
	double fail_percent; /* NAN: do not fail */
	bool help;
	const char *const *base, *const *new; /* inside argv */
	size_t n_base, n_new;
};

static int set_format(const char *option, const char *value, void *to,
		      struct error *err)
{
	(void)option;
	if (compare_format_parse(value, to))
		return error_set(err, "unknown format '%s'", value);
	return 0;
}

static int set_stat(const char *option, const char *value, void *to,
		    struct error *err)
{
	(void)option;
	if (result_stat_parse(value, to))
		return error_set(err, "unknown statistic '%s'", value);
	return 0;
}

/* The index of the first operand, or -1. */
static int parse_options(struct request *r, int argc, char **argv,
			 struct error *err)
{
	const struct cli_option options[] = {
		{ "format", .parse = set_format, .to = &r->format },
		{ "stat", .parse = set_stat, .to = &r->query.stat },
		{ "metric", .text = &r->query.metric },
		{ "all-metrics", .unset = &r->query.metric },
		{ "threshold", .parse = cli_parse_percent,
		  .to = &r->compare.threshold },
		{ "fail-on-regression", .parse = cli_parse_percent,
		  .to = &r->fail_percent },
		{ "seed", .number = &r->compare.seed },
		{ "help", .on = &r->help },
		{ 0 },
	};
	int first = cli_parse(options, argc, argv, err);

	r->compare.stat = r->query.stat;
	return first;
}

/* What is before a "--", options too, is BASE; without one, BASE NEW. */
static int parse(struct request *r, int argc, char **argv, struct error *err)
{
	int end = 1, first;

	while (end < argc && strcmp(argv[end], "--"))
		end++;
	first = parse_options(r, end, argv, err);
	if (first < 0)
		return -1;
	r->base = (const char *const *)argv + first;
	r->n_base = (size_t)(end - first);
	if (end < argc) {
		r->new = (const char *const *)argv + end + 1;
		r->n_new = (size_t)(argc - end - 1);
	} else if (r->n_base == 2) {
		r->new = r->base + 1;
		r->n_base = r->n_new = 1;
	}
	if (r->help || (r->n_base && r->n_new))
		return 0;
	return error_set(err, "give BASE and NEW, or several of each with "
			      "'--' between them");
}

static int report_regressions(const struct comparison *c, double percent)
{
	int status = EXIT_DONE;
	char *name, *metric;

	for (size_t i = 0; i < c->n_rows; i++) {
		const struct compare_row *row = &c->rows[i];

		if (!compare_is_regression(row, percent))
			continue;
		name = text_clean(compare_name(row->base.group));
		metric = text_clean(xstrdup(row->base.group->metric));
		error_print("regression of '%s' (%s): %+.3g%%, allowed %g%%",
			    name, metric,
			    isnan(row->percent) ? INFINITY : row->percent,
			    percent);
		free(metric);
		free(name);
		status = EXIT_REGRESSION;
	}
	for (size_t i = 0; i < c->n_unpaired; i++) {
		if (!compare_is_broken(&c->unpaired[i]))
			continue;
		name = text_clean(compare_name(c->unpaired[i].base));
		error_print("regression of '%s': it fails in new", name);
		free(name);
		status = EXIT_REGRESSION;
	}
	return status;
}

static int compare_loaded(const struct request *r, const struct results *base,
			  const struct results *new)
{
	struct comparison c;
	struct error err;
	int status = command_check_unused(base);

	/* The notes say it, too; here it makes the exit status. */
	if (command_check_unused(new))
		status = EXIT_FAILED;
	if (compare_sides(&c, base, new, &r->compare, &err)) {
		if (!isnan(r->fail_percent))
			status = report_regressions(&c, r->fail_percent);
		if (status == EXIT_DONE)
			status = EXIT_FAILED;
		compare_print_notes(stderr, &c, true);
		error_print("cannot compare: %s", err.text);
		compare_free(&c);
		return status;
	}
	compare_print(stdout, &c, r->format);
	if (fflush(stdout) || ferror(stdout)) {
		error_print("cannot write the comparison");
		status = EXIT_FAILED;
	}
	if (!isnan(r->fail_percent) &&
	    report_regressions(&c, r->fail_percent) == EXIT_REGRESSION)
		status = EXIT_REGRESSION;
	compare_free(&c);
	return status;
}

static int load_and_compare(const struct request *r)
{
	struct results base = { 0 }, new = { 0 };
	struct error err;
	int status = EXIT_FAILED;

	if (results_load(&base, r->base, r->n_base, &r->query, &err) ||
	    results_load(&new, r->new, r->n_new, &r->query, &err)) {
		error_print("%s", err.text);
	} else {
		results_imply_across(&base, &new);
		status = compare_loaded(r, &base, &new);
	}
	results_free(&base);
	results_free(&new);
	return status;
}

/* A regression on one host is one, whatever became of the others. */
static int worse(int a, int b)
{
	return a == EXIT_REGRESSION || b == EXIT_REGRESSION ? EXIT_REGRESSION
	       : a != EXIT_DONE				    ? a
							    : b;
}

static int compare_apart(const struct request *r,
			 const struct compare_groups *groups)
{
	int status = EXIT_DONE;
	bool any = false;

	for (size_t i = 0; i < groups->n; i++) {
		struct compare_group *g = &groups->list[i];
		struct request of = *r;

		if (!g->n_base || !g->n_new) {
			warning_print("%s is in %s only, and is not compared",
				      text_clean(g->name),
				      g->n_base ? "base" : "new");
			continue;
		}
		if (any && r->format != COMPARE_CSV)
			putchar('\n');
		of.base = g->base;
		of.n_base = g->n_base;
		of.new = g->new;
		of.n_new = g->n_new;
		of.compare.group = g->name;
		of.compare.goes_on = any;
		status = worse(status, load_and_compare(&of));
		any = true;
	}
	if (any)
		return status;
	error_print("cannot compare: no host is on both sides");
	return EXIT_FAILED;
}

static int group_and_compare(const struct request *r)
{
	struct compare_groups groups;
	int status;

	compare_groups_make(&groups, r->base, r->n_base, r->new, r->n_new);
	status = groups.apart ? compare_apart(r, &groups) : load_and_compare(r);
	compare_groups_free(&groups);
	return status;
}

int cmd_compare(int argc, char **argv)
{
	struct request r = {
		.query = { .stat = RESULT_P50, .metric = "latency" },
		.compare = { .seed = COMPARE_SEED,
			     .resamples = COMPARE_RESAMPLES },
		.fail_percent = NAN,
	};
	struct error err;

	if (parse(&r, argc, argv, &err))
		return command_usage_error("compare", &err);
	if (r.help) {
		fputs(help, stdout);
		return EXIT_DONE;
	}
	return group_and_compare(&r);
}
