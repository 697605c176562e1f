/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * For the makers of env.json's groups: facts of host.h as JSON, where what is
 * not known becomes null.
 */
#ifndef VMB_ENV_FACTS_H
#define VMB_ENV_FACTS_H

#include <jansson.h>

#include "host.h"

/*
 * Set @key of @object to @value, whose reference is taken, and to null when
 * @value is NULL. A @key that is not UTF-8 is left out.
 */
void env_put(json_t *object, const char *key, json_t *value);

/*
 * These free @text and give null for NULL and for what is not UTF-8; for "",
 * env_text() gives null, env_value() "", and env_list() "none", which it also
 * gives for the kernel's "(null)". env_words() makes an array of the words.
 */
json_t *env_text(char *text);
json_t *env_value(char *text);
json_t *env_list(char *text);
json_t *env_words(char *text);

/* true, false or null. */
json_t *env_answer(enum host_answer answer);

enum env_kind {
	ENV_TEXT,
	ENV_LIST,
	ENV_INTEGER,
	ENV_FLAG,
	ENV_CHOICE, /* see host_choice() */
};

/* A member of a group whose value is what one file of one line says. */
struct env_fact {
	const char *key;
	enum env_kind kind;
	const char *path;
};

void env_put_facts(json_t *group, const struct host_root *root,
		   const struct env_fact *facts, size_t count);

/*
 * The one-line @file below the directory of each CPU, as "cpuN": text. null
 * when no CPU has it.
 */
json_t *env_per_cpu(const struct host_root *root, const char *file);

/* What groups have beside such facts: env-cpu.c, env-kernel.c, env-kvm.c. */
void env_put_cpu(json_t *group, const struct host_root *root);
void env_put_frequency(json_t *group, const struct host_root *root);
void env_put_idle(json_t *group, const struct host_root *root);
void env_put_hypervisor(json_t *group, const struct host_root *root);
void env_put_clock(json_t *group, const struct host_root *root);
void env_put_kernel(json_t *group, const struct host_root *root);
void env_put_isolation(json_t *group, const struct host_root *root);
void env_put_kvm(json_t *group, const struct host_root *root);

#endif
