// SPDX-License-Identifier: GPL-2.0-or-later
#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"
#include "lab/options.h"
#include "util.h"

#define DEFAULT_LIMIT	   3600
#define DEFAULT_WALL_LIMIT 600
#define MAX_SECONDS	   1e6
#define MAX_BOOTS	   1000

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

static int set_seconds(const char *option, const char *value, void *to,
		       struct error *err)
{
	double seconds;

	if (parse_double(value, 0, MAX_SECONDS, &seconds) || !(seconds > 0))
		return cli_invalid(option, value, err);
	*(double *)to = seconds;
	return 0;
}

static int set_ticks(const char *option, const char *value, void *to,
		     struct error *err)
{
	if (parse_double(value, -DBL_MAX, DBL_MAX, to))
		return cli_invalid(option, value, err);
	return 0;
}

/* May be empty. */
static int set_cmdline(const char *option, const char *value, void *to,
		       struct error *err)
{
	(void)option;
	(void)err;
	*(const char **)to = value;
	return 0;
}

/* The first or the second time that the option is given. */
static int add_modules(const char *option, const char *value, void *to,
		       struct error *err)
{
	const char **modules = to;
	int i = modules[0] != NULL;

	if (modules[i])
		return error_set(err, "'--%s' is given more than twice",
				 option);
	modules[i] = value;
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
static int add_machines(const char *option, const char *value, void *to,
			struct error *err)
{
	static const char *const all[] = { "svm", "vmx", "vmx,apicv=0" };

	(void)option;
	if (strcmp(value, "all"))
		return add_machine(to, value, err);
	for (size_t i = 0; i < ARRAY_SIZE(all); i++)
		if (add_machine(to, all[i], err))
			return -1;
	return 0;
}

static int add_accel(const char *option, const char *value, void *to,
		     struct error *err)
{
	char *text = xasprintf("svm,accel=%s", value);
	int ret = add_machine(to, text, err);

	(void)option;
	free(text);
	return ret;
}

static int parse_own(struct lab_options *o, int argc, char **argv,
		     unsigned int set, struct error *err)
{
	char *name = xasprintf("lab %s", argv[0]);
	const char *no_label = set & LAB_OPTION_LABEL ? NULL : name;
	const char *no_boots = set & LAB_OPTION_BOOTS ? NULL : name;
	const char *no_bisect = set & LAB_OPTION_BISECT ? NULL : name;
	const struct cli_option options[] = {
		{ "machine", .parse = add_machines, .to = o },
		{ "accel", .parse = add_accel, .to = o },
		{ "output", .text = &o->output },
		{ "modules", .parse = add_modules, .to = o->modules },
		{ "cmdline", .parse = set_cmdline, .to = &o->cmdline },
		{ "limit", .parse = set_seconds, .to = &o->limit },
		{ "wall-limit", .parse = set_seconds, .to = &o->wall_limit },
		{ "label", no_label, .text = &o->label },
		{ "boots", no_boots, .number = &o->boots, .min = 1,
		  .max = MAX_BOOTS },
		{ "jobs", no_boots, .number = &o->jobs, .min = 1,
		  .max = MAX_BOOTS },
		{ "base", no_bisect, .text = &o->base },
		{ "source", no_bisect, .text = &o->source },
		{ "threshold", no_bisect, .parse = set_ticks,
		  .to = &o->threshold },
		{ "above", no_bisect, .parse = set_ticks, .to = &o->above },
		{ "help", .on = &o->help },
		{ 0 },
	};
	int first = cli_parse(options, argc, argv, err);

	free(name);
	if (first < 0)
		return -1;
	o->operands = argv + first;
	o->n_operands = (size_t)(argc - first);
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
