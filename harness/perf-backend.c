// SPDX-License-Identifier: GPL-2.0-or-later
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "perf-backend.h"

static int kernel_open(struct perf_event_attr *attr, int group_fd)
{
	return (int)syscall(SYS_perf_event_open, attr, 0, -1, group_fd,
			    PERF_FLAG_FD_CLOEXEC);
}

static int kernel_control(int fd, unsigned long request, unsigned long arg)
{
	return ioctl(fd, request, arg);
}

static void *kernel_map(int fd, size_t size)
{
	return mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
}

static void kernel_unmap(void *mapping, size_t size)
{
	munmap(mapping, size);
}

static void kernel_close(int fd)
{
	close(fd);
}

const struct perf_backend perf_kernel = {
	.open = kernel_open,
	.control = kernel_control,
	.read = read,
	.map = kernel_map,
	.unmap = kernel_unmap,
	.close = kernel_close,
};
