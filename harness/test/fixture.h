/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A host described by files below a temporary directory. Each test gets an
 * empty one as its *state and fills it.
 */
#ifndef VMB_TEST_FIXTURE_H
#define VMB_TEST_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <ftw.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "host.h"
#include "util.h"

struct fixture {
	char directory[64];
	struct host_root root; /* without CPUID until a test sets it */
};

static inline int fixture_setup(void **state)
{
	struct fixture *f = xcalloc(1, sizeof(*f));

	strcpy(f->directory, "/tmp/vmentry-bench-test-XXXXXX");
	if (!mkdtemp(f->directory)) {
		free(f);
		return -1;
	}
	f->root.path = f->directory;
	*state = f;
	return 0;
}

static inline int fixture_remove(const char *path, const struct stat *st,
				 int type, struct FTW *ftw)
{
	(void)st, (void)type, (void)ftw;
	return remove(path);
}

static inline int fixture_teardown(void **state)
{
	struct fixture *f = *state;
	int ret = nftw(f->directory, fixture_remove, 8, FTW_DEPTH | FTW_PHYS);

	free(f);
	return ret;
}

/* Make the directories above the host's @path; its path on this machine. */
static inline char *fixture_make(const struct fixture *f, const char *path)
{
	char *real = host_path(&f->root, path);
	char *slash = real + strlen(f->directory);

	while ((slash = strchr(slash + 1, '/'))) {
		*slash = '\0';
		mkdir(real, 0777);
		*slash = '/';
	}
	return real;
}

static inline void put_bytes(const struct fixture *f, const char *path,
			     const void *bytes, size_t len)
{
	char *real = fixture_make(f, path);
	FILE *file = fopen(real, "w");
	size_t written;

	assert_non_null(file);
	written = fwrite(bytes, 1, len, file);
	assert_int_equal(written, len);
	assert_int_equal(fclose(file), 0);
	free(real);
}

static inline void put(const struct fixture *f, const char *path,
		       const char *text)
{
	put_bytes(f, path, text, strlen(text));
}

/* A file compressed with gzip. */
static inline void put_gzip(const struct fixture *f, const char *path,
			    const char *text)
{
	char *real = fixture_make(f, path);
	char *command = xasprintf("gzip -c >'%s'", real);
	FILE *gzip = popen(command, "w");

	assert_non_null(gzip);
	assert_true(fputs(text, gzip) >= 0);
	assert_int_equal(pclose(gzip), 0);
	free(command);
	free(real);
}

static inline void put_directory(const struct fixture *f, const char *path)
{
	char *real = fixture_make(f, path);

	assert_int_equal(mkdir(real, 0777), 0);
	free(real);
}

struct fixture_file {
	const char *path;
	const char *text;
};

static inline void put_files(const struct fixture *f,
			     const struct fixture_file *files, size_t count)
{
	for (size_t i = 0; i < count; i++)
		put(f, files[i].path, files[i].text);
}

/* Compare, and free @got. */
static inline void assert_text(char *got, const char *expected)
{
	assert_non_null(got);
	assert_string_equal(got, expected);
	free(got);
}

#define FIXTURE_TEST(test) \
	cmocka_unit_test_setup_teardown(test, fixture_setup, fixture_teardown)

#endif
