// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What the way to KVM costs without an entry: parts of every exit to the
 * monitor.
 */
#include <errno.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "bench/bench.h"
#include "bench/one-way.h"
#include "harness/host-run.h"
#include "harness/kvm.h"

/* The C library caches nothing here: the number is asked for each time. */
static int getppid_once(struct host_context *context, struct error *err)
{
	long ret;

	HOST_TIMED(context, ret = syscall(SYS_getppid));
	return ret > 0 ? 0 : error_set(err, "getppid returned %ld", ret);
}

static int ioctl_once(struct host_context *context, struct error *err)
{
	int ret;

	HOST_TIMED(context, ret = kvm_try_value(context->vm->kvm_fd,
						KVM_GET_API_VERSION, 0));
	if (ret == KVM_API_VERSION)
		return 0;
	return error_set(err, "KVM_GET_API_VERSION returned %d", ret);
}

static int start_immediate_exit(struct host_context *context, struct error *err)
{
	if (!kvm_has(context->vm->kvm_fd, KVM_CAP_IMMEDIATE_EXIT)) {
		error_set(err, "KVM has no immediate_exit (Linux 4.11 has)");
		return BENCH_SKIP;
	}
	context->vm->run->immediate_exit = 1;
	return 0;
}

static int immediate_exit_once(struct host_context *context, struct error *err)
{
	int ret;

	HOST_TIMED(context,
		   ret = kvm_try_value(context->vm->vcpu_fd, KVM_RUN, 0));
	if (ret < 0 && errno == EINTR)
		return 0;
	if (ret < 0)
		return error_set_errno(err, "KVM_RUN failed");
	return error_set(err, "KVM_RUN entered the guest");
}

const struct bench run_benchmarks[] = {
	{
		.name = "run/syscall",
		.summary = "a system call that does nothing much (getppid)",
		.host = &(const struct host_op){ .op = getppid_once },
		.expect = { { EXPECT_EACH, "exits", 0 } },
	},
	{
		.name = "run/ioctl",
		.summary =
			"an ioctl that KVM answers at once (KVM_GET_API_VERSION)",
		.host = &(const struct host_op){ .op = ioctl_once },
		.expect = { { EXPECT_EACH, "exits", 0 } },
	},
	{
		.name = "run/immediate-exit",
		.summary =
			"KVM_RUN that returns before the VM-entry (immediate_exit)",
		.host = &(const struct host_op){ .start = start_immediate_exit,
						 .op = immediate_exit_once },
		.expect = { { EXPECT_EACH, "exits", 0 } },
	},
	{
		.name = "run/enter",
		.summary =
			"from before KVM_RUN to the guest's first instruction",
		.needs = "guest-tsc=host-tsc",
		.host = &enter_op,
		.params = { PARAM_CPL_BOTH },
		.expect = { { EXPECT_EACH, "userspace_exits", 1 },
			    { EXPECT_EACH, "exits", 1 } },
	},
	{
		.name = "run/leave",
		.summary = "from before the guest's OUT to after KVM_RUN",
		.needs = "guest-tsc=host-tsc",
		.host = &leave_op,
		.params = { PARAM_CPL_BOTH },
		.expect = { { EXPECT_EACH, "userspace_exits", 1 },
			    { EXPECT_EACH, "exits", 1 } },
	},
	{ 0 },
};
