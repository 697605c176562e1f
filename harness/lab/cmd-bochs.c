// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdio.h>
#include <stdlib.h>

#include "cli.h"
#include "directories.h"
#include "lab/command.h"
#include "lab/emulator.h"
#include "lab/files.h"
#include "util.h"

static const char help[] =
	"usage: run-bench lab bochs --source SOURCE [--output DIR]\n"
	"\n"
	"Build the emulator of the machine 'vmx': Bochs 3.0 with VMX and a few patches\n"
	"of the lab. SOURCE is\n"
	"  debian     the source package of Debian trixie, fetched with apt\n"
	"  TARBALL    of Bochs 3.0\n"
	"  DIR        an unpacked tree, which is only read\n"
	"It goes to DIR (default: bochs in VMENTRY_BENCH_CACHE or in\n"
	"~/.cache/vmentry-bench), where the lab looks for it. Nothing is done when it\n"
	"is there already.\n"
	"\n"
	"Exit status: 0 done; 1 it could not be had or built; 2 usage.\n";

struct request {
	const char *source, *output;
	bool help;
};

static int parse(struct request *r, int argc, char **argv, struct error *err)
{
	const struct cli_option options[] = {
		{ "source", .text = &r->source },
		{ "output", .text = &r->output },
		{ "help", .on = &r->help },
		{ 0 },
	};
	int first = cli_parse(options, argc, argv, err);

	if (first < 0)
		return -1;
	if (first < argc)
		return error_set(err, "unknown argument '%s'", argv[first]);
	if (!r->help && !r->source)
		return error_set(err, "give '--source'");
	return 0;
}

static int build(const struct request *r, struct error *err)
{
	char *output = r->output ? xstrdup(r->output)
				 : lab_bochs_directory(NULL);
	char *tools = lab_files_unpack(err);
	struct argv argv = { 0 };
	int ret = -1;

	if (tools) {
		argv_add(&argv, "%s/build-bochs", tools);
		argv_add(&argv, "--source");
		argv_add(&argv, "%s", r->source);
		argv_add(&argv, "--output");
		argv_add(&argv, "%s", output);
		argv_add(&argv, "--smp");
		argv_add(&argv, "--explain");
		ret = process_show(argv.words, &lab_interrupted, err);
	}
	if (!ret)
		puts(output);
	argv_free(&argv);
	directories_remove(tools);
	free(tools);
	free(output);
	return ret;
}

int lab_cmd_bochs(int argc, char **argv)
{
	struct request r = { 0 };
	struct error err;

	if (parse(&r, argc, argv, &err))
		return command_usage_error("lab bochs", &err);
	if (r.help) {
		fputs(help, stdout);
		return EXIT_DONE;
	}
	if (!build(&r, &err))
		return EXIT_DONE;
	error_print("%s", err.text);
	return EXIT_FAILED;
}
