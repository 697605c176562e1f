// SPDX-License-Identifier: GPL-2.0-or-later
#include <getopt.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lab/options.h"
#include "util.h"

#define DEFAULT_LIMIT	   3600
#define DEFAULT_WALL_LIMIT 600
#define MAX_SECONDS	   1e6
#define MAX_BOOTS	   1000

enum option_id {
	OPTION_MACHINE = 1,
	OPTION_ACCEL,
	OPTION_OUTPUT,
	OPTION_LABEL,
	OPTION_MODULES,
	OPTION_CMDLINE,
	OPTION_LIMIT,
	OPTION_WALL_LIMIT,
	OPTION_BOOTS,
	OPTION_JOBS,
	OPTION_BASE,
	OPTION_SOURCE,
	OPTION_THRESHOLD,
	OPTION_ABOVE,
	OPTION_HELP,
};

static const struct option long_options[] = {
	{ "machine", required_argument, NULL, OPTION_MACHINE },
	{ "accel", required_argument, NULL, OPTION_ACCEL },
	{ "output", required_argument, NULL, OPTION_OUTPUT },
	{ "label", required_argument, NULL, OPTION_LABEL },
	{ "modules", required_argument, NULL, OPTION_MODULES },
	{ "cmdline", required_argument, NULL, OPTION_CMDLINE },
	{ "limit", required_argument, NULL, OPTION_LIMIT },
	{ "wall-limit", required_argument, NULL, OPTION_WALL_LIMIT },
	{ "boots", required_argument, NULL, OPTION_BOOTS },
	{ "jobs", required_argument, NULL, OPTION_JOBS },
	{ "base", required_argument, NULL, OPTION_BASE },
	{ "source", required_argument, NULL, OPTION_SOURCE },
	{ "threshold", required_argument, NULL, OPTION_THRESHOLD },
	{ "above", required_argument, NULL, OPTION_ABOVE },
	{ "help", no_argument, NULL, OPTION_HELP },
	{ 0 },
};

static const struct option_help {
	unsigned int set; /* 0: of every command */
	const char *text;
} option_helps[] = {
	{ 0, "  --machine SPEC      which machine (below)\n" },
	{ LAB_OPTION_MACHINES,
	  "                      may be given many times; 'all' stands for svm, vmx\n"
	  "                      and vmx,apicv=0\n" },
	{ 0, "  --accel NAME        the same as --machine svm,accel=NAME\n"
	     "  --output DIR        where results go; it must be new or empty\n"
	     "                      (default: results/<UTC time>-lab-...)\n" },
	{ LAB_OPTION_LABEL,
	  "  --label NAME        what you call the kernel (default: its file's name)\n" },
	{ 0,
	  "  --modules DIR       the kernel's modules, .../lib/modules/VERSION, where\n"
	  "                      KVM is not built in (default: KERNEL.modules); once\n"
	  "                      for both kernels, or for each in turn\n" },
	{ 0,
	  "  --cmdline TEXT      more for the kernel's command line\n"
	  "  --limit SECONDS     of the machine's time, for the suite\n"
	  "                      (default: 3600)\n"
	  "  --wall-limit SECONDS  of this host's time, for a boot (default: 600)\n" },
	{ LAB_OPTION_BOOTS,
	  "  --boots N           of each kernel (default: 1 where boots do not differ,\n"
	  "                      else 2)\n"
	  "  --jobs N            machines at a time (default: one a CPU where they do\n"
	  "                      not disturb each other, else 1)\n" },
	{ LAB_OPTION_BISECT,
	  "  --base KERNEL       a good kernel to compare with\n"
	  "  --threshold TICKS   bad is a row that is TICKS or more above it\n"
	  "                      (default: any, unless by chance)\n"
	  "  --above TICKS       bad is a row whose median is above TICKS; no base\n"
	  "                      is needed then\n"
	  "  --source DIR        the kernel tree (default: the current directory)\n" },
	{ LAB_OPTION_RUN,
	  "  -- OPTIONS...       options of 'run-bench run' instead of the lab's, which,\n"
	  "                      where launches repeat themselves, are --quick\n"
	  "                      --no-counters --launches 2 and a short --time\n" },
	{ 0, "  --help              print this\n\n" },
};

void lab_options_print_help(unsigned int set)
{
	for (size_t i = 0; i < ARRAY_SIZE(option_helps); i++)
		if (!option_helps[i].set || option_helps[i].set & set)
			fputs(option_helps[i].text, stdout);
	fputs(lab_machine_help, stdout);
}

static unsigned int set_of(enum option_id id)
{
	switch (id) {
	case OPTION_LABEL:
		return LAB_OPTION_LABEL;
	case OPTION_BOOTS:
	case OPTION_JOBS:
		return LAB_OPTION_BOOTS;
	case OPTION_BASE:
	case OPTION_SOURCE:
	case OPTION_THRESHOLD:
	case OPTION_ABOVE:
		return LAB_OPTION_BISECT;
	default:
		return 0;
	}
}

static int parse_seconds(const char *option, double *value, struct error *err)
{
	char *end;

	*value = strtod(optarg, &end);
	if (end == optarg || *end || !(*value > 0) || *value > MAX_SECONDS)
		return error_set(err, "invalid value '%s' of '--%s'", optarg,
				 option);
	return 0;
}

static int parse_count(const char *option, uint64_t *value, struct error *err)
{
	if (parse_u64(optarg, MAX_BOOTS, value) || !*value)
		return error_set(err, "invalid value '%s' of '--%s'", optarg,
				 option);
	return 0;
}

static int parse_ticks(const char *option, double *value, struct error *err)
{
	char *end;

	*value = strtod(optarg, &end);
	if (end == optarg || *end || !isfinite(*value))
		return error_set(err, "invalid value '%s' of '--%s'", optarg,
				 option);
	return 0;
}

/* The first or the second time that the option is given. */
static int add_text(const char **texts, const char *option, struct error *err)
{
	int i = texts[0] != NULL;

	if (texts[i])
		return error_set(err, "'--%s' is given more than twice",
				 option);
	texts[i] = optarg;
	return 0;
}

static int add_machine(struct lab_options *o, const char *text,
		       struct error *err)
{
	if (o->n_machines == LAB_MAX_MACHINES)
		return error_set(err, "more than %d machines",
				 LAB_MAX_MACHINES);
	for (size_t i = 0; i < o->n_machines; i++)
		if (!strcmp(o->machines[i].text, text))
			return error_set(err, "machine '%s' is given twice",
					 text);
	return lab_machine_parse(&o->machines[o->n_machines], text, err)
		       ? -1
		       : (o->n_machines++, 0);
}

/* "all": those that repeat themselves, with and without APICv. */
static int add_machines(struct lab_options *o, struct error *err)
{
	static const char *const all[] = { "svm", "vmx", "vmx,apicv=0" };

	if (strcmp(optarg, "all"))
		return add_machine(o, optarg, err);
	for (size_t i = 0; i < ARRAY_SIZE(all); i++)
		if (add_machine(o, all[i], err))
			return -1;
	return 0;
}

static int add_accel(struct lab_options *o, struct error *err)
{
	char *text = xasprintf("svm,accel=%s", optarg);
	int ret = add_machine(o, text, err);

	free(text);
	return ret;
}

static int apply(struct lab_options *o, enum option_id id, struct error *err)
{
	switch (id) {
	case OPTION_MACHINE:
		return add_machines(o, err);
	case OPTION_ACCEL:
		return add_accel(o, err);
	case OPTION_OUTPUT:
		o->output = optarg;
		return *optarg ? 0 : error_set(err, "'--output' is empty");
	case OPTION_LABEL:
		o->label = optarg;
		return *optarg ? 0 : error_set(err, "'--label' is empty");
	case OPTION_MODULES:
		return add_text(o->modules, "modules", err);
	case OPTION_CMDLINE:
		o->cmdline = optarg;
		return 0;
	case OPTION_LIMIT:
		return parse_seconds("limit", &o->limit, err);
	case OPTION_WALL_LIMIT:
		return parse_seconds("wall-limit", &o->wall_limit, err);
	case OPTION_BOOTS:
		return parse_count("boots", &o->boots, err);
	case OPTION_JOBS:
		return parse_count("jobs", &o->jobs, err);
	case OPTION_BASE:
		o->base = optarg;
		return 0;
	case OPTION_SOURCE:
		o->source = optarg;
		return 0;
	case OPTION_THRESHOLD:
		return parse_ticks("threshold", &o->threshold, err);
	case OPTION_ABOVE:
		return parse_ticks("above", &o->above, err);
	case OPTION_HELP:
		o->help = true;
		return 0;
	}
	return error_set(err, "unknown option");
}

static const char *name_of(enum option_id id)
{
	for (size_t i = 0; long_options[i].name; i++)
		if (long_options[i].val == (int)id)
			return long_options[i].name;
	return "";
}

static int parse_own(struct lab_options *o, int argc, char **argv,
		     unsigned int set, struct error *err)
{
	unsigned int needed;
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
		needed = set_of((enum option_id)id);
		if (needed && !(needed & set))
			return error_set(err, "'lab %s' takes no '--%s'",
					 argv[0], name_of((enum option_id)id));
		if (apply(o, (enum option_id)id, err))
			return -1;
	}
	o->operands = argv + optind;
	o->n_operands = (size_t)(argc - optind);
	return 0;
}

int lab_options_parse(struct lab_options *o, int argc, char **argv,
		      unsigned int set, struct error *err)
{
	int end = 1;

	*o = (struct lab_options){ .limit = DEFAULT_LIMIT,
				   .wall_limit = DEFAULT_WALL_LIMIT,
				   .threshold = NAN,
				   .above = NAN };
	while (end < argc && strcmp(argv[end], "--"))
		end++;
	if (end < argc && set & LAB_OPTION_RUN) {
		o->run = argv + end + 1;
		o->n_run = (size_t)(argc - end - 1);
	} else if (end < argc) {
		return error_set(err, "'lab %s' takes no '--'", argv[0]);
	}
	if (parse_own(o, end, argv, set, err))
		return -1;
	if (o->n_machines > 1 && !(set & LAB_OPTION_MACHINES))
		return error_set(err, "'lab %s' takes one machine", argv[0]);
	if (o->n_machines || set & LAB_OPTION_NO_MACHINE)
		return 0;
	return add_machine(o, "svm", err);
}

void lab_options_free(struct lab_options *o)
{
	for (size_t i = 0; i < o->n_machines; i++)
		lab_machine_free(&o->machines[i]);
}
