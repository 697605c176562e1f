// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdlib.h>
#include <string.h>

#include "lab/modules.h"
#include "lab/process.h"
#include "util.h"

/* Both vendors': the CPU says which of them stays loaded. */
static const char *const wanted[] = { "kvm-amd", "kvm-intel" };

static const struct packing {
	const char *suffix, *program;
} packings[] = {
	{ ".ko", NULL },
	{ ".ko.xz", "xz" },
	{ ".ko.gz", "gzip" },
	{ ".ko.zst", "zstd" },
};

/* "kvm-amd" of "kernel/arch/x86/kvm/kvm-amd.ko.xz", @n bytes; NULL for others. */
static char *module_name(const char *path, size_t n, const struct packing **how)
{
	const char *name = memrchr(path, '/', n);
	size_t len, suffix;

	name = name ? name + 1 : path;
	len = n - (size_t)(name - path);
	for (size_t i = 0; i < ARRAY_SIZE(packings); i++) {
		suffix = strlen(packings[i].suffix);
		if (len <= suffix ||
		    strncmp(name + len - suffix, packings[i].suffix, suffix))
			continue;
		*how = &packings[i];
		return xasprintf("%.*s", (int)(len - suffix), name);
	}
	return NULL;
}

static bool is_named(const char *path, size_t n, const char *name)
{
	const struct packing *how;
	char *own = module_name(path, n, &how);
	bool same = own && !strcmp(own, name);

	free(own);
	return same;
}

/* "a: b c" means that c loads first, then b, then a. */
static char *reverse(const char *line, size_t n)
{
	char *order = xstrdup(""), *longer;
	size_t end = n, start;

	while (end) {
		for (start = end; start && line[start - 1] != ' '; start--)
			;
		if (end > start) {
			n = end - start - (line[end - 1] == ':');
			longer = xasprintf("%s%.*s\n", order, (int)n,
					   line + start);
			free(order);
			order = longer;
		}
		end = start ? start - 1 : 0;
	}
	return order;
}

char *lab_modules_order(const char *dep, const char *name)
{
	size_t n;

	for (const char *line = dep; *line; line += n + (line[n] == '\n')) {
		n = strcspn(line, "\n");
		if (is_named(line, strcspn(line, ":\n"), name))
			return reverse(line, n);
	}
	return NULL;
}

/* What depmod wrote, or what it would write. NULL with @err set. */
static char *read_dep(const char *directory, struct error *err)
{
	char *path = xasprintf("%s/modules.dep", directory);
	char *root = xasprintf("%s/../../..", directory);
	char *real = realpath(directory, NULL);
	char *dep = read_file(path, NULL);
	char *argv[] = { "/sbin/depmod",
			 "-n",
			 "-b",
			 root,
			 real ? strrchr(real, '/') + 1 : "",
			 NULL };

	if (!dep && !real)
		error_set_errno(err, "cannot open '%s'", directory);
	else if (!dep)
		dep = process_output(argv, NULL, err);
	free(real);
	free(root);
	free(path);
	return dep;
}

static int put_module(struct cpio *cpio, const char *directory,
		      const char *path, unsigned int number, struct error *err)
{
	const struct packing *how = NULL;
	char *name = module_name(path, strlen(path), &how);
	char *full = xasprintf("%s%s%s", *path == '/' ? "" : directory,
			       *path == '/' ? "" : "/", path);
	char *member =
		xasprintf("lab/modules/%02u-%s.ko", number, name ? name : "");
	char *argv[] = { (char *)(how ? how->program : NULL), "-dc", full,
			 NULL };
	size_t len = 0;
	char *bytes = NULL;
	int ret = 0;

	if (!how)
		ret = error_set(err, "cannot unpack module '%s'", path);
	else if (!how->program)
		ret = cpio_copy(cpio, member, 0644, full, err);
	else if ((bytes = process_output(argv, &len, err)))
		cpio_data(cpio, member, 0644, bytes, len);
	else
		ret = -1;
	free(bytes);
	free(member);
	free(full);
	free(name);
	return ret;
}

/* Those of @order that are not in @done yet, which they are then. */
static int put_order(struct cpio *cpio, const char *directory, char *order,
		     char **done, unsigned int *number, struct error *err)
{
	char *rest, *longer, *line;

	for (char *path = strtok_r(order, "\n", &rest); path;
	     path = strtok_r(NULL, "\n", &rest)) {
		line = xasprintf("%s\n", path);
		if (!strstr(*done, line)) {
			longer = xasprintf("%s%s", *done, line);
			free(*done);
			*done = longer;
			if (put_module(cpio, directory, path, (*number)++,
				       err)) {
				free(line);
				return -1;
			}
		}
		free(line);
	}
	return 0;
}

int lab_modules_put(struct cpio *cpio, const char *directory, struct error *err)
{
	char *dep = read_dep(directory, err), *done = xstrdup("");
	unsigned int number = 0;
	int ret = dep ? 0 : -1;
	char *order;

	cpio_directory(cpio, "lab/modules");
	for (size_t i = 0; i < ARRAY_SIZE(wanted) && !ret; i++) {
		order = lab_modules_order(dep, wanted[i]);
		if (order)
			ret = put_order(cpio, directory, order, &done, &number,
					err);
		free(order);
	}
	if (!ret && !number)
		ret = error_set(err, "'%s' has no KVM module", directory);
	free(done);
	free(dep);
	return ret;
}
