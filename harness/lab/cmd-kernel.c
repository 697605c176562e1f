// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"
#include "lab/command.h"
#include "lab/kernel-build.h"
#include "util.h"

static const char help[] =
	"usage: run-bench lab kernel [OPTIONS] --output KERNEL\n"
	"\n"
	"Build a kernel for the lab, out of tree, the same bytes from the same\n"
	"source, compiler and options. A second one of the same source compiles\n"
	"only what differs.\n"
	"\n"
	"  --source SOURCE    a kernel tree, which is only read, or a Debian package:\n"
	"                     linux-source-VERSION (default: " LAB_SOURCE ");\n"
	"                     linux-image-VERSION, linux-image-amd64: built by Debian,\n"
	"                     taken as it is\n"
	"  --patch FILE       apply this patch; may be given many times\n"
	"  --reverse FILE     take this patch out; likewise, in the order given\n"
	"  --config FRAGMENT  more options of the kernel's configuration; likewise\n"
	"  --base CONFIG      a whole configuration to start from, instead of the\n"
	"                     lab's small one; KVM must be built in, not a module\n"
	"  --probe            the module for nmi/host-ipi and insn/*[where=host0] must\n"
	"                     be built, too: of Debian's kernels it is not by itself,\n"
	"                     as it needs their headers; of others it is, where the\n"
	"                     module knows the kernel\n"
	"  --output KERNEL    where the bzImage goes; KERNEL.map, KERNEL.config,\n"
	"                     KERNEL.json (source, patches, compiler) and KERNEL.probe.ko,\n"
	"                     the module, stand beside it\n"
	"  --help             print this\n"
	"\n"
	"Work trees are in VMENTRY_BENCH_CACHE (default: ~/.cache/vmentry-bench):\n"
	"up to 3.5 GB for each source.\n"
	"\n"
	"Exit status: 0 done; 1 it could not be built; 2 usage.\n";

struct request {
	struct lab_kernel_build build;
	struct lab_patch *patches;
	const char **fragments;
	bool help;
};

static int add_patch(const char *option, const char *value, void *to,
		     struct error *err)
{
	struct request *r = to;
	size_t n = r->build.n_patches++;

	(void)err;
	r->patches = xrealloc(r->patches, n + 1, sizeof(*r->patches));
	r->patches[n] = (struct lab_patch){ value, !strcmp(option, "reverse") };
	r->build.patches = r->patches;
	return 0;
}

static int add_fragment(const char *option, const char *value, void *to,
			struct error *err)
{
	struct request *r = to;
	size_t n = r->build.n_fragments++;

	(void)option;
	(void)err;
	r->fragments = xrealloc(r->fragments, n + 1, sizeof(*r->fragments));
	r->fragments[n] = value;
	r->build.fragments = r->fragments;
	return 0;
}

static int parse(struct request *r, int argc, char **argv, struct error *err)
{
	const struct cli_option options[] = {
		{ "source", .text = &r->build.source },
		{ "patch", .parse = add_patch, .to = r },
		{ "reverse", .parse = add_patch, .to = r },
		{ "config", .parse = add_fragment, .to = r },
		{ "base", .text = &r->build.base },
		{ "probe", .on = &r->build.probe },
		{ "output", .text = &r->build.output },
		{ "help", .on = &r->help },
		{ 0 },
	};
	int first = cli_parse(options, argc, argv, err);

	if (first < 0)
		return -1;
	if (r->help)
		return 0;
	if (first < argc)
		return error_set(err, "unknown argument '%s'", argv[first]);
	if (!r->build.output)
		return error_set(err, "give '--output'");
	return 0;
}

int lab_cmd_kernel(int argc, char **argv)
{
	struct request r = { .build = { .source = LAB_SOURCE } };
	struct error err;
	int status = EXIT_DONE;

	if (parse(&r, argc, argv, &err)) {
		status = command_usage_error("lab kernel", &err);
	} else if (r.help) {
		fputs(help, stdout);
	} else if (lab_kernel_build(&r.build, &err)) {
		error_print("%s", err.text);
		status = EXIT_FAILED;
	} else {
		puts(r.build.output);
	}
	free(r.patches);
	free(r.fragments);
	return status;
}
