// SPDX-License-Identifier: GPL-2.0-or-later
#include <hwloc.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "cpu-list.h"
#include "util.h"

/* Digits of a number at most: the kernel has 8192 CPUs (NR_CPUS). */
#define MAX_DIGITS 5

/* hwloc makes a bitmap as long as a number says: half a GiB, in 14 seconds. */
static bool has_long_number(const char *list)
{
	for (size_t digits; *list; list += digits + !digits) {
		digits = strspn(list, "0123456789");
		if (digits > MAX_DIGITS)
			return true;
	}
	return false;
}

/* NULL when @list is not understood. */
static hwloc_bitmap_t parse(const char *list)
{
	hwloc_bitmap_t set;

	if (!strcmp(list, "(null)"))
		list = "";
	/* hwloc reads "1-" as all from 1 on, and stops at what it knows not. */
	if (list[strspn(list, "0123456789,-")] || strstr(list, "-,") ||
	    (*list && list[strlen(list) - 1] == '-') || has_long_number(list))
		return NULL;
	set = hwloc_bitmap_alloc();
	if (!hwloc_bitmap_list_sscanf(set, list))
		return set;
	hwloc_bitmap_free(set);
	return NULL;
}

enum host_answer cpu_list_has(const char *list, int cpu)
{
	enum host_answer answer;
	hwloc_bitmap_t set;

	if (!strcmp(list, "all"))
		return HOST_YES;
	set = parse(list);
	if (!set)
		return HOST_UNKNOWN;
	answer = hwloc_bitmap_isset(set, (unsigned int)cpu) ? HOST_YES
							    : HOST_NO;
	hwloc_bitmap_free(set);
	return answer;
}

int cpu_list_count(const char *list)
{
	hwloc_bitmap_t set = parse(list);
	int count = set ? hwloc_bitmap_weight(set) : -1;

	hwloc_bitmap_free(set);
	return count;
}

char *cpu_list_without(const char *list, int cpu)
{
	hwloc_bitmap_t set = parse(list);
	char *text = NULL, *copy;

	if (!set)
		return NULL;
	hwloc_bitmap_clr(set, (unsigned int)cpu);
	if (hwloc_bitmap_list_asprintf(&text, set) < 0)
		text = NULL;
	hwloc_bitmap_free(set);
	copy = text ? xstrdup(text) : NULL;
	free(text);
	return copy;
}
