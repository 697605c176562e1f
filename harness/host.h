/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Facts about the host, read from procfs, sysfs and /boot below one root
 * directory, so that tests describe machines that they do not own.
 *
 * What cannot be read is not a fact. These functions then return NULL (or
 * HOST_UNKNOWN) with errno set, and never a default. Strings that they return
 * belong to the caller, who frees them. Nothing here prints.
 */
#ifndef VMB_HOST_H
#define VMB_HOST_H

#include <stddef.h>
#include <stdint.h>

struct host_root {
	/* Put before every path; "" for the machine itself. */
	const char *path;
	/*
	 * CPUID: regs are EAX, EBX, ECX, EDX. NULL when the root is not the
	 * machine that this code runs on, whose CPU then says nothing of it.
	 */
	void (*cpuid)(uint32_t leaf, uint32_t subleaf, uint32_t regs[4]);
};

/* The machine that this code runs on. */
extern const struct host_root host_machine;

/*
 * The root that commands use: host_machine, unless the environment variable
 * VMB_HOST_ROOT names a directory. That is for tests of whole commands, which
 * so describe a host that is not this one; KVM, the topology and everything
 * that is no file are this machine's all the same. Read nowhere else.
 */
struct host_root host_root_chosen(void);

/* HOST_NO means that the host says no, not that it says nothing. */
enum host_answer {
	HOST_UNKNOWN = -1,
	HOST_NO = 0,
	HOST_YES = 1,
};

/*
 * Write @text and a newline to an existing file, in one write() as sysfs wants
 * it: 0, or -1 with errno set.
 */
int host_write(const struct host_root *root, const char *path,
	       const char *text);

/* The path on this machine of the host's @path, which starts with '/'. */
char *host_path(const struct host_root *root, const char *path);

/* HOST_UNKNOWN when a directory above @path may not be searched. */
enum host_answer host_exists(const struct host_root *root, const char *path);

/*
 * All of a text file, of 1 to @max bytes. errno: ENODATA when it is empty,
 * EFBIG when it is longer, EILSEQ when it holds a NUL; or why it could not be
 * read.
 */
char *host_text(const struct host_root *root, const char *path, size_t max);

/* The same, but of a longer file the first @max bytes. */
char *host_text_head(const struct host_root *root, const char *path,
		     size_t max);

/*
 * A file of one line, without its end and the blanks around it. "" is a blank
 * line: sysfs prints one for an empty list or string, and no byte at all is
 * not an answer. errno as of host_text(), and EINVAL for more than one line.
 */
char *host_line(const struct host_root *root, const char *path);

/* A one-line file that holds a decimal number: 0, or -1 with errno set. */
int host_integer(const struct host_root *root, const char *path,
		 int64_t *value);

/* A one-line file that says 1 or Y, 0 or N, as the kernel prints a bool. */
enum host_answer host_flag(const struct host_root *root, const char *path);

/*
 * The marked word of a one-line file: "madvise" of "always [madvise] never",
 * "full" of "none voluntary (full)". errno is EINVAL when none is marked.
 */
char *host_choice(const struct host_root *root, const char *path);

/*
 * The names in directory @dir that start with @prefix, hidden ones left out,
 * sorted so that cpu2 comes before cpu10. NULL ends the list, whose owner
 * calls host_list_free(). NULL with errno set when it cannot be listed.
 */
char **host_list(const struct host_root *root, const char *dir,
		 const char *prefix);
void host_list_free(char **names);

/*
 * Parse all of @s as a signed decimal number: 0, or -1 when it is empty,
 * followed by anything, or too large.
 */
int parse_i64(const char *s, int64_t *value);

/* Cut the blanks off both ends of @s, in place; @s. */
char *trim(char *s);

#endif
