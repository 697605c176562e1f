// SPDX-License-Identifier: GPL-2.0-or-later
#include <jansson.h>
#include <libgen.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "csv.h"
#include "json-file.h"
#include "json-path.h"
#include "lab/identity.h"
#include "lab/kernel-build.h"
#include "results-dir.h"
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
	json_t *kernel = json_object(),
	       *recipe = lab_kernel_recipe(job->kernel);
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
	char *version = lab_emulator_version(job->machine);
	json_t *lab = json_object();

	json_object_set_new(lab, "machine", json_string(job->machine->text));
	json_object_set_new(lab, "accel",
			    json_string(lab_accel_name(job->machine->accel)));
	json_object_set_new(
		lab, "deterministic",
		json_boolean(lab_machine_deterministic(job->machine)));
	json_object_set_new(lab, "emulator",
			    version ? json_string(version) : json_null());
	json_object_set_new(lab, "nrips", nrips(env));
	json_object_set_new(lab, "kernel", kernel_identity(job));
	free(version);
	return lab;
}

/* The run id that the rows have, and the one they get. */
struct renaming {
	char *from, *to;
	const char *label;
};

/*
 * Every row begins with the run id, the time and the label, of which the
 * machine's names need no quotes.
 */
static int rename_row(FILE *to, const char *line, const struct renaming *r)
{
	struct csv_line csv = { .stream = to };
	size_t len = strlen(r->from), time;
	const char *rest;

	if (strncmp(line, r->from, len) || line[len] != ',')
		return -1;
	rest = line + len + 1;
	time = strcspn(rest, ",");
	if (strncmp(rest + time, "," LAB_LABEL ",", strlen("," LAB_LABEL ",")))
		return -1;
	csv_put_text(&csv, r->to);
	fprintf(to, ",%.*s,", (int)time, rest);
	csv = (struct csv_line){ .stream = to };
	csv_put_text(&csv, r->label);
	fputs(rest + time + strlen("," LAB_LABEL), to);
	return 0;
}

/* Does a quoted field begin or end in @line that goes on beyond it? */
static bool has_odd_quotes(const char *line)
{
	bool odd = false;

	for (; *line; line++)
		odd ^= *line == '"';
	return odd;
}

static int rename_lines(FILE *to, FILE *from, const struct renaming *r)
{
	bool inside = false; /* a field that has several lines */
	char *line = NULL;
	size_t room = 0;
	int ret = 0;

	/* The header stays. */
	if (getline(&line, &room, from) >= 0)
		fputs(line, to);
	while (!ret && getline(&line, &room, from) >= 0) {
		if (inside)
			fputs(line, to);
		else
			ret = rename_row(to, line, r);
		inside ^= has_odd_quotes(line);
	}
	free(line);
	return ret;
}

static int rename_rows(const char *directory, const struct renaming *r,
		       struct error *err)
{
	char *path = xasprintf("%s/summary.csv", directory);
	char *new_path = xasprintf("%s.new", path);
	FILE *from = fopen(path, "re"), *to = fopen(new_path, "wxe");
	int ret = 0;

	if (!from || !to)
		ret = error_set_errno(err, "cannot open '%s'",
				      from ? new_path : path);
	else if (rename_lines(to, from, r))
		ret = error_set(err, "'%s' has a row of another run", path);
	if (from)
		fclose(from);
	if (to && close_written(to) && !ret)
		ret = error_set_errno(err, "cannot write '%s'", new_path);
	if (!ret && rename(new_path, path))
		ret = error_set_errno(err, "cannot rename '%s'", new_path);
	if (ret && to)
		unlink(new_path);
	free(new_path);
	free(path);
	return ret;
}

/*
 * The machine's clock begins with the same second in each boot: the times of
 * the run, by which a history is put in order, are this host's.
 */
static void put_names(json_t *env, const struct renaming *r,
		      const struct lab_job *job)
{
	json_t *run = json_object_get(env, "run");
	char now[32];

	utc_time(now, sizeof(now), false);
	json_object_set_new(run, "run_id", json_string(r->to));
	json_object_set_new(run, "label", json_string(r->label));
	json_object_set_new(run, "started_utc", json_string(job->started_utc));
	if (json_object_get(run, "finished_utc"))
		json_object_set_new(run, "finished_utc", json_string(now));
}

static int name_results(const struct lab_job *job, json_t *env,
			const char *env_path, struct error *err)
{
	const char *id = json_text_at(env, "run.run_id");
	struct renaming r = { .label = job->label };
	char now[32];
	int ret;

	if (!id)
		return error_set(err, "'%s' has no run id", env_path);
	utc_time(now, sizeof(now), true);
	r.from = xstrdup(id);
	r.to = xasprintf("%s-lab-%s-%d", now, job->label, job->number);
	put_names(env, &r, job);
	json_object_set_new(env, "lab", identify(job, env));
	ret = rename_rows(job->output, &r, err);
	if (!ret)
		ret = json_write_atomic(env_path, env, err);
	free(r.from);
	free(r.to);
	return ret;
}

int lab_identity_write(const struct lab_job *job, struct error *err)
{
	char *path = xasprintf("%s/env.json", job->output);
	json_error_t json_error;
	json_t *env;
	int ret = 0;

	/* A suite that measured nothing left none. */
	if (!access(path, F_OK)) {
		env = json_load_file(path, 0, &json_error);
		ret = env ? name_results(job, env, path, err)
			  : error_set(err, "cannot read '%s': %s", path,
				      json_error.text);
		json_decref(env);
	}
	free(path);
	return ret;
}
