// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The first process of a lab machine: it starts the suite, sends what that
 * prints and the results that it leaves to the machine's debug console, and
 * switches the machine off. Linked statically, so that it can tell of
 * libraries that are missing.
 *
 *	/lab/argv	what to start, each argument ended by a NUL
 *	/lab/limit	after how many seconds of the machine's time to stop it
 *	/lab/modules	kernel modules, loaded in the order of their names
 *	/lab/results	what it leaves here is sent
 *	/lab/symbols	where this is, so are the kernel's functions
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <linux/kvm.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/io.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "../stream.h"

#define ARGS_MAX  256
#define TEXT_MAX  65536
#define OPEN_DIRS 16

static void put_bytes(const void *bytes, size_t n)
{
	asm volatile("cld; rep outsb"
		     : "+S"(bytes), "+c"(n)
		     : "d"(LAB_STREAM_PORT)
		     : "memory");
}

static void send_frame(enum lab_frame type, const void *bytes, size_t n)
{
	const unsigned char header[] = {
		(unsigned char)type,	  (unsigned char)n,
		(unsigned char)(n >> 8),  (unsigned char)(n >> 16),
		(unsigned char)(n >> 24),
	};

	put_bytes(header, sizeof(header));
	put_bytes(bytes, n);
}

/* Tell how it ended, and switch off. */
__attribute__((format(printf, 1, 2))) static _Noreturn void end(const char *fmt,
								...)
{
	char text[512];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	send_frame(LAB_FRAME_EXIT, text, strlen(text));
	printf("lab: end: %s\n", text);
	fflush(stdout);
	/* Bochs loses what the serial port has not sent yet. */
	fsync(STDOUT_FILENO);
	sync();
	reboot(RB_POWER_OFF);
	for (;;)
		pause();
}

static void mount_all(void)
{
	static const struct {
		const char *type, *where;
	} mounts[] = {
		{ "proc", "/proc" },
		{ "sysfs", "/sys" },
		{ "devtmpfs", "/dev" },
	};

	for (size_t i = 0; i < sizeof(mounts) / sizeof(mounts[0]); i++) {
		mkdir(mounts[i].where, 0755);
		/* The kernel may have mounted devtmpfs itself. */
		if (mount(mounts[i].type, mounts[i].where, mounts[i].type, 0,
			  NULL) &&
		    errno != EBUSY)
			end("cannot mount '%s': %s", mounts[i].where,
			    strerror(errno));
	}
}

static size_t read_text(const char *path, char *text, size_t size)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	size_t len = 0;
	ssize_t got = 0;

	text[0] = '\0';
	if (fd < 0)
		return 0;
	while (len < size - 1 &&
	       (got = read(fd, text + len, size - 1 - len)) > 0)
		len += (size_t)got;
	close(fd);
	text[len] = '\0';
	return len;
}

/* Is @word "MODULE.PARAMETER=VALUE" of the module in "NN-name.ko"? */
static const char *parameter_of(const char *word, const char *file)
{
	const char *name = strchr(file, '-');

	if (!name)
		return NULL;
	for (name++; *name && strcmp(name, ".ko"); name++, word++)
		if (*word != *name && !(*word == '_' && *name == '-') &&
		    !(*word == '-' && *name == '_'))
			return NULL;
	return *word == '.' ? word + 1 : NULL;
}

/* The kernel gives built-in code its parameters; modules get them here. */
static void load_module(const char *file)
{
	char cmdline[4096], parameters[4096] = "", path[512], *rest, *word;
	const char *parameter;
	size_t len = 0;
	int fd;

	read_text("/proc/cmdline", cmdline, sizeof(cmdline));
	for (word = strtok_r(cmdline, " \n", &rest); word;
	     word = strtok_r(NULL, " \n", &rest)) {
		parameter = parameter_of(word, file);
		if (!parameter)
			continue;
		len += (size_t)snprintf(parameters + len,
					sizeof(parameters) - len, "%s ",
					parameter);
	}
	snprintf(path, sizeof(path), "/lab/modules/%.400s", file);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0 ||
	    (syscall(SYS_finit_module, fd, parameters, 0) && errno != EEXIST &&
	     errno != ENODEV && errno != EOPNOTSUPP))
		end("cannot load module '%s': %s", file, strerror(errno));
	close(fd);
}

static int is_module(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

static void load_modules(void)
{
	struct dirent **entries;
	int n = scandir("/lab/modules", &entries, is_module, alphasort);

	for (int i = 0; i < n; i++) {
		load_module(entries[i]->d_name);
		free(entries[i]);
	}
	if (n >= 0)
		free(entries);
}

/*
 * KVM patches its own code while any vCPU of the machine has its APIC off, as
 * each has when it is new, and for a second after (arch/x86/kvm/lapic.c, the
 * static keys apic_hw_disabled and apic_sw_disabled). That would happen in the
 * midst of launches: one vCPU whose APIC stays off keeps the code as it is.
 */
static void hold_static_keys(void)
{
	const uint64_t apic_base_enable = 1u << 11;
	struct kvm_sregs sregs;
	int kvm, vm, vcpu;

	/* Without KVM the suite says so itself. */
	kvm = open("/dev/kvm", O_RDWR | O_CLOEXEC);
	if (kvm < 0)
		return;
	vm = ioctl(kvm, KVM_CREATE_VM, 0);
	if (vm < 0 || ioctl(vm, KVM_CREATE_IRQCHIP, 0))
		end("cannot make a VM: %s", strerror(errno));
	fcntl(vm, F_SETFD, FD_CLOEXEC);
	vcpu = ioctl(vm, KVM_CREATE_VCPU, 0);
	if (vcpu < 0 || ioctl(vcpu, KVM_GET_SREGS, &sregs))
		end("cannot make a vCPU: %s", strerror(errno));
	fcntl(vcpu, F_SETFD, FD_CLOEXEC);
	sregs.apic_base &= ~apic_base_enable;
	if (ioctl(vcpu, KVM_SET_SREGS, &sregs))
		end("cannot switch an APIC off: %s", strerror(errno));
	close(kvm);
}

/* Start what /lab/argv says, its output going to a pipe: the reading end. */
static pid_t start(int *from)
{
	static char text[TEXT_MAX];
	size_t len = read_text("/lab/argv", text, sizeof(text)), n = 0;
	char *argv[ARGS_MAX + 1];
	int pipe_fds[2];
	pid_t pid;

	for (char *at = text; at < text + len && n < ARGS_MAX;
	     at += strlen(at) + 1)
		argv[n++] = at;
	argv[n] = NULL;
	if (!n || pipe2(pipe_fds, O_CLOEXEC))
		end("cannot start the suite: %s",
		    n ? strerror(errno) : "no '/lab/argv'");
	pid = fork();
	if (pid < 0)
		end("cannot fork: %s", strerror(errno));
	if (!pid) {
		dup2(pipe_fds[1], STDOUT_FILENO);
		dup2(pipe_fds[1], STDERR_FILENO);
		execv(argv[0], argv);
		fprintf(stderr, "cannot run '%s': %s\n", argv[0],
			strerror(errno));
		_exit(127);
	}
	close(pipe_fds[1]);
	*from = pipe_fds[0];
	return pid;
}

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* Pass on what the suite prints, until it closes the pipe or time is up. */
static void relay(int from, pid_t pid, double limit)
{
	struct pollfd poll_fd = { .fd = from, .events = POLLIN };
	double until = now() + limit;
	static char text[4096];
	ssize_t got;

	for (;;) {
		if (poll(&poll_fd, 1, (int)((until - now()) * 1000) + 1) <= 0 &&
		    now() >= until) {
			kill(pid, SIGKILL);
			end("no end within %g s of the machine's time", limit);
		}
		got = read(from, text, sizeof(text));
		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return;
		send_frame(LAB_FRAME_OUTPUT, text, (size_t)got);
	}
}

static int send_file(const char *path, const struct stat *st, int type,
		     struct FTW *ftw)
{
	static char bytes[LAB_FRAME_MAX];
	ssize_t got;
	int fd;

	(void)st;
	(void)ftw;
	if (type != FTW_F)
		return 0;
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		end("cannot open '%s': %s", path, strerror(errno));
	send_frame(LAB_FRAME_FILE, path + strlen(LAB_RESULTS) + 1,
		   strlen(path) - strlen(LAB_RESULTS) - 1);
	while ((got = read(fd, bytes, sizeof(bytes))) > 0)
		send_frame(LAB_FRAME_DATA, bytes, (size_t)got);
	close(fd);
	return 0;
}

/* Functions only: the whole of it takes long to send. */
static void send_symbols(void)
{
	FILE *symbols = fopen("/proc/kallsyms", "re");
	char line[1024], *type;

	if (!symbols)
		end("cannot open '/proc/kallsyms': %s", strerror(errno));
	send_frame(LAB_FRAME_FILE, LAB_SYMBOLS, strlen(LAB_SYMBOLS));
	while (fgets(line, sizeof(line), symbols)) {
		type = strchr(line, ' ');
		if (type && strchr("tTwW", type[1]))
			send_frame(LAB_FRAME_DATA, line, strlen(line));
	}
	fclose(symbols);
}

int main(void)
{
	char limit[32];
	int from, status;
	pid_t pid;

	if (getpid() != 1) {
		fputs("init: starts lab machines: not for this one\n", stderr);
		return 2;
	}
	if (ioperm(LAB_STREAM_PORT, 1, 1)) {
		perror("lab: cannot use the debug console");
		reboot(RB_POWER_OFF);
	}
	put_bytes(LAB_STREAM_MAGIC, strlen(LAB_STREAM_MAGIC));
	mount_all();
	load_modules();
	hold_static_keys();
	setenv("LD_LIBRARY_PATH", "/lab/lib", 1);
	setenv("HOME", "/", 1);
	read_text("/lab/limit", limit, sizeof(limit));
	pid = start(&from);
	relay(from, pid, strtod(limit, NULL));
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	nftw(LAB_RESULTS, send_file, OPEN_DIRS, FTW_PHYS);
	if (!access("/lab/symbols", F_OK))
		send_symbols();
	if (WIFSIGNALED(status))
		end("the suite was killed by signal %d", WTERMSIG(status));
	end("%d", WEXITSTATUS(status));
}
