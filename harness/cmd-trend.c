// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdlib.h>
#include <string.h>

#include "cli.h"
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
	"is hardly ever told as a change (two of +5 % in 6 %, in noise of 0.5 %). On a\n"
	"machine of the lab that repeats to the tick, each difference is a change, told\n"
	"with its first night.\n"
	"\n"
	"  --since DATE      only changes that a night since DATE (2026-01-31, UTC)\n"
	"                    let see first\n"
	"  --fail-on-change  exit with 3 when there is one\n"
	"  --metric GLOB     these metrics (default: latency)\n"
	"  --all-metrics     the counters too\n"
	"  --host GLOB       these hosts\n"
	"  --threshold PCT   call a change of less than PCT percent none (default: 0.5,\n"
	"                    and 0 where the lab repeats to the tick)\n"
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

static int set_since(const char *option, const char *value, void *to,
		     struct error *err)
{
	if (trend_parse_time(value, to))
		return error_set(err, "invalid date '%s' of '--%s'", value,
				 option);
	return 0;
}

/* Of all series alike, while the defaults differ. */
static int set_threshold(const char *option, const char *value, void *to,
			 struct error *err)
{
	struct trend_detect_options *detect = to;

	if (cli_parse_percent(option, value, &detect->percent, err))
		return -1;
	detect->exact_percent = detect->percent;
	return 0;
}

static int set_format(const char *option, const char *value, void *to,
		      struct error *err)
{
	const struct trend_format **format = to;

	(void)option;
	*format = trend_format_find(value);
	return *format ? 0 : error_set(err, "unknown format '%s'", value);
}

static int parse(struct request *r, int argc, char **argv, struct error *err)
{
	const struct cli_option options[] = {
		{ "since", .parse = set_since, .to = &r->since },
		{ "fail-on-change", .on = &r->fail },
		{ "metric", .text = &r->query.metric },
		{ "all-metrics", .unset = &r->query.metric },
		{ "host", .text = &r->query.host },
		{ "threshold", .parse = set_threshold, .to = &r->detect },
		{ "format", .parse = set_format, .to = &r->format },
		{ "html", .text = &r->html },
		{ "plots", .text = &r->plots },
		{ "otava", .text = &r->otava },
		{ "seed", .number = &r->detect.seed },
		{ "no-digests", .on = &r->query.no_digests },
		{ "help", .on = &r->help },
		{ 0 },
	};
	int first = cli_parse(options, argc, argv, err);

	if (first < 0)
		return -1;
	if (r->help)
		return 0;
	if (first == argc)
		return error_set(err, "give a HISTORY");
	r->history = argv[first];
	r->query.patterns = (const char *const *)argv + first + 1;
	r->query.n_patterns = (size_t)(argc - first - 1);
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
			    plural(report.n_events));
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

	if (parse(&r, argc, argv, &err))
		return command_usage_error("trend", &err);
	if (r.help) {
		fputs(help, stdout);
		return EXIT_DONE;
	}
	return run(&r);
}
