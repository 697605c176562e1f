/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Included before each test when clang-tidy reads it: what cmocka's functions do
 * to control flow, which its header does not say.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/* NOLINTNEXTLINE(readability-redundant-declaration) */
__attribute__((noreturn)) void _fail(const char *const file, const int line);
/* NOLINTNEXTLINE(readability-redundant-declaration) */
__attribute__((noreturn)) void _skip(const char *const file, const int line);

#define _assert_true(result, expression, file, line) \
	do {                                         \
		if (!(result))                       \
			_fail(file, line);           \
	} while (0)
