/* SPDX-License-Identifier: GPL-2.0-or-later */
/* CPU lists as the kernel prints and takes them: "0-3,8". Pure. */
#ifndef VMB_CPU_LIST_H
#define VMB_CPU_LIST_H

#include "host.h"

/*
 * Is @cpu in @list? "" and "(null)" have none, "all" has every one.
 * HOST_UNKNOWN for what is not understood, such as strides ("0-31:2/4").
 */
enum host_answer cpu_list_has(const char *list, int cpu);

/* How many @list has; -1 when that cannot be told. */
int cpu_list_count(const char *list);

/*
 * @list without @cpu, for the caller to free: "" when nothing is left, NULL
 * for what is not understood, and for "all".
 */
char *cpu_list_without(const char *list, int cpu);

/* An empty set of hwloc's; without memory for it the process ends. */
struct hwloc_bitmap_s *cpu_list_new(void);

#endif
