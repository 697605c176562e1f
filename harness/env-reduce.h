/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * For env-diff.c: facts of env.json as what is to be compared of them, so that
 * a difference is told in few words. Each gives a new reference. Pure.
 */
#ifndef VMB_ENV_REDUCE_H
#define VMB_ENV_REDUCE_H

#include <jansson.h>

/*
 * A command line as an object: "given" for a word alone, the values of a key
 * in their order. Without what names the kernel's image, which is meant to
 * differ, and what `isolation` tells.
 */
json_t *env_reduce_cmdline(const json_t *cmdline);

/* "performance"; "performance (0-2), powersave (3)". */
json_t *env_reduce_governors(const json_t *governors);

/* Of the kvm* modules their parameters; vfio* ones are in no VM of ours. */
json_t *env_reduce_modules(const json_t *modules);

#endif
