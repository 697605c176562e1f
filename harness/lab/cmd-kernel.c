// SPDX-License-Identifier: GPL-2.0-or-later
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>

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

static const struct option long_options[] = {
	{ "source", required_argument, NULL, 's' },
	{ "patch", required_argument, NULL, 'p' },
	{ "reverse", required_argument, NULL, 'r' },
	{ "config", required_argument, NULL, 'c' },
	{ "base", required_argument, NULL, 'b' },
	{ "probe", no_argument, NULL, 'P' },
	{ "output", required_argument, NULL, 'o' },
	{ "help", no_argument, NULL, 'h' },
	{ 0 },
};

struct request {
	struct lab_kernel_build build;
	struct lab_patch *patches;
	const char **fragments;
	bool help;
};

static void add_patch(struct request *r, bool reverse)
{
	size_t n = r->build.n_patches++;

	r->patches = xrealloc(r->patches, n + 1, sizeof(*r->patches));
	r->patches[n] = (struct lab_patch){ optarg, reverse };
	r->build.patches = r->patches;
}

static void add_fragment(struct request *r)
{
	size_t n = r->build.n_fragments++;

	r->fragments = xrealloc(r->fragments, n + 1, sizeof(*r->fragments));
	r->fragments[n] = optarg;
	r->build.fragments = r->fragments;
}

static void apply(struct request *r, int c)
{
	switch (c) {
	case 's':
		r->build.source = optarg;
		break;
	case 'p':
	case 'r':
		add_patch(r, c == 'r');
		break;
	case 'c':
		add_fragment(r);
		break;
	case 'b':
		r->build.base = optarg;
		break;
	case 'o':
		r->build.output = optarg;
		break;
	case 'P':
		r->build.probe = true;
		break;
	case 'h':
		r->help = true;
		break;
	}
}

static int parse(struct request *r, int argc, char **argv, struct error *err)
{
	int c;

	opterr = 0;
	optind = 0; /* glibc: start afresh */
	while ((c = getopt_long(argc, argv, ":", long_options, NULL)) != -1) {
		if (c == ':')
			return error_set(err, "option '%s' needs a value",
					 argv[optind - 1]);
		if (c == '?')
			return error_set(err, "unknown option '%s'",
					 argv[optind - 1]);
		apply(r, c);
	}
	if (r->help)
		return 0;
	if (optind < argc)
		return error_set(err, "unknown argument '%s'", argv[optind]);
	if (!r->build.output || !*r->build.output)
		return error_set(err, "give '--output'");
	return 0;
}

int lab_cmd_kernel(int argc, char **argv)
{
	struct request r = { .build = { .source = LAB_SOURCE } };
	struct error err;
	int status = EXIT_DONE;

	if (parse(&r, argc, argv, &err)) {
		status = lab_usage_error("kernel", &err);
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
