/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * KVM's ioctls, each in two forms: kvm_try() returns what the kernel returned,
 * for questions whose answer may be no; kvm_do() fills @err with the name of
 * the ioctl and errno, and tries again when a signal interrupts it, as any that
 * is pending does with KVM_CREATE_VM. Both check at compile time that the
 * argument has the size that the ioctl's number encodes.
 */
#ifndef VMB_KVM_H
#define VMB_KVM_H

#include <errno.h>
#include <linux/kvm.h>
#include <stdbool.h>
#include <sys/ioctl.h>

#include "error.h"

#define KVM_ASSERT_SIZE(request, arg)                          \
	_Static_assert(sizeof(*(arg)) == _IOC_SIZE(request) || \
			       _IOC_SIZE(request) == 0,        \
		       "argument of the wrong size for " #request)

#define KVM_RETRY(call)                               \
	({                                            \
		int again_;                           \
		do                                    \
			again_ = (call);              \
		while (again_ < 0 && errno == EINTR); \
		again_;                               \
	})

#define kvm_try(fd, request, arg)              \
	({                                     \
		KVM_ASSERT_SIZE(request, arg); \
		ioctl(fd, request, arg);       \
	})

#define kvm_do(fd, request, arg, err)                                       \
	({                                                                  \
		int ret_ = KVM_RETRY(kvm_try(fd, request, arg));            \
		if (ret_ < 0)                                               \
			error_set_errno(err, "KVM refused '%s'", #request); \
		ret_;                                                       \
	})

/* The same for ioctls whose argument is a plain number or nothing. */
#define kvm_try_value(fd, request, value)                    \
	({                                                   \
		_Static_assert(_IOC_SIZE(request) == 0,      \
			       #request " takes a pointer"); \
		ioctl(fd, request, (unsigned long)(value));  \
	})

#define kvm_do_value(fd, request, value, err)                               \
	({                                                                  \
		int ret_ = KVM_RETRY(kvm_try_value(fd, request, value));    \
		if (ret_ < 0)                                               \
			error_set_errno(err, "KVM refused '%s'", #request); \
		ret_;                                                       \
	})

/* Does KVM_CHECK_EXTENSION of @kvm_fd, or of a VM, say more than 0? */
static inline bool kvm_has(int kvm_fd, int capability)
{
	return kvm_try_value(kvm_fd, KVM_CHECK_EXTENSION, capability) > 0;
}

/*
 * Let KVM_RUN return at once: the one under way, with a signal to its thread, or
 * the next. From any thread, and from a signal's handler.
 */
static inline void kvm_stop(struct kvm_run *run)
{
	__atomic_store_n(&run->immediate_exit, 1, __ATOMIC_RELAXED);
}

static inline bool kvm_is_stopped(const struct kvm_run *run)
{
	return __atomic_load_n(&run->immediate_exit, __ATOMIC_RELAXED);
}

/*
 * Open /dev/kvm and check its API version: a descriptor, or -1 with an error
 * that says what to do.
 */
int kvm_open(struct error *err);

#endif
