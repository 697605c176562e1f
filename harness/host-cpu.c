// SPDX-License-Identifier: GPL-2.0-or-later
#include <ctype.h>
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "host-cpu.h"
#include "util.h"

#define SYS_CPU "/sys/devices/system/cpu"

/* The flags of one CPU take some 2 KiB; a machine may have a thousand CPUs. */
#define CPUINFO_MAX_BYTES (64 * 1024)

#define CPUID_FEATURES		  0x1
#define CPUID_FEATURES_HYPERVISOR (1u << 31) /* ECX */
#define CPUID_TSC		  0x15
#define CPUID_FREQUENCY		  0x16
#define CPUID_HYPERVISOR	  0x40000000
#define CPUID_HYPERVISOR_TIMING	  0x40000010

enum {
	EAX,
	EBX,
	ECX,
	EDX,
};

char *host_cpuinfo(const struct host_root *root)
{
	char *text = host_text_head(root, "/proc/cpuinfo", CPUINFO_MAX_BYTES);
	char *next;

	if (!text)
		return NULL;
	next = strstr(text, "\n\n");
	if (next)
		*next = '\0';
	if (strlen(text) < CPUINFO_MAX_BYTES)
		return text;
	/* The first CPU's part was cut: a missing flag would mean nothing. */
	free(text);
	errno = EFBIG;
	return NULL;
}

char *cpuinfo_field(const char *cpuinfo, const char *key)
{
	size_t len = strlen(key);
	const char *line, *rest;
	char *copy, *value;

	for (line = cpuinfo; line; line = strchr(line, '\n')) {
		line += *line == '\n';
		if (strncmp(line, key, len))
			continue;
		rest = line + len;
		rest += strspn(rest, " \t");
		if (*rest != ':')
			continue;
		copy = xasprintf("%.*s", (int)strcspn(rest + 1, "\n"),
				 rest + 1);
		value = xstrdup(trim(copy));
		free(copy);
		return value;
	}
	errno = ENOENT;
	return NULL;
}

enum host_answer cpuinfo_flag(const char *cpuinfo, const char *flag)
{
	enum host_answer answer = HOST_NO;
	char *flags = cpuinfo_field(cpuinfo, "flags");
	char *word, *state = NULL;

	if (!flags)
		return HOST_UNKNOWN;
	for (word = strtok_r(flags, " \t", &state); word;
	     word = strtok_r(NULL, " \t", &state))
		if (!strcmp(word, flag))
			answer = HOST_YES;
	free(flags);
	return answer;
}

enum host_answer host_cpu_flag(const struct host_root *root, const char *flag)
{
	char *cpuinfo = host_cpuinfo(root);
	enum host_answer answer;

	if (!cpuinfo)
		return HOST_UNKNOWN;
	answer = cpuinfo_flag(cpuinfo, flag);
	free(cpuinfo);
	return answer;
}

enum host_answer host_turbo(const struct host_root *root)
{
	/* intel_pstate has a switch of its own, with the opposite sense. */
	switch (host_flag(root, SYS_CPU "/intel_pstate/no_turbo")) {
	case HOST_YES:
		return HOST_NO;
	case HOST_NO:
		return HOST_YES;
	case HOST_UNKNOWN:
		break;
	}
	return host_flag(root, SYS_CPU "/cpufreq/boost");
}

static bool has_hypervisor_leaves(const struct host_root *root)
{
	uint32_t regs[4];

	root->cpuid(CPUID_FEATURES, 0, regs);
	return regs[ECX] & CPUID_FEATURES_HYPERVISOR;
}

/*
 * Zeros when there is no such leaf. The range has to be asked for first: an
 * Intel CPU answers for a leaf that it does not have with its last one's data.
 */
static void cpuid_checked(const struct host_root *root, uint32_t leaf,
			  uint32_t regs[4])
{
	uint32_t base = leaf & 0xffff0000;
	bool has = root->cpuid;

	if (has && base == CPUID_HYPERVISOR)
		has = has_hypervisor_leaves(root);
	if (has && leaf != base) {
		root->cpuid(base, 0, regs);
		has = regs[EAX] >= leaf;
	}
	if (has)
		root->cpuid(leaf, 0, regs);
	else
		memset(regs, 0, 4 * sizeof(*regs));
}

char *host_hypervisor_signature(const struct host_root *root)
{
	uint32_t regs[4];
	char name[13] = "";

	cpuid_checked(root, CPUID_HYPERVISOR, regs);
	memcpy(name, &regs[EBX], 12);
	for (const char *c = name; *c; c++)
		if (!isprint((unsigned char)*c))
			return NULL;
	return name[0] ? xstrdup(name) : NULL;
}

/* In kHz, or 0. Other hypervisors use the leaf for something else. */
static uint32_t hypervisor_tsc_khz(const struct host_root *root)
{
	char *name = host_hypervisor_signature(root);
	uint32_t regs[4] = { 0 };

	if (name &&
	    (!strcmp(name, "KVMKVMKVM") || !strcmp(name, "VMwareVMware")))
		cpuid_checked(root, CPUID_HYPERVISOR_TIMING, regs);
	free(name);
	return regs[EAX];
}

/* The TSC's frequency by CPUID, or 0. */
static uint64_t cpuid_tsc_hz(const struct host_root *root, const char **source)
{
	uint32_t ratio[4], regs[4], khz;

	cpuid_checked(root, CPUID_TSC, ratio);
	if (ratio[EAX] && ratio[EBX] && ratio[ECX]) {
		*source = "cpuid_15";
		return (uint64_t)ratio[ECX] * ratio[EBX] / ratio[EAX];
	}
	khz = hypervisor_tsc_khz(root);
	if (khz) {
		*source = "cpuid_40000010";
		return (uint64_t)khz * 1000;
	}
	cpuid_checked(root, CPUID_FREQUENCY, regs);
	if (ratio[EAX] && ratio[EBX] && (regs[EAX] & 0xffff)) {
		*source = "cpuid_16";
		return (uint64_t)(regs[EAX] & 0xffff) * 1000000;
	}
	return 0;
}

int host_tsc_hz(const struct host_root *root, uint64_t *hz, const char **source)
{
	const char *where = NULL;
	uint64_t found;
	int64_t khz;

	if (!host_integer(root, SYS_CPU "/cpu0/tsc_freq_khz", &khz) &&
	    khz > 0 && khz <= UINT32_MAX) {
		*hz = (uint64_t)khz * 1000;
		*source = "sysfs";
		return 0;
	}
	found = cpuid_tsc_hz(root, &where);
	if (!found)
		return -1;
	*hz = found;
	*source = where;
	return 0;
}
