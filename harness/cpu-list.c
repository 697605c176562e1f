// SPDX-License-Identifier: GPL-2.0-or-later
#include <hwloc.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "cpu-list.h"
#include "error.h"
#include "util.h"

/* Digits of a number at most: the kernel has 8192 CPUs (NR_CPUS). */
#define MAX_DIGITS 5

static bool read_number(const char **text, unsigned long *number)
{
	size_t digits = strspn(*text, "0123456789");
	bool is_octal = digits > 1 && **text == '0';

	*number = strtoul(*text, NULL, 10);
	*text += digits;
	return digits && digits <= MAX_DIGITS && !is_octal;
}

/*
 * "N" and "N-M" joined by commas. hwloc reads "1-" as all from 1 on, "-16" as
 * such a number modulo 2^64, "08" as octal and whatever that leaves, and makes a
 * bitmap as long as a number says.
 */
static bool is_list(const char *list)
{
	unsigned long first, last;

	do {
		if (!read_number(&list, &first))
			return false;
		last = first;
		if (*list == '-') {
			list++;
			if (!read_number(&list, &last))
				return false;
		}
	} while (last >= first && *list == ',' && *++list);
	return last >= first && !*list && list[-1] != ',';
}

struct hwloc_bitmap_s *cpu_list_new(void)
{
	hwloc_bitmap_t set = hwloc_bitmap_alloc();

	if (!set) {
		error_print("out of memory");
		exit(EXIT_FAILED);
	}
	return set;
}

/* NULL when @list is not understood. */
static hwloc_bitmap_t parse(const char *list)
{
	hwloc_bitmap_t set;

	if (!strcmp(list, "(null)"))
		list = "";
	if (*list && !is_list(list))
		return NULL;
	set = cpu_list_new();
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
