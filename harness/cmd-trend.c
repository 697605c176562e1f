// SPDX-License-Identifier: GPL-2.0-or-later
#include <getopt.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "error.h"
#include "trend-digest.h"
#include "trend-html.h"
#include "trend-otava.h"
#include "trend-plot.h"
#include "trend-print.h"
#include "util.h"

static const char help[] =
	"usage: run-bench trend [OPTIONS] HISTORY [PATTERN...]\n"
	"\n"
	"Say when the numbers of a history changed: from which kernel to which, by how\n"
	"much, how sure. HISTORY is a directory with results directories at any depth,\n"
	"one for each night; nights of one host, CPU model and label are a series.\n"
	"PATTERN selects benchmarks (see 'run-bench list').\n"
	"\n"
	"A change is told with the third night that has it: one disturbed night, or two,\n"
	"is none. On a machine of the lab that repeats to the tick, each difference is\n"
	"a change, told with its first night.\n"
	"\n"
	"  --since DATE      only changes that a night since DATE (2026-01-31, UTC)\n"
	"                    let see first\n"
	"  --fail-on-change  exit with 3 when there is one\n"
	"  --metric GLOB     these metrics (default: latency)\n"
	"  --all-metrics     the counters too\n"
	"  --host GLOB       these hosts\n"
	"  --threshold PCT   call a change of less than PCT percent none\n"
	"                    (default: 0.5)\n"
	"  --format FORMAT   text (default), csv or markdown\n"
	"  --html FILE       write a page of all series, to be opened in a browser\n"
	"  --plots DIR       draw the series that changed, or those of PATTERN\n"
	"  --otava DIR       write all series for Apache Otava\n"
	"  --seed N          seed of the permutations (default: 1)\n"
	"  --no-digests      neither read nor write " TREND_DIGEST_NAME
	", which keeps what is\n"
	"                    needed of a night in its directory\n"
	"  --help            print this\n"
	"\n"
	"Exit status: 0 done; 1 HISTORY could not be read, or something not written;\n"
	"2 usage; 3 --fail-on-change found one.\n";

enum option_id {
	OPTION_SINCE = 1,
	OPTION_FAIL,
	OPTION_METRIC,
	OPTION_ALL_METRICS,
	OPTION_HOST,
	OPTION_THRESHOLD,
	OPTION_FORMAT,
	OPTION_HTML,
	OPTION_PLOTS,
	OPTION_OTAVA,
	OPTION_SEED,
	OPTION_NO_DIGESTS,
	OPTION_HELP,
};

static const struct option long_options[] = {
	{ "since", required_argument, NULL, OPTION_SINCE },
	{ "fail-on-change", no_argument, NULL, OPTION_FAIL },
	{ "metric", required_argument, NULL, OPTION_METRIC },
	{ "all-metrics", no_argument, NULL, OPTION_ALL_METRICS },
	{ "host", required_argument, NULL, OPTION_HOST },
	{ "threshold", required_argument, NULL, OPTION_THRESHOLD },
	{ "format", required_argument, NULL, OPTION_FORMAT },
	{ "html", required_argument, NULL, OPTION_HTML },
	{ "plots", required_argument, NULL, OPTION_PLOTS },
	{ "otava", required_argument, NULL, OPTION_OTAVA },
	{ "seed", required_argument, NULL, OPTION_SEED },
	{ "no-digests", no_argument, NULL, OPTION_NO_DIGESTS },
	{ "help", no_argument, NULL, OPTION_HELP },
	{ 0 },
};

struct request {
	const char *history;
	struct trend_query query;
	struct trend_detect_options detect;
	const struct trend_format *format;
	int64_t since;
	const char *plots, *otava; /* directories, or NULL */
	const char *html; /* file, or NULL */
	bool fail, help;
};

static int parse_percent(const char *text, double *value, struct error *err)
{
	char *end;

	*value = strtod(text, &end);
	if (end == text || *end || !isfinite(*value) || *value < 0)
		return error_set(err, "invalid value '%s' of '--threshold'",
				 text);
	return 0;
}

static int apply_value(struct request *r, enum option_id id, struct error *err)
{
	switch (id) {
	case OPTION_SINCE:
		if (trend_parse_time(optarg, &r->since))
			return error_set(err, "invalid date '%s' of '--since'",
					 optarg);
		return 0;
	case OPTION_FORMAT:
		r->format = trend_format_find(optarg);
		if (!r->format)
			return error_set(err, "unknown format '%s'", optarg);
		return 0;
	case OPTION_THRESHOLD:
		return parse_percent(optarg, &r->detect.percent, err);
	case OPTION_SEED:
		if (parse_u64(optarg, UINT64_MAX, &r->detect.seed))
			return error_set(err, "invalid value '%s' of '--seed'",
					 optarg);
		return 0;
	default:
		return error_set(err, "unknown option");
	}
}

static int apply_option(struct request *r, enum option_id id, struct error *err)
{
	switch (id) {
	case OPTION_FAIL:
		r->fail = true;
		return 0;
	case OPTION_METRIC:
		r->query.metric = optarg;
		return 0;
	case OPTION_ALL_METRICS:
		r->query.metric = NULL;
		return 0;
	case OPTION_HOST:
		r->query.host = optarg;
		return 0;
	case OPTION_HTML:
		r->html = optarg;
		return 0;
	case OPTION_PLOTS:
		r->plots = optarg;
		return 0;
	case OPTION_OTAVA:
		r->otava = optarg;
		return 0;
	case OPTION_NO_DIGESTS:
		r->query.no_digests = true;
		return 0;
	case OPTION_HELP:
		r->help = true;
		return 0;
	default:
		return apply_value(r, id, err);
	}
}

static int parse(struct request *r, int argc, char **argv, struct error *err)
{
	int id;

	opterr = 0;
	optind = 0; /* glibc: start afresh */
	while ((id = getopt_long(argc, argv, ":", long_options, NULL)) != -1) {
		if (id == ':')
			return error_set(err, "option '%s' needs a value",
					 argv[optind - 1]);
		if (id == '?')
			return error_set(err, "unknown option '%s'",
					 argv[optind - 1]);
		if (apply_option(r, (enum option_id)id, err))
			return -1;
	}
	if (r->help)
		return 0;
	if (optind == argc)
		return error_set(err, "give a HISTORY");
	r->history = argv[optind];
	r->query.patterns = (const char *const *)argv + optind + 1;
	r->query.n_patterns = (size_t)(argc - optind - 1);
	return 0;
}

static int write_files(const struct request *r, const struct trend *t)
{
	struct error err;
	int status = EXIT_DONE;

	if (r->plots && trend_plot(t, r->plots, !r->query.n_patterns, &err)) {
		error_print("%s", err.text);
		status = EXIT_FAILED;
	}
	if (r->html && trend_html_write(r->html, t, &err)) {
		error_print("%s", err.text);
		status = EXIT_FAILED;
	}
	if (r->otava && trend_otava(t, r->otava, &err)) {
		error_print("%s", err.text);
		status = EXIT_FAILED;
	}
	return status;
}

static int report(const struct request *r, const struct trend *t)
{
	int status = write_files(r, t);
	struct trend_report report;

	trend_report_make(&report, t, r->since);
	r->format->print(stdout, &report);
	if (fflush(stdout) || ferror(stdout)) {
		error_print("cannot write the report");
		status = EXIT_FAILED;
	}
	if (r->fail && report.n_events) {
		error_print("%zu change%s", report.n_events,
			    report.n_events == 1 ? "" : "s");
		status = EXIT_REGRESSION;
	}
	trend_report_free(&report);
	return status;
}

static int run(const struct request *r)
{
	int status = EXIT_FAILED;
	struct error err;
	struct trend t;

	if (trend_load(&t, r->history, &r->query, &err)) {
		error_print("%s", err.text);
	} else {
		trend_analyse(&t, &r->detect);
		status = report(r, &t);
	}
	trend_free(&t);
	return status;
}

int cmd_trend(int argc, char **argv)
{
	struct request r = {
		.query = { .metric = "latency" },
		.detect = TREND_DETECT_DEFAULTS,
		.format = trend_format_find("text"),
		.since = INT64_MIN,
	};
	struct error err;

	if (parse(&r, argc, argv, &err)) {
		error_print("%s", err.text);
		error_print("try 'run-bench trend --help'");
		return EXIT_USAGE;
	}
	if (r.help) {
		fputs(help, stdout);
		return EXIT_DONE;
	}
	return run(&r);
}
