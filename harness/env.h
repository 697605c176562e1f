/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The host's part of env.json, the facts that a reviewer asks for. */
#ifndef VMB_ENV_H
#define VMB_ENV_H

#include <jansson.h>

#include "host.h"

/*
 * An object of the groups that results/README.md describes, to become members
 * of env.json's top level (json_object_update_missing()). It has every key on
 * every host; null stands for what could not be read. The caller owns it.
 */
json_t *env_host(const struct host_root *root);

#endif
