/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The host's kernel: its command line and its configuration. */
#ifndef VMB_HOST_KERNEL_H
#define VMB_HOST_KERNEL_H

#include <stdbool.h>

#include "host.h"

/*
 * The value of the last @name=VALUE in @cmdline (the text of /proc/cmdline),
 * "" when @name stands there alone; NULL when it is not given. Read as the
 * kernel reads it (lib/cmdline.c, kernel/params.c): blanks may be quoted, '-'
 * and '_' are the same in names, what follows "--" is for init.
 */
char *cmdline_option(const char *cmdline, const char *name);

/* The configuration that the running kernel was built with. */
struct kernel_config {
	char *text;
	char *source; /* the host's path of it, such as "/proc/config.gz" */
};

/*
 * Read it from the first of these that holds one: /proc/config.gz (with the
 * system's gzip), /boot/config-RELEASE, /lib/modules/RELEASE/config and
 * /usr/lib/kernel/config-RELEASE. Only the first is surely the running
 * kernel's: another build of the same release may have overwritten the others.
 * 0, or -1 with @config zeroed. The caller ends it with kernel_config_free().
 */
int kernel_config_read(const struct host_root *root,
		       struct kernel_config *config);
void kernel_config_free(struct kernel_config *config);

/*
 * The value of option @name (without CONFIG_): "y", "m", a number, or a string
 * without its quotes; NULL when it is not set.
 */
char *kernel_config_value(const struct kernel_config *config, const char *name);

/* Is the option "y" or "m", or does it have another value? */
bool kernel_config_is_set(const struct kernel_config *config, const char *name);

/*
 * Options that make the paths slower that the suite measures. A kernel with
 * one that is not found @in_production, in the kernels that distributions run,
 * is a debug kernel, whose numbers reviewers reject.
 */
struct kernel_debug_option {
	const char *name; /* without CONFIG_ */
	bool in_production;
};

extern const struct kernel_debug_option kernel_debug_options[];
extern const size_t kernel_debug_option_count;

#endif
