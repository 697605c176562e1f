// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Faults on demand: a library for LD_PRELOAD that makes calls into the C
 * library fail. scripts/fault runs the tool with it; nothing of it is in the
 * tool.
 *
 * FAULT=SPEC[,SPEC...] with SPEC = CALL[=SUBJECT]:WHAT[:WHEN]
 *   CALL     the name of a function that is wrapped below
 *   SUBJECT  of ioctl the request, KVM_RUN; of syscall its name; of malloc a part
 *            of the name of the object that calls it; of what takes a path a
 *            part of that; left out: any
 *   WHAT     an errno, EIO; "short": half of a write is done, the rest meets a
 *            full disk; "kill": SIGKILL of the caller; of the clock +SECONDS or
 *            -SECONDS, the step that it makes
 *   WHEN     N: the Nth such call alone, the default is 1; N+: the Nth and all
 *            later ones; N/: every Nth
 * The calls of a process and of those that it forks are counted together.
 *
 * FAULT_LOG=FILE gets a line for each call, "CALL SUBJECT", and one more with "! "
 * before it for each that fails. NULs fill it up to LOG_SIZE.
 */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/kvm.h>
#include <linux/perf_event.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <spawn.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define MAX_SPECS 16
#define LOG_SIZE  (1 << 20)
#define SHORT	  (-1)
#define KILL	  (-2)
#define STEP	  (-3)
#define COUNT(a)  (sizeof(a) / sizeof((a)[0]))

struct name {
	const char *name;
	unsigned long number;
};

#define NAME(symbol)             \
	{                        \
#symbol, symbol, \
	}

static const struct name whats[] = {
	NAME(EACCES),
	NAME(EAGAIN),
	NAME(EBADF),
	NAME(EBUSY),
	NAME(EFAULT),
	NAME(EINTR),
	NAME(EINVAL),
	NAME(EIO),
	NAME(EMFILE),
	NAME(ENODEV),
	NAME(ENOENT),
	NAME(ENOMEM),
	NAME(ENOSPC),
	NAME(ENXIO),
	NAME(EOPNOTSUPP),
	NAME(EPERM),
	NAME(EROFS),
	NAME(ENOSYS),
	{ "short", (unsigned long)SHORT },
	{ "kill", (unsigned long)KILL },
};

static const struct name requests[] = {
	NAME(KVM_RUN),
	NAME(KVM_GET_API_VERSION),
	NAME(KVM_CREATE_VM),
	NAME(KVM_CHECK_EXTENSION),
	NAME(KVM_GET_VCPU_MMAP_SIZE),
	NAME(KVM_GET_SUPPORTED_CPUID),
	NAME(KVM_GET_MSR_INDEX_LIST),
	NAME(KVM_GET_MSR_FEATURE_INDEX_LIST),
	NAME(KVM_SET_USER_MEMORY_REGION),
	NAME(KVM_SET_TSS_ADDR),
	NAME(KVM_SET_IDENTITY_MAP_ADDR),
	NAME(KVM_CREATE_IRQCHIP),
	NAME(KVM_CREATE_VCPU),
	NAME(KVM_CREATE_DEVICE),
	NAME(KVM_ENABLE_CAP),
	NAME(KVM_SET_CPUID2),
	NAME(KVM_SET_DEVICE_ATTR),
	NAME(KVM_GET_DEVICE_ATTR),
	NAME(KVM_HAS_DEVICE_ATTR),
	NAME(KVM_GET_TSC_KHZ),
	NAME(KVM_GET_STATS_FD),
	NAME(KVM_GET_SREGS),
	NAME(KVM_SET_SREGS),
	NAME(KVM_GET_REGS),
	NAME(KVM_SET_REGS),
	NAME(KVM_GET_MSRS),
	NAME(KVM_SET_MSRS),
	NAME(KVM_GET_LAPIC),
	NAME(KVM_SET_LAPIC),
	NAME(KVM_SET_MP_STATE),
	NAME(KVM_GET_MP_STATE),
	NAME(KVM_NMI),
	NAME(KVM_SIGNAL_MSI),
	NAME(KVM_IRQFD),
	NAME(KVM_IOEVENTFD),
	NAME(KVM_SET_GSI_ROUTING),
	NAME(KVM_X86_SET_MSR_FILTER),
	NAME(PERF_EVENT_IOC_ENABLE),
	NAME(PERF_EVENT_IOC_DISABLE),
	NAME(PERF_EVENT_IOC_RESET),
	NAME(PERF_EVENT_IOC_ID),
	NAME(PERF_EVENT_IOC_SET_FILTER),
};

static const struct name syscalls[] = {
	NAME(SYS_perf_event_open), NAME(SYS_pidfd_open), NAME(SYS_close_range),
	NAME(SYS_fsopen),	   NAME(SYS_fsconfig),	 NAME(SYS_fsmount),
	NAME(SYS_seccomp),
};

struct spec {
	const char *call;
	const char *subject; /* NULL: any */
	long what; /* an errno, SHORT, KILL or STEP */
	long seconds; /* of STEP */
	unsigned long nth;
	bool later; /* from the nth on */
	bool every; /* each nth */
};

static struct spec specs[MAX_SPECS];
static size_t nr_specs;
static char *specs_text; /* which they point into */

/* Shared with what is forked, so that a confined launch needs no call for it. */
static struct shared {
	unsigned long calls[MAX_SPECS];
	size_t logged; /* bytes */
} * shared;
static char *log_text; /* the file, LOG_SIZE bytes; NULL: none */
static __thread bool inside; /* what this file calls itself goes through */

#define REAL(function)                                                   \
	({                                                               \
		static __typeof__(&function) real_;                      \
		if (!real_)                                              \
			real_ = (__typeof__(&function))dlsym(RTLD_NEXT,  \
							     #function); \
		real_;                                                   \
	})

/* --- what is asked for ---------------------------------------------------- */

static void refuse(const char *text)
{
	fprintf(stderr, "fault: invalid spec '%s'\n", text);
	_exit(125);
}

static const struct name *find(const struct name *names, size_t count,
			       const char *name)
{
	for (size_t i = 0; i < count; i++)
		if (!strcmp(names[i].name, name))
			return &names[i];
	return NULL;
}

static void parse_what(struct spec *spec, const char *what)
{
	const struct name *name = find(whats, COUNT(whats), what);
	char *end;

	if (name) {
		spec->what = (long)name->number;
		return;
	}
	spec->what = STEP;
	spec->seconds = strtol(what, &end, 10);
	if (!*what || *end)
		refuse(what);
}

static void parse_when(struct spec *spec, const char *when)
{
	char *end;

	spec->nth = strtoul(when, &end, 10);
	spec->later = *end == '+';
	spec->every = *end == '/';
	if (!spec->nth || (*end && (!strchr("+/", *end) || end[1])))
		refuse(when);
}

static void parse_spec(char *text)
{
	struct spec *spec = &specs[nr_specs];
	char *what = strchr(text, ':'), *when, *subject;

	if (!what || nr_specs == MAX_SPECS)
		refuse(text);
	*what++ = '\0';
	when = strchr(what, ':');
	if (when)
		*when++ = '\0';
	subject = strchr(text, '=');
	if (subject)
		*subject++ = '\0';
	spec->call = text;
	spec->subject = subject;
	parse_what(spec, what);
	parse_when(spec, when ? when : "1");
	nr_specs++;
}

static void map_log(const char *path)
{
	int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0666);

	if (fd < 0 || ftruncate(fd, LOG_SIZE))
		refuse(path);
	log_text =
		mmap(NULL, LOG_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (log_text == MAP_FAILED)
		refuse(path);
	close(fd);
}

__attribute__((constructor)) static void start(void)
{
	const char *log = getenv("FAULT_LOG"), *faults = getenv("FAULT");
	char *text, *next;

	inside = true;
	/* Programs that the tool starts are let alone. */
	unsetenv("LD_PRELOAD");
	shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE,
		      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (shared == MAP_FAILED)
		refuse("no memory");
	if (log)
		map_log(log);
	specs_text = faults ? strdup(faults) : NULL;
	for (text = specs_text; text && *text; text = next) {
		next = strchr(text, ',');
		if (next)
			*next++ = '\0';
		parse_spec(text);
	}
	inside = false;
}

/* --- what happens --------------------------------------------------------- */

static void put_log(const char *before, const char *call, const char *subject)
{
	char line[512];
	size_t at;
	int len;

	if (!log_text)
		return;
	len = snprintf(line, sizeof(line), "%s%s %s\n", before, call, subject);
	len = len < (int)sizeof(line) ? len : (int)sizeof(line) - 1;
	at = __atomic_fetch_add(&shared->logged, (size_t)len, __ATOMIC_RELAXED);
	if (at + (size_t)len <= LOG_SIZE)
		memcpy(log_text + at, line, (size_t)len);
}

static bool meets(const struct spec *spec, const char *call,
		  const char *subject)
{
	unsigned long n;

	if (strcmp(spec->call, call) ||
	    (spec->subject && !strstr(subject, spec->subject)))
		return false;
	n = __atomic_add_fetch(&shared->calls[spec - specs], 1,
			       __ATOMIC_RELAXED);
	if (spec->every)
		return n % spec->nth == 0;
	return spec->later ? n >= spec->nth : n == spec->nth;
}

/* What @call of @subject is to meet; NULL: nothing. */
static const struct spec *look_up(const char *call, const char *subject)
{
	const struct spec *met = NULL;
	int saved = errno;

	if (inside)
		return NULL;
	inside = true;
	put_log("", call, subject);
	for (size_t i = 0; i < nr_specs && !met; i++)
		if (meets(&specs[i], call, subject))
			met = &specs[i];
	if (met)
		put_log("! ", call, subject);
	if (met && met->what == KILL)
		tgkill(getpid(), gettid(), SIGKILL);
	inside = false;
	errno = saved;
	return met;
}

/* 0, or the errno that @call fails with, in errno too. */
static int fault(const char *call, const char *subject)
{
	const struct spec *met = look_up(call, subject);

	if (!met || met->what <= 0)
		return 0;
	errno = (int)met->what;
	return errno;
}

/* "KVM_RUN"; a number of which the table has no name is written to @text. */
static const char *number_name(const struct name *names, size_t count,
			       unsigned long number, char text[20])
{
	for (size_t i = 0; i < count; i++)
		if (names[i].number == number)
			return names[i].name;
	snprintf(text, 20, "0x%lx", number);
	return text;
}

/* --- the calls ------------------------------------------------------------ */

int ioctl(int fd, unsigned long request, ...)
{
	char text[20];
	va_list ap;
	void *arg;

	va_start(ap, request);
	arg = va_arg(ap, void *);
	va_end(ap);
	if (fault("ioctl",
		  number_name(requests, COUNT(requests), request, text)))
		return -1;
	return REAL(ioctl)(fd, request, arg);
}

long syscall(long number, ...)
{
	char text[20];
	va_list ap;
	long arg[6];

	va_start(ap, number);
	for (size_t i = 0; i < COUNT(arg); i++)
		arg[i] = va_arg(ap, long);
	va_end(ap);
	if (fault("syscall", number_name(syscalls, COUNT(syscalls),
					 (unsigned long)number, text)))
		return -1;
	return REAL(syscall)(number, arg[0], arg[1], arg[2], arg[3], arg[4],
			     arg[5]);
}

/* The mode of a call that makes no file is garbage, and is not looked at. */
#define MODE(last)                           \
	({                                   \
		va_list ap_;                 \
		mode_t mode_;                \
		va_start(ap_, last);         \
		mode_ = va_arg(ap_, mode_t); \
		va_end(ap_);                 \
		mode_;                       \
	})

int open(const char *path, int flags, ...)
{
	mode_t mode = MODE(flags);

	return fault("open", path) ? -1 : REAL(open)(path, flags, mode);
}

int openat(int fd, const char *path, int flags, ...)
{
	mode_t mode = MODE(flags);

	return fault("openat", path) ? -1 : REAL(openat)(fd, path, flags, mode);
}

ssize_t write(int fd, const void *data, size_t size)
{
	const struct spec *met = look_up("write", "");

	if (met && met->what > 0) {
		errno = (int)met->what;
		return -1;
	}
	return REAL(write)(fd, data,
			   met && met->what == SHORT ? size / 2 : size);
}

static void step(const char *call, struct timespec *now)
{
	static const struct spec *stepped; /* for good */
	const struct spec *met = look_up(call, "");

	if (met && met->what == STEP)
		stepped = met;
	if (stepped && now)
		now->tv_sec += stepped->seconds;
}

int clock_gettime(clockid_t clock, struct timespec *now)
{
	int ret = REAL(clock_gettime)(clock, now);

	if (clock == CLOCK_REALTIME)
		step("clock", now);
	return ret;
}

time_t time(time_t *to)
{
	struct timespec now = { .tv_sec = REAL(time)(NULL) };

	step("clock", &now);
	if (to)
		*to = now.tv_sec;
	return now.tv_sec;
}

/* Calls that take no name, or whose name is @subject, and return @failed. */
#define WRAP(type, function, parameters, arguments, subject, failed)         \
	type function parameters                                             \
	{                                                                    \
		return fault(#function, subject) ? failed                    \
						 : REAL(function) arguments; \
	}

/* Those that return an errno. */
#define WRAP_ERRNO(function, parameters, arguments)          \
	int function parameters                              \
	{                                                    \
		int why = fault(#function, "");              \
		return why ? why : REAL(function) arguments; \
	}

WRAP(FILE *, fopen, (const char *path, const char *mode), (path, mode), path,
     NULL)
WRAP(FILE *, fdopen, (int fd, const char *mode), (fd, mode), "", NULL)
WRAP(ssize_t, read, (int fd, void *to, size_t size), (fd, to, size), "", -1)
WRAP(ssize_t, pread, (int fd, void *to, size_t size, off_t at),
     (fd, to, size, at), "", -1)
WRAP(int, fsync, (int fd), (fd), "", -1)
WRAP(int, ftruncate, (int fd, off_t size), (fd, size), "", -1)
WRAP(off_t, lseek, (int fd, off_t at, int whence), (fd, at, whence), "", -1)
WRAP(int, rename, (const char *from, const char *to), (from, to), to, -1)
WRAP(int, mkdir, (const char *path, mode_t mode), (path, mode), path, -1)
WRAP(int, unlink, (const char *path), (path), path, -1)
WRAP(int, flock, (int fd, int how), (fd, how), "", -1)
WRAP(int, pipe2, (int fds[2], int flags), (fds, flags), "", -1)
WRAP(pid_t, fork, (void), (), "", -1)
WRAP(pid_t, waitpid, (pid_t pid, int *status, int flags), (pid, status, flags),
     "", -1)
WRAP(void *, mmap,
     (void *at, size_t size, int prot, int flags, int fd, off_t offset),
     (at, size, prot, flags, fd, offset), "", MAP_FAILED)
WRAP(int, madvise, (void *at, size_t size, int advice), (at, size, advice), "",
     -1)
WRAP(int, mlockall, (int flags), (flags), "", -1)
WRAP(int, sched_setaffinity, (pid_t pid, size_t size, const cpu_set_t *set),
     (pid, size, set), "", -1)
WRAP(int, sched_getaffinity, (pid_t pid, size_t size, cpu_set_t *set),
     (pid, size, set), "", -1)
WRAP(int, sched_setscheduler,
     (pid_t pid, int policy, const struct sched_param *param),
     (pid, policy, param), "", -1)
WRAP(FILE *, open_memstream, (char **text, size_t *size), (text, size), "",
     NULL)
WRAP_ERRNO(pthread_create,
	   (pthread_t * thread, const pthread_attr_t *attr,
	    void *(*function)(void *), void *arg),
	   (thread, attr, function, arg))
WRAP_ERRNO(posix_spawnp,
	   (pid_t * pid, const char *file,
	    const posix_spawn_file_actions_t *actions,
	    const posix_spawnattr_t *attributes, char *const argv[],
	    char *const environment[]),
	   (pid, file, actions, attributes, argv, environment))

/* What these leave open would be no fault of the kernel's. */
#define WRAP_CLOSE(type, function, parameter, failed) \
	int function(type parameter)                  \
	{                                             \
		int why = fault(#function, "");       \
		int ret = REAL(function)(parameter);  \
		if (!why)                             \
			return ret;                   \
		errno = why;                          \
		return failed;                        \
	}

WRAP_CLOSE(int, close, fd, -1)
WRAP_CLOSE(FILE *, fclose, file, EOF)
WRAP_CLOSE(FILE *, fflush, file, EOF)

int vdprintf(int fd, const char *fmt, va_list ap)
{
	return fault("dprintf", "") ? -1 : REAL(vdprintf)(fd, fmt, ap);
}

int dprintf(int fd, const char *fmt, ...)
{
	va_list ap;
	int ret;

	va_start(ap, fmt);
	ret = vdprintf(fd, fmt, ap);
	va_end(ap);
	return ret;
}

/* dlsym() allocates: the C library's own names of these. */
void *__libc_malloc(size_t size);
void *__libc_calloc(size_t n, size_t size);
void *__libc_realloc(void *p, size_t size);

/* Whose code is at @address: "libjansson.so.4.14.0", or the tool's name. */
static const char *object(const void *address)
{
	const char *slash;
	Dl_info info;

	if (inside || !dladdr(address, &info) || !info.dli_fname)
		return "";
	slash = strrchr(info.dli_fname, '/');
	return slash ? slash + 1 : info.dli_fname;
}

#define CALLER object(__builtin_return_address(0))

void *malloc(size_t size)
{
	return fault("malloc", CALLER) ? NULL : __libc_malloc(size);
}

void *calloc(size_t n, size_t size)
{
	return fault("malloc", CALLER) ? NULL : __libc_calloc(n, size);
}

void *realloc(void *p, size_t size)
{
	return fault("malloc", CALLER) ? NULL : __libc_realloc(p, size);
}
