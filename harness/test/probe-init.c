// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The first process of a machine in which the module vmentry_probe is tested
 * (test-probe.sh): it loads /probe.ko, asks it everything, right and wrong,
 * unloads it, and does so again. Prints "probe: PASSED N" or what failed.
 */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "scripts/probe/vmentry_probe.h"

static int passed, failed;

static void check(bool good, const char *what)
{
	if (good) {
		passed++;
		return;
	}
	failed++;
	printf("probe: FAILED: %s (errno: %s)\n", what, strerror(errno));
}

#define CHECK(condition) check(condition, #condition)

/* What an ioctl fails with, 0 for nothing. */
static int why(int fd, unsigned long request, void *arg)
{
	errno = 0;
	return ioctl(fd, request, arg) ? errno : 0;
}

static int load(void)
{
	int fd = open("/probe.ko", O_RDONLY | O_CLOEXEC);
	int ret = (int)syscall(SYS_finit_module, fd, "", 0);

	close(fd);
	return ret ? errno : 0;
}

static int unload(void)
{
	return syscall(SYS_delete_module, "vmentry_probe", O_NONBLOCK) ? errno
								       : 0;
}

static uint64_t nmis(int fd)
{
	struct vmentry_probe_info info = { 0 };

	CHECK(!why(fd, VMENTRY_PROBE_IOC_INFO, &info));
	CHECK(info.abi == VMENTRY_PROBE_ABI);
	CHECK(!info.strays);
	return info.nmis;
}

static void run_on(int cpu)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET((size_t)cpu, &set);
	sched_setaffinity(0, sizeof(set), &set);
}

/* --- NMIs -------------------------------------------------------------------- */

#define IRQS_OFF (VMENTRY_PROBE_IN_KERNEL | VMENTRY_PROBE_IN_IRQS_OFF)

static void test_self(int fd)
{
	uint64_t before = nmis(fd);
	struct vmentry_probe_nmi nmi;

	for (int i = 0; i < 1000; i++) {
		nmi = (struct vmentry_probe_nmi){ .how = VMENTRY_PROBE_SELF,
						  .cpu = 4000 };
		CHECK(!why(fd, VMENTRY_PROBE_IOC_NMI, &nmi));
		CHECK(nmi.cpu == 0);
		CHECK(nmi.landed == IRQS_OFF);
		CHECK(nmi.sent && nmi.sent < nmi.handled &&
		      nmi.handled < nmi.returned);
	}
	nmi.flags = VMENTRY_PROBE_UNSTAMPED;
	CHECK(!why(fd, VMENTRY_PROBE_IOC_NMI, &nmi));
	CHECK(!nmi.sent && nmi.handled && !nmi.returned);
	CHECK(nmis(fd) == before + 1001);
}

static void test_other(int fd, uint32_t cpus)
{
	struct vmentry_probe_nmi nmi = { .how = VMENTRY_PROBE_OTHER, .cpu = 1 };

	if (cpus < 2) {
		CHECK(why(fd, VMENTRY_PROBE_IOC_NMI, &nmi) == ENXIO);
		return;
	}
	for (int i = 0; i < 3; i++) {
		nmi.how = VMENTRY_PROBE_OTHER;
		CHECK(!why(fd, VMENTRY_PROBE_IOC_NMI, &nmi));
		CHECK(nmi.cpu == 1 && nmi.sent < nmi.returned);
		nmi.how = VMENTRY_PROBE_OTHER_SPINS;
		CHECK(!why(fd, VMENTRY_PROBE_IOC_NMI, &nmi));
		CHECK((nmi.landed & IRQS_OFF) == IRQS_OFF);
		CHECK(nmi.handled < nmi.returned);
	}
	nmi.how = VMENTRY_PROBE_OTHER;
	nmi.idle_ns = VMENTRY_PROBE_MAX_IDLE_NS; /* nothing runs on CPU 1 */
	CHECK(!why(fd, VMENTRY_PROBE_IOC_NMI, &nmi));
	CHECK(nmi.landed & VMENTRY_PROBE_IN_IDLE);
}

static void test_wrong_nmis(int fd)
{
	static const struct {
		struct vmentry_probe_nmi nmi;
		int why;
	} cases[] = {
		{ { .how = 3 }, EINVAL },
		{ { .how = ~0u }, EINVAL },
		{ { .flags = 2 }, EINVAL },
		{ { .idle_ns = 1 }, EINVAL },
		{ { .how = VMENTRY_PROBE_OTHER_SPINS, .idle_ns = 1 }, EINVAL },
		{ { .how = VMENTRY_PROBE_OTHER,
		    .cpu = 1,
		    .idle_ns = VMENTRY_PROBE_MAX_IDLE_NS + 1 },
		  EINVAL },
		{ { .how = VMENTRY_PROBE_OTHER, .cpu = 0 }, ENXIO },
		{ { .how = VMENTRY_PROBE_OTHER, .cpu = 4000 }, ENXIO },
		{ { .how = VMENTRY_PROBE_OTHER_SPINS, .cpu = ~0u }, ENXIO },
	};
	uint64_t before = nmis(fd);

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct vmentry_probe_nmi nmi = cases[i].nmi;

		CHECK(why(fd, VMENTRY_PROBE_IOC_NMI, &nmi) == cases[i].why);
	}
	CHECK(why(fd, VMENTRY_PROBE_IOC_NMI, NULL) == EFAULT);
	CHECK(why(fd, VMENTRY_PROBE_IOC_INFO, NULL) == EFAULT);
	CHECK(why(fd, VMENTRY_PROBE_IOC_TRAIN, NULL) == EFAULT);
	CHECK(why(fd, VMENTRY_PROBE_IOC_TRAIN_STATE, NULL) == EFAULT);
	CHECK(why(fd, VMENTRY_PROBE_IOC_INSN, NULL) == EFAULT);
	CHECK(why(fd, _IO(0xbe, 99), NULL) == ENOTTY);
	CHECK(nmis(fd) == before);
}

/* Two at a time: one is told to wait, and none is lost. */
static void *send_many(void *arg)
{
	const int *fd = arg;
	struct vmentry_probe_nmi nmi = { .how = VMENTRY_PROBE_SELF };
	int ret;

	for (int i = 0; i < 2000; i++) {
		ret = why(*fd, VMENTRY_PROBE_IOC_NMI, &nmi);
		if (ret && ret != EBUSY)
			return "an NMI was lost";
	}
	return NULL;
}

static void test_together(int fd)
{
	pthread_t thread[2];
	void *result;

	for (int i = 0; i < 2; i++)
		CHECK(!pthread_create(&thread[i], NULL, send_many, &fd));
	for (int i = 0; i < 2; i++) {
		pthread_join(thread[i], &result);
		CHECK(!result);
	}
}

/* --- the timer, without a vCPU --------------------------------------------------- */

static void test_train(int fd)
{
	struct vmentry_probe_train train = { .period_ns = 100000 };
	struct vmentry_probe_train_state state;
	uint64_t before = nmis(fd);

	CHECK(!why(fd, VMENTRY_PROBE_IOC_TRAIN_STATE, &state));
	CHECK(!state.running && !state.landed && !state.elsewhere);
	CHECK(!why(fd, VMENTRY_PROBE_IOC_TRAIN, &train));
	usleep(50000);
	CHECK(!why(fd, VMENTRY_PROBE_IOC_TRAIN_STATE, &state));
	CHECK(state.running && !state.error && !state.landed);
	CHECK(state.elsewhere > 10);
	train.period_ns = 0;
	CHECK(!why(fd, VMENTRY_PROBE_IOC_TRAIN, &train));
	CHECK(!why(fd, VMENTRY_PROBE_IOC_TRAIN_STATE, &state));
	CHECK(!state.running);
	CHECK(nmis(fd) == before);
	train.period_ns = VMENTRY_PROBE_MIN_PERIOD_NS - 1;
	CHECK(why(fd, VMENTRY_PROBE_IOC_TRAIN, &train) == EINVAL);
	train.period_ns = VMENTRY_PROBE_MAX_PERIOD_NS + 1;
	CHECK(why(fd, VMENTRY_PROBE_IOC_TRAIN, &train) == EINVAL);
	train = (struct vmentry_probe_train){ .flags = 2 };
	CHECK(why(fd, VMENTRY_PROBE_IOC_TRAIN, &train) == EINVAL);
	train = (struct vmentry_probe_train){ .reserved = 1 };
	CHECK(why(fd, VMENTRY_PROBE_IOC_TRAIN, &train) == EINVAL);
	/* Left running: the end of the file ends it. */
	train = (struct vmentry_probe_train){ .period_ns = 100000 };
	CHECK(!why(fd, VMENTRY_PROBE_IOC_TRAIN, &train));
}

/* --- instructions ------------------------------------------------------------------ */

/* @cpus are several: on a machine whose TSC is the time, not a count. */
static void test_insns(int fd, uint32_t cpus)
{
	struct vmentry_probe_insn insn;
	int ret;

	for (uint32_t i = 0; i < VMENTRY_PROBE_INSNS; i++) {
		insn = (struct vmentry_probe_insn){ .insn = i, .rounds = 8 };
		ret = why(fd, VMENTRY_PROBE_IOC_INSN, &insn);
		CHECK(!ret || ret == EOPNOTSUPP);
		CHECK(ret || cpus > 1 || (insn.once && insn.once < insn.twice));
		CHECK(!ret || i == VMENTRY_PROBE_RDPID ||
		      i >= VMENTRY_PROBE_RDMSR_TSC_AUX);
	}
	insn = (struct vmentry_probe_insn){ .insn = VMENTRY_PROBE_SWAPGS };
	CHECK(!why(fd, VMENTRY_PROBE_IOC_INSN, &insn));
	CHECK(!insn.once && !insn.twice);
	insn.insn = VMENTRY_PROBE_INSNS;
	CHECK(why(fd, VMENTRY_PROBE_IOC_INSN, &insn) == EINVAL);
	insn = (struct vmentry_probe_insn){
		.rounds = VMENTRY_PROBE_MAX_ROUNDS + 1,
	};
	CHECK(why(fd, VMENTRY_PROBE_IOC_INSN, &insn) == EINVAL);
}

/* --- a life of the module ---------------------------------------------------------- */

static void live(uint32_t cpus)
{
	int fd, second;

	errno = load();
	CHECK(!errno);
	if (errno)
		return;
	CHECK(load() == EEXIST);
	fd = open(VMENTRY_PROBE_DEVICE, O_RDWR | O_CLOEXEC);
	second = open(VMENTRY_PROBE_DEVICE, O_RDWR | O_CLOEXEC);
	CHECK(fd >= 0 && second >= 0);
	CHECK(unload() == EWOULDBLOCK); /* in use */
	CHECK(nmis(fd) == 0);
	test_self(fd);
	test_wrong_nmis(fd);
	test_other(fd, cpus);
	test_together(fd);
	test_insns(fd, cpus);
	test_train(fd);
	test_train(second);
	close(fd);
	CHECK(unload() == EWOULDBLOCK);
	close(second);
	CHECK(unload() == 0);
	CHECK(open(VMENTRY_PROBE_DEVICE, O_RDWR) < 0);
}

int main(void)
{
	const uint32_t cpus = (uint32_t)sysconf(_SC_NPROCESSORS_ONLN);

	if (getpid() != 1) {
		fputs("probe-init: tests a module in a machine: not in this one\n",
		      stderr);
		return 2;
	}
	mkdir("/dev", 0755);
	mount("dev", "/dev", "devtmpfs", 0, NULL);
	run_on(0);
	printf("probe: %u CPUs\n", cpus);
	for (int i = 0; i < 2; i++)
		live(cpus);
	if (!failed)
		printf("probe: PASSED %d\n", passed);
	fflush(stdout);
	fsync(STDOUT_FILENO);
	reboot(RB_POWER_OFF);
	for (;;)
		pause();
}
