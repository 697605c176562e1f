// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A hostile guest. The input is a program of what it does: it writes to the
 * shared page, to its samples and anywhere else in its memory, sends messages
 * in any order and leaves by any exit; a second vCPU writes to the shared page
 * all the while. The launch around it is the real one, launch-child.c's, from the
 * first KVM_RUN to the row; only /dev/kvm is made up (--wrap=ioctl).
 *
 * The room that aligns guest memory is poisoned, so that AddressSanitizer sees
 * an access outside of it.
 */
#include "harness/launch-child.c"

#include <fcntl.h>
#include <linux/kvm.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <sys/time.h>
#include <unistd.h>

#include "fake-perf.h"
#include "fuzz.h"
#include "kvm.h"
#include "util.h"

#ifdef __SANITIZE_ADDRESS__ /* gcc; of clang, CMake says so */
#include <sanitizer/asan_interface.h>
#else
#define ASAN_POISON_MEMORY_REGION(start, size) ((void)(start), (void)(size))
#endif

#define RUN_SIZE    8192u
#define DATA_OFFSET 4096u /* of an OUT, in struct kvm_run */
#define VCPUS	    2
#define BENCHES	    256

/* The payload that the guest is said to be: for symbols. */
#define IMAGE SOURCE_DIR "/harness/fuzz/corpus/elf/symbols"
#define GOOD  SOURCE_DIR "/harness/fuzz/corpus/guest/good"

static struct fuzz_input program;
static unsigned int messages; /* of the regular ones, how many were sent */
static struct vm vm;
static uint64_t rip;
static bool dirty; /* the guest wrote elsewhere than to the shared page */
static bool peer_fails;
static bool inside; /* of a launch: else the system's functions are real */

/* --- statistics ------------------------------------------------------------ */

#define STATS_NAMES  48u
#define STATS_VALUES 1024u

static const char *const stats[] = { "exits", "insn_emulation",
				     "irq_injections", "halt_exits" };
static int stats_fd;

static void write_stats(const void *bytes, size_t size, size_t offset)
{
	if (pwrite(stats_fd, bytes, size, (off_t)offset) != (ssize_t)size)
		abort();
}

static void create_stats(void)
{
	const size_t entry = sizeof(struct kvm_stats_desc) + STATS_NAMES;
	const struct kvm_stats_header header = {
		.name_size = STATS_NAMES,
		.num_desc = ARRAY_SIZE(stats),
		.desc_offset = sizeof(header),
		.data_offset = STATS_VALUES,
	};
	struct kvm_stats_desc desc = { .size = 1 };
	char name[STATS_NAMES];

	stats_fd = memfd_create("stats", 0);
	write_stats(&header, sizeof(header), 0);
	for (size_t i = 0; i < ARRAY_SIZE(stats); i++) {
		snprintf(name, sizeof(name), "%s", stats[i]);
		desc.offset = (uint32_t)(i * sizeof(uint64_t));
		write_stats(&desc, sizeof(desc), sizeof(header) + i * entry);
		write_stats(name, sizeof(name),
			    sizeof(header) + i * entry + sizeof(desc));
	}
	write_stats(&(uint64_t){ 0 }, sizeof(uint64_t),
		    STATS_VALUES + sizeof(uint64_t) * (ARRAY_SIZE(stats) - 1));
}

/* --- what the guest does ---------------------------------------------------- */

enum action {
	ACTION_MESSAGE, /* the next one of a payload that behaves */
	ACTION_ANY_MESSAGE,
	ACTION_SHARED, /* write a word of the shared page */
	ACTION_BYTES, /* write anywhere */
	ACTION_SAMPLES, /* write many samples of one value */
	ACTION_RIP,
	ACTION_STATISTIC, /* KVM counts something */
	ACTION_EXIT, /* any, with anything in it */
	ACTION_ANSWERED_EXIT, /* one that an op makes */
	ACTION_INTERRUPTED, /* KVM_RUN returns with an error */
	ACTIONS,
};

static void write_bytes(uint64_t gpa, size_t size)
{
	unsigned char *to = vm_memory(&vm, gpa, size);

	dirty = true;
	for (size_t i = 0; to && i < size; i++)
		to[i] = (unsigned char)fuzz_number(&program, 1);
}

static void write_samples(void)
{
	const struct abi_samples *samples = NULL;
	bool timed = fuzz_number(&program, 1) & 1;
	uint64_t first = fuzz_number(&program, 2);
	uint64_t count = fuzz_number(&program, 2);
	uint64_t value = fuzz_number(&program, 8);
	uint64_t gpa = ABI_SAMPLES_GPA + first * sizeof(value) +
		       (timed ? sizeof(*samples) : 0);
	uint64_t *to = vm_memory(&vm, gpa, count * sizeof(value));

	dirty = true;
	for (uint64_t i = 0; to && i < count; i++)
		to[i] = value;
}

/*
 * What a guest writes there, by numbers that stay when the page changes: so
 * that the corpus does not age.
 */
#define FIELD(name) offsetof(struct abi_shared, name)
static const size_t fields[] = {
	FIELD(ops[ABI_PASS_EMPTY]),
	FIELD(ops[ABI_PASS_TIMED]),
	FIELD(ops[ABI_PASS_BOUNDARY]),
	FIELD(ops[ABI_PASS_COUNTED]),
	FIELD(reason),
	FIELD(exception.vector),
	FIELD(exception.error_code),
	FIELD(exception.rip),
	FIELD(missed),
	FIELD(discarded),
	FIELD(above_bound),
	FIELD(bound),
	FIELD(start_tsc),
	FIELD(max_ops),
};

static void write_shared(void)
{
	size_t number = fuzz_number(&program, 1), words, offset;
	uint64_t value = fuzz_number(&program, 8);

	words = sizeof(struct abi_shared) / sizeof(value);
	if (number < ARRAY_SIZE(fields))
		offset = fields[number];
	else
		offset = number % words * sizeof(value);
	memcpy((char *)vm_memory(&vm, ABI_SHARED_GPA, 4096) + offset, &value,
	       sizeof(value));
}

static void count_statistic(void)
{
	size_t offset = STATS_VALUES +
			sizeof(uint64_t) *
				(fuzz_number(&program, 1) % ARRAY_SIZE(stats));
	uint64_t value = fuzz_number(&program, 8);

	write_stats(&value, sizeof(value), offset);
}

static bool exit_io(struct kvm_run *run, uint16_t port, uint8_t direction,
		    uint32_t value)
{
	run->exit_reason = KVM_EXIT_IO;
	run->io.port = port;
	run->io.direction = direction;
	run->io.size = sizeof(value);
	run->io.count = 1;
	run->io.data_offset = DATA_OFFSET;
	memcpy((char *)run + DATA_OFFSET, &value, sizeof(value));
	return true;
}

static bool exit_message(struct kvm_run *run, uint32_t message)
{
	return exit_io(run, ABI_PORT, KVM_EXIT_IO_OUT, message);
}

/* BEGIN and END of each pass, DONE. */
static bool exit_next_message(struct kvm_run *run)
{
	unsigned int n = messages++;

	if (n >= 2 * ABI_PASSES)
		return exit_message(run, ABI_DONE);
	return exit_message(run,
			    ABI_MESSAGE(n % 2 ? ABI_END : ABI_BEGIN, n / 2));
}

/* What is in it comes from the kernel, but for the place of a port's data. */
static bool exit_anyhow(struct kvm_run *run)
{
	run->exit_reason = (uint32_t)fuzz_number(&program, 1);
	for (size_t i = 0; i < 32; i++)
		run->padding[i] = (char)fuzz_number(&program, 1);
	if (run->exit_reason == KVM_EXIT_IO)
		run->io.data_offset = DATA_OFFSET;
	return true;
}

static bool exit_op(struct kvm_run *run)
{
	switch (fuzz_number(&program, 1) % 4) {
	case 0:
		return exit_io(run, ABI_PORT_NOP, KVM_EXIT_IO_OUT, 0);
	case 1:
		return exit_io(run, ABI_PORT_NOP, KVM_EXIT_IO_IN, 0);
	case 2:
		run->exit_reason = KVM_EXIT_MMIO;
		run->mmio.phys_addr = ABI_MMIO_NOP_GPA;
		run->mmio.len = 4;
		run->mmio.is_write = fuzz_number(&program, 1) & 1;
		return true;
	default:
		run->exit_reason = fuzz_number(&program, 1) & 1
					   ? KVM_EXIT_X86_RDMSR
					   : KVM_EXIT_X86_WRMSR;
		run->msr.index = (uint32_t)fuzz_number(&program, 4);
		return true;
	}
}

/* Up to the next exit: true; at the end of the program the machine is off. */
static bool act(struct kvm_run *run)
{
	switch (fuzz_number(&program, 1) % ACTIONS) {
	case ACTION_MESSAGE:
		return exit_next_message(run);
	case ACTION_ANY_MESSAGE:
		return exit_message(run, (uint32_t)fuzz_number(&program, 2));
	case ACTION_SHARED:
		write_shared();
		return false;
	case ACTION_BYTES:
		write_bytes(fuzz_number(&program, 4), fuzz_number(&program, 1));
		return false;
	case ACTION_SAMPLES:
		write_samples();
		return false;
	case ACTION_RIP:
		rip = fuzz_number(&program, 8);
		return false;
	case ACTION_STATISTIC:
		count_statistic();
		return false;
	case ACTION_EXIT:
		return exit_anyhow(run);
	case ACTION_ANSWERED_EXIT:
		return exit_op(run);
	default:
		run->immediate_exit = fuzz_number(&program, 1) & 1;
		run->exit_reason = KVM_EXIT_INTR;
		return true;
	}
}

static int interrupted(void)
{
	errno = EINTR;
	return -1;
}

static int run_measured(void)
{
	struct kvm_run *run = vm.runs[0];

	if (run->immediate_exit)
		return interrupted();
	run->exit_reason = KVM_EXIT_SHUTDOWN;
	while (program.size && !act(run))
		;
	return run->exit_reason == KVM_EXIT_INTR ? interrupted() : 0;
}

/* Another vCPU changes what the monitor reads, while it reads. */
static int run_other(void)
{
	volatile uint64_t *shared = vm_memory(&vm, ABI_SHARED_GPA, 4096);
	uint64_t noise = 0x9e3779b97f4a7c15u;

	vm.runs[1]->exit_reason = KVM_EXIT_SHUTDOWN;
	if (peer_fails)
		return 0;
	while (!*(volatile uint8_t *)&vm.runs[1]->immediate_exit) {
		noise ^= noise << 13;
		noise ^= noise >> 7;
		noise ^= noise << 17;
		shared[noise % (sizeof(struct abi_shared) / 8)] = noise >>
								  (noise & 63);
		sched_yield();
	}
	return interrupted();
}

/* --- /dev/kvm ---------------------------------------------------------------- */

int __real_open(const char *path, int flags, ...);
int __wrap_open(const char *path, int flags, ...);
int __real_ioctl(int fd, unsigned long request, ...);
int __wrap_ioctl(int fd, unsigned long request, ...);
int __real_setitimer(int which, const struct itimerval *value,
		     struct itimerval *old);
int __wrap_setitimer(int which, const struct itimerval *value,
		     struct itimerval *old);
int __real_sigaction(int number, const struct sigaction *action,
		     struct sigaction *old);
int __wrap_sigaction(int number, const struct sigaction *action,
		     struct sigaction *old);
int __real_pthread_kill(pthread_t thread, int number);
int __wrap_pthread_kill(pthread_t thread, int number);
int __real_pthread_attr_setaffinity_np(pthread_attr_t *attr, size_t size,
				       const cpu_set_t *set);
int __wrap_pthread_attr_setaffinity_np(pthread_attr_t *attr, size_t size,
				       const cpu_set_t *set);
int __real_sched_setaffinity(pid_t pid, size_t size, const cpu_set_t *set);
int __wrap_sched_setaffinity(pid_t pid, size_t size, const cpu_set_t *set);

int __wrap_open(const char *path, int flags, ...)
{
	va_list ap;
	mode_t mode;

	va_start(ap, flags);
	mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(ap, mode_t) : 0;
	va_end(ap);
	if (strcmp(path, "/dev/kvm"))
		return __real_open(path, flags, mode);
	return __real_open("/dev/null", O_RDWR);
}

static int create_vcpu(void)
{
	int fd = memfd_create("vcpu", 0);

	return ftruncate(fd, RUN_SIZE) ? -1 : fd;
}

static int answer(int fd, unsigned long request, void *arg)
{
	switch (request) {
	case KVM_GET_API_VERSION:
		return KVM_API_VERSION;
	case KVM_CREATE_VM:
		return __real_open("/dev/null", O_RDWR);
	case KVM_CREATE_VCPU:
		return create_vcpu();
	case KVM_GET_VCPU_MMAP_SIZE:
		return RUN_SIZE;
	case KVM_GET_TSC_KHZ:
		return 1000000;
	case KVM_GET_STATS_FD:
		errno = ENOTTY;
		return fd == vm.fd ? -1 : dup(stats_fd);
	case KVM_GET_SUPPORTED_CPUID:
		((struct kvm_cpuid2 *)arg)->nent = 0;
		return 0;
	case KVM_GET_REGS:
		((struct kvm_regs *)arg)->rip = rip;
		return 0;
	case KVM_GET_SREGS:
		memset(arg, 0, sizeof(struct kvm_sregs));
		return 0;
	case KVM_RUN:
		return fd == vm.vcpu_fds[0] ? run_measured() : run_other();
	default:
		return 0;
	}
}

int __wrap_ioctl(int fd, unsigned long request, ...)
{
	va_list ap;
	void *arg;

	va_start(ap, request);
	arg = va_arg(ap, void *);
	va_end(ap);
	if (_IOC_TYPE(request) == KVMIO)
		return answer(fd, request, arg);
	return __real_ioctl(fd, request, arg);
}

/* The watchdog's and the peers' signals are libFuzzer's own. */
int __wrap_setitimer(int which, const struct itimerval *value,
		     struct itimerval *old)
{
	return inside ? 0 : __real_setitimer(which, value, old);
}

int __wrap_sigaction(int number, const struct sigaction *action,
		     struct sigaction *old)
{
	return inside ? 0 : __real_sigaction(number, action, old);
}

int __wrap_pthread_kill(pthread_t thread, int number)
{
	return inside ? 0 : __real_pthread_kill(thread, number);
}

/* One CPU may do, and a busy one is not waited for. */
int __wrap_pthread_attr_setaffinity_np(pthread_attr_t *attr, size_t size,
				       const cpu_set_t *set)
{
	return inside ? 0 : __real_pthread_attr_setaffinity_np(attr, size, set);
}

int __wrap_sched_setaffinity(pid_t pid, size_t size, const cpu_set_t *set)
{
	return inside ? 0 : __real_sched_setaffinity(pid, size, set);
}

/* The fuzzer's own process, which does not fork, needs all system calls. */
int __wrap_confine(const struct confine_needs *needs, volatile int *refused,
		   struct error *err);
int __wrap_confine(const struct confine_needs *needs, volatile int *refused,
		   struct error *err)
{
	(void)needs, (void)refused, (void)err;
	return 0;
}

/* Nor is it bound to a pCPU. */
int __wrap_topology_check_bound(const struct topology *topology, int cpu,
				struct error *err);
int __wrap_topology_check_bound(const struct topology *topology, int cpu,
				struct error *err)
{
	(void)topology, (void)cpu, (void)err;
	return 0;
}

/* --- launches ---------------------------------------------------------------- */

static const struct bench *benches[BENCHES];
static size_t nr_benches;
static struct topology *topology;
static struct counters counters;
static char *image;
static size_t image_size;

static const struct fake_rule rules[] = {
	{ PERF_TYPE_HARDWARE, PERF_COUNT_HW_CPU_CYCLES, 0, 1000 },
	{ PERF_TYPE_HARDWARE, PERF_COUNT_HW_INSTRUCTIONS, 0, 500 },
};

/* Those whose hooks need nothing of the host: no threads, no mappings. */
static void choose_benches(void)
{
	for (const struct bench *const *family = bench_families; *family;
	     family++)
		for (const struct bench *b = *family; b->name; b++)
			if (b->payload && (!b->setup || b->on_exit) &&
			    nr_benches < BENCHES)
				benches[nr_benches++] = b;
}

static void load_image(void)
{
	struct error err;

	if (vm_load(&vm, image, image_size, &err)) {
		fprintf(stderr, "%s\n", err.text);
		abort();
	}
	dirty = false;
}

static void poison_around(const struct vm *v)
{
	unsigned char *start = v->mapping, *end = v->memory + v->memory_size;

	ASAN_POISON_MEMORY_REGION(start, (size_t)(v->memory - start));
	ASAN_POISON_MEMORY_REGION(end, (size_t)(start + v->mapping_size - end));
}

static void reset_guest(void)
{
	static const uint64_t zeros[ARRAY_SIZE(stats)];

	messages = 0;
	rip = 0;
	memset(vm.runs[0], 0, sizeof(*vm.run));
	memset(vm.runs[1], 0, sizeof(*vm.run));
	write_stats(zeros, sizeof(zeros), STATS_VALUES);
	if (dirty) {
		madvise(vm.memory, vm.memory_size, MADV_DONTNEED);
		load_image();
	}
	memset(vm_memory(&vm, ABI_SHARED_GPA, 4096), 0, 4096);
}

static void check(const struct launch_result *result)
{
	if (!memchr(result->reason, 0, sizeof(result->reason)) ||
	    result->nr_counters > LAUNCH_MAX_COUNTERS ||
	    !row_status_name(result->status))
		abort();
	for (unsigned int i = 0; i < result->nr_counters; i++)
		if (!memchr(result->counter[i].name, 0,
			    sizeof(result->counter[i].name)))
			abort();
}

static enum row_status launch(const struct launch_request *request)
{
	static struct guest_run run;
	struct launch_result *result = xcalloc(1, sizeof(*result));
	struct vm used = vm;
	enum row_status status;

	run = (struct guest_run){ 0 };
	used.vcpus = request->vcpus;
	fill_shared(request, &used);
	inside = true;
	run_and_judge(request, &used, &run, result);
	inside = false;
	store_start(&used, 0, result);
	check(result);
	status = result->status;
	free(result);
	return status;
}

static enum row_status launch_input(const uint8_t *data, size_t size)
{
	struct launch_request request = {
		.variant = "",
		.topology = topology,
		.placement = { .cpu = 0, .helper_cpu = 1, .node = -1 },
		.seconds = 0.1,
		.watchdog_seconds = 1,
		.launch = 1,
		.launches = 1,
	};
	unsigned int how;

	program = (struct fuzz_input){ data, size };
	request.bench = benches[fuzz_number(&program, 1) % nr_benches];
	how = (unsigned int)fuzz_number(&program, 1);
	request.vcpus = how & 1 ? 2 : 1;
	peer_fails = how & 2;
	request.break_above = how & 4 ? 1000 : 0;
	request.apicv = how & 8;
	request.counters = how & 16 ? &counters : NULL;
	fake_reset(rules, ARRAY_SIZE(rules));
	reset_guest();
	return launch(&request);
}

/* One that behaves comes to its row, or most of the corpus leads nowhere. */
static void check_program(void)
{
	size_t size;
	char *text = read_file(GOOD, &size);

	if (!text || launch_input((const uint8_t *)text, size) == STATUS_FAIL) {
		fprintf(stderr, "'%s' fails, which should not\n", GOOD);
		abort();
	}
	free(text);
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	const struct vm_config config = {
		.memory_size = vm_memory_size(LAUNCH_MAX_SAMPLES),
		.node = -1,
		.vcpus = VCPUS,
	};
	struct error err;

	(void)argc, (void)argv;
	create_stats();
	choose_benches();
	topology = topology_load("core:2 pu:1", &err);
	image = read_file(IMAGE, &image_size);
	fake_reset(rules, ARRAY_SIZE(rules));
	if (!image || !topology || vm_create(&vm, &config, &err) ||
	    counters_open_at(&counters, NULL, -1, "no tracefs", &fake_backend,
			     &err))
		abort();
	load_image();
	poison_around(&vm);
	check_program();
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	launch_input(data, size);
	return 0;
}
