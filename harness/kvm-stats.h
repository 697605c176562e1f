/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * KVM's binary statistics (Documentation/virt/kvm/api.rst, 4.133
 * KVM_GET_STATS_FD): the scalar ones of a VM and a vCPU, by name.
 */
#ifndef VMB_KVM_STATS_H
#define VMB_KVM_STATS_H

#include <stdbool.h>
#include <stdint.h>

#include "error.h"

#define KVM_STATS_MAX	    640
#define KVM_STATS_FDS	    16
#define KVM_STATS_NAME_SIZE 56

struct kvm_stats {
	int count;
	struct {
		char name[KVM_STATS_NAME_SIZE];
		int fd;
		uint64_t offset; /* of the value, in the descriptor's file */
		bool cumulative; /* counts up; otherwise a state or a peak */
	} stat[KVM_STATS_MAX];
	int fd[KVM_STATS_FDS];
	int nr_fds;
};

struct kvm_stats_values {
	uint64_t value[KVM_STATS_MAX]; /* in the order of kvm_stats.stat */
};

/*
 * Add the statistics of @fd, a VM or a vCPU, @prefix put before their names. A
 * kernel without KVM_CAP_BINARY_STATS_FD (before 5.14) leaves the list empty:
 * not an error. What was added is closed by kvm_stats_close(), also after -1.
 */
int kvm_stats_add(struct kvm_stats *stats, int fd, const char *prefix,
		  struct error *err);

/* All of them as they are now: 0, or -1 and @err. */
int kvm_stats_read(const struct kvm_stats *stats,
		   struct kvm_stats_values *values, struct error *err);
/* Index in the list, or -1. */
int kvm_stats_find(const struct kvm_stats *stats, const char *name);
void kvm_stats_close(struct kvm_stats *stats);

#endif
