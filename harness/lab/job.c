// SPDX-License-Identifier: GPL-2.0-or-later
#include <dirent.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "directories.h"
#include "lab/files.h"
#include "lab/identity.h"
#include "lab/job.h"
#include "lab/nested.h"
#include "results-dir.h"
#include "util.h"

/* --- what the machine sends ------------------------------------------------ */

static int take_output(void *context, const char *text, size_t n,
		       struct error *err)
{
	const struct lab_job *job = context;

	if (!job->show)
		return 0;
	if (fwrite(text, 1, n, job->show) < n || fflush(job->show))
		return error_set_errno(err, "cannot write what the suite says");
	return 0;
}

static int close_file(struct lab_job *job, struct error *err)
{
	int ret = 0;

	if (job->file && fclose(job->file))
		ret = error_set_errno(err, "cannot write '%s'", job->file_path);
	job->file = NULL;
	free(job->file_path);
	job->file_path = NULL;
	return ret;
}

static int take_file(void *context, const char *path, struct error *err)
{
	struct lab_job *job = context;
	char *directory;
	int ret;

	if (close_file(job, err))
		return -1;
	job->file_path = xasprintf("%s/%s", job->output, path);
	directory = xstrdup(job->file_path);
	ret = directories_make(dirname(directory), err);
	free(directory);
	if (ret)
		return -1;
	job->file = fopen(job->file_path, "wxe");
	if (!job->file)
		return error_set_errno(err, "cannot create '%s'",
				       job->file_path);
	return 0;
}

static int take_data(void *context, const void *bytes, size_t n,
		     struct error *err)
{
	struct lab_job *job = context;

	if (!job->file)
		return error_set(err, "the machine sent bytes of no file");
	if (fwrite(bytes, 1, n, job->file) < n)
		return error_set_errno(err, "cannot write '%s'",
				       job->file_path);
	return 0;
}

static int take_exit(void *context, const char *text, struct error *err)
{
	struct lab_job *job = context;

	job->boot.exit_text = xstrdup(text);
	return close_file(job, err);
}

static const struct lab_stream_sink sink = {
	.output = take_output,
	.file = take_file,
	.data = take_data,
	.exit = take_exit,
};

/* --- the job --------------------------------------------------------------- */

/* An empty directory stays as it is: it may be private, or a mount point. */
int lab_output_make(const char *path, bool *made, struct error *err)
{
	bool there = !access(path, F_OK), empty = true;
	const struct dirent *entry;
	DIR *directory;

	if (made)
		*made = false;
	if (directories_make(path, err))
		return -1;
	if (made)
		*made = !there;
	directory = opendir(path);
	if (!directory)
		return error_set_errno(err, "cannot use '%s'", path);
	while (empty && (entry = readdir(directory)))
		empty = !strcmp(entry->d_name, ".") ||
			!strcmp(entry->d_name, "..");
	closedir(directory);
	if (empty)
		return 0;
	return error_set(err, "'%s' is not empty: choose another '--output'",
			 path);
}

/* Documentation/x86/boot.rst: the setup header's magic number. */
static int check_kernel(const char *path, struct error *err)
{
	char magic[4] = "";
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t got;

	if (fd < 0)
		return error_set_errno(err, "cannot open '%s'", path);
	got = pread(fd, magic, sizeof(magic), 0x202);
	close(fd);
	if (got == sizeof(magic) && !memcmp(magic, "HdrS", sizeof(magic)))
		return 0;
	return error_set(err, "'%s' is no bzImage", path);
}

/* NULL when there is none. */
static char *beside(const char *kernel, const char *suffix)
{
	char *path = xasprintf("%s.%s", kernel, suffix);
	char *real = realpath(path, NULL);

	free(path);
	return real;
}

/*
 * `lab kernel` leaves a link to the modules beside a kernel that needs any, and
 * the suite's own module.
 */
static void find_modules(struct lab_job *job)
{
	if (!job->guest.modules)
		job->guest.modules = job->modules =
			beside(job->kernel, "modules");
	if (!job->guest.probe)
		job->guest.probe = job->probe = beside(job->kernel, "probe.ko");
}

int lab_job_start(struct lab_job *job, struct error *err)
{
	job->boot = (struct lab_boot){ .machine = job->machine,
				       .emulator = PROCESS_NONE,
				       .stream_fd = -1 };
	utc_time(job->started_utc, sizeof(job->started_utc), false);
	if (lab_emulator_check(job->machine, err))
		return -1;
	if (job->machine->accel == LAB_ACCEL_KVM && lab_nested_check(err))
		return -1;
	if (check_kernel(job->kernel, err) ||
	    lab_output_make(job->output, NULL, err))
		return -1;
	job->work = directories_temporary(err);
	job->tools = job->work ? lab_files_unpack(err) : NULL;
	if (!job->tools)
		return -1;
	job->initramfs = xasprintf("%s/initramfs", job->work);
	find_modules(job);
	if (lab_initramfs_write(job->initramfs, &job->guest, err))
		return -1;
	job->boot.files = (struct lab_boot_files){
		.kernel = job->kernel,
		.initramfs = job->initramfs,
		.cmdline = job->cmdline,
		.tools = job->tools,
		.work = job->work,
		.wall_limit = job->wall_limit,
		.profile = job->close != NULL,
		.close = job->close,
	};
	return lab_boot_start(&job->boot, &sink, job, err);
}

/* Out of the directory for temporary files, where there is such a file. */
static int keep(const struct lab_job *job, const char *from, const char *name,
		struct error *err)
{
	char *path = xasprintf("%s/%s", job->output, name);
	size_t len = 0;
	char *bytes = from ? read_file(from, &len) : NULL;
	FILE *to = bytes ? fopen(path, "wxe") : NULL;
	int ret = 0;

	if (to)
		fwrite(bytes, 1, len, to);
	if (bytes && (!to || close_written(to)))
		ret = error_set_errno(err, "cannot write '%s'", path);
	free(bytes);
	free(path);
	return ret;
}

static int keep_all(const struct lab_job *job, struct error *err)
{
	char *counts = lab_emulator_counts(job->machine, job->work);
	int ret = keep(job, job->boot.console_path, LAB_CONSOLE, err);

	if (!ret && job->close)
		ret = keep(job, counts, LAB_COUNTS, err);
	free(counts);
	return ret;
}

bool lab_job_poll(struct lab_job *job)
{
	return lab_boot_poll(&job->boot);
}

void lab_job_wait(struct lab_job *job, const volatile bool *stop)
{
	lab_boot_wait(&job->boot, stop);
}

int lab_job_finish(struct lab_job *job, struct error *err)
{
	uint64_t status;

	if (keep_all(job, err) || lab_boot_result(&job->boot, err))
		return -1;
	if (parse_u64(job->boot.exit_text, 255, &status))
		return error_set(err, "%s", job->boot.exit_text);
	if (!job->guest.program && lab_identity_write(job, err))
		return -1;
	return (int)status;
}

void lab_job_free(struct lab_job *job)
{
	struct error ignored;

	lab_boot_free(&job->boot);
	close_file(job, &ignored);
	directories_remove(job->tools);
	directories_remove(job->work);
	free(job->tools);
	free(job->work);
	free(job->modules);
	free(job->probe);
	free(job->initramfs);
	job->tools = job->work = job->initramfs = NULL;
	job->modules = job->probe = NULL;
}
