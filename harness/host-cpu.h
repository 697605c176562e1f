/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The host's CPU: /proc/cpuinfo (arch/x86/kernel/cpu/proc.c) and CPUID. */
#ifndef VMB_HOST_CPU_H
#define VMB_HOST_CPU_H

#include "host.h"

/*
 * What /proc/cpuinfo says of the first CPU, "key : value" lines. NULL with
 * errno set as host_text() does.
 */
char *host_cpuinfo(const struct host_root *root);

/*
 * The value of @key in @cpuinfo, "" when it has none. NULL with errno ENOENT
 * when there is no such key.
 */
char *cpuinfo_field(const char *cpuinfo, const char *key);

/* Is @flag one of the words of "flags"? */
enum host_answer cpuinfo_flag(const char *cpuinfo, const char *flag);

/* The two steps in one, for a single question. */
enum host_answer host_cpu_flag(const struct host_root *root, const char *flag);

/* May CPUs run above their base frequency? */
enum host_answer host_turbo(const struct host_root *root);

/*
 * The frequency in Hz that the TSC has by the host's own account, for the
 * record: nothing is computed from it, as nanoseconds go by what the kernel
 * measured (KVM_GET_TSC_KHZ, vm.h). @source (a constant) gets where it comes
 * from, the first that knows:
 *	"sysfs"          cpu0/tsc_freq_khz, which some kernels are patched to have
 *	"cpuid_15"       the ratio to a crystal whose frequency is given (SDM)
 *	"cpuid_40000010" the word of KVM or VMware as the hypervisor, in kHz
 *	"cpuid_16"       the rated base frequency in whole MHz, when leaf 15h gives
 *	                 a ratio but no crystal, as native_calibrate_tsc() does:
 *	                 the TSC may be a little off it
 * 0, or -1 when none does; @hz and @source are then as they were.
 */
int host_tsc_hz(const struct host_root *root, uint64_t *hz,
		const char **source);

/*
 * The twelve bytes by which a hypervisor calls itself in CPUID leaf 40000000h,
 * such as "KVMKVMKVM". NULL when the CPU reports no hypervisor or the name has
 * other characters than printable ASCII, or without CPUID.
 */
char *host_hypervisor_signature(const struct host_root *root);

#endif
