// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Two env.json with a NUL between: what a report says of the first, what
 * differs, and a run that is to be resumed from it.
 */
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>

#include "env-diff.h"
#include "fuzz.h"
#include "report-env.h"
#include "run-info.h"
#include "version.h"

static const char *directory;

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	static const char *const names[] = { "env.json" };

	(void)argc, (void)argv;
	directory = fuzz_directory(names, 1);
	return 0;
}

static void report(const json_t *env)
{
	report_print_machine(fuzz_sink(), env);
	free(report_tool_text(env));
	free(report_backend_text(env));
	report_kernel_version(env);
}

static void compare(json_t *a, json_t *b)
{
	json_t *both[] = { a, b };
	struct env_differences d = env_compare(both, 2, &b, 1);

	env_differences_free(&d);
	free(env_debug_options(both, 2));
}

/* Only the host that began a run may finish it, with the same tool. */
static void adopt(json_t *env)
{
	json_t *run = json_object_get(env, "run");
	struct utsname uts;

	uname(&uts);
	json_object_set_new(run, "host", json_string(uts.nodename));
	json_object_set_new(run, "kernel", json_string(uts.release));
	json_object_set_new(json_object_get(env, "tool"), "commit",
			    json_string(VMB_COMMIT));
}

static void use_options(const struct run_info *info,
			const struct run_options *options)
{
	struct placement placement;
	struct error err;

	free(relation_list_text(&options->relations));
	for (size_t i = 0; i < options->nr_patterns; i++)
		fprintf(fuzz_sink(), "%s\n", options->patterns[i]);
	fprintf(fuzz_sink(), "%g\n", options->seconds);
	run_info_placement(info, &placement, &err);
}

static void resume(json_t *env)
{
	struct run_options options = { .resume = directory };
	char *text = json_dumps(env, JSON_COMPACT);
	struct run_info info;
	struct error err;

	if (text) {
		fuzz_file(0, text, strlen(text));
		if (!run_info_load(&info, &options, &err))
			use_options(&info, &options);
		run_info_free(&info);
	}
	free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_input input = { data, size }, part;
	json_t *env[2] = { NULL, NULL };

	for (int i = 0; i < 2 && fuzz_part(&input, &part); i++)
		env[i] =
			json_loadb((const char *)part.data, part.size, 0, NULL);
	report(env[0]);
	compare(env[0], env[1] ? env[1] : env[0]);
	if (json_is_object(env[0])) {
		adopt(env[0]);
		resume(env[0]);
	}
	json_decref(env[0]);
	json_decref(env[1]);
	return 0;
}
