// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <fcntl.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "probe.h"

static int get_info(int fd, struct vmentry_probe_info *info, struct error *err)
{
	if (ioctl(fd, VMENTRY_PROBE_IOC_INFO, info))
		return error_set_errno(
			err, "the module vmentry_probe does not answer");
	return 0;
}

static int check(struct probe *probe, struct error *err)
{
	struct vmentry_probe_info info;

	if (get_info(probe->fd, &info, err))
		return -1;
	probe->flags = info.flags;
	if (info.abi == VMENTRY_PROBE_ABI)
		return 0;
	return error_set(
		err,
		"the module vmentry_probe has version %u of its requests, %u is needed",
		info.abi, VMENTRY_PROBE_ABI);
}

int probe_open(struct probe *probe, const char *path, struct error *err)
{
	probe->fd = open(path, O_RDWR | O_CLOEXEC);
	if (probe->fd < 0)
		return errno == ENOENT
			       ? error_set(
					 err,
					 "the module vmentry_probe is not loaded")
			       : error_set_errno(err, "cannot open '%s'", path);
	if (!check(probe, err))
		return 0;
	probe_close(probe);
	return -1;
}

void probe_close(struct probe *probe)
{
	if (probe->fd >= 0)
		close(probe->fd);
	probe->fd = -1;
}

int probe_nmis(const struct probe *probe, uint64_t *nmis, uint64_t *strays,
	       struct error *err)
{
	struct vmentry_probe_info info;

	if (get_info(probe->fd, &info, err))
		return -1;
	*nmis = info.nmis;
	*strays = info.strays;
	return 0;
}

int probe_send(const struct probe *probe, struct vmentry_probe_nmi *nmi,
	       struct error *err)
{
	if (!ioctl(probe->fd, VMENTRY_PROBE_IOC_NMI, nmi))
		return 0;
	if (errno == EAGAIN)
		return error_set(
			err,
			"no NMI was sent to pCPU %u: its TSC_AUX is not the kernel's",
			nmi->cpu);
	return error_set_errno(err, "cannot send an NMI");
}

int probe_train(const struct probe *probe,
		const struct vmentry_probe_train *train, struct error *err)
{
	if (ioctl(probe->fd, VMENTRY_PROBE_IOC_TRAIN, train))
		return error_set_errno(err, "cannot start the NMIs' timer");
	return 0;
}

int probe_train_state(const struct probe *probe,
		      struct vmentry_probe_train_state *state,
		      struct error *err)
{
	if (ioctl(probe->fd, VMENTRY_PROBE_IOC_TRAIN_STATE, state))
		return error_set_errno(err, "cannot ask for the NMIs");
	return 0;
}

int probe_insn(const struct probe *probe, struct vmentry_probe_insn *insn,
	       struct error *err)
{
	if (ioctl(probe->fd, VMENTRY_PROBE_IOC_INSN, insn))
		return error_set_errno(err, "cannot execute the instruction");
	return 0;
}
