// SPDX-License-Identifier: GPL-2.0-or-later
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "kvm.h"

static const char *hint(int error)
{
	switch (error) {
	case ENOENT:
	case ENODEV:
	case ENXIO:
		return " (load kvm_intel or kvm_amd, or enable virtualisation in the firmware)";
	case EACCES:
	case EPERM:
		return " (run as root, or join the group that owns the device)";
	default:
		return "";
	}
}

int kvm_open(struct error *err)
{
	int fd, version;

	fd = open("/dev/kvm", O_RDWR | O_CLOEXEC);
	if (fd < 0)
		return error_set(err, "cannot open '/dev/kvm': %s%s",
				 strerror(errno), hint(errno));
	version = kvm_try_value(fd, KVM_GET_API_VERSION, 0);
	if (version != KVM_API_VERSION) {
		close(fd);
		return error_set(err, "'/dev/kvm' has API version %d, not %d",
				 version, KVM_API_VERSION);
	}
	return fd;
}
