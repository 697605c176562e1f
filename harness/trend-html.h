/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A history of nights as one HTML page that needs nothing besides: the data,
 * styles and scripts are in it, and its content security policy forbids all
 * else. The page is scripts/trend/dashboard.html and what that includes.
 */
#ifndef VMB_TREND_HTML_H
#define VMB_TREND_HTML_H

#include <stddef.h>

#include "error.h"
#include "trend.h"

/*
 * The page, owned by the caller; @size is what strlen() says. NULL with @err
 * set when the kernel gives no random bytes for the policy's nonce.
 */
char *trend_html_page(const struct trend *t, size_t *size, struct error *err);

/*
 * Write the page to @path, whole or not at all. An older page is replaced; -1
 * with @err set when another file is there.
 */
int trend_html_write(const char *path, const struct trend *t,
		     struct error *err);

#endif
