// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * An EXPR of --require, against a host of which the rest of the input, in
 * parts with a NUL between, gives the files that it asks for.
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "directories.h"
#include "fuzz.h"
#include "require.h"
#include "util.h"

#define FILES 4

/* What the terms read, by the files of the directory that the input fills. */
static const char *const paths[FILES] = {
	"/proc/sys/kernel/osrelease",
	"/proc/cpuinfo",
	"/sys/module/kvm/version",
	"/sys/module/kvm/parameters/halt_poll_ns",
};
static struct host_root root;

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	char *path, *parent;

	(void)argc, (void)argv;
	root.path = fuzz_directory(NULL, 0);
	for (unsigned int i = 0; i < FILES; i++) {
		path = xasprintf("%s%s", root.path, paths[i]);
		parent = xstrdup(path);
		*strrchr(parent, '/') = '\0';
		if (directories_make(parent, NULL) ||
		    symlink(fuzz_file(i, "", 0), path))
			abort();
		free(parent);
		free(path);
	}
	return 0;
}

static int extension(int capability)
{
	return capability % 3 - 1;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct kvm_cpuid2 cpuid;
	struct require_facts facts = { .root = &root,
				       .cpus = 2,
				       .guest_cpuid = &cpuid,
				       .extension = extension };
	struct fuzz_input input = { data, size }, part;
	struct error err;
	char *expr;

	if (!fuzz_part(&input, &part))
		return 0;
	expr = fuzz_text(&part);
	for (unsigned int i = 0; i < FILES; i++) {
		if (!fuzz_part(&input, &part))
			part.size = 0;
		fuzz_file(i, part.data, part.size);
	}
	require_gate(expr, &facts, &err);
	require_check(expr, &facts, &err);
	facts = (struct require_facts){ 0 };
	require_gate(expr, &facts, &err);
	free(expr);
	return 0;
}
