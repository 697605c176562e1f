// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "host-cpu.h"
#include "host-module.h"
#include "util.h"

static const struct backend {
	const char *module;
	enum kvm_backend backend;
	const char *cpu_flag;
} backends[] = {
	{
		.module = "kvm_amd",
		.backend = KVM_BACKEND_SVM,
		.cpu_flag = "svm",
	},
	{
		.module = "kvm_intel",
		.backend = KVM_BACKEND_VMX,
		.cpu_flag = "vmx",
	},
};

static const char *const backend_names[] = {
	[KVM_BACKEND_NONE] = "none",
	[KVM_BACKEND_SVM] = "svm",
	[KVM_BACKEND_VMX] = "vmx",
	[KVM_BACKEND_OTHER] = "other",
};

const char *kvm_backend_name(enum kvm_backend backend)
{
	return backend_names[backend];
}

/* May @name be one component of a path? Names come from the user, too. */
static bool is_name(const char *name)
{
	if (*name && *name != '.' && !strchr(name, '/'))
		return true;
	errno = EINVAL;
	return false;
}

/* /sys/module/MODULE and @rest behind it, or NULL with errno EINVAL. */
static char *module_path(const char *module, const char *rest)
{
	char *path, *c;

	if (!is_name(module))
		return NULL;
	path = xasprintf("/sys/module/%s", module);
	for (c = path; (c = strchr(c, '-')); c++)
		*c = '_';
	c = xasprintf("%s%s", path, rest);
	free(path);
	return c;
}

static enum host_answer exists_below(const struct host_root *root,
				     const char *module, const char *rest)
{
	char *path = module_path(module, rest);
	enum host_answer answer;

	if (!path)
		return HOST_UNKNOWN;
	answer = host_exists(root, path);
	free(path);
	return answer;
}

enum host_answer host_module_present(const struct host_root *root,
				     const char *module)
{
	/* Without sysfs, that a module is not seen says nothing. */
	if (host_exists(root, "/sys/module") != HOST_YES)
		return HOST_UNKNOWN;
	return exists_below(root, module, "");
}

enum host_answer host_module_builtin(const struct host_root *root,
				     const char *module)
{
	enum host_answer present = host_module_present(root, module);
	enum host_answer loaded;

	if (present != HOST_YES)
		return HOST_UNKNOWN;
	loaded = exists_below(root, module, "/initstate");
	if (loaded == HOST_UNKNOWN)
		return HOST_UNKNOWN;
	return loaded == HOST_YES ? HOST_NO : HOST_YES;
}

static char *line_below(const struct host_root *root, const char *module,
			const char *directory, const char *name)
{
	char *rest, *path, *line;

	if (!is_name(name))
		return NULL;
	rest = xasprintf("%s/%s", directory, name);
	path = module_path(module, rest);
	free(rest);
	line = path ? host_line(root, path) : NULL;
	free(path);
	return line;
}

char *host_module_attribute(const struct host_root *root, const char *module,
			    const char *attribute)
{
	return line_below(root, module, "", attribute);
}

char *host_module_parameter(const struct host_root *root, const char *module,
			    const char *parameter)
{
	return line_below(root, module, "/parameters", parameter);
}

char **host_module_parameters(const struct host_root *root, const char *module)
{
	char *path = module_path(module, "/parameters");
	char **names = path ? host_list(root, path, "") : NULL;

	free(path);
	return names;
}

static const struct backend *find_backend(const char *module)
{
	for (size_t i = 0; i < ARRAY_SIZE(backends); i++)
		if (!strcmp(backends[i].module, module))
			return &backends[i];
	return NULL;
}

/*
 * Can @module be the back end? A built-in one is in /sys/module also when its
 * initialisation has failed for want of the CPU feature.
 */
static enum host_answer may_run(const struct host_root *root,
				const char *module, enum host_answer builtin)
{
	const struct backend *known = find_backend(module);

	if (builtin != HOST_YES || !known)
		return HOST_YES;
	return host_cpu_flag(root, known->cpu_flag);
}

/*
 * How many of @modules may be the back end, and in @only the last of them. One
 * that cannot be judged counts as two: then nothing can be told.
 */
static int count_candidates(const struct host_root *root, char **modules,
			    enum host_answer builtin, const char **only)
{
	int count = 0;

	for (; *modules; modules++) {
		enum host_answer is = host_module_builtin(root, *modules);

		if (is == builtin)
			is = may_run(root, *modules, builtin);
		else if (is != HOST_UNKNOWN)
			continue;
		if (is == HOST_YES)
			*only = *modules;
		if (is != HOST_NO)
			count += is == HOST_YES ? 1 : 2;
	}
	return count;
}

enum kvm_backend host_kvm_backend(const struct host_root *root, char **name)
{
	char **modules = host_list(root, "/sys/module", "kvm_");
	enum kvm_backend backend = KVM_BACKEND_UNKNOWN;
	const struct backend *known;
	const char *module = NULL;
	int count;

	if (name)
		*name = NULL;
	if (!modules)
		return KVM_BACKEND_UNKNOWN;
	count = count_candidates(root, modules, HOST_NO, &module);
	if (!count)
		count = count_candidates(root, modules, HOST_YES, &module);
	if (count == 1) {
		known = find_backend(module);
		backend = known ? known->backend : KVM_BACKEND_OTHER;
		if (name)
			*name = xstrdup(module + strlen("kvm_"));
	} else if (count == 0) {
		backend = KVM_BACKEND_NONE;
	}
	host_list_free(modules);
	return backend;
}
