// SPDX-License-Identifier: GPL-2.0-or-later
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "csv.h"
#include "directories.h"
#include "results-dir.h"
#include "util.h"

#define LOCK_SECONDS 2

void utc_time(char *text, size_t size, bool compact)
{
	time_t now = time(NULL);
	struct tm tm;

	gmtime_r(&now, &tm);
	strftime(text, size, compact ? "%Y%m%dT%H%M%SZ" : "%Y-%m-%dT%H:%M:%SZ",
		 &tm);
}

/*
 * A header, or a part of one: what is left by a run that was killed, or had no
 * space, before it began. NULL: nothing is.
 */
static bool is_leftover(const char *path, const char *header)
{
	char *line, *text;
	bool leftover;
	size_t size;

	if (!header)
		return false;
	text = read_file(path, &size);
	line = xasprintf("%s\n", header);
	leftover = text && size <= strlen(line) && !memcmp(text, line, size);
	free(line);
	free(text);
	return leftover;
}

static int check_empty(const char *path, struct error *err)
{
	static const struct {
		const char *name;
		const char *header;
	} files[] = {
		{ "summary.csv", summary_csv_header },
		{ "histogram.csv", histogram_csv_header },
		{ "env.json", NULL },
		{ "plots", NULL },
	};
	struct stat st;
	char *name;
	bool found;

	for (size_t i = 0; i < ARRAY_SIZE(files); i++) {
		name = xasprintf("%s/%s", path, files[i].name);
		found = !lstat(name, &st) &&
			!is_leftover(name, files[i].header);
		free(name);
		if (found)
			return error_set(
				err,
				"'%s' holds results already: finish them with --resume, or choose another --output",
				path);
	}
	return 0;
}

/*
 * Try for LOCK_SECONDS: a process that a killed run had just forked holds the
 * lock, too, until it has closed what it inherited.
 */
static int lock(int fd, const char *path, struct error *err)
{
	const struct timespec pause = { .tv_nsec = 10000000 };

	for (int i = 0; i < LOCK_SECONDS * 100; i++) {
		if (!flock(fd, LOCK_EX | LOCK_NB))
			return 0;
		if (errno != EWOULDBLOCK && errno != EINTR)
			return error_set_errno(err, "cannot lock '%s'", path);
		nanosleep(&pause, NULL);
	}
	return error_set(err, "another run is writing to '%s'", path);
}

/* What file_write_atomic() had begun when its process was killed. */
static void remove_temporary(int dir_fd)
{
	static const char temporary[] = "env.json.tmp-";
	int fd = openat(dir_fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *dir = fd < 0 ? NULL : fdopendir(fd);
	const struct dirent *entry;

	while (dir && (entry = readdir(dir)))
		if (!strncmp(entry->d_name, temporary, strlen(temporary)))
			unlinkat(dir_fd, entry->d_name, 0);
	if (dir)
		closedir(dir);
	else if (fd >= 0)
		close(fd);
}

int results_dir_lock(struct results_dir *dir, const char *path,
		     struct error *err)
{
	*dir = RESULTS_DIR_CLOSED;
	dir->path = xstrdup(path);
	dir->lock_fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (dir->lock_fd < 0)
		return error_set_errno(err, "cannot open directory '%s'", path);
	if (lock(dir->lock_fd, path, err))
		return -1;
	remove_temporary(dir->lock_fd);
	return 0;
}

static int open_file(const struct results_dir *dir, const char *name, int flags,
		     struct error *err)
{
	int fd = openat(dir->lock_fd, name,
			flags | O_WRONLY | O_APPEND | O_CLOEXEC, 0666);

	if (fd < 0)
		error_set_errno(err, "cannot write '%s/%s'", dir->path, name);
	return fd;
}

static int open_files(struct results_dir *dir, int flags, struct error *err)
{
	dir->summary_fd = open_file(dir, "summary.csv", flags, err);
	if (dir->summary_fd < 0)
		return -1;
	dir->histogram_fd = open_file(dir, "histogram.csv", flags, err);
	return dir->histogram_fd < 0 ? -1 : 0;
}

/* All in one write: a killed run leaves whole rows. */
static int append(int fd, const char *text, size_t size, const char *name,
		  struct error *err)
{
	off_t before = lseek(fd, 0, SEEK_END);
	ssize_t written = before < 0 ? -1 : write(fd, text, size);

	if (written == (ssize_t)size)
		return 0;
	if (written < 0)
		error_set_errno(err, "cannot write '%s'", name);
	else
		error_set(err, "cannot write '%s': no space left", name);
	/* A half-written launch is worse than none. */
	if (written > 0 && ftruncate(fd, before))
		error_set_errno(err, "cannot shorten '%s'", name);
	return -1;
}

static int write_header(int fd, const char *header, const char *name,
			struct error *err)
{
	char *line = xasprintf("%s\n", header);
	int ret = append(fd, line, strlen(line), name, err);

	free(line);
	return ret;
}

int results_dir_create(struct results_dir *dir, const char *path,
		       struct error *err)
{
	*dir = RESULTS_DIR_CLOSED;
	if (directories_make(path, err) || results_dir_lock(dir, path, err) ||
	    check_empty(path, err) || open_files(dir, O_CREAT | O_TRUNC, err) ||
	    write_header(dir->summary_fd, summary_csv_header, "summary.csv",
			 err))
		return -1;
	return write_header(dir->histogram_fd, histogram_csv_header,
			    "histogram.csv", err);
}

int results_dir_reopen(struct results_dir *dir, struct error *err)
{
	return open_files(dir, 0, err);
}

int results_dir_sync(const struct results_dir *dir, struct error *err)
{
	if (fsync(dir->histogram_fd) || fsync(dir->summary_fd))
		return error_set_errno(err, "cannot write '%s' to the disk",
				       dir->path);
	return 0;
}

void results_dir_close(struct results_dir *dir)
{
	if (dir->summary_fd >= 0)
		close(dir->summary_fd);
	if (dir->histogram_fd >= 0)
		close(dir->histogram_fd);
	if (dir->lock_fd >= 0)
		close(dir->lock_fd);
	free(dir->path);
	*dir = RESULTS_DIR_CLOSED;
}

static void begin_row(struct csv_line *line,
		      const struct run_identity *identity, uint64_t launch,
		      const struct variant *variant)
{
	char now[32];

	utc_time(now, sizeof(now), false);
	csv_put_text(line, identity->run_id);
	csv_put_text(line, now);
	csv_put_text(line, identity->label);
	csv_put_text(line, identity->host);
	csv_put_text(line, identity->kernel);
	csv_put_text(line, identity->boot_id);
	csv_put_u64(line, launch);
	csv_put_text(line, variant->bench->name);
	csv_put_text(line, variant->text);
}

static void put_summary(struct csv_line *line, const struct summary *s)
{
	csv_put_number(line, s->min, 2);
	csv_put_number(line, s->p25, 2);
	csv_put_number(line, s->p50, 2);
	csv_put_number(line, s->mean, 2);
	csv_put_number(line, s->p75, 2);
	csv_put_number(line, s->p90, 2);
	csv_put_number(line, s->p99, 2);
	csv_put_number(line, s->p999, 2);
	csv_put_number(line, s->max, 2);
	csv_put_number(line, s->stddev, 2);
}

static void latency_row(struct csv_line *line,
			const struct launch_result *result)
{
	const struct summary *s = &result->latency;

	csv_put_text(line, "latency");
	csv_put_text(line, "tsc");
	csv_put_text(line, row_status_name(result->status));
	csv_put_text(line, result->reason);
	csv_put_u64(line, s->n);
	if (!s->n) {
		csv_put_empty(line, 11);
		csv_put_end(line);
		return;
	}
	put_summary(line, s);
	if (isnan(result->overhead))
		csv_put_empty(line, 1);
	else
		csv_put_number(line, result->overhead, 2);
	csv_put_end(line);
}

/* A count has one value a launch: it stands in p50 and in mean. */
static void counter_row(struct csv_line *line,
			const struct launch_counter *counter, uint64_t ops)
{
	csv_put_text(line, counter->name);
	csv_put_text(line, counter->ns.n ? "ns" : "per_op");
	csv_put_text(line, row_status_name(counter->status));
	csv_put_text(line, counter->reason);
	if (counter->status != STATUS_OK) {
		csv_put_u64(line, 0);
		csv_put_empty(line, 11);
		csv_put_end(line);
		return;
	}
	if (counter->ns.n) {
		csv_put_u64(line, counter->ns.n);
		put_summary(line, &counter->ns);
		csv_put_empty(line, 1);
		csv_put_end(line);
		return;
	}
	csv_put_u64(line, ops);
	csv_put_empty(line, 2);
	csv_put_number(line, counter->per_op, 6);
	csv_put_number(line, counter->per_op, 6);
	csv_put_empty(line, 7);
	csv_put_end(line);
}

static int append_summary(struct results_dir *dir,
			  const struct run_identity *identity, uint64_t launch,
			  const struct variant *variant,
			  const struct launch_result *result, struct error *err)
{
	char *text = NULL;
	size_t size;
	struct csv_line line = { .stream = xmemstream(&text, &size) };
	int ret;

	for (unsigned int i = 0; i < result->nr_counters; i++) {
		begin_row(&line, identity, launch, variant);
		counter_row(&line, &result->counter[i], result->counted_ops);
	}
	begin_row(&line, identity, launch, variant);
	latency_row(&line, result);
	xmemstream_close(line.stream);
	ret = append(dir->summary_fd, text, size, "summary.csv", err);
	free(text);
	return ret;
}

/* Buckets are of samples; what is written is the ticks of one op. */
static void put_bound(struct csv_line *line, uint64_t ticks,
		      unsigned int ops_per_sample)
{
	if (ops_per_sample > 1)
		csv_put_number(line, (double)ticks / ops_per_sample, 6);
	else
		csv_put_u64(line, ticks);
}

static int append_histogram(struct results_dir *dir, uint64_t launch,
			    const struct variant *variant,
			    const struct launch_result *result,
			    struct error *err)
{
	char *text = NULL;
	size_t size;
	struct csv_line line = { .stream = xmemstream(&text, &size) };
	uint64_t lo, hi;
	int ret;

	for (unsigned int i = 0; i < HISTOGRAM_BUCKETS; i++) {
		if (!result->histogram[i])
			continue;
		histogram_bounds(i, &lo, &hi);
		csv_put_text(&line, variant->bench->name);
		csv_put_text(&line, variant->text);
		csv_put_u64(&line, launch);
		put_bound(&line, lo, variant->bench->ops_per_sample);
		put_bound(&line, hi, variant->bench->ops_per_sample);
		csv_put_u64(&line, result->histogram[i]);
		csv_put_end(&line);
	}
	xmemstream_close(line.stream);
	ret = size ? append(dir->histogram_fd, text, size, "histogram.csv", err)
		   : 0;
	free(text);
	return ret;
}

int results_dir_append(struct results_dir *dir,
		       const struct run_identity *identity, uint64_t launch,
		       const struct variant *variant,
		       const struct launch_result *result, struct error *err)
{
	if (append_histogram(dir, launch, variant, result, err))
		return -1;
	return append_summary(dir, identity, launch, variant, result, err);
}
