// SPDX-License-Identifier: GPL-2.0-or-later
#include "cli.h"
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

static int set_seconds(const char *option, const char *value, void *to,
		       struct error *err)
{
	if (parse_double(value, RUN_MIN_SECONDS, RUN_MAX_SECONDS, to))
		return error_set(
			err,
			"invalid value '%s' of '--%s' (0.001 to %d seconds)",
			value, option, RUN_MAX_SECONDS);
	return 0;
}

static int add_msr(const char *option, const char *value, void *to,
		   struct error *err)
{
	struct run_options *options = to;

	if (options->nr_msrs == RUN_MAX_MSRS)
		return error_set(err, "'--%s' is given more than %d times",
				 option, RUN_MAX_MSRS);
	return msr_request_parse(&options->msrs[options->nr_msrs++], value,
				 err);
}

static int set_relations(const char *option, const char *value, void *to,
			 struct error *err)
{
	(void)option;
	return relation_list_parse(to, value, err);
}

static int set_seed(const char *option, const char *value, void *to,
		    struct error *err)
{
	struct run_options *options = to;

	options->seeded = true;
	return parse_u64(value, RUN_MAX_SEED, &options->seed)
		       ? cli_invalid(option, value, err)
		       : 0;
}

static int check(const struct run_options *o, struct error *err)
{
	if (o->events && o->no_counters)
		return error_set(err,
				 "'--events' and '--no-counters' contradict");
	if (o->dry_run && !o->tune)
		return error_set(
			err, "'--dry-run' shows what '--tune' sets: give both");
	return 0;
}

static void apply_defaults(struct run_options *o)
{
	if (!o->launches)
		o->launches = o->quick ? QUICK_LAUNCHES : DEFAULT_LAUNCHES;
	if (!(o->seconds > 0))
		o->seconds = o->quick ? QUICK_SECONDS : DEFAULT_SECONDS;
}

/* So many options, the first ones, choose nothing of what is measured. */
#define NR_WITH_RESUME 4

/* The index of the first pattern, or -1. */
static int parse_options(struct run_options *o, int argc, char **argv,
			 struct error *err)
{
	struct cli_option options[] = {
		{ "resume", .text = &o->resume },
		{ "tap", .on = &o->tap },
		{ "no-plots", .on = &o->no_plots },
		{ "help", .on = &o->help },
		{ "output", .text = &o->output },
		{ "label", .text = &o->label },
		{ "launches", .number = &o->launches, .min = 1,
		  .max = RUN_MAX_LAUNCHES },
		{ "time", .parse = set_seconds, .to = &o->seconds },
		{ "quick", .on = &o->quick },
		{ "cpu", .index = &o->cpu, .max = RUN_MAX_NUMBER },
		{ "node", .index = &o->node, .max = RUN_MAX_NUMBER },
		{ "msr", .parse = add_msr, .to = o },
		{ "placement", .parse = set_relations, .to = &o->relations },
		{ "fifo", .on = &o->fifo },
		{ "mlock", .on = &o->mlock },
		{ "strict", .on = &o->strict },
		{ "require", .text = &o->require },
		{ "tune", .on = &o->tune },
		{ "dry-run", .on = &o->dry_run },
		{ "seed", .parse = set_seed, .to = o },
		{ "events", .text = &o->events },
		{ "no-counters", .on = &o->no_counters },
		{ "break-above", .number = &o->break_above, .min = 1,
		  .max = INT64_MAX },
		{ 0 },
	};
	int first = cli_parse(options, argc, argv, err);

	if (first < 0 || !o->resume)
		return first;
	options[NR_WITH_RESUME] = (struct cli_option){ 0 };
	if (cli_parse(options, argc, argv, NULL) == argc)
		return argc;
	return error_set(
		err,
		"'--resume' takes the options of the run it finishes: leave out all but '--tap' and '--no-plots'");
}

int run_options_parse(struct run_options *o, int argc, char **argv,
		      struct error *err)
{
	int first;

	*o = (struct run_options){ .cpu = -1, .node = -1 };
	first = parse_options(o, argc, argv, err);
	if (first < 0 || check(o, err))
		return -1;
	o->patterns = argv + first;
	o->nr_patterns = (size_t)(argc - first);
	apply_defaults(o);
	return 0;
}
