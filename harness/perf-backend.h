/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * perf_event_open(2) and what is done with its descriptors, behind pointers:
 * tests hand in a kernel of their own, whose counts they know.
 */
#ifndef VMB_PERF_BACKEND_H
#define VMB_PERF_BACKEND_H

#include <linux/perf_event.h>
#include <stddef.h>
#include <sys/types.h>

/* Each returns as its system call does and sets errno. */
struct perf_backend {
	/* For the calling thread, on any pCPU. @group_fd: the leader, or -1. */
	int (*open)(struct perf_event_attr *attr, int group_fd);
	int (*control)(int fd, unsigned long request, unsigned long arg);
	ssize_t (*read)(int fd, void *to, size_t size);
	void *(*map)(int fd, size_t size); /* MAP_FAILED on failure */
	void (*unmap)(void *mapping, size_t size);
	void (*close)(int fd);
};

/* The running kernel. */
extern const struct perf_backend perf_kernel;

#endif
