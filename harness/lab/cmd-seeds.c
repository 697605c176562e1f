// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "directories.h"
#include "lab/command.h"
#include "lab/files.h"
#include "lab/kernel-build.h"
#include "lab/kernels.h"
#include "lab/pool.h"
#include "lab/profiler.h"
#include "lab/seeds.h"
#include "lab/verdict.h"
#include "text-lines.h"
#include "util.h"

/* Everything that has a way through the kernel and needs one CPU. */
static char *const default_patterns[] = { "exit/*", "msr/*",	 "timer/*",
					  "nmi/*",  "ipi/self*", "run/*" };

static void print_help(void)
{
	fputs("usage: run-bench lab seeds [OPTIONS] [KERNELS [NAME...]]\n"
	      "\n"
	      "Put numbers on the patches that the suite was made for: build " LAB_SOURCE
	      "\n"
	      "as it is, and with each improvement taken out again, into the directory\n"
	      "KERNELS (default: kernels), measure them all, and print what each\n"
	      "improvement changed. NAME selects some of these:\n",
	      stdout);
	for (size_t i = 0; i < lab_seed_count; i++)
		printf("  %s\n", lab_seeds[i].name);
	fputs("\n", stdout);
	lab_options_print_help(LAB_OPTION_MACHINES);
	fputs("\n"
	      "Exit status: 0 done; 1 a kernel could not be built or did not come to the\n"
	      "end; 2 usage.\n",
	      stdout);
}

struct seeds_run {
	const struct lab_options *options;
	struct lab_kernels kernels;
	char *output;
	char *stock; /* kernel */
};

static bool is_wanted(const struct seeds_run *r, const struct lab_seed *seed)
{
	const struct lab_options *o = r->options;
	bool wanted = o->n_operands < 2;

	for (size_t i = 1; i < o->n_operands; i++)
		wanted |= !strcmp(o->operands[i], seed->name);
	return wanted;
}

static int check_names(const struct lab_options *o, struct error *err)
{
	for (size_t i = 1; i < o->n_operands; i++) {
		bool known = false;

		for (size_t k = 0; k < lab_seed_count; k++)
			known |= !strcmp(o->operands[i], lab_seeds[k].name);
		if (!known)
			return error_set(err, "there is no patch '%s'",
					 o->operands[i]);
	}
	return 0;
}

/* --- what one seed shows ---------------------------------------------------- */

static double events_of(const struct profile *p, enum profile_kind kind)
{
	double sum = 0;

	for (size_t i = 0; i < p->n; i++)
		if (p->lines[i].kind == kind)
			sum += p->lines[i].per_op;
	return sum;
}

static void print_events(FILE *out, const struct lab_profiling *p)
{
	static const struct {
		enum profile_kind kind;
		const char *name;
	} kinds[] = {
		{ PROFILE_VMENTRY, "VM-entries" },
		{ PROFILE_WRMSR, "WRMSR" },
		{ PROFILE_RDMSR, "RDMSR" },
	};

	text_line(out, "%s, an op on %s, base -> new:", p->name,
		  p->machine->text);
	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++)
		text_line(out, "  %-12s %g -> %g", kinds[i].name,
			  events_of(&p->profile[LAB_BASE], kinds[i].kind),
			  events_of(&p->profile[LAB_NEW], kinds[i].kind));
}

/* One op on one machine, on which it must not be skipped. */
static int profile_one(FILE *out, const struct seeds_run *r,
		       const struct lab_seed *seed, size_t number,
		       const char *base, struct error *err)
{
	char *output = xasprintf("%s/%s/profile-%zu", r->output, seed->name,
				 number + 1);
	struct lab_profiling p = {
		.options = r->options,
		.machine = &r->options->machines[0],
		.kernel = { base, r->stock },
		.pattern = seed->profiles[number],
		.output = output,
	};
	int ret = lab_profiling_choose(&p, err);

	if (!ret)
		ret = lab_profiling_run(&p, err);
	if (!ret)
		print_events(out, &p);
	lab_profiling_free(&p);
	free(output);
	return ret;
}

/* All that is measured, of a kernel on a machine: boots do not differ. */
static char *results_path(const struct seeds_run *r, const char *kernel,
			  size_t machine)
{
	char *directory = xasprintf("%s/%s", r->output, kernel);
	char *path = lab_machine_directory(directory,
					   &r->options->machines[machine]);

	free(directory);
	return path;
}

static struct lab_job plan_job(const struct seeds_run *r, const char *name,
			       const char *kernel, size_t machine,
			       const struct argv *args)
{
	struct lab_job job = lab_plan_job(
		r->options, &r->options->machines[machine], kernel, args);

	job.output = results_path(r, name, machine);
	job.label = name;
	return job;
}

static int measure(const struct seeds_run *r, const char *name,
		   const char *kernel, struct error *err)
{
	size_t n = r->options->n_machines;
	struct lab_job jobs[LAB_MAX_MACHINES];
	struct argv args[LAB_MAX_MACHINES];
	int statuses[LAB_MAX_MACHINES], ret;

	for (size_t i = 0; i < n; i++) {
		args[i] = lab_suite_args(r->options, &r->options->machines[i],
					 default_patterns,
					 ARRAY_SIZE(default_patterns));
		jobs[i] = plan_job(r, name, kernel, i, &args[i]);
	}
	ret = lab_pool_run(jobs, n, lab_pool_width(), statuses);
	for (size_t i = 0; i < n; i++) {
		free((char *)jobs[i].output);
		argv_free(&args[i]);
	}
	return ret ? error_set(err, "cannot measure '%s'", kernel) : 0;
}

static int compare_seed(FILE *out, const struct seeds_run *r,
			const struct lab_seed *seed, struct error *err)
{
	struct lab_verdict verdicts[LAB_MAX_MACHINES] = { 0 };
	struct lab_column columns[LAB_MAX_MACHINES];
	size_t n = r->options->n_machines;
	int ret = 0;

	for (size_t i = 0; i < n && !ret; i++) {
		char *base = results_path(r, seed->name, i);
		char *new = results_path(r, LAB_STOCK, i);

		ret = lab_verdict_load(&verdicts[i], &base, &new, 1, err);
		columns[i] = (struct lab_column){ r->options->machines[i].text,
						  &verdicts[i].comparison };
		free(base);
		free(new);
	}
	if (!ret)
		lab_verdict_print_columns(out, columns, n);
	for (size_t i = 0; i < n; i++)
		lab_verdict_free(&verdicts[i]);
	return ret;
}

static int run_seed(FILE *out, const struct seeds_run *r,
		    const struct lab_seed *seed, struct error *err)
{
	char *base = lab_kernels_get(&r->kernels, seed->name, err);
	int ret = base ? lab_kernels_check(r->stock, base, err) : -1;

	if (!ret)
		ret = measure(r, seed->name, base, err);
	if (!ret) {
		text_line(out, "%s", seed->name);
		text_wrapped(out, "  taken out of base: ", "    ", seed->title);
		text_wrapped(out, "  claim: ", "    ", seed->claim);
		text_wrapped(out, "  not to be seen here: ", "    ",
			     seed->unseen);
		ret = compare_seed(out, r, seed, err);
	}
	for (size_t i = 0; seed->profiles[i] && !ret; i++)
		ret = profile_one(out, r, seed, i, base, err);
	fputc('\n', out);
	free(base);
	return ret;
}

/* --- all -------------------------------------------------------------------- */

static void print_title(FILE *out, const struct seeds_run *r)
{
	text_wrapped(
		out, "", "  ",
		"What each improvement changed: base has it taken out, new "
		"is the kernel as it is, " LAB_SOURCE
		". A tick is an instruction.");
	for (size_t i = 0; i < r->options->n_machines; i++) {
		const struct lab_machine *m = &r->options->machines[i];
		char *version = lab_emulator_version(m);

		text_line(out, "  %s: %s", m->text,
			  version ? version : "unknown");
		free(version);
	}
	fputc('\n', out);
}

static int run_all(FILE *out, struct seeds_run *r, struct error *err)
{
	r->stock = lab_kernels_get(&r->kernels, LAB_STOCK, err);
	if (!r->stock || measure(r, LAB_STOCK, r->stock, err))
		return -1;
	print_title(out, r);
	for (size_t i = 0; i < lab_seed_count; i++)
		if (is_wanted(r, &lab_seeds[i]) &&
		    run_seed(out, r, &lab_seeds[i], err))
			return -1;
	return 0;
}

static int write_table(struct seeds_run *r, struct error *err)
{
	char *path = xasprintf("%s/seeds.txt", r->output), *text;
	FILE *out;
	int ret = 0;

	if (directories_make(r->output, err) ||
	    directories_make(r->kernels.directory, err)) {
		free(path);
		return -1;
	}
	out = fopen(path, "wxe");
	ret = out ? run_all(out, r, err)
		  : error_set_errno(err, "cannot create '%s'", path);
	if (out && close_written(out) && !ret)
		ret = error_set_errno(err, "cannot write '%s'", path);
	text = ret ? NULL : read_file(path, NULL);
	if (text)
		printf("%s%s\n", text, path);
	free(text);
	free(path);
	return ret;
}

static int run_seeds(const struct lab_options *o)
{
	struct seeds_run r = {
		.options = o,
		.output = o->output ? xstrdup(o->output)
				    : lab_default_output("seeds"),
	};
	char *files;
	struct error err;
	int ret;

	files = lab_files_unpack(&err);
	r.kernels.directory = o->n_operands ? o->operands[0] : LAB_KERNELS;
	r.kernels.files = files;
	ret = files ? write_table(&r, &err) : -1;
	if (ret)
		error_print("%s", err.text);
	directories_remove(files);
	free(files);
	free(r.stock);
	free(r.output);
	return ret ? EXIT_FAILED : EXIT_DONE;
}

int lab_cmd_seeds(int argc, char **argv)
{
	struct lab_options options;
	struct error err;
	int status;

	if (lab_options_parse(&options, argc, argv, LAB_OPTION_MACHINES,
			      &err) ||
	    check_names(&options, &err)) {
		status = command_usage_error("lab seeds", &err);
	} else if (options.help) {
		print_help();
		status = EXIT_DONE;
	} else {
		status = run_seeds(&options);
	}
	lab_options_free(&options);
	return status;
}
