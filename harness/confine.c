// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <linux/kvm.h>
#include <linux/perf_event.h>
#include <sched.h>
#include <seccomp.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "confine.h"
#include "host-run.h"
#include "pattern.h"
#include "util.h"

/* seccomp_api_get(3): the first level with SECCOMP_FILTER_FLAG_SPEC_ALLOW. */
#define API_SPEC_ALLOW 4

struct rule {
	int call;
	struct scmp_arg_cmp argument; /* op 0: whatever its arguments are */
};

#define ANY(name)               \
	{                       \
		SCMP_SYS(name), \
	}
#define MASKED(name, number, mask, value)                            \
	{                                                            \
		SCMP_SYS(name),                                      \
		{                                                    \
			number, SCMP_CMP_MASKED_EQ, (mask), (value), \
		}                                                    \
	}
#define IOCTL(request) MASKED(ioctl, 1, UINT32_MAX, request)

static const struct rule always[] = {
	/* the guest, statistics, and the watchdog */
	IOCTL(KVM_RUN),
	IOCTL(KVM_GET_REGS),
	IOCTL(KVM_NMI),
	ANY(pread64),
	ANY(read),
	ANY(setitimer),
	ANY(rt_sigaction),
	ANY(rt_sigprocmask),
	ANY(rt_sigreturn),
	ANY(restart_syscall),
	/* ABI_MOVE; and is the pCPU still the one that it was? */
	ANY(sched_setaffinity),
	ANY(sched_getaffinity),
	/* the end, and what the C library does of itself */
	ANY(close),
	ANY(munmap),
	ANY(madvise),
	ANY(brk),
	MASKED(mmap, 2, PROT_EXEC, 0),
	MASKED(mprotect, 2, PROT_EXEC, 0),
	ANY(mremap),
	ANY(futex),
	ANY(sysinfo),
	ANY(clock_gettime),
	ANY(getpid),
	ANY(gettid),
	ANY(exit),
	ANY(exit_group),
	/* its last words */
	MASKED(write, 0, UINT32_MAX, STDERR_FILENO),
	MASKED(writev, 0, UINT32_MAX, STDERR_FILENO),
};

static const struct rule threads[] = {
	MASKED(clone, 0, CLONE_THREAD, CLONE_THREAD),
	ANY(set_robust_list),
	ANY(rseq),
	ANY(clock_nanosleep),
	ANY(nanosleep),
};

static const struct rule counts[] = {
	ANY(perf_event_open),
	IOCTL(PERF_EVENT_IOC_ENABLE),
	IOCTL(PERF_EVENT_IOC_DISABLE),
	IOCTL(PERF_EVENT_IOC_SET_OUTPUT),
};

/* tracefs_save() */
static const struct rule trace[] = {
	ANY(fsopen),	ANY(fsconfig),	 ANY(fsmount), ANY(openat),
	ANY(faccessat), ANY(faccessat2), ANY(write),
};

static volatile int *refused_call;

static void on_refusal(int signal, siginfo_t *info, void *context)
{
	(void)signal, (void)context;
	*refused_call = info->si_syscall;
	_exit(EXIT_FAILURE);
}

static int allow(scmp_filter_ctx filter, const struct rule *rules, size_t count)
{
	int ret = 0;

	for (size_t i = 0; i < count && !ret; i++)
		ret = seccomp_rule_add_array(filter, SCMP_ACT_ALLOW,
					     rules[i].call,
					     rules[i].argument.op ? 1 : 0,
					     &rules[i].argument);
	return ret;
}

/* Signals of its own: to stop a vCPU's thread, and abort(). */
static int allow_signals(scmp_filter_ctx filter)
{
	const struct rule own[] = {
		MASKED(tgkill, 0, UINT32_MAX, (scmp_datum_t)getpid()),
	};

	return allow(filter, own, ARRAY_SIZE(own));
}

static int allow_threads(scmp_filter_ctx filter)
{
	int ret = allow(filter, threads, ARRAY_SIZE(threads));

	/* Its flags stand in memory, where no filter looks: clone() instead. */
	return ret ? ret
		   : seccomp_rule_add(filter, SCMP_ACT_ERRNO(ENOSYS),
				      SCMP_SYS(clone3), 0);
}

static int fill(scmp_filter_ctx filter, const struct confine_needs *needs)
{
	int ret = allow(filter, always, ARRAY_SIZE(always));

	if (!ret)
		ret = allow_signals(filter);
	if (!ret && needs->threads)
		ret = allow_threads(filter);
	if (!ret && needs->counts)
		ret = allow(filter, counts, ARRAY_SIZE(counts));
	if (!ret && needs->saves_trace)
		ret = allow(filter, trace, ARRAY_SIZE(trace));
	if (!ret)
		ret = seccomp_attr_set(filter, SCMP_FLTATR_CTL_SSB, 1);
	/* The default ends a thread, and the others would wait for it. */
	if (!ret)
		ret = seccomp_attr_set(filter, SCMP_FLTATR_ACT_BADARCH,
				       SCMP_ACT_KILL_PROCESS);
	return ret ? ret : seccomp_load(filter);
}

static bool is_built_with_sanitizer(void)
{
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
	return true;
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) || \
	__has_feature(memory_sanitizer)
	return true;
#endif
#endif
	return false;
}

int confine(const struct confine_needs *needs, volatile int *refused,
	    struct error *err)
{
	const struct sigaction action = {
		.sa_sigaction = on_refusal,
		.sa_flags = SA_SIGINFO,
	};
	scmp_filter_ctx filter;
	int ret;

	if (is_built_with_sanitizer() || seccomp_api_get() < API_SPEC_ALLOW)
		return 0;
	refused_call = refused;
	sigaction(SIGSYS, &action, NULL);
	filter = seccomp_init(SCMP_ACT_TRAP);
	ret = filter ? fill(filter, needs) : -ENOMEM;
	seccomp_release(filter);
	if (ret)
		return error_set(err, "cannot confine the launch: %s",
				 strerror(-ret));
	return 1;
}

/* The expectations say which ops go to the monitor; hooks, which ones ask it. */
bool confine_is_unseen(const struct bench *bench, const char *variant,
		       const struct host_op *host)
{
	const struct expectation *expect = bench->expect;

	if (host || bench->on_exit || bench->arg[ABI_ARG_MSI])
		return false;
	for (int i = 0; i < BENCH_MAX_EXPECT && expect[i].rule; i++)
		if (!strcmp(expect[i].stat, "userspace_exits") &&
		    expect[i].per_op > 0 &&
		    (!expect[i].when ||
		     variant_has_setting(variant, expect[i].when)))
			return false;
	return true;
}

char *confine_call_name(int number)
{
	char *name = seccomp_syscall_resolve_num_arch(SCMP_ARCH_NATIVE, number);

	return name ? name : xasprintf("%d", number);
}
