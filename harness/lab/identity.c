// SPDX-License-Identifier: GPL-2.0-or-later
#include <jansson.h>
#include <libgen.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "json-file.h"
#include "json-path.h"
#include "lab/identity.h"
#include "lab/kernel-build.h"
#include "util.h"

/* The first word, or line, of what a program prints; NULL without. */
static json_t *first_of(char *const argv[], const char *end)
{
	char *text = process_output(argv, NULL, NULL);
	json_t *json = NULL;

	if (text) {
		text[strcspn(text, end)] = '\0';
		json = json_string(text);
	}
	free(text);
	return json ? json : json_null();
}

static json_t *kernel_identity(const struct lab_job *job)
{
	char *sum[] = { "sha256sum", "--", (char *)job->kernel, NULL };
	json_t *kernel = json_object(), *recipe = lab_kernel_recipe(job->kernel);
	char *path = xstrdup(job->kernel);

	json_object_set_new(kernel, "file", json_string(basename(path)));
	json_object_set_new(kernel, "sha256", first_of(sum, " "));
	json_object_set_new(kernel, "recipe", recipe ? recipe : json_null());
	free(path);
	return kernel;
}

/*
 * With SVM's NRIPS the CPU tells KVM where the next instruction is; without,
 * KVM decodes each one that exits (APM vol. 2, 15.7.1), and kvm_amd has no
 * fast path for WRMSR. QEMU 7.2 emulates a CPU without.
 */
static json_t *nrips(const json_t *env)
{
	json_t *flags = json_at(env, "cpu.flags"), *flag;
	bool svm = false, found = false;
	size_t i;

	json_array_foreach(flags, i, flag) {
		const char *text = json_string_value(flag);

		svm = svm || (text && !strcmp(text, "svm"));
		found = found || (text && !strcmp(text, "nrip_save"));
	}
	return svm ? json_boolean(found) : json_null();
}

static json_t *identify(const struct lab_job *job, const json_t *env)
{
	char *version[] = { (char *)lab_emulator(job->machine), "--version",
			    NULL };
	json_t *lab = json_object();

	json_object_set_new(lab, "machine", json_string(job->machine->text));
	json_object_set_new(
		lab, "accel",
		json_string(lab_accel_name(job->machine->accel)));
	json_object_set_new(
		lab, "deterministic",
		json_boolean(lab_machine_deterministic(job->machine)));
	json_object_set_new(lab, "emulator", first_of(version, "\n"));
	json_object_set_new(lab, "nrips", nrips(env));
	json_object_set_new(lab, "kernel", kernel_identity(job));
	return lab;
}

int lab_identity_write(const struct lab_job *job, struct error *err)
{
	char *path = xasprintf("%s/env.json", job->output);
	json_error_t json_error;
	json_t *env;
	int ret = 0;

	/* A suite that measured nothing left none. */
	if (access(path, F_OK)) {
		free(path);
		return 0;
	}
	env = json_load_file(path, 0, &json_error);
	if (!env)
		ret = error_set(err, "cannot read '%s': %s", path,
				json_error.text);
	else if (json_object_set_new(env, "lab", identify(job, env)) ||
		 json_write_atomic(path, env, err))
		ret = -1;
	json_decref(env);
	free(path);
	return ret;
}
