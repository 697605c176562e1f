// SPDX-License-Identifier: GPL-2.0-or-later
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "exit-names.h"
#include "lab/command.h"
#include "lab/explain.h"
#include "lab/profiler.h"
#include "text-lines.h"
#include "util.h"

#define OPTIONS 0

static void print_help(void)
{
	fputs("usage: run-bench lab explain [OPTIONS] KERNEL BENCHMARK\n"
	      "       run-bench lab explain [OPTIONS] BASE NEW BENCHMARK\n"
	      "\n"
	      "Where the instructions of an op go: by function of the kernel, with the\n"
	      "VM-entries, VM-exits and MSR accesses, as the emulated CPU itself counts\n"
	      "them. Of two kernels: what the difference is made of. BENCHMARK names one\n"
	      "variant of an op in a guest, 'exit/cpuid[cpl=0]', or a whole NMI of the\n"
	      "host, 'nmi/host-ipi[from=run-loop,part=whole]'. The output directory gets\n"
	      "the table, and a 'folded' file for flame graphs.\n"
	      "\n",
	      stdout);
	lab_options_print_help(OPTIONS);
	fputs("\n"
	      "Exit status: 0 done; 1 a kernel did not come to the end, or the counts do\n"
	      "not add up; 2 usage.\n",
	      stdout);
}

/* What the suite measured and what the emulator counted must agree. */
static void print_check(FILE *out, const struct lab_profiling *p)
{
	for (int side = 0; side < LAB_SIDES; side++) {
		const struct profile *profile = &p->profile[side];

		if (!p->kernel[side])
			continue;
		text_line(
			out,
			"%s: %llu of %llu ops took %llu ticks; the suite's median is %.10g",
			p->kernel[LAB_NEW] ? lab_side_names[side] : "op",
			(unsigned long long)profile->ops,
			(unsigned long long)profile->all,
			(unsigned long long)profile->ticks, p->p50[side]);
	}
}

static void print_all(FILE *out, const struct lab_profiling *p)
{
	const struct profile *new = p->kernel[LAB_NEW] ? &p->profile[LAB_NEW]
						       : NULL;

	text_line(out, "%s, on %s", p->name, p->machine->text);
	print_check(out, p);
	fputc('\n', out);
	explain_print(out, &p->profile[LAB_BASE], new,
		      p->machine->accel == LAB_ACCEL_BOCHS ? EXIT_ISA_VMX
							   : EXIT_ISA_SVM);
}

static int write_files(const struct lab_profiling *p, struct error *err)
{
	char *paths[] = { xasprintf("%s/explain.txt", p->output),
			  xasprintf("%s/folded", p->output) };
	FILE *files[] = { fopen(paths[0], "wxe"), fopen(paths[1], "wxe") };
	int ret = 0;

	if (files[0] && files[1]) {
		print_all(files[0], p);
		explain_print_folded(files[1], p->name, &p->profile[LAB_BASE],
				     p->kernel[LAB_NEW] ? &p->profile[LAB_NEW]
							: NULL);
	}
	for (int i = 0; i < 2; i++) {
		if (!files[i] || close_written(files[i]))
			ret = error_set_errno(err, "cannot write '%s'",
					      paths[i]);
		free(paths[i]);
	}
	return ret;
}

static int explain(struct lab_profiling *p)
{
	struct error err;
	bool made;

	if (lab_output_make(p->output, &made, &err) ||
	    lab_profiling_run(p, &err)) {
		error_print("%s", err.text);
		if (made)
			rmdir(p->output);
		return EXIT_FAILED;
	}
	print_all(stdout, p);
	if (write_files(p, &err)) {
		error_print("%s", err.text);
		return EXIT_FAILED;
	}
	printf("%s\n", p->output);
	return EXIT_DONE;
}

static int run_explain(const struct lab_options *o)
{
	struct lab_profiling p = {
		.options = o,
		.machine = &o->machines[0],
		.kernel = { o->operands[0],
			    o->n_operands == 3 ? o->operands[1] : NULL },
		.pattern = o->operands[o->n_operands - 1],
	};
	char *output = o->output ? xstrdup(o->output)
				 : lab_default_output("explain");
	struct error err;
	int status;

	p.output = output;
	if (lab_profiling_choose(&p, &err))
		status = command_usage_error("lab explain", &err);
	else
		status = explain(&p);
	lab_profiling_free(&p);
	free(output);
	return status;
}

int lab_cmd_explain(int argc, char **argv)
{
	struct lab_options options;
	struct error err;
	int status;

	if (lab_options_parse(&options, argc, argv, OPTIONS, &err)) {
		status = command_usage_error("lab explain", &err);
	} else if (options.help) {
		print_help();
		status = EXIT_DONE;
	} else if (options.n_operands < 2 || options.n_operands > 3) {
		error_set(&err, "give one kernel or two, and a benchmark");
		status = command_usage_error("lab explain", &err);
	} else {
		status = run_explain(&options);
	}
	lab_options_free(&options);
	return status;
}
