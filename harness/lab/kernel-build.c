// SPDX-License-Identifier: GPL-2.0-or-later
#include <libgen.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "directories.h"
#include "host-kernel.h"
#include "json-file.h"
#include "lab/argv.h"
#include "lab/command.h"
#include "lab/files.h"
#include "lab/kernel-build.h"
#include "lab/process.h"
#include "util.h"

json_t *lab_kernel_recipe(const char *kernel)
{
	char *path = xasprintf("%s.json", kernel);
	json_t *recipe = json_load_file(path, 0, NULL);

	free(path);
	return recipe;
}

static int check_output(const char *output, struct error *err)
{
	static const char *const suffixes[] = { "", ".map", ".config",
						".modules", ".probe.ko" };
	char *recipe = xasprintf("%s.json", output);
	bool ours = !access(recipe, F_OK);
	int ret = 0;

	free(recipe);
	for (size_t i = 0; i < ARRAY_SIZE(suffixes) && !ours && !ret; i++) {
		char *path = xasprintf("%s%s", output, suffixes[i]);

		if (!access(path, F_OK))
			ret = error_set(
				err,
				"'%s' is there, and was not built by 'lab kernel': choose another '--output'",
				path);
		free(path);
	}
	return ret;
}

static void add_option(struct argv *argv, const char *option, const char *value)
{
	argv_add(argv, "%s", option);
	argv_add(argv, "%s", value);
}

static int run_script(const char *directory, const struct lab_kernel_build *b,
		      struct error *err)
{
	struct argv argv = { 0 };
	int ret;

	argv_add(&argv, "%s/build-kernel", directory);
	add_option(&argv, "--source", b->source);
	if (b->base)
		add_option(&argv, "--base", b->base);
	for (size_t i = 0; i < b->n_fragments; i++)
		add_option(&argv, "--config", b->fragments[i]);
	for (size_t i = 0; i < b->n_patches; i++)
		add_option(&argv,
			   b->patches[i].reverse ? "--reverse" : "--patch",
			   b->patches[i].file);
	if (b->probe)
		argv_add(&argv, "--probe");
	add_option(&argv, "--output", b->output);
	ret = process_show(argv.words, &lab_interrupted, err);
	argv_free(&argv);
	return ret ? error_set(err, "cannot build '%s'", b->output) : 0;
}

/* The names of options of @config that make it a debug kernel. */
static json_t *debug_options(const struct kernel_config *config)
{
	json_t *list = json_array();

	for (size_t i = 0; i < kernel_debug_option_count; i++) {
		const struct kernel_debug_option *o = &kernel_debug_options[i];

		if (!o->in_production && kernel_config_is_set(config, o->name))
			json_array_append_new(list, json_string(o->name));
	}
	return list;
}

static void warn_of_debug(const json_t *list)
{
	size_t i;
	json_t *name;

	json_array_foreach(list, i, name)
		warning_print(
			"this is a debug kernel, whose numbers reviewers reject: %s is set",
			json_string_value(name));
}

static json_t *patches_json(const struct lab_kernel_build *b)
{
	json_t *list = json_array();

	for (size_t i = 0; i < b->n_patches; i++) {
		char *sum[] = { "sha256sum", "--", (char *)b->patches[i].file,
				NULL };
		char *hash = process_output(sum, NULL, NULL);
		char *path = xstrdup(b->patches[i].file);

		if (hash)
			hash[strcspn(hash, " ")] = '\0';
		json_array_append_new(
			list, json_pack("{s:s, s:b, s:s?}", "file",
					basename(path), "reverse",
					b->patches[i].reverse, "sha256", hash));
		free(path);
		free(hash);
	}
	return list;
}

/* "# Linux/x86 6.1.192 Kernel Configuration" is the configuration's title. */
static char *release_of(const struct kernel_config *config)
{
	static const char sign[] = "# Linux/x86 ";
	const char *at = config->text ? strstr(config->text, sign) : NULL;

	if (!at)
		return NULL;
	at += strlen(sign);
	return xasprintf("%.*s", (int)strcspn(at, " \n"), at);
}

static int write_recipe(const struct lab_kernel_build *b, struct error *err)
{
	char *path = xasprintf("%s.json", b->output);
	char *config_path = xasprintf("%s.config", b->output);
	struct kernel_config config = { .text = read_file(config_path, NULL) };
	char *compiler =
		config.text ? kernel_config_value(&config, "CC_VERSION_TEXT")
			    : NULL;
	char *release = release_of(&config);
	json_t *debug = config.text ? debug_options(&config) : json_null();
	json_t *recipe = json_pack("{s:s, s:s?, s:o, s:s?, s:o}", "source",
				   b->source, "release", release, "patches",
				   patches_json(b), "compiler", compiler,
				   "debug_options", debug);
	int ret = json_write_atomic(path, recipe, err);

	warn_of_debug(debug);
	json_decref(recipe);
	free(release);
	free(compiler);
	free(config.text);
	free(config_path);
	free(path);
	return ret;
}

int lab_kernel_build(const struct lab_kernel_build *build, struct error *err)
{
	char *directory;
	int ret = check_output(build->output, err);

	if (ret)
		return ret;
	directory = lab_files_unpack(err);
	if (!directory)
		return -1;
	ret = run_script(directory, build, err);
	directories_remove(directory);
	free(directory);
	return ret ? ret : write_recipe(build, err);
}

int lab_kernel_ensure(const struct lab_kernel_build *build, struct error *err)
{
	json_t *recipe = lab_kernel_recipe(build->output);
	json_t *patches = patches_json(build);
	const char *source =
		json_string_value(json_object_get(recipe, "source"));
	bool built = source && !strcmp(source, build->source) &&
		     json_equal(json_object_get(recipe, "patches"), patches) &&
		     !access(build->output, R_OK);

	json_decref(patches);
	json_decref(recipe);
	return built ? 0 : lab_kernel_build(build, err);
}
