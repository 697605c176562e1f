// SPDX-License-Identifier: GPL-2.0-or-later
#include <ctype.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "gunzip.h"
#include "host-kernel.h"
#include "util.h"

/* Distributions' configurations have some 300 KiB. */
#define CONFIG_MAX_BYTES (8 * 1024 * 1024)

/* Where a distribution may keep them; %s is the release. */
static const char *const config_paths[] = {
	"/boot/config-%s",
	"/lib/modules/%s/config",
	"/usr/lib/kernel/config-%s",
};

/* lib/Kconfig.debug, arch/x86/Kconfig.debug, mm/Kconfig.debug, lib/Kconfig.* */
const struct kernel_debug_option kernel_debug_options[] = {
	{ .name = "PROVE_LOCKING" },
	{ .name = "LOCKDEP" },
	{ .name = "DEBUG_LOCK_ALLOC" },
	{ .name = "LOCK_STAT" },
	{ .name = "DEBUG_SPINLOCK" },
	{ .name = "DEBUG_MUTEXES" },
	{ .name = "DEBUG_RWSEMS" },
	{ .name = "DEBUG_ATOMIC_SLEEP" },
	{ .name = "DEBUG_PREEMPT" },
	{ .name = "DEBUG_IRQFLAGS" },
	{ .name = "DEBUG_ENTRY" },
	{ .name = "PROVE_RCU" },
	{ .name = "RCU_EQS_DEBUG" },
	{ .name = "IRQSOFF_TRACER" },
	{ .name = "PREEMPT_TRACER" },
	{ .name = "KASAN" },
	{ .name = "KCSAN" },
	{ .name = "KMSAN" },
	{ .name = "DEBUG_VM" },
	{ .name = "DEBUG_PAGEALLOC_ENABLE_DEFAULT" },
	{ .name = "PAGE_TABLE_CHECK_ENFORCED" },
	{ .name = "SLUB_DEBUG_ON" },
	{ .name = "DEBUG_OBJECTS" },
	{ .name = "DEBUG_KMEMLEAK" },
	{ .name = "DEBUG_SG" },
	{ .name = "KVM_PROVE_MMU" },
	{ .name = "GCOV_KERNEL" },
	{ .name = "KCOV" },
	{ .name = "UBSAN", .in_production = true },
	{ .name = "KFENCE", .in_production = true },
	{ .name = "FUNCTION_TRACER", .in_production = true },
	{ .name = "DEBUG_LIST", .in_production = true },
	{ .name = "X86_DEBUG_FPU", .in_production = true },
	{ .name = "PAGE_POISONING", .in_production = true },
	{ .name = "INIT_ON_ALLOC_DEFAULT_ON", .in_production = true },
	{ .name = "INIT_ON_FREE_DEFAULT_ON", .in_production = true },
};
const size_t kernel_debug_option_count = ARRAY_SIZE(kernel_debug_options);

/* The end of the word at @s: a blank outside of double quotes. */
static const char *word_end(const char *s)
{
	bool quoted = false;

	for (; *s && (quoted || !isspace((unsigned char)*s)); s++)
		if (*s == '"')
			quoted = !quoted;
	return s;
}

/* What is left of @word behind @name, or NULL when another name is there. */
static const char *behind_name(const char *word, const char *name)
{
	for (; *name; word++, name++) {
		char w = *word == '-' ? '_' : *word;
		char n = *name == '-' ? '_' : *name;

		if (w != n)
			return NULL;
	}
	return word;
}

/* From @from up to @to, without the quotes around it. */
static char *unquoted(const char *from, const char *to)
{
	if (from < to && *from == '"') {
		from++;
		if (from < to && to[-1] == '"')
			to--;
	}
	return xasprintf("%.*s", (int)(to - from), from);
}

char *cmdline_option(const char *cmdline, const char *name)
{
	const char *word, *end, *next, *rest;
	char *value = NULL;

	for (next = cmdline;;) {
		word = next + strspn(next, " \t\n");
		next = end = word_end(word);
		if (word == end || (end - word == 2 && !memcmp(word, "--", 2)))
			return value;
		/* The quotes may also stand around all of name=value. */
		if (*word == '"') {
			word++;
			end -= end > word && end[-1] == '"';
		}
		rest = behind_name(word, name);
		if (!rest || rest > end || (rest < end && *rest != '='))
			continue;
		free(value);
		value = rest == end ? xstrdup("") : unquoted(rest + 1, end);
	}
}

/* A text is a configuration when it names one option at least. */
static bool take_config(struct kernel_config *config, char *text,
			const char *source)
{
	if (!text || !strstr(text, "CONFIG_")) {
		free(text);
		return false;
	}
	config->text = text;
	config->source = xstrdup(source);
	return true;
}

static bool read_own_config(const struct host_root *root,
			    struct kernel_config *config)
{
	static const char source[] = "/proc/config.gz";
	char *real = host_path(root, source);
	char *text = gunzip_text(real, CONFIG_MAX_BYTES, NULL);

	free(real);
	return take_config(config, text, source);
}

static bool read_installed_config(const struct host_root *root,
				  struct kernel_config *config)
{
	char *release = host_line(root, "/proc/sys/kernel/osrelease");
	bool found = false;

	/* A release with a slash would lead out of the directory. */
	if (!release || !*release || strchr(release, '/')) {
		free(release);
		return false;
	}
	for (size_t i = 0; i < ARRAY_SIZE(config_paths) && !found; i++) {
		char *path = xasprintf(config_paths[i], release);
		char *text = host_text(root, path, CONFIG_MAX_BYTES);

		found = take_config(config, text, path);
		free(path);
	}
	free(release);
	return found;
}

int kernel_config_read(const struct host_root *root,
		       struct kernel_config *config)
{
	memset(config, 0, sizeof(*config));
	if (read_own_config(root, config) ||
	    read_installed_config(root, config))
		return 0;
	return -1;
}

void kernel_config_free(struct kernel_config *config)
{
	free(config->text);
	free(config->source);
	memset(config, 0, sizeof(*config));
}

char *kernel_config_value(const struct kernel_config *config, const char *name)
{
	char *line = xasprintf("CONFIG_%s=", name);
	size_t len = strlen(line);
	const char *at, *value;

	for (at = config->text; at; at = strchr(at, '\n')) {
		at += *at == '\n';
		if (!strncmp(at, line, len))
			break;
	}
	free(line);
	if (!at)
		return NULL;
	value = at + len;
	return unquoted(value, value + strcspn(value, "\n"));
}

bool kernel_config_is_set(const struct kernel_config *config, const char *name)
{
	char *value = kernel_config_value(config, name);
	bool set = value && strcmp(value, "n");

	free(value);
	return set;
}
