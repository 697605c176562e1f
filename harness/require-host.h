/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * For require.c: the terms that files of the host answer. @rest is what stands
 * behind the term's prefix; facts->root is not NULL.
 */
#ifndef VMB_REQUIRE_HOST_H
#define VMB_REQUIRE_HOST_H

#include "require.h"

/* REQUIRE_INVALID, and in @err the term and the @form that it should have. */
enum require_result require_invalid(struct error *err, const char *prefix,
				    const char *rest, const char *form);

enum require_result require_module(const char *rest,
				   const struct require_facts *facts,
				   struct error *err);
enum require_result require_param(const char *rest,
				  const struct require_facts *facts,
				  struct error *err);
enum require_result require_cpu(const char *rest,
				const struct require_facts *facts,
				struct error *err);
enum require_result require_kernel(const char *rest,
				   const struct require_facts *facts,
				   struct error *err);
enum require_result require_backend(const char *rest,
				    const struct require_facts *facts,
				    struct error *err);

#endif
