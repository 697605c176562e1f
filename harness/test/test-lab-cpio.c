// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Archives read back: by a reader of the format's description, and by cpio(1),
 * which knows it better.
 */
#include <signal.h>
#include <sys/resource.h>

#include "fixture.h"
#include "lab/cpio.h"

/* --- a reader --------------------------------------------------------------- */

struct member {
	const char *name;
	unsigned int ino, mode, uid, gid, nlink, mtime, size, dev[2], rdev[2],
		name_size, check;
	const char *bytes;
};

/* "newc": fields of eight hexadecimal digits, upper case as cpio(1) has them. */
static unsigned int hex(const char *text)
{
	unsigned int value = 0;

	for (int i = 0; i < 8; i++) {
		const char *digits = "0123456789ABCDEF";
		const char *digit = strchr(digits, text[i]);

		assert_true(text[i] && digit);
		value = value * 16 + (unsigned int)(digit - digits);
	}
	return value;
}

static size_t padded(size_t n)
{
	return (n + 3) & ~(size_t)3;
}

static void expect_zeros(const char *text, size_t from, size_t to)
{
	for (; from < to; from++)
		assert_int_equal(text[from], 0);
}

/* The member at @at of @text, of @len bytes; the offset of the next one. */
static size_t read_member(const char *text, size_t len, size_t at,
			  struct member *m)
{
	unsigned int *const fields[] = {
		&m->ino,     &m->mode,	    &m->uid,	&m->gid,    &m->nlink,
		&m->mtime,   &m->size,	    &m->dev[0], &m->dev[1], &m->rdev[0],
		&m->rdev[1], &m->name_size, &m->check,
	};
	size_t name = at + 110, data, end;

	assert_true(at % 4 == 0);
	assert_true(name < len);
	assert_memory_equal(text + at, "070701", 6);
	for (size_t i = 0; i < ARRAY_SIZE(fields); i++)
		*fields[i] = hex(text + at + 6 + 8 * i);
	m->name = text + name;
	assert_true(name + m->name_size <= len);
	assert_int_equal(strlen(m->name) + 1, m->name_size);
	data = padded(name + m->name_size);
	expect_zeros(text, name + m->name_size, data);
	m->bytes = text + data;
	assert_true(data + m->size <= len);
	end = padded(data + m->size);
	assert_true(end <= len);
	expect_zeros(text, data + m->size, end);
	return end;
}

/* --- archives ------------------------------------------------------------------ */

static char *in_fixture(const struct fixture *f, const char *name)
{
	return xasprintf("%s/%s", f->directory, name);
}

static struct cpio create(const struct fixture *f, const char *name)
{
	char *path = in_fixture(f, name);
	struct cpio cpio;
	struct error err;

	if (cpio_create(&cpio, path, &err))
		fail_msg("%s", err.text);
	free(path);
	return cpio;
}

static void finish(struct cpio *cpio)
{
	struct error err;

	if (cpio_close(cpio, &err))
		fail_msg("%s", err.text);
}

static char *read_archive(const struct fixture *f, const char *name,
			  size_t *len)
{
	char *path = in_fixture(f, name), *text = read_file(path, len);

	assert_non_null(text);
	free(path);
	return text;
}

static const char *const contents[] = { "", "a", "ab", "abc", "abcd", "abcde" };

/* Names and contents of every length modulo four. */
static void write_all(const struct fixture *f, const char *name)
{
	char *from = in_fixture(f, "from");
	struct cpio cpio = create(f, name);
	struct error err;

	cpio_directory(&cpio, "dev");
	cpio_console(&cpio, "dev/console");
	cpio_directory(&cpio, "lab");
	for (size_t i = 0; i < ARRAY_SIZE(contents); i++) {
		char *member = xasprintf("lab/%.*s", (int)i + 1, "xxxxxxxx");

		cpio_data(&cpio, member, i % 2 ? 0644 : 0755, contents[i],
			  strlen(contents[i]));
		free(member);
	}
	put_bytes(f, "/from", "\0\1\2\xff", 4);
	if (cpio_copy(&cpio, "lab/copy", 0600, from, &err))
		fail_msg("%s", err.text);
	finish(&cpio);
	free(from);
}

static void expect_member(const struct member *m, const char *name,
			  unsigned int mode, const void *bytes, size_t n)
{
	assert_string_equal(m->name, name);
	assert_int_equal(m->mode, mode);
	assert_int_equal(m->size, n);
	assert_memory_equal(m->bytes, bytes, n);
	/* Nothing of the host, nor of now. */
	assert_int_equal(m->uid, 0);
	assert_int_equal(m->gid, 0);
	assert_int_equal(m->mtime, 0);
	assert_int_equal(m->dev[0], 0);
	assert_int_equal(m->dev[1], 0);
	assert_int_equal(m->check, 0);
	/* More links than one would make the kernel look for the first. */
	assert_int_equal(m->nlink, 1);
}

static void test_members(void **state)
{
	const struct fixture *f = *state;
	char *text, name[] = "lab/xxxxxx";
	size_t len, at = 0;
	struct member m;

	write_all(f, "archive");
	text = read_archive(f, "archive", &len);
	at = read_member(text, len, at, &m);
	expect_member(&m, "dev", S_IFDIR | 0755, "", 0);
	at = read_member(text, len, at, &m);
	expect_member(&m, "dev/console", S_IFCHR | 0600, "", 0);
	assert_int_equal(m.rdev[0], 5);
	assert_int_equal(m.rdev[1], 1);
	at = read_member(text, len, at, &m);
	expect_member(&m, "lab", S_IFDIR | 0755, "", 0);
	assert_int_equal(m.rdev[0], 0);
	assert_int_equal(m.rdev[1], 0);
	for (size_t i = 0; i < ARRAY_SIZE(contents); i++) {
		name[5 + i] = '\0';
		at = read_member(text, len, at, &m);
		expect_member(&m, name, S_IFREG | (i % 2 ? 0644 : 0755),
			      contents[i], strlen(contents[i]));
		name[5 + i] = 'x';
	}
	at = read_member(text, len, at, &m);
	expect_member(&m, "lab/copy", S_IFREG | 0600, "\0\1\2\xff", 4);
	at = read_member(text, len, at, &m);
	expect_member(&m, "TRAILER!!!", 0, "", 0);
	assert_int_equal(at, len);
	free(text);
}

/* Equal numbers would make hard links of members. */
static void test_inode_numbers(void **state)
{
	const struct fixture *f = *state;
	size_t len, at = 0;
	unsigned int last = 0;
	struct member m;
	char *text;

	write_all(f, "archive");
	text = read_archive(f, "archive", &len);
	while (at < len) {
		at = read_member(text, len, at, &m);
		assert_true(m.ino > last);
		last = m.ino;
	}
	free(text);
}

static void test_nothing_in_it(void **state)
{
	const struct fixture *f = *state;
	struct cpio cpio = create(f, "archive");
	struct member m;
	char *text;
	size_t len;

	finish(&cpio);
	text = read_archive(f, "archive", &len);
	assert_int_equal(read_member(text, len, 0, &m), len);
	assert_string_equal(m.name, "TRAILER!!!");
	free(text);
}

static void test_equal_inputs_give_equal_bytes(void **state)
{
	const struct fixture *f = *state;
	size_t len, other_len;
	char *text, *other;

	write_all(f, "archive");
	write_all(f, "other");
	text = read_archive(f, "archive", &len);
	other = read_archive(f, "other", &other_len);
	assert_int_equal(len, other_len);
	assert_memory_equal(text, other, len);
	free(other);
	free(text);
}

/* --- cpio(1) -------------------------------------------------------------------- */

/* What a command prints, run in the fixture's directory. */
static char *output_of(const struct fixture *f, const char *command)
{
	char *all = xasprintf("cd '%s' && LC_ALL=C TZ=UTC %s", f->directory,
			      command);
	FILE *from = popen(all, "r");
	char text[4096];
	size_t len;

	assert_non_null(from);
	len = fread(text, 1, sizeof(text) - 1, from);
	text[len] = '\0';
	assert_int_equal(pclose(from), 0);
	free(all);
	return xstrdup(text);
}

static void need_cpio(void)
{
	if (system("cpio --version >/dev/null 2>&1"))
		skip();
}

static void test_cpio_lists_it(void **state)
{
	const struct fixture *f = *state;

	need_cpio();
	write_all(f, "archive");
	assert_text(output_of(f, "cpio -t --quiet <archive"),
		    "dev\ndev/console\nlab\nlab/x\nlab/xx\nlab/xxx\nlab/xxxx\n"
		    "lab/xxxxx\nlab/xxxxxx\nlab/copy\n");
	assert_text(output_of(f, "cpio -tvn --quiet <archive | tr -s ' ' |"
				 "grep -E 'console|lab/x$'"),
		    "crw------- 1 0 0 5, 1 Jan 1 1970 dev/console\n"
		    "-rwxr-xr-x 1 0 0 0 Jan 1 1970 lab/x\n");
}

static void test_cpio_unpacks_it(void **state)
{
	const struct fixture *f = *state;

	need_cpio();
	write_all(f, "archive");
	/* Only root can make the console's node. */
	free(output_of(f, "cpio -id --quiet --no-preserve-owner lab 'lab/*' "
			  "<archive 2>&1"));
	assert_text(output_of(f, "cat lab/x lab/xx lab/xxx lab/xxxx lab/xxxxx "
				 "lab/xxxxxx"),
		    "aababcabcdabcde");
	assert_text(output_of(f, "stat -c '%a %n' lab/x lab/xx lab/copy"),
		    "755 lab/x\n644 lab/xx\n600 lab/copy\n");
	assert_text(output_of(f, "cmp from lab/copy"), "");
}

/* --- errors ---------------------------------------------------------------------- */

static void test_existing_path(void **state)
{
	const struct fixture *f = *state;
	char *path = in_fixture(f, "archive"), *expected;
	struct cpio cpio;
	struct error err;

	put(f, "/archive", "precious");
	assert_int_equal(cpio_create(&cpio, path, &err), -1);
	expected = xasprintf("cannot create '%s': File exists", path);
	assert_string_equal(err.text, expected);
	/* It may be closed all the same. */
	assert_int_equal(cpio_close(&cpio, &err), 0);
	assert_text(read_file(path, NULL), "precious");
	free(expected);
	free(path);
}

static void test_no_directory(void **state)
{
	const struct fixture *f = *state;
	char *path = in_fixture(f, "none/archive");
	struct cpio cpio;
	struct error err;

	assert_int_equal(cpio_create(&cpio, path, &err), -1);
	assert_non_null(strstr(err.text, "No such file or directory"));
	free(path);
}

static void test_copy_of_nothing(void **state)
{
	const struct fixture *f = *state;
	struct cpio cpio = create(f, "archive");
	char *path = in_fixture(f, "none");
	char *expected =
		xasprintf("cannot read '%s': No such file or directory", path);
	struct error err;

	assert_int_equal(cpio_copy(&cpio, "x", 0644, path, &err), -1);
	assert_string_equal(err.text, expected);
	finish(&cpio);
	free(expected);
	free(path);
}

/* A disk that takes @room bytes and no more. */
static void expect_full(const struct fixture *f, rlim_t room)
{
	char *path = in_fixture(f, "archive");
	char *expected = xasprintf("cannot write '%s': File too large", path);
	char *bytes = xcalloc(1, 100000);
	struct rlimit before, limit;
	struct cpio cpio;
	struct error err;
	int ret;

	getrlimit(RLIMIT_FSIZE, &before);
	limit = (struct rlimit){ room, before.rlim_max };
	cpio = create(f, "archive");
	setrlimit(RLIMIT_FSIZE, &limit);
	cpio_data(&cpio, "big", 0644, bytes, 100000);
	ret = cpio_close(&cpio, &err);
	setrlimit(RLIMIT_FSIZE, &before);
	assert_int_equal(ret, -1);
	assert_string_equal(err.text, expected);
	assert_int_equal(unlink(path), 0);
	free(bytes);
	free(expected);
	free(path);
}

static void test_full_disk(void **state)
{
	const struct fixture *f = *state;

	signal(SIGXFSZ, SIG_IGN);
	expect_full(f, 0);
	expect_full(f, 50000);
	/* Only the end does not fit, which stays in the stream until then. */
	expect_full(f, 100112);
	expect_full(f, 100236);
	signal(SIGXFSZ, SIG_DFL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		FIXTURE_TEST(test_members),
		FIXTURE_TEST(test_inode_numbers),
		FIXTURE_TEST(test_nothing_in_it),
		FIXTURE_TEST(test_equal_inputs_give_equal_bytes),
		FIXTURE_TEST(test_cpio_lists_it),
		FIXTURE_TEST(test_cpio_unpacks_it),
		FIXTURE_TEST(test_existing_path),
		FIXTURE_TEST(test_no_directory),
		FIXTURE_TEST(test_copy_of_nothing),
		FIXTURE_TEST(test_full_disk),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
