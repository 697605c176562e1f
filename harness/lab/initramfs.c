// SPDX-License-Identifier: GPL-2.0-or-later
#include <elf.h>
#include <libgen.h>
#include <link.h>
#include <stdlib.h>
#include <string.h>

#include "embedded.h"
#include "lab/cpio.h"
#include "lab/initramfs.h"
#include "lab/modules.h"
#include "util.h"

#define SUITE	"lab/run-bench"
#define PROGRAM "lab/program"

/* What dl_iterate_phdr() needs to hand on. */
struct libraries {
	struct cpio *cpio;
	struct error *err;
	int ret;
};

static void put_parents(struct cpio *cpio, const char *path)
{
	char *partial = xstrdup(path), *slash = partial;

	while ((slash = strchr(slash, '/'))) {
		*slash = '\0';
		cpio_directory(cpio, partial);
		*slash++ = '/';
	}
	free(partial);
}

/* The program interpreter has its place, whatever library path is set. */
static void put_interpreter(struct libraries *l,
			    const struct dl_phdr_info *info,
			    const ElfW(Phdr) * phdr)
{
	const char *path = (const char *)(info->dlpi_addr + phdr->p_vaddr);

	while (*path == '/')
		path++;
	put_parents(l->cpio, path);
	l->ret = cpio_copy(l->cpio, path, 0755, path - 1, l->err);
}

static int put_object(struct dl_phdr_info *info, size_t size, void *context)
{
	struct libraries *l = context;
	char *name, *member;

	(void)size;
	/* The executable has no name, the vDSO no path. */
	for (int i = 0; i < info->dlpi_phnum && !*info->dlpi_name; i++)
		if (info->dlpi_phdr[i].p_type == PT_INTERP)
			put_interpreter(l, info, &info->dlpi_phdr[i]);
	if (l->ret || *info->dlpi_name != '/')
		return l->ret;
	name = xstrdup(info->dlpi_name);
	member = xasprintf("lab/lib/%s", basename(name));
	l->ret = cpio_copy(l->cpio, member, 0755, info->dlpi_name, l->err);
	free(member);
	free(name);
	return l->ret;
}

static int put_suite(struct cpio *cpio, struct error *err)
{
	struct libraries libraries = { .cpio = cpio, .err = err };

	if (cpio_copy(cpio, SUITE, 0755, "/proc/self/exe", err))
		return -1;
	dl_iterate_phdr(put_object, &libraries);
	return libraries.ret;
}

static int put_program(struct cpio *cpio, const char *name, struct error *err)
{
	const struct embedded_file *program = embedded_find(name);

	if (!program)
		return error_set(err, "this build has no '%s'", name);
	cpio_data(cpio, PROGRAM, 0755, program->data, program->size);
	return 0;
}

static void put_argv(struct cpio *cpio, const struct lab_guest *guest)
{
	char *text = NULL;
	size_t len = 0;
	FILE *to = xmemstream(&text, &len);

	fprintf(to, "/%s%c", guest->program ? PROGRAM : SUITE, 0);
	for (size_t i = 0; i < guest->args->n; i++)
		fprintf(to, "%s%c", guest->args->words[i], 0);
	xmemstream_close(to);
	cpio_data(cpio, "lab/argv", 0644, text, len);
	free(text);
}

/* The probe loads last: it needs no other, and KVM does without it. */
static int put_modules(struct cpio *cpio, const struct lab_guest *guest,
		       struct error *err)
{
	if (guest->modules && lab_modules_put(cpio, guest->modules, err))
		return -1;
	if (!guest->probe)
		return 0;
	if (!guest->modules)
		cpio_directory(cpio, "lab/modules");
	return cpio_copy(cpio, "lab/modules/99-vmentry_probe.ko", 0644,
			 guest->probe, err);
}

static int put_all(struct cpio *cpio, const struct lab_guest *guest,
		   struct error *err)
{
	static const char *const directories[] = { "dev", "proc", "sys",
						   "tmp", "lab",  "lab/lib" };
	const struct embedded_file *init = embedded_find("lab/init");
	char *limit;

	if (!init)
		return error_set(err, "this build has no lab");
	for (size_t i = 0; i < ARRAY_SIZE(directories); i++)
		cpio_directory(cpio, directories[i]);
	cpio_console(cpio, "dev/console");
	cpio_data(cpio, "init", 0755, init->data, init->size);
	if (guest->program ? put_program(cpio, guest->program, err)
			   : put_suite(cpio, err))
		return -1;
	put_argv(cpio, guest);
	limit = xasprintf("%g\n", guest->limit);
	cpio_data(cpio, "lab/limit", 0644, limit, strlen(limit));
	free(limit);
	if (guest->symbols)
		cpio_data(cpio, "lab/symbols", 0644, "", 0);
	return put_modules(cpio, guest, err);
}

int lab_initramfs_write(const char *path, const struct lab_guest *guest,
			struct error *err)
{
	struct error ignored;
	struct cpio cpio;

	if (cpio_create(&cpio, path, err))
		return -1;
	if (put_all(&cpio, guest, err)) {
		cpio_close(&cpio, &ignored);
		return -1;
	}
	return cpio_close(&cpio, err);
}
