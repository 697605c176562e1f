// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A results directory, its files one after the other with a NUL between:
 * summary.csv, histogram.csv, env.json. All that `compare`, `report` and
 * `plot` make of one.
 */
#include "compare-print.h"
#include "export-json.h"
#include "export-kcidb.h"
#include "fuzz.h"
#include "phases.h"
#include "plot-data.h"
#include "plot-write.h"
#include "report-block.h"
#include "report-exits.h"
#include "results-ns.h"
#include "results-view.h"
#include "tradeoff.h"

#define FILES 3

/* Few: what they find is not in how many there are. */
#define RESAMPLES 20

static const char *const names[FILES] = { "summary.csv", "histogram.csv",
					  "env.json" };
static const char *directory;

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc, (void)argv;
	directory = fuzz_directory(names, FILES);
	return 0;
}

static void print_sub_reports(const struct results *results)
{
	struct tradeoff_tsc_aux tradeoff;
	struct phases phases;

	phases_derive(&phases, results);
	phases_print(fuzz_sink(), &phases);
	phases_free(&phases);
	tradeoff_tsc_aux(&tradeoff, results);
	tradeoff_tsc_aux_print(fuzz_sink(), &tradeoff);
	report_print_exits(fuzz_sink(), results);
}

static void print_comparison(const struct results *all,
			     const struct results *shown)
{
	const struct compare_options options = {
		.stat = RESULT_P50,
		.seed = COMPARE_SEED,
		.resamples = RESAMPLES,
	};
	const struct report_side side = { all, shown };
	struct comparison c;
	struct error err;

	if (!compare_sides(&c, shown, shown, &options, &err))
		for (int f = COMPARE_TEXT; f <= COMPARE_MARKDOWN; f++)
			compare_print(fuzz_sink(), &c, (enum compare_format)f);
	report_print_block(fuzz_sink(), &side, NULL, &c);
	report_print_block(fuzz_sink(), &side, &side, &c);
	compare_free(&c);
}

static void report(const struct results_selection *selection)
{
	const struct results_query query = { .stat = RESULT_P50 };
	const struct kcidb_options kcidb = { .origin = KCIDB_ORIGIN };
	struct results all, shown = { 0 };
	struct error err;

	if (!results_load(&all, &directory, 1, &query, &err) &&
	    !results_view(&shown, &all, selection, &err)) {
		print_comparison(&all, &shown);
		print_sub_reports(&all);
		results_to_ns(&all, &err);
		export_json(fuzz_sink(), directory, selection, &err);
		export_kcidb(fuzz_sink(), &directory, 1, selection, &kcidb,
			     &err);
	}
	results_view_free(&shown);
	results_free(&all);
}

static void plot(void)
{
	struct plot_data data;
	struct error err;

	if (plot_data_read(directory, &data, &err))
		return;
	plot_write_medians(fuzz_sink(), data.variant, data.variants);
	plot_write_heatmap(fuzz_sink(), data.variant, data.variants);
	plot_write_distribution(fuzz_sink(), data.variant, data.variants);
	plot_data_free(&data);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct results_selection selection = { .metric = "*" };
	struct fuzz_input input = { data, size }, part;

	for (unsigned int i = 0; i < FILES; i++) {
		if (!fuzz_part(&input, &part))
			part = (struct fuzz_input){ (const uint8_t *)"", 0 };
		fuzz_file(i, part.data, part.size);
	}
	report(&selection);
	plot();
	return 0;
}
