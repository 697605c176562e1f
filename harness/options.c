// SPDX-License-Identifier: GPL-2.0-or-later
#include <getopt.h>
#include <math.h>
#include <stdlib.h>

#include "options.h"
#include "util.h"

#define DEFAULT_LAUNCHES 10
#define DEFAULT_SECONDS	 0.15
#define QUICK_LAUNCHES	 3
#define QUICK_SECONDS	 0.1

const char run_options_help[] =
	"usage: run-bench [run] [OPTIONS] [PATTERN...]\n"
	"\n"
	"Measure the benchmarks that PATTERN selects, or all. PATTERN is a shell\n"
	"glob on names, and may select variants: 'timer/*', 'exit/cpuid[cpl=3]'.\n"
	"\n"
	"  --output DIR    write results to DIR, which must not hold any yet\n"
	"                  (default: results/<UTC time>-<host>-<kernel>)\n"
	"  --resume DIR    finish the run that left DIR, with its own options\n"
	"  --label NAME    what you call the kernel under test\n"
	"                  (default: its release)\n"
	"  --launches N    fresh VMs for each variant (default: 10)\n"
	"  --time SECONDS  budget of one launch (default: 0.15)\n"
	"  --quick         3 launches of 0.1 s each\n"
	"  --cpu N         run the vCPU on pCPU N\n"
	"                  (default: an isolated one, or the least busy core)\n"
	"  --node N        run it, and have its memory, on NUMA node N\n"
	"  --msr INDEX[:rd|wr[=VALUE]]\n"
	"                  measure RDMSR, WRMSR, or both, of any MSR, besides what\n"
	"                  PATTERN selects; a write without VALUE puts back the value\n"
	"                  that the MSR has; may be given many times\n"
	"  --placement LIST\n"
	"                  run each variant with the helper thread or the guest's\n"
	"                  memory elsewhere: local, smt-sibling, other-core,\n"
	"                  other-l3, other-node, joined by commas\n"
	"  --fifo          run the vCPU thread at SCHED_FIFO\n"
	"  --mlock         lock its process's memory\n"
	"  --strict        measure nothing when 'run-bench check' has a fail\n"
	"  --require EXPR  measure nothing, exit status 77, when EXPR is not met:\n"
	"                  module:NAME>=VERSION, param:MODULE.PARAM=VALUE,\n"
	"                  cpu:FLAG, guest:FLAG, cap:NAME, kernel>=VERSION,\n"
	"                  backend:svm|vmx|other, cpus>=N, joined by commas\n"
	"  --tune          quieten the host during the run, and restore it after\n"
	"  --dry-run       show what --tune would set, and end\n"
	"  --seed N        seed of the order of launches (default: random)\n"
	"  --events LIST   count these too: PMU events as libpfm4 names them, with\n"
	"                  modifiers u, k (rings) and mg, mh (guest, host), or\n"
	"                  tracepoints: 'INST_RETIRED:ANY:k:mh,kvm:kvm_fpu'\n"
	"  --no-counters   count nothing but KVM's statistics\n"
	"  --no-plots      draw no pictures\n"
	"  --break-above TICKS\n"
	"                  stop the run at an op that takes longer, name it, and save\n"
	"                  the kernel's trace buffer (what other tools trace) beside\n"
	"                  the results\n"
	"  --tap           print TAP 13 on stdout instead of the table\n"
	"  --help          print this\n"
	"\n"
	"Exit status: 0 done; 1 a variant failed, or the job could not be done;\n"
	"2 usage; 77 everything was skipped, or '--require' is not met.\n";

enum option_id {
	OPTION_OUTPUT = 1,
	OPTION_RESUME,
	OPTION_LABEL,
	OPTION_LAUNCHES,
	OPTION_TIME,
	OPTION_QUICK,
	OPTION_CPU,
	OPTION_NODE,
	OPTION_MSR,
	OPTION_PLACEMENT,
	OPTION_FIFO,
	OPTION_MLOCK,
	OPTION_STRICT,
	OPTION_REQUIRE,
	OPTION_TUNE,
	OPTION_DRY_RUN,
	OPTION_SEED,
	OPTION_EVENTS,
	OPTION_NO_COUNTERS,
	OPTION_NO_PLOTS,
	OPTION_BREAK_ABOVE,
	OPTION_TAP,
	OPTION_HELP,
};

static const struct option long_options[] = {
	{ "output", required_argument, NULL, OPTION_OUTPUT },
	{ "resume", required_argument, NULL, OPTION_RESUME },
	{ "label", required_argument, NULL, OPTION_LABEL },
	{ "launches", required_argument, NULL, OPTION_LAUNCHES },
	{ "time", required_argument, NULL, OPTION_TIME },
	{ "quick", no_argument, NULL, OPTION_QUICK },
	{ "cpu", required_argument, NULL, OPTION_CPU },
	{ "node", required_argument, NULL, OPTION_NODE },
	{ "msr", required_argument, NULL, OPTION_MSR },
	{ "placement", required_argument, NULL, OPTION_PLACEMENT },
	{ "fifo", no_argument, NULL, OPTION_FIFO },
	{ "mlock", no_argument, NULL, OPTION_MLOCK },
	{ "strict", no_argument, NULL, OPTION_STRICT },
	{ "require", required_argument, NULL, OPTION_REQUIRE },
	{ "tune", no_argument, NULL, OPTION_TUNE },
	{ "dry-run", no_argument, NULL, OPTION_DRY_RUN },
	{ "seed", required_argument, NULL, OPTION_SEED },
	{ "events", required_argument, NULL, OPTION_EVENTS },
	{ "no-counters", no_argument, NULL, OPTION_NO_COUNTERS },
	{ "no-plots", no_argument, NULL, OPTION_NO_PLOTS },
	{ "break-above", required_argument, NULL, OPTION_BREAK_ABOVE },
	{ "tap", no_argument, NULL, OPTION_TAP },
	{ "help", no_argument, NULL, OPTION_HELP },
	{ 0 },
};

static int parse_number(const char *option, const char *text, uint64_t min,
			uint64_t max, uint64_t *value, struct error *err)
{
	if (parse_u64(text, max, value) || *value < min)
		return error_set(err, "invalid value '%s' of '--%s'", text,
				 option);
	return 0;
}

static int parse_index(const char *option, const char *text, int *value,
		       struct error *err)
{
	uint64_t number;

	if (parse_number(option, text, 0, RUN_MAX_NUMBER, &number, err))
		return -1;
	*value = (int)number;
	return 0;
}

static int parse_seconds(const char *text, double *value, struct error *err)
{
	char *end;

	*value = strtod(text, &end);
	if (end == text || *end || !isfinite(*value) ||
	    *value < RUN_MIN_SECONDS || *value > RUN_MAX_SECONDS)
		return error_set(
			err,
			"invalid value '%s' of '--time' (0.001 to %d seconds)",
			text, RUN_MAX_SECONDS);
	return 0;
}

static int parse_text(const char *option, const char *text, const char **value,
		      struct error *err)
{
	if (!*text)
		return error_set(err, "'--%s' is empty", option);
	*value = text;
	return 0;
}

static int add_msr(struct run_options *options, const char *text,
		   struct error *err)
{
	if (options->nr_msrs == RUN_MAX_MSRS)
		return error_set(err, "'--msr' is given more than %d times",
				 RUN_MAX_MSRS);
	return msr_request_parse(&options->msrs[options->nr_msrs++], text, err);
}

/* What an option without a value sets. NULL when it has one. */
static bool *switch_of(struct run_options *options, enum option_id id)
{
	switch (id) {
	case OPTION_QUICK:
		return &options->quick;
	case OPTION_FIFO:
		return &options->fifo;
	case OPTION_MLOCK:
		return &options->mlock;
	case OPTION_STRICT:
		return &options->strict;
	case OPTION_TUNE:
		return &options->tune;
	case OPTION_DRY_RUN:
		return &options->dry_run;
	case OPTION_NO_COUNTERS:
		return &options->no_counters;
	case OPTION_NO_PLOTS:
		return &options->no_plots;
	case OPTION_TAP:
		return &options->tap;
	case OPTION_HELP:
		return &options->help;
	default:
		return NULL;
	}
}

static int apply_value(struct run_options *options, enum option_id id,
		       struct error *err)
{
	switch (id) {
	case OPTION_OUTPUT:
		return parse_text("output", optarg, &options->output, err);
	case OPTION_RESUME:
		return parse_text("resume", optarg, &options->resume, err);
	case OPTION_LABEL:
		return parse_text("label", optarg, &options->label, err);
	case OPTION_LAUNCHES:
		return parse_number("launches", optarg, 1, RUN_MAX_LAUNCHES,
				    &options->launches, err);
	case OPTION_TIME:
		return parse_seconds(optarg, &options->seconds, err);
	case OPTION_CPU:
		return parse_index("cpu", optarg, &options->cpu, err);
	case OPTION_NODE:
		return parse_index("node", optarg, &options->node, err);
	case OPTION_MSR:
		return add_msr(options, optarg, err);
	case OPTION_PLACEMENT:
		return relation_list_parse(&options->relations, optarg, err);
	case OPTION_REQUIRE:
		return parse_text("require", optarg, &options->require, err);
	case OPTION_SEED:
		options->seeded = true;
		return parse_number("seed", optarg, 0, RUN_MAX_SEED,
				    &options->seed, err);
	case OPTION_BREAK_ABOVE:
		return parse_number("break-above", optarg, 1, INT64_MAX,
				    &options->break_above, err);
	case OPTION_EVENTS:
		return parse_text("events", optarg, &options->events, err);
	default:
		return error_set(err, "unknown option");
	}
}

static int apply_option(struct run_options *options, enum option_id id,
			struct error *err)
{
	bool *on = switch_of(options, id);

	if (!on)
		return apply_value(options, id, err);
	*on = true;
	return 0;
}

/* Does the option choose what is measured, and how? */
static bool is_choice(enum option_id id)
{
	return id != OPTION_RESUME && id != OPTION_TAP &&
	       id != OPTION_NO_PLOTS && id != OPTION_HELP;
}

static int apply_defaults(struct run_options *options, bool chosen,
			  struct error *err)
{
	if (options->resume && (chosen || options->nr_patterns))
		return error_set(
			err,
			"'--resume' takes the options of the run it finishes: leave out all but '--tap' and '--no-plots'");
	if (options->events && options->no_counters)
		return error_set(err,
				 "'--events' and '--no-counters' contradict");
	if (options->dry_run && !options->tune)
		return error_set(
			err, "'--dry-run' shows what '--tune' sets: give both");
	if (!options->launches)
		options->launches = options->quick ? QUICK_LAUNCHES
						   : DEFAULT_LAUNCHES;
	if (!(options->seconds > 0))
		options->seconds = options->quick ? QUICK_SECONDS
						  : DEFAULT_SECONDS;
	return 0;
}

/* getopt leaves a short option in optopt, and of a long one at most its id. */
static int unknown_option(char **argv, struct error *err)
{
	if (optopt < 0 || optopt > ' ')
		return error_set(err, "unknown option '-%c'", optopt);
	return error_set(err, "unknown option '%s'", argv[optind - 1]);
}

int run_options_parse(struct run_options *options, int argc, char **argv,
		      struct error *err)
{
	bool chosen = false;
	int id;

	*options = (struct run_options){ .cpu = -1, .node = -1 };
	opterr = 0;
	optind = 0; /* glibc: start afresh */
	while ((id = getopt_long(argc, argv, ":", long_options, NULL)) != -1) {
		if (id == ':')
			return error_set(err, "option '%s' needs a value",
					 argv[optind - 1]);
		if (id == '?')
			return unknown_option(argv, err);
		if (apply_option(options, (enum option_id)id, err))
			return -1;
		chosen = chosen || is_choice((enum option_id)id);
	}
	options->patterns = argv + optind;
	options->nr_patterns = (size_t)(argc - optind);
	return apply_defaults(options, chosen, err);
}
